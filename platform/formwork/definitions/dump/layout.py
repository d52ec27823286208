"""Layouts as they are written."""

from typing import Any

from formwork.definitions.dump.field import thaw
from formwork.definitions.dump.object import filled
from formwork.definitions.layout import (
    DetailSection,
    FieldPlacement,
    FieldSection,
    Form,
    LayoutDef,
    PrintDef,
    RelatedList,
    Tab,
    ViewDef,
)


def dump_layout(layout: LayoutDef) -> dict[str, Any]:
    """The mapping that gives this layout when parsed."""
    if layout.layer:
        head = {"extends": layout.object} | filled(**{"with": layout.with_package})
        return head | {key: thaw(one) for key, one in layout.layer.items()}
    forms: dict[str, Any] = {name: _form(form) for name, form in layout.forms.items()}
    if layout.assign:
        forms["assign"] = [filled(record_type=one.record_type, role=one.role, form=one.form) for one in layout.assign]
    head = {"extends" if layout.extends else "object": layout.object}
    if layout.with_package:
        head["with"] = layout.with_package
    return head | filled(
        forms=forms,
        views={name: dump_view(view) for name, view in layout.views.items()},
        prints={name: dump_print(one) for name, one in layout.prints.items()},
        quick=layout.quick,
    )


def _form(form: Form) -> dict[str, Any]:
    return filled(header=form.header, tabs=[_tab(tab) for tab in form.tabs])


def _tab(tab: Tab) -> dict[str, Any]:
    return filled(
        id=tab.id,
        label=tab.label,
        visible_when=tab.visible_when,
        after=tab.after,
        sections=[_section(section) for section in tab.sections],
        related=[_related(one) for one in tab.related],
    )


def _section(section: FieldSection | DetailSection) -> dict[str, Any]:
    shared = filled(
        id=section.id,
        label=section.label,
        visible_when=section.visible_when,
        after=section.after,
        fields=[_placement(one) for one in section.fields],
    )
    if isinstance(section, DetailSection):
        return {"detail": section.detail, **shared}
    return {**shared, "columns": section.columns}


def _placement(placement: FieldPlacement) -> Any:
    more = filled(
        visible_when=placement.visible_when, required_when=placement.required_when, readonly=placement.readonly
    )
    if placement.span != 1:
        more["span"] = placement.span
    return {"field": placement.field, **more} if more else placement.field


def _related(related: RelatedList) -> Any:
    more = filled(label=related.label, columns=related.columns, sort=related.sort)
    return {"list": related.list, **more} if more else related.list


def dump_print(one: PrintDef) -> dict[str, Any]:
    """The mapping that gives this print when parsed."""
    return {"label": one.label, "page": one.page, "template": one.template}


def dump_view(view: ViewDef) -> dict[str, Any]:
    """The mapping that gives this view when parsed."""
    keys = ("label", "type", "filter", "columns", "sort", "group", "roles", "by", "card", "sum")
    places = ("start", "end", "title", "location")
    return filled(**{key: getattr(view, key) for key in keys + places})
