"""A firm as plain values: its people, its records, and what its roles say."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeAlias

Key: TypeAlias = str
"""The name a thing has in the test, whatever id it is given when it is stored."""
OWNED = ("site", "job", "visit")
OBJECTS = ("site", "site_helper", "job", "job_line", "visit")
MASTER_OF = {"site_helper": "site", "job_line": "job"}
PARENT = {"job": "site", "visit": "job"}
"""An object to the look-up its baseline `parent` follows, which has the name of the object it points at."""
FIELDS = {
    "site": ("name", "region", "keeper"),
    "site_helper": ("part", "person", "until"),
    "job": ("title", "site", "amount", "weight", "status", "urgent", "secret"),
    "job_line": ("text", "amount", "done"),
    "visit": ("note", "job"),
}
TYPES = {"site": ("depot", "yard"), "job": ("indoor", "outdoor", "roof")}
"""The record types of the objects that have any."""
LINKS = {"site": "site", "job": "job"}
"""A look-up to the object it points at."""
UNSEEN = {("site", "keeper")}
"""A look-up to users, whom no role of the firm lets anybody read; a field of type `user` is told to everybody."""
RESTRICTED = {("job", "secret")}
SEARCHED = {
    "site": ("name",), "site_helper": ("part",), "job": ("title", "secret"), "job_line": ("text",), "visit": ("note",),
}  # fmt: skip


@dataclass
class Person:
    """Somebody who signs in. `manager`, `department` and `home` are keys; `outside` is whoever works in the portal.

    `roles` are those of their assignments, whether they fit somebody from outside or not.
    """

    key: Key
    manager: Key | None
    department: Key | None
    home: Key | None
    roles: tuple[str, ...] = ()
    outside: bool = False
    active: bool = True


@dataclass
class Circle:
    """A group or a queue."""

    key: Key
    members: frozenset[Key]
    active: bool


@dataclass
class Row:
    """A record. `owner` is a person, a group or a queue; `master` the key of the record a detail belongs to."""

    key: Key
    object: str
    values: dict[str, Any]
    owner: Key | None = None
    master: Key | None = None
    deleted: bool = False
    type: str | None = None


@dataclass
class Given:
    """A record given to a person, group or queue: by hand, or as a member of its team."""

    row: Key
    to: Key
    cause: str
    level: str
    until: datetime | None


@dataclass
class Reach:
    """What one line of a grant says of a verb: scopes, and the name of a condition in CONDITIONS."""

    scopes: tuple[str, ...]
    when: str | None = None


@dataclass
class OfType:
    """What a role says otherwise about the records of one type."""

    use: bool
    fields: Mapping[str, str]


@dataclass
class Said:
    """What one role says of one object."""

    role: str
    object: str
    verbs: Mapping[str, Reach]
    fields: Mapping[str, str]
    types: Mapping[str, OfType] = field(default_factory=dict)


@dataclass
class Role:
    """A role, what it includes, whether it manages everything, and whether it is one for people from outside."""

    name: str
    includes: tuple[str, ...] = ()
    manages: bool = False
    portal: bool = False


@dataclass
class World:
    """The whole firm at one moment."""

    now: datetime
    today: date
    people: dict[Key, Person] = field(default_factory=dict)
    departments: dict[Key, Key | None] = field(default_factory=dict)
    """A department to the one it is part of."""
    groups: dict[Key, Circle] = field(default_factory=dict)
    queues: dict[Key, Circle] = field(default_factory=dict)
    rows: dict[Key, Row] = field(default_factory=dict)
    given: list[Given] = field(default_factory=list)
    roles: dict[str, Role] = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)
    baselines: dict[str, str] = field(default_factory=dict)
    """An object to private, read, edit or parent; a detail to parent."""

    def live(self, key: Key | None) -> Row | None:
        """The record of that key, None when there is none or it was deleted."""
        row = None if key is None else self.rows[key]
        return None if row is None or row.deleted else row


Condition: TypeAlias = Callable[[World, Person, Row], bool]
"""A condition as anybody would write it in Python."""


def _of_site(test: Callable[[World, Person, Row], bool]) -> Condition:
    """The condition of the record's site, false where it has none or it was deleted: a blank compares with nothing."""

    def holds(world: World, person: Person, row: Row) -> bool:
        site = world.live(row.values["site"])
        return site is not None and test(world, person, site)

    return holds


def _kept(world: World, person: Person, site: Row) -> bool:
    return site.values["keeper"] == person.key


def _helped(world: World, person: Person, site: Row) -> bool:
    return any(
        one.object == "site_helper" and one.master == site.key and not one.deleted
        and one.values["person"] == person.key
        and (one.values["until"] is None or one.values["until"] >= world.today)
        for one in world.rows.values()
    )  # fmt: skip


def _at_home(world: World, person: Person, row: Row) -> bool:
    site = world.live(row.values["site"])
    return site is not None and site.key == person.home


def _owned_by_department(world: World, person: Person, row: Row) -> bool:
    owner = world.people.get(row.owner or "")
    return owner is not None and owner.department is not None and owner.department == person.department


def _above(field_name: str, least: int) -> Condition:
    return lambda world, person, row: row.values[field_name] is not None and row.values[field_name] > least


CONDITIONS: dict[str, tuple[str, str, Condition]] = {
    "urgent": ("job", "urgent", lambda world, person, row: bool(row.values["urgent"])),
    "open_ones": ("job", "status = 'open'", lambda world, person, row: row.values["status"] == "open"),
    "not_done": ("job", "not (status = 'done')", lambda world, person, row: row.values["status"] != "done"),
    "large": ("job", "amount > 500", _above("amount", 500)),
    "kept_site": ("job", "site.keeper = me", _of_site(_kept)),
    "helped_site": (
        "job", "exists(site.helpers, person = me and (until is blank or until >= today()))", _of_site(_helped),
    ),
    "outdoors": ("job", "record_type = 'outdoor'", lambda world, person, row: row.type == "outdoor"),
    "in_yards": ("job", "site.record_type = 'yard'", _of_site(lambda w, p, site: site.type == "yard")),
    "northern": ("job", "site.region = 'north'", _of_site(lambda w, p, site: site.values["region"] == "north")),
    "at_home": ("job", "site = me.home", _at_home),
    "of_department": ("job", "owner.department = me.department", _owned_by_department),
    "keeper": ("site", "keeper = me", _kept),
    "helper": ("site", "exists(helpers, person = me and (until is blank or until >= today()))", _helped),
    "home": ("site", "id = me.home", lambda world, person, row: row.key == person.home),
    "to_the_south": ("site", "region = 'south'", lambda world, person, row: row.values["region"] == "south"),
    "has_urgent": (
        "site", "exists(jobs, urgent)",
        lambda world, person, row: any(
            one.object == "job" and not one.deleted and one.values["site"] == row.key and one.values["urgent"]
            for one in world.rows.values()
        ),
    ),
    "own_help": ("site_helper", "person = me", lambda world, person, row: row.values["person"] == person.key),
    "done_lines": ("job_line", "done", lambda world, person, row: bool(row.values["done"])),
    "urgent_lines": (
        "job_line", "job.urgent", lambda world, person, row: bool(world.rows[row.master or ""].values["urgent"]),
    ),
    "large_lines": ("job_line", "amount > 50", _above("amount", 50)),
    "urgent_visits": (
        "visit", "job.urgent",
        lambda world, person, row: (job := world.live(row.values["job"])) is not None and bool(job.values["urgent"]),
    ),
}  # fmt: skip
"""Name -> object, the condition in the expression language, and the same in Python."""


def conditions_of(object: str) -> list[str]:
    """The names of the conditions over an object."""
    return [name for name, (whose, _, _) in CONDITIONS.items() if whose == object]
