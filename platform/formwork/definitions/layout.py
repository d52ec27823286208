"""Layouts of an object: forms, views, print templates, quick create."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Any

from formwork.definitions.source import NOWHERE, Source


@dataclass(frozen=True, slots=True)
class FieldPlacement:
    """A field on a form. `span` counts grid columns of its section."""

    field: str
    visible_when: str | None = None
    required_when: str | None = None
    readonly: bool = False
    span: int = 1
    source: Source = attribute(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class FieldSection:
    """A titled group of fields in 1 to 3 columns."""

    id: str
    label: str
    fields: tuple[FieldPlacement, ...]
    columns: int = 2
    visible_when: str | None = None
    after: str | None = None
    source: Source = attribute(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class DetailSection:
    """A grid of the details of object `detail`, edited and saved with the master."""

    id: str
    detail: str
    fields: tuple[FieldPlacement, ...]
    label: str = ""
    visible_when: str | None = None
    after: str | None = None
    source: Source = attribute(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class RelatedList:
    """Records of `object` whose look-up `field` points here. `list` is the written `object.field`."""

    object: str
    field: str
    label: str = ""
    columns: tuple[str, ...] = ()
    sort: tuple[str, ...] = ()
    source: Source = attribute(default=NOWHERE, compare=False, repr=False)

    @property
    def list(self) -> str:
        """The related list as written: `object.field`."""
        return f"{self.object}.{self.field}"


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab of a form: sections from top to bottom, then related lists."""

    id: str
    label: str
    sections: tuple[FieldSection | DetailSection, ...] = ()
    related: tuple[RelatedList, ...] = ()
    visible_when: str | None = None
    after: str | None = None
    source: Source = attribute(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Form:
    """One form: what a record page and its edit form show."""

    name: str
    header: tuple[str, ...] = ()
    tabs: tuple[Tab, ...] = ()
    source: Source = attribute(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Assignment:
    """Which form a record type and role get; None matches all. The first match wins."""

    form: str
    record_type: str | None = None
    role: str | None = None
    source: Source = attribute(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ViewDef:
    """A saved way of looking at many records. `type` is list, kanban, calendar or map.

    `sort` names fields, a leading `-` for descending. `by`, `card`, `sum` belong to boards;
    `start`, `end`, `title` to calendars; `location` to maps. `roles` empty means everybody.
    """

    name: str
    label: str
    type: str = "list"
    filter: str | None = None
    columns: tuple[str, ...] = ()
    sort: tuple[str, ...] = ()
    group: str | None = None
    roles: tuple[str, ...] = ()
    by: str | None = None
    card: tuple[str, ...] = ()
    sum: str | None = None
    start: str | None = None
    end: str | None = None
    title: str | None = None
    location: str | None = None
    source: Source = attribute(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class PrintDef:
    """A print template. `template` is the file beside the layout, `page` is A4 or Letter."""

    name: str
    label: str
    template: str
    page: str = "A4"
    source: Source = attribute(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class LayoutDef:
    """layouts/<package>/<object>.yaml. With `extends` it adds to the layout another package ships:

    a form or tab that exists there gets the further tabs and sections (placed `after` a key when said). `layer` is what
    the tenant's own layer says with `extends`, as written; its parts are in `layer` alone.
    """

    object: str
    package: str
    extends: bool = False
    with_package: str | None = None
    forms: Mapping[str, Form] = attribute(default_factory=dict)
    assign: tuple[Assignment, ...] = ()
    views: Mapping[str, ViewDef] = attribute(default_factory=dict)
    prints: Mapping[str, PrintDef] = attribute(default_factory=dict)
    quick: tuple[str, ...] = ()
    layer: Mapping[str, Any] = attribute(default_factory=dict)
    source: Source = attribute(default=NOWHERE, compare=False, repr=False)
