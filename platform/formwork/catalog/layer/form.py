"""One form with what the tenant's layer says of it. A field that a section names and another has moves there."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from formwork.catalog.findings import Findings
from formwork.catalog.layer.parts import Said, lay, lay_names, listed
from formwork.definitions.model import DetailSection, FieldPlacement, FieldSection, Form, RelatedList, Source, Tab
from formwork.definitions.parse.layout import parse_placement, parse_related, parse_section, parse_tab

MOST_IN_HEADER = 6
Section = FieldSection | DetailSection
P = TypeVar("P", Tab, Section, FieldPlacement, RelatedList)


class FormLayer:
    """One form, `known` being what packages say of it, None for a form of the layer's own."""

    def __init__(self, known: Form | None, said: Said, findings: Findings) -> None:
        self._known = known or Form(said.key)
        self._said = said
        self._findings = findings
        self._homes: dict[str, tuple[tuple[str, str], FieldPlacement]] = {
            placement.field: ((tab.id, section.id), placement)
            for tab in self._known.tabs
            for section in tab.sections
            if isinstance(section, FieldSection)
            for placement in section.fields
        }
        self._grids = {
            (tab.id, section.id)
            for tab in self._known.tabs
            for section in tab.sections
            if isinstance(section, DetailSection)
        }
        self._gone = {
            field for field, place in self._wanted() if field in self._homes and self._homes[field][0] != place
        }

    def form(self) -> Form:
        """The form under the layer."""
        body, source = self._said.body, self._said.source
        header = lay_names(self._known.header, body.get("header", ()), source.below("header"), self._findings)
        if len(header) > MOST_IN_HEADER:
            self._findings.at(
                source.at("header"), "long_header", f"forms.{self._known.name}.header",
                f"A header shows {MOST_IN_HEADER} fields; {', '.join(header[MOST_IN_HEADER:])} would be left out.",
                "Hide others of its fields.", severity="warning",
            )  # fmt: skip
        tabs = {tab.id: self._thinned(tab) for tab in self._known.tabs}
        laid = lay(tabs, listed(body.get("tabs", ()), source.below("tabs"), "id"), self._tab, self._findings)
        return replace(self._known, header=header[:MOST_IN_HEADER], tabs=tuple(laid.values()))

    def _wanted(self) -> list[tuple[str, tuple[str, str]]]:
        """The fields the layer places, each with its tab and section."""
        return [
            (placement if isinstance(placement, str) else placement["field"], (tab["id"], section["id"]))
            for tab in self._said.body.get("tabs", ())
            for section in tab.get("sections", ())
            if "detail" not in section and (tab["id"], section["id"]) not in self._grids
            for placement in section.get("fields", ())
            if isinstance(placement, str) or not placement.get("hidden")
        ]

    def _thinned(self, tab: Tab) -> Tab:
        """The tab without the fields that move elsewhere."""
        sections = tuple(
            replace(one, fields=tuple(item for item in one.fields if item.field not in self._gone))
            if isinstance(one, FieldSection)
            else one
            for one in tab.sections
        )
        return replace(tab, sections=sections)

    def _tab(self, known: Tab | None, one: Said) -> Tab:
        own = {key: value for key, value in one.properties.items() if key not in ("sections", "related")}
        tab = parse_tab(own, one.source) if known is None else _changed(known, own, one.source, "id")
        sections = {section.id: section for section in tab.sections}
        said = listed(one.body.get("sections", ()), one.source.below("sections"), "id", "detail")
        related = {item.list: item for item in tab.related}
        said_related = listed(one.body.get("related", ()), one.source.below("related"), "list")
        return replace(
            tab,
            sections=tuple(lay(sections, said, self._section, self._findings).values()),
            related=tuple(lay(related, said_related, self._related, self._findings).values()),
        )

    def _section(self, known: Section | None, one: Said) -> Section:
        own = {key: value for key, value in one.properties.items() if key != "fields"}
        section = parse_section(own, one.source) if known is None else _changed(known, own, one.source, "id", "detail")
        moves = isinstance(section, FieldSection)
        before = {placement.field: placement for placement in section.fields}

        def place(placement: FieldPlacement | None, item: Said) -> FieldPlacement:
            if placement is None and moves and item.key in self._gone:
                placement = self._homes[item.key][1]
            if placement is None:
                return parse_placement(item.properties, item.source)
            return _changed(placement, item.properties, item.source, "field")

        said = listed(one.body.get("fields", ()), one.source.below("fields"), "field")
        return replace(section, fields=tuple(lay(before, said, place, self._findings).values()))

    def _related(self, known: RelatedList | None, one: Said) -> RelatedList:
        properties = one.properties
        if "columns" in properties:
            before: Sequence[str] = () if known is None else known.columns
            properties["columns"] = lay_names(
                before, properties["columns"], one.source.below("columns"), self._findings
            )
        if known is None:
            return parse_related(properties, one.source)
        return _changed(known, properties, one.source, "list")


def _changed(part: P, properties: Mapping[str, Any], source: Source, *keys: str) -> P:
    """A part with the properties said at a place; `keys`, which name it, stay."""
    return replace(part, **{key: value for key, value in properties.items() if key not in keys}, source=source)
