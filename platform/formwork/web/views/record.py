"""A record page: header, key fields, path, details, tabs with sections, related lists and history."""

from dataclasses import dataclass

from formwork.web.views.listing import Column, Empty, Row, Tab
from formwork.web.views.shown import Shown


@dataclass(frozen=True, slots=True)
class FieldRead:
    """A labelled value."""

    name: str
    label: str
    value: Shown
    why: str = ""
    """Why it cannot be edited (formula, no right), "" when it can."""
    wide: bool = False
    help: str = ""
    base: str = ""
    """What an amount of another currency is worth in the organisation's."""


@dataclass(frozen=True, slots=True)
class SectionRead:
    """A headed group of values."""

    id: str
    label: str
    fields: tuple[FieldRead, ...]
    columns: int = 2


@dataclass(frozen=True, slots=True)
class GridRead:
    """Detail rows of a record, read only."""

    id: str
    label: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    totals: tuple[FieldRead, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the path: state is done, current or ""."""

    label: str
    state: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the history."""

    icon: str
    tone: str
    text: str
    when: str
    exact: str
    person: str = ""
    changes: tuple[tuple[str, str, str], ...] = ()
    """(field, before, after)."""
    line: str = ""
    """Where only the events of the detail this one is about are shown."""


@dataclass(frozen=True, slots=True)
class Day:
    """The entries of one calendar day."""

    label: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class HistoryRead:
    """A page of the history. `line` names the one detail it is about, `all` leads to everything."""

    days: tuple[Day, ...] = ()
    earlier: str = ""
    newest: str = ""
    line: str = ""
    all: str = ""


@dataclass(frozen=True, slots=True)
class Related:
    """A list of records that point here. `lazy` is fetched when it scrolls into sight."""

    id: str
    label: str
    icon: str
    hue: str
    columns: tuple[Column, ...] = ()
    rows: tuple[Row, ...] = ()
    count: str = ""
    new: str = ""
    all: str = ""
    lazy: str = ""
    empty: Empty | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """A button. `method` post submits a form with the token; `reason` says why it is disabled."""

    label: str
    href: str
    icon: str = ""
    method: str = "get"
    primary: bool = False
    danger: bool = False
    confirm: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TabRead:
    """The body of the chosen tab, in reading order."""

    sections: tuple[SectionRead, ...] = ()
    grids: tuple[GridRead, ...] = ()
    related: tuple[Related, ...] = ()
    history: HistoryRead = HistoryRead()
    kind: str = "fields"
    """fields, first (the left region belongs to it), related or history."""


@dataclass(frozen=True, slots=True)
class RecordView:
    """Everything the record page shows."""

    object: str
    label: str
    plural: str
    icon: str
    hue: str
    id: str
    title: str
    base: str
    list_href: str
    marks: tuple[Shown, ...] = ()
    keys: tuple[FieldRead, ...] = ()
    path: tuple[Step, ...] = ()
    path_label: str = ""
    details: tuple[SectionRead, ...] = ()
    tabs: tuple[Tab, ...] = ()
    tab: TabRead = TabRead()
    aside: tuple[Related, ...] = ()
    actions: tuple[Action, ...] = ()
    more: tuple[Action, ...] = ()
    deleted: str = ""
    restore: str = ""
