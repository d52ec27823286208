"""A list page: view tabs, filter chips, columns, rows, cursor pages and the reasons for emptiness."""

from dataclasses import dataclass

from formwork.web.views.shown import Option, Shown


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab of a page: a saved view of a list, a tab of a record."""

    label: str
    href: str
    current: bool = False
    count: str = ""


@dataclass(frozen=True, slots=True)
class Chip:
    """One condition of the filter. `remove` is the address of the list without it; "" when it is fixed."""

    field: str
    operator: str
    value: str
    remove: str = ""
    unsaved: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `role` places it in the card of a phone: second, state, amount, date or ""."""

    name: str
    label: str
    sort: str = ""
    """Address of the list sorted by this column; "" when it cannot be sorted."""
    sorted: str = ""
    """ascending, descending or ""."""
    numeric: bool = False
    width: str = "rest"
    role: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a list; `cells` stand in the order of the columns, the first is the title."""

    id: str
    title: str
    href: str
    cells: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Empty:
    """Why nothing is shown: nothing_yet, no_match, no_permission, not_configured or error."""

    reason: str
    title: str
    text: str
    icon: str = "empty"
    hue: str = "grey"
    action: str = ""
    action_href: str = ""
    more: str = ""
    more_href: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class FilterField:
    """A field the filter builder offers, with its operators and the control of its value."""

    name: str
    label: str
    operators: tuple[Option, ...]
    control: str = "text"
    """text, number, date, select, boolean, lookup or none."""
    choices: tuple[Option, ...] = ()
    lookup: str = ""
    selected: bool = False


@dataclass(frozen=True, slots=True)
class ListView:
    """Everything the list page shows."""

    object: str
    label: str
    plural: str
    icon: str
    hue: str
    base: str
    """Address of the list without its parameters."""
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    tabs: tuple[Tab, ...] = ()
    chips: tuple[Chip, ...] = ()
    filters: tuple[FilterField, ...] = ()
    filter_text: str = ""
    find: str = ""
    sort_label: str = ""
    sort_options: tuple[Option, ...] = ()
    state: tuple[tuple[str, str], ...] = ()
    """The list's parameters (view, q, sort), for forms that come back to this list."""
    reset: str = ""
    """Address of the view as saved, "" when nothing was changed."""
    summary: str = ""
    count: str = ""
    first: str = ""
    previous: str = ""
    next: str = ""
    new: str = ""
    import_href: str = ""
    export_href: str = ""
    bulk_delete: str = ""
    bulk_export: str = ""
    empty: Empty | None = None
    problem: str = ""
    problem_detail: str = ""
