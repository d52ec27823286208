"""What a page shows of a record: tabs, sections, fields, detail grids and related lists."""

from dataclasses import dataclass, field

from formwork.catalog import FieldSpec, ListSpec, ObjectSpec


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field in its place. `reason` says why a field is read-only: computed, no_right, management, state or layout."""

    spec: FieldSpec
    label: str
    help: str = ""
    required: bool = False
    readonly: bool = False
    reason: str = ""
    span: int = 1
    conditional: bool = False
    """Shown or required because of a condition that holds now."""
    closed: bool = False
    """Not for the reader on this record, because of its type."""


@dataclass(frozen=True, slots=True)
class DetailGrid:
    """The details of one list, edited and saved with the master."""

    id: str
    label: str
    item: ListSpec
    object: ObjectSpec
    columns: tuple[FieldView, ...]
    editable: bool


@dataclass(frozen=True, slots=True)
class SectionView:
    """A titled group of fields in 1 to 3 columns."""

    id: str
    label: str
    columns: int
    fields: tuple[FieldView, ...]
    conditional: bool = False


@dataclass(frozen=True, slots=True)
class RelatedView:
    """Records of `object` whose look-up `field` points at the record shown."""

    object: ObjectSpec
    field: str
    label: str
    columns: tuple[str, ...]
    sort: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TabView:
    """A tab: sections and grids from top to bottom, then related lists."""

    id: str
    label: str
    sections: tuple[SectionView | DetailGrid, ...] = ()
    related: tuple[RelatedView, ...] = ()


@dataclass(frozen=True, slots=True)
class FormView:
    """A form resolved for one reader and one record."""

    object: ObjectSpec
    name: str
    header: tuple[FieldView, ...]
    tabs: tuple[TabView, ...] = field(default_factory=tuple)

    def fields(self) -> list[FieldView]:
        """Every field of every section, in order."""
        return [
            item
            for tab in self.tabs
            for section in tab.sections
            if isinstance(section, SectionView)
            for item in section.fields
        ]

    def grids(self) -> list[DetailGrid]:
        """Every detail grid, in order."""
        return [section for tab in self.tabs for section in tab.sections if isinstance(section, DetailGrid)]
