"""A firm drawn at random: people in levels and departments, circles, records, shares and rights."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from tests.stories.rows.world import (
    FIELDS,
    MASTER_OF,
    OBJECTS,
    OWNED,
    PARENT,
    TYPES,
    Circle,
    Given,
    Key,
    OfType,
    Person,
    Reach,
    Role,
    Row,
    Said,
    World,
    conditions_of,
)

PEOPLE = 14
LEVELS = 6
SITES = 6
JOBS = 30
VISITS = 14
WORD = "common"
"""A word every title holds, so that a search for it finds whatever may be seen."""
_SCOPES = (
    *("own", "subordinates") * 2, *("shared",) * 4, "team", "department", "department_and_below", "all", "none",
)  # fmt: skip
_VERBS = {"read": 0.9, "edit": 0.6, "delete": 0.45, "export": 0.5}


def draw_world(draw: Random, now: datetime) -> World:
    """A world of its own for every state of `draw`."""
    world = World(now.astimezone(UTC), now.astimezone(UTC).date())
    _draw_people(draw, world)
    _draw_records(draw, world)
    _draw_shares(draw, world)
    _draw_rights(draw, world)
    return world


def _draw_people(draw: Random, world: World) -> None:
    for n in range(5):
        world.departments[f"department{n}"] = f"department{draw.randrange(n)}" if n and draw.random() < 0.8 else None
    levels: dict[Key, int] = {}
    for n in range(PEOPLE):
        above = [key for key, level in levels.items() if level < LEVELS and not world.people[key].outside]
        deepest = max(above, key=lambda key: (levels[key], key)) if above else None
        manager = None if n == 0 or draw.random() < 0.1 else deepest if draw.random() < 0.4 else draw.choice(above)
        key = f"person{n}"
        levels[key] = 1 if manager is None else levels[manager] + 1
        home = f"site{draw.randrange(SITES)}" if draw.random() < 0.5 else None
        department = draw.choice(list(world.departments)) if draw.random() < 0.8 else None
        outside = n > 0 and draw.random() < 0.2
        world.people[key] = Person(key, manager, department, home, (), outside, n == 0 or draw.random() < 0.85)
    for kind, circles in (("group", world.groups), ("queue", world.queues)):
        for n in range(3):
            members = frozenset(draw.sample(list(world.people), draw.randrange(5)))
            circles[f"{kind}{n}"] = Circle(f"{kind}{n}", members, draw.random() < 0.8)


def _draw_records(draw: Random, world: World) -> None:
    owners = [*world.people, *world.queues, *world.groups]

    def person() -> Key | None:
        return draw.choice(list(world.people)) if draw.random() < 0.7 else None

    for n in range(SITES):
        values: dict[str, Any] = {
            "name": f"{WORD} site {n}", "region": draw.choice(("north", "south", "east", None)), "keeper": person(),
        }  # fmt: skip
        _add(draw, world, Row(f"site{n}", "site", values, draw.choice(owners), deleted=draw.random() < 0.15))
        for m in range(draw.randrange(3)):
            until = draw.choice((None, world.today - timedelta(days=1), world.today, world.today + timedelta(days=9)))
            values = {"part": f"{WORD} part", "person": person(), "until": until}
            _add(draw, world, Row(f"helper{n}.{m}", "site_helper", values, master=f"site{n}"))
    for n in range(JOBS):
        values = {
            "title": f"{WORD} {draw.choice('abcdef')}",
            "site": f"site{draw.randrange(SITES)}" if draw.random() < 0.8 else None,
            "amount": draw.choice((None, Decimal(draw.randrange(1000)), Decimal(500))),
            "weight": draw.choice((None, Decimal(draw.randrange(20)) / 4)),
            "status": draw.choice(("open", "done", None)),
            "urgent": draw.random() < 0.4,
            "secret": draw.choice((None, f"{WORD} word", "hidden word")),
        }
        _add(draw, world, Row(f"job{n}", "job", values, draw.choice(owners), deleted=draw.random() < 0.15))
        for m in range(draw.randrange(3)):
            values = {"text": f"{WORD} line", "amount": draw.choice((None, *range(100))), "done": draw.random() < 0.5}
            _add(draw, world, Row(f"line{n}.{m}", "job_line", values, master=f"job{n}"))
    for n in range(VISITS):
        values = {"note": f"{WORD} visit", "job": f"job{draw.randrange(JOBS)}" if draw.random() < 0.9 else None}
        _add(draw, world, Row(f"visit{n}", "visit", values, draw.choice(owners), deleted=draw.random() < 0.15))


def _add(draw: Random, world: World, row: Row) -> None:
    if row.object in TYPES:
        row.type = draw.choice(TYPES[row.object])
    if row.master is not None:
        row.deleted = world.rows[row.master].deleted
    world.rows[row.key] = row


def _draw_shares(draw: Random, world: World) -> None:
    owned = [row.key for row in world.rows.values() if row.object in OWNED]
    to = [*world.people, *world.groups, *world.queues]
    ends = (None, world.now + timedelta(days=3), world.now - timedelta(seconds=1), world.now)
    known = set()
    for _ in range(draw.randrange(20, 80)):
        row, who, cause = draw.choice(owned), draw.choice(to), draw.choice(("hand", "team"))
        if (row, who, cause) not in known:
            known.add((row, who, cause))
            world.given.append(Given(row, who, cause, draw.choice(("read", "edit")), draw.choice(ends)))


def _draw_rights(draw: Random, world: World) -> None:
    names = [f"role{n}" for n in range(6)]
    for n, name in enumerate(names):
        portal = draw.random() < 0.4
        known = [one for one in names[:n] if world.roles[one].portal or not portal]
        includes = tuple(draw.sample(known, draw.randrange(min(len(known), 2) + 1)))
        world.roles[name] = Role(name, includes, not portal and draw.random() < 0.03, portal)
        for object in OBJECTS:
            if draw.random() < 0.6:
                world.said.append(_draw_grant(draw, name, object))
    for object in OBJECTS:
        follows = ["parent"] * 8 if object in PARENT else []
        drawn = draw.choice(("private", "private", "private", "read", "edit", *follows))
        world.baselines[object] = "parent" if object in MASTER_OF else drawn
    for person in world.people.values():
        person.roles = tuple(draw.sample(names, draw.choice((0, 1, 2, 2, 2, 3)) if person.key != "person0" else 3))


def _draw_grant(draw: Random, role: str, object: str) -> Said:
    rules = conditions_of(object)

    def reach() -> Reach:
        scopes = [
            draw.choice((*_SCOPES, *(f"rule:{name}" for name in rules))) for _ in range(draw.choice((1, 1, 2, 4)))
        ]
        return Reach(tuple(dict.fromkeys(scopes)), draw.choice(rules) if draw.random() < 0.3 else None)

    verbs = {verb: reach() for verb, chance in _VERBS.items() if draw.random() < chance}

    def levels(often: float) -> dict[str, str]:
        return {name: draw.choice(("hidden", "read", "edit")) for name in FIELDS[object] if draw.random() < often}

    types = {
        one: OfType(draw.random() < 0.7, levels(0.4)) for one in TYPES.get(object, ()) if draw.random() < 0.5
    }  # fmt: skip
    return Said(role, object, verbs, levels(0.2), types)
