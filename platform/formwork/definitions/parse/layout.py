"""Layouts: forms, views, prints, quick create."""

from collections.abc import Mapping, Sequence
from typing import Any

from formwork.definitions.labels import label_of
from formwork.definitions.layer import TENANT
from formwork.definitions.layout import (
    Assignment,
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
from formwork.definitions.parse.field import freeze
from formwork.definitions.source import Source

_LISTS = ("columns", "sort", "roles", "card")


def parse_layout(data: Mapping[str, Any], package: str, source: Source) -> LayoutDef:
    """The layout of a checked mapping."""
    if package == TENANT and "extends" in data:
        parts = {key: freeze(one) for key, one in data.items() if key not in ("extends", "with")}
        return LayoutDef(data["extends"], package, True, data.get("with"), layer=parts, source=source)
    forms: Mapping[str, Any] = data.get("forms", {})
    return LayoutDef(
        object=data.get("object") or data["extends"],
        package=package,
        extends="extends" in data,
        with_package=data.get("with"),
        forms={
            name: parse_form(name, one, source.below("forms", name)) for name, one in forms.items() if name != "assign"
        },
        assign=parse_assignments(forms.get("assign", ()), source),
        views={name: parse_view(name, one, source.below("views", name)) for name, one in data.get("views", {}).items()},
        prints={
            name: parse_print(name, one, source.below("prints", name)) for name, one in data.get("prints", {}).items()
        },
        quick=tuple(data.get("quick", ())),
        source=source,
    )


def parse_assignments(written: Sequence[Mapping[str, Any]], source: Source) -> tuple[Assignment, ...]:
    """The lines of `forms.assign` of a layout's source."""
    return tuple(
        Assignment(one["form"], one.get("record_type"), one.get("role"), source.below("forms", "assign", index))
        for index, one in enumerate(written)
    )


def parse_print(name: str, data: Mapping[str, Any], source: Source) -> PrintDef:
    """The print of a checked mapping."""
    return PrintDef(name, data["label"], data["template"], data.get("page", "A4"), source)


def parse_form(name: str, data: Mapping[str, Any], source: Source) -> Form:
    """The form of a checked mapping."""
    return Form(
        name=name,
        header=tuple(data.get("header", ())),
        tabs=tuple(parse_tab(one, source.below("tabs", index)) for index, one in enumerate(data.get("tabs", ()))),
        source=source,
    )


def parse_tab(data: Mapping[str, Any], source: Source) -> Tab:
    """The tab of a checked mapping."""
    return Tab(
        id=data["id"],
        label=data.get("label") or label_of(data["id"]),
        sections=tuple(
            parse_section(one, source.below("sections", index)) for index, one in enumerate(data.get("sections", ()))
        ),
        related=tuple(
            parse_related(one, source.below("related", index)) for index, one in enumerate(data.get("related", ()))
        ),
        visible_when=data.get("visible_when"),
        after=data.get("after"),
        source=source,
    )


def parse_section(data: Mapping[str, Any], source: Source) -> FieldSection | DetailSection:
    """The section of a checked mapping."""
    fields = tuple(
        parse_placement(one, source.below("fields", index)) for index, one in enumerate(data.get("fields", ()))
    )
    if "detail" in data:
        return DetailSection(
            id=data.get("id") or data["detail"],
            detail=data["detail"],
            fields=fields,
            label=data.get("label", ""),
            visible_when=data.get("visible_when"),
            after=data.get("after"),
            source=source,
        )
    return FieldSection(
        id=data["id"],
        label=data.get("label") or label_of(data["id"]),
        fields=fields,
        columns=data.get("columns", 2),
        visible_when=data.get("visible_when"),
        after=data.get("after"),
        source=source,
    )


def parse_placement(written: Any, source: Source) -> FieldPlacement:
    """The placement of a checked value."""
    return (
        FieldPlacement(written, source=source) if isinstance(written, str) else FieldPlacement(**written, source=source)
    )


def parse_related(written: Any, source: Source) -> RelatedList:
    """The related list of a checked value."""
    data = {"list": written} if isinstance(written, str) else written
    target, _, field = data["list"].partition(".")
    return RelatedList(
        object=target,
        field=field,
        label=data.get("label", ""),
        columns=tuple(data.get("columns", ())),
        sort=tuple(data.get("sort", ())),
        source=source,
    )


def parse_view(name: str, data: Mapping[str, Any], source: Source) -> ViewDef:
    """The view of a checked mapping."""
    shaped: dict[str, Any] = {key: tuple(value) if key in _LISTS else value for key, value in data.items()}
    return ViewDef(name=name, source=source, **shaped)
