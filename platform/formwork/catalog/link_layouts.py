"""Layouts, views and menus checked: every field, list, form, view and expression they name exists."""

from collections.abc import Collection, Iterable, Mapping

from formwork.catalog.checker import Checker
from formwork.catalog.compose import Composition
from formwork.catalog.field_kind import NO_SUCH_OBJECT
from formwork.catalog.findings import Findings
from formwork.catalog.layer.layout import hidden_views, layouts_of_layer
from formwork.catalog.layer.menu import menus_of
from formwork.catalog.object import ObjectSpec
from formwork.catalog.rights import Rights
from formwork.catalog.scope import Vocabulary
from formwork.definitions.model import DetailSection, FieldPlacement, Form, LayoutDef, RelatedList, Source, Tab, ViewDef
from formwork.expressions.types import BOOLEAN


def check_layouts(
    composition: Composition,
    objects: Mapping[str, ObjectSpec],
    vocabulary: Vocabulary,
    rights: Rights,
    findings: Findings,
    *,
    known: Collection[str] = (),
) -> None:
    """Report every name in a layout or menu that leads nowhere; layouts of the `known` objects are sound."""
    check = _LayoutCheck(objects, rights, Checker(vocabulary, findings), findings)
    for name, layout in composition.layouts.items():
        if name not in known:
            check.layout(objects[name], layout)
    away = hidden_views(layouts_of_layer(composition.packages))
    for menu in menus_of(composition.packages):
        for group in menu.groups:
            for item in group.items:
                if item.object not in objects:
                    findings.at(
                        item.source.at(),
                        "unknown_object",
                        f"navigation.{group.key}",
                        f"There is no object `{item.object}`.",
                        findings.choice(item.object, objects, NO_SUCH_OBJECT),
                    )
                    continue
                views = composition.layouts[item.object].views if item.object in composition.layouts else {}
                known = (*views, *away.get(item.object, ()))
                check.names(item.views, known, "view", item.source, f"navigation.{group.key}", item.object)


class _LayoutCheck:
    def __init__(self, objects: Mapping[str, ObjectSpec], rights: Rights, checker: Checker, findings: Findings) -> None:
        self._objects = objects
        self._rights = rights
        self._checker = checker
        self._findings = findings

    def names(
        self, wanted: Iterable[str], known: Iterable[str], what: str, source: Source, path: str, owner: str = ""
    ) -> None:
        """Report each wanted name that is not known; `owner` is the object that should have it."""
        known = list(known)
        for name in wanted:
            if name not in known:
                self._findings.at(
                    source.at(),
                    f"unknown_{what}",
                    path,
                    f"There is no {what} `{name}`{f' on `{owner}`' if owner else ''}.",
                    self._findings.choice(name, known, f"Name a {what} that is there, or remove this one."),
                )

    def layout(self, owner: ObjectSpec, layout: LayoutDef) -> None:
        """One layout with its forms, views and quick create."""
        for form in layout.forms.values():
            self._form(owner, form)
        for view in layout.views.values():
            self._view(owner, view)
        for assignment in layout.assign:
            self.names((assignment.form,), layout.forms, "form", assignment.source, "assign", owner.name)
            if assignment.record_type:
                types = owner.definition.record_types
                self.names((assignment.record_type,), types, "record type", assignment.source, "assign", owner.name)
            if assignment.role:
                self.names((assignment.role,), self._rights.roles, "role", assignment.source, "assign")
        self.names(layout.quick, owner.fields, "field", layout.source.below("quick"), "quick", owner.name)

    def _form(self, owner: ObjectSpec, form: Form) -> None:
        path = f"forms.{form.name}"
        self.names(form.header, owner.fields, "field", form.source.below("header"), f"{path}.header", owner.name)
        for tab in form.tabs:
            self._tab(owner, tab, f"{path}.tabs.{tab.id}")

    def _tab(self, owner: ObjectSpec, tab: Tab, path: str) -> None:
        self._condition(owner, tab.visible_when, tab.source)
        for section in tab.sections:
            here = f"{path}.sections.{section.id}"
            self._condition(owner, section.visible_when, section.source)
            target = owner
            if isinstance(section, DetailSection):
                details = {item.object for item in owner.details}
                self.names((section.detail,), details, "detail", section.source, here, owner.name)
                if section.detail not in details:
                    continue
                target = self._objects[section.detail]
            for placement in section.fields:
                self._placement(target, placement, here)
        for related in tab.related:
            self._related(owner, related, path)

    def _placement(self, owner: ObjectSpec, placement: FieldPlacement, path: str) -> None:
        self.names((placement.field,), owner.fields, "field", placement.source, path, owner.name)
        self._condition(owner, placement.visible_when, placement.source)
        self._condition(owner, placement.required_when, placement.source, "required_when")

    def _condition(self, owner: ObjectSpec, text: str | None, source: Source, key: str = "visible_when") -> None:
        if text:
            self._checker.check(text, owner.name, source, (key,), expect=BOOLEAN)

    def _related(self, owner: ObjectSpec, related: RelatedList, path: str) -> None:
        target = self._objects.get(related.object)
        if target is None:
            self.names((related.object,), self._objects, "object", related.source, f"{path}.related")
            return
        pointing = [name for name, spec in target.fields.items() if owner.name in spec.targets]
        self.names((related.field,), pointing, "field that points here", related.source, f"{path}.related", target.name)
        self.names(related.columns, target.fields, "field", related.source, f"{path}.related.columns", target.name)
        self.names(
            (s.lstrip("-") for s in related.sort), target.fields, "field", related.source, f"{path}.related.sort",
            target.name,
        )  # fmt: skip

    def _view(self, owner: ObjectSpec, view: ViewDef) -> None:
        path = f"views.{view.name}"
        single = [
            name for name in (view.group, view.by, view.sum, view.start, view.end, view.title, view.location) if name
        ]
        roots = [name.split(".")[0] for name in (*view.columns, *view.card, *single)]
        roots += [name.lstrip("-").split(".")[0] for name in view.sort]
        self.names(roots, owner.fields, "field", view.source, path, owner.name)
        self.names(view.roles, self._rights.roles, "role", view.source, f"{path}.roles")
        if view.filter:
            self._checker.check(view.filter, owner.name, view.source, ("filter",), expect=BOOLEAN, sql=True)
