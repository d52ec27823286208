"""Setup of groups and queues: the list, and one of them with its members and what it owns."""

from dataclasses import dataclass

from formwork.web.views.listing import Column, Empty, Row
from formwork.web.views.rights import Choice
from formwork.web.views.shown import Shown


@dataclass(frozen=True, slots=True)
class TeamsView:
    """The list; the names are those of a list page, which shares its table and pager."""

    plural: str
    icon: str
    hue: str
    new: str
    label: str
    list: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    first: str = ""
    previous: str = ""
    next: str = ""
    empty: Empty | None = None
    count: str = ""
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who is in it; `gone` says that they were deactivated."""

    id: str
    name: str
    href: str
    initials: str
    hue: str
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Owned:
    """How many records of one kind it has, by the field that says so."""

    label: str
    detail: str
    count: str
    icon: str
    hue: str


@dataclass(frozen=True, slots=True)
class TeamView:
    """One group or queue. `leaderless` says that its head was deactivated; `delete` is blank while it owns
    records, and for who may not delete it."""

    address: str
    kind: str
    plural: str
    list: str
    icon: str
    hue: str
    name: str
    summary: str
    state: Shown
    record: str
    edit: str
    manager_label: str
    manager: Shown
    leaderless: bool
    members_label: str
    members: tuple[Member, ...]
    owned: tuple[Owned, ...]
    delete: str
    person: Choice
    fault: str = ""
