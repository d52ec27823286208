"""An object in words for programs: fields, choices, lists, views and forms, as far as the caller may see."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from formwork.access import Verb, decide, decide_beyond, may_use, tells_list
from formwork.catalog import FieldSpec, ObjectSpec, Snapshot
from formwork.catalog.labels import (
    field_help,
    field_label,
    object_label,
    option_label,
    part_label,
    plural_label,
    record_type_label,
)
from formwork.definitions.model import DetailSection, FieldSection, Form
from formwork.kernel import Actor


class Describer:
    """Describes objects of one Snapshot to one actor in one language."""

    def __init__(self, snapshot: Snapshot, actor: Actor, locale: str) -> None:
        self._snapshot = snapshot
        self._actor = actor
        self._locale = locale

    def objects(self) -> list[dict[str, Any]]:
        """Every object the actor may use in some way, in a fixed order."""
        found = []
        for name in sorted(self._snapshot.objects):
            rights = self.rights(name)
            if any(rights.values()):
                found.append(self.head(self._snapshot.objects[name], rights))
        return found

    def head(self, spec: ObjectSpec, rights: dict[str, bool]) -> dict[str, Any]:
        """What a list of objects tells of one."""
        return {
            "object": spec.name, "label": object_label(self._snapshot, self._locale, spec),
            "plural": plural_label(self._snapshot, self._locale, spec), "icon": spec.definition.icon,
            "hue": spec.definition.hue, "package": spec.package, "title": spec.title,
            "master": spec.master.object if spec.master else None, "rights": rights,
        }  # fmt: skip

    def rights(self, object: str) -> dict[str, bool]:
        """Verb -> whether the actor may use the object in this way at all."""
        return {verb.value: may_use(self._snapshot, self._actor, object, verb) for verb in Verb}

    def whole(self, object: str) -> dict[str, Any]:
        """Everything about one object; raises Denied without any right on it."""
        spec = self._snapshot.object(object)
        rights = self.rights(object)
        verb = next((verb for verb in (Verb.READ, Verb.CREATE) if rights[verb.value]), Verb.READ)
        decision = decide(self._snapshot, self._actor, object, verb).require()
        shown = [field for name, field in spec.fields.items() if name in decision.readable]
        return {
            **self.head(spec, rights),
            "summary": spec.definition.summary,
            "features": list(spec.definition.features),
            "fields": [self._field(field, field.name in decision.writable) for field in shown],
            "record_types": [self._record_type(spec, code) for code in spec.definition.record_types],
            "lists": [
                {"name": one.name, "object": one.object, "via": one.via, "kind": one.kind.value}
                for one in spec.lists.values()
                if tells_list(partial(decide_beyond, self._snapshot, self._actor), spec.name, one)
            ],
            "unique": [list(rule.fields) for rule in spec.uniques if decision.readable.issuperset(rule.fields)],
            "views": self._views(spec, decision.readable),
            "forms": self._forms(spec, decision.readable),
        }

    def _record_type(self, spec: ObjectSpec, code: str) -> dict[str, Any]:
        """A record type, whether the actor may use it, and the fields that are closed on its records only."""
        read = decide(self._snapshot, self._actor, spec.name, Verb.READ)
        edit = decide_beyond(self._snapshot, self._actor, spec.name, Verb.EDIT)
        return {
            "code": code,
            "label": record_type_label(self._snapshot, self._locale, spec, code),
            "default": spec.definition.record_types[code].default,
            "use": code not in edit.barred,
            "hidden": sorted(read.readable - read.readable_on(code)),
            "locked": sorted(edit.writable - edit.writable_on(code)),
        }

    def _field(self, field: FieldSpec, writable: bool) -> dict[str, Any]:
        definition = field.definition
        found: dict[str, Any] = {
            "name": field.name, "label": field_label(self._snapshot, self._locale, field), "type": definition.type,
            "help": field_help(self._snapshot, self._locale, field), "required": definition.required,
            "unique": definition.unique, "computed": field.computed, "writable": writable,
            "searchable": definition.searchable, "sortable": field.value_type.sortable,
            "filterable": field.value_type.filterable, "groupable": field.value_type.groupable,
            "system": field.system,
            "value": dict(field.value_type.value_schema(field.value_settings)),
        }  # fmt: skip
        if field.twin_of is not None:
            found["twin_of"] = field.twin_of
        if field.targets:
            found["targets"] = [one for one in field.targets if may_use(self._snapshot, self._actor, one, Verb.READ)]
        if field.options:
            found["options"] = [
                {"code": code, "label": option_label(self._snapshot, self._locale, field, code), "hue": one.hue,
                 "active": one.active, **{key: one.attributes[key] for key in one.attributes}}
                for code, one in field.options.items()
            ]  # fmt: skip
        return found

    def _views(self, spec: ObjectSpec, readable: frozenset[str]) -> list[dict[str, Any]]:
        layout = spec.layout
        if layout is None:
            return []
        return [
            {
                "name": view.name, "type": view.type, "filter": view.filter, "sort": list(view.sort),
                "label": part_label(self._snapshot, self._locale, spec, "views", view.name, view.label),
                "columns": _seen(view.columns, readable),
            }
            for view in layout.views.values()
            if not view.roles or self._actor.roles.intersection(view.roles)
        ]  # fmt: skip

    def _forms(self, spec: ObjectSpec, readable: frozenset[str]) -> list[dict[str, Any]]:
        forms = spec.layout.forms.values() if spec.layout is not None else ()
        return [self._form(spec, form, readable) for form in forms]

    def _form(self, spec: ObjectSpec, form: Form, readable: frozenset[str]) -> dict[str, Any]:
        tabs = [
            {
                "id": tab.id,
                "label": part_label(self._snapshot, self._locale, spec, "tabs", tab.id, tab.label),
                "sections": [self._section(spec, one, readable) for one in tab.sections],
                "related": [
                    {"object": one.object, "field": one.field}
                    for one in tab.related
                    if may_use(self._snapshot, self._actor, one.object, Verb.READ)
                ],
            }
            for tab in form.tabs
        ]
        return {"name": form.name, "header": _seen(form.header, readable), "tabs": tabs}

    def _section(
        self, spec: ObjectSpec, section: FieldSection | DetailSection, readable: frozenset[str]
    ) -> dict[str, Any]:
        label = part_label(self._snapshot, self._locale, spec, "sections", section.id, section.label)
        found: dict[str, Any] = {"id": section.id, "label": label}
        names = [one.field for one in section.fields]
        if isinstance(section, DetailSection):
            below = self._snapshot.objects[section.detail]
            may = decide(self._snapshot, self._actor, below.name, Verb.READ)
            return {
                **found,
                "detail": section.detail,
                "fields": _seen(names, may.readable if may.allowed else frozenset()),
            }
        return {**found, "fields": _seen(names, readable)}


def _seen(paths: Iterable[str], readable: frozenset[str]) -> list[str]:
    return [path for path in paths if path.split(".")[0] in readable]
