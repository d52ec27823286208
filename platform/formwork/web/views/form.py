"""A form page: controls in sections, detail grids, and every problem at its place."""

from dataclasses import dataclass

from formwork.web.views.record import FieldRead
from formwork.web.views.shown import Option, Shown


@dataclass(frozen=True, slots=True)
class Control:
    """One input. `name` is the form key (`total`, `lines.0.price`, `ship_to.city`), `id` is unique on the page.

    `widget` is the field type's widget: text, textarea, rich_text, number, money, percent, date, datetime, time,
    duration, checkbox, select, multi_select, tags, email, phone, url, address, geolocation, lookup,
    polymorphic_lookup, many_to_many, rating, json, secret, barcode, file, image, signature or read_only.
    `value` is the text to show, `values` the keys of several. `errors` are full sentences.
    """

    name: str
    id: str
    label: str
    widget: str = "text"
    value: str = ""
    values: tuple[str, ...] = ()
    required: bool = False
    help: str = ""
    placeholder: str = ""
    errors: tuple[str, ...] = ()
    unit: str = ""
    max_length: int | None = None
    options: tuple[Option, ...] = ()
    lookup: str = ""
    """Address that answers a look-up's suggestions."""
    needs: str = ""
    """Names of the controls whose values those suggestions depend on, separated by spaces."""
    auto: bool = False
    """True when the value is a default that follows what else is typed."""
    shown: str = ""
    """The title of the record a look-up holds."""
    chosen: tuple[Option, ...] = ()
    files: tuple[Shown, ...] = ()
    """The files the field holds or was given; `lookup` is then where more are sent, `unit` what it takes."""
    accept: str = ""
    multiple: bool = False
    parts: tuple["Control", ...] = ()
    output: Shown | None = None
    why: str = ""
    wide: bool = False
    visible: bool = True

    @property
    def invalid(self) -> bool:
        """True when there is something wrong with what was typed."""
        return bool(self.errors)


@dataclass(frozen=True, slots=True)
class GridColumn:
    """One column of an editable grid."""

    name: str
    label: str
    numeric: bool = False
    required: bool = False
    width: str = ""
    calculated: bool = False


@dataclass(frozen=True, slots=True)
class GridRow:
    """One detail record being edited. `key` is its position in the form, "" id is a new one."""

    key: str
    id: str
    version: str
    cells: tuple[Control, ...]
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GridEdit:
    """Detail rows saved with their master. `blank` is the row from which new ones are made."""

    name: str
    label: str
    row_label: str
    columns: tuple[GridColumn, ...]
    rows: tuple[GridRow, ...]
    blank: GridRow
    may_add: bool = True
    may_remove: bool = True
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SectionEdit:
    """A headed group of controls, or one grid."""

    id: str
    label: str
    controls: tuple[Control, ...] = ()
    columns: int = 2
    grid: GridEdit | None = None
    visible: bool = True


@dataclass(frozen=True, slots=True)
class Fault:
    """One line of the error summary; `anchor` is the id of the control it leads to."""

    text: str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class FormView:
    """Everything the form page shows."""

    object: str
    label: str
    icon: str
    hue: str
    heading: str
    action: str
    back: str
    back_label: str
    save_label: str
    sections: tuple[SectionEdit, ...]
    hidden: tuple[tuple[str, str], ...] = ()
    refresh: str = ""
    """Address that evaluates the form again after a change; "" when no condition depends on what is typed."""
    draft: str = ""
    """Key under which the browser keeps what was typed."""
    faults: tuple[Fault, ...] = ()
    fault_title: str = ""
    marks: tuple[Shown, ...] = ()
    totals: tuple[FieldRead, ...] = ()
    record_types: tuple[Option, ...] = ()
    fresh: bool = False
    """True for a new record: its first field takes focus where a keyboard is at hand."""

    @property
    def takes_files(self) -> bool:
        """True when a control of the form sends files."""
        return any(is_file(control) for part in self.sections for control in part.controls)


def is_file(control: Control) -> bool:
    """True for a control that takes files."""
    return control.widget in ("file", "image", "signature")


@dataclass(frozen=True, slots=True)
class Difference:
    """One field two people changed."""

    label: str
    yours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class ConflictView:
    """Somebody saved first. `hidden` carries everything typed, so that it can be sent again."""

    heading: str
    text: str
    action: str
    theirs: str
    differences: tuple[Difference, ...]
    hidden: tuple[tuple[str, str], ...] = ()
