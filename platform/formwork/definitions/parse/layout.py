"""Layouts: forms, views, prints, quick create."""

from collections.abc import Mapping
from typing import Any

from formwork.definitions.labels import label_of
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
from formwork.definitions.source import Source

_LISTS = ("columns", "sort", "roles", "card")


def parse_layout(data: Mapping[str, Any], package: str, source: Source) -> LayoutDef:
    """The layout of a checked mapping."""
    forms: Mapping[str, Any] = data.get("forms", {})
    return LayoutDef(
        object=data.get("object") or data["extends"],
        package=package,
        extends="extends" in data,
        with_package=data.get("with"),
        forms={name: _form(name, one, source.below("forms", name)) for name, one in forms.items() if name != "assign"},
        assign=tuple(
            Assignment(one["form"], one.get("record_type"), one.get("role"), source.below("forms", "assign", index))
            for index, one in enumerate(forms.get("assign", ()))
        ),
        views={name: _view(name, one, source.below("views", name)) for name, one in data.get("views", {}).items()},
        prints={
            name: PrintDef(name, one["label"], one["template"], one.get("page", "A4"), source.below("prints", name))
            for name, one in data.get("prints", {}).items()
        },
        quick=tuple(data.get("quick", ())),
        source=source,
    )


def _form(name: str, data: Mapping[str, Any], source: Source) -> Form:
    return Form(
        name=name,
        header=tuple(data.get("header", ())),
        tabs=tuple(_tab(one, source.below("tabs", index)) for index, one in enumerate(data.get("tabs", ()))),
        source=source,
    )


def _tab(data: Mapping[str, Any], source: Source) -> Tab:
    return Tab(
        id=data["id"],
        label=data.get("label") or label_of(data["id"]),
        sections=tuple(
            _section(one, source.below("sections", index)) for index, one in enumerate(data.get("sections", ()))
        ),
        related=tuple(
            _related(one, source.below("related", index)) for index, one in enumerate(data.get("related", ()))
        ),
        visible_when=data.get("visible_when"),
        after=data.get("after"),
        source=source,
    )


def _section(data: Mapping[str, Any], source: Source) -> FieldSection | DetailSection:
    fields = tuple(_placement(one, source.below("fields", index)) for index, one in enumerate(data["fields"]))
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


def _placement(written: Any, source: Source) -> FieldPlacement:
    return (
        FieldPlacement(written, source=source) if isinstance(written, str) else FieldPlacement(**written, source=source)
    )


def _related(written: Any, source: Source) -> RelatedList:
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


def _view(name: str, data: Mapping[str, Any], source: Source) -> ViewDef:
    shaped: dict[str, Any] = {key: tuple(value) if key in _LISTS else value for key, value in data.items()}
    return ViewDef(name=name, source=source, **shaped)
