"""Setup of people: the list, one person, an invitation, leaving, and the tree of departments."""

from dataclasses import dataclass, field

from formwork.web.views.listing import Column, Empty, Row, Tab
from formwork.web.views.rights import Choice
from formwork.web.views.shown import Shown


@dataclass(frozen=True, slots=True)
class PeopleView:
    """The list; the names are those of a list page, which shares its table and pager."""

    plural: str
    summary: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    tabs: tuple[Tab, ...]
    find: str = ""
    show: str = ""
    first: str = ""
    previous: str = ""
    next: str = ""
    count: str = ""
    empty: Empty | None = None


@dataclass(frozen=True, slots=True)
class Role:
    """A role to tick. `why` says why it cannot be given."""

    name: str
    label: str
    held: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class PersonView:
    """One person. `link` is a link to choose a password, shown this once where no mail is sent; `may_reset` says that
    there are second factors to take away, and that they are not the reader's own; `leaves` that there is something
    left to hand over."""

    address: str
    name: str
    record: str
    edit: str
    state: Shown
    active: bool
    facts: tuple[tuple[str, Shown], ...]
    place: tuple[tuple[str, Shown], ...]
    roles: tuple[Role, ...]
    send_label: str = ""
    link: str = ""
    link_until: str = ""
    moving: bool = False
    fault: str = ""
    may_reset: bool = False
    leaves: bool = False


@dataclass(frozen=True, slots=True)
class InviteView:
    """The form of an invitation. `values` and `faults` are by the name of their field."""

    roles: tuple[Role, ...]
    can_mail: bool
    values: dict[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    full_form: str = ""
    hint: str = ""
    kind: str = ""
    tabs: tuple[Tab, ...] = ()
    bound: tuple[Choice, ...] = ()
    """What a portal user can act for."""
    outside: bool = False


@dataclass(frozen=True, slots=True)
class Estate:
    """What somebody has of one kind. `key` names it in the form."""

    key: str
    label: str
    detail: str
    count: str
    icon: str
    hue: str
    to: str = ""
    to_title: str = ""
    stays: bool = False
    fault: str = ""


@dataclass(frozen=True, slots=True)
class LeavingView:
    """The page before somebody is deactivated."""

    address: str
    name: str
    back: str
    estates: tuple[Estate, ...]
    active: bool = True
    to: str = ""
    to_title: str = ""
    fault: str = ""
    to_fault: str = ""
    source: str = "/o/user/lookup?field=manager"


@dataclass(frozen=True, slots=True)
class Branch:
    """A department with those below it."""

    title: str
    href: str
    detail: str
    active: bool = True
    below: tuple["Branch", ...] = ()


@dataclass(frozen=True, slots=True)
class TreeView:
    """The departments as a tree."""

    branches: tuple[Branch, ...]
    new: str = ""
    list: str = "/o/department"
    empty: Empty | None = None
