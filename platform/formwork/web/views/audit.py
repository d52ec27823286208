"""The audit trail: its page, and one entry of it."""

from dataclasses import dataclass

from formwork.web.views.listing import Chip, Column, Empty, Row
from formwork.web.views.shown import Option, Shown


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What the filter's controls hold. Days are ISO dates in the reader's zone."""

    events: tuple[Option, ...]
    outcomes: tuple[Option, ...]
    objects: tuple[Option, ...]
    by: str = ""
    by_title: str = ""
    record: str = ""
    since: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """Whether the trail was touched, when that was last looked at, and what was found; `text` is a sentence."""

    text: str
    good: bool = True
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AuditView:
    """A page of the trail; the names are those of a list page, which shares its table and pager."""

    plural: str
    summary: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    filter: AuditFilter
    proof: Proof
    chips: tuple[Chip, ...] = ()
    first: str = ""
    previous: str = ""
    next: str = ""
    count: str = ""
    export_csv: str = ""
    export_json: str = ""
    empty: Empty | None = None


@dataclass(frozen=True, slots=True)
class AuditEntryView:
    """One entry. `facts` and `detail` are labelled values."""

    title: str
    back: str
    icon: str
    facts: tuple[tuple[str, Shown], ...]
    detail: tuple[tuple[str, str], ...]
