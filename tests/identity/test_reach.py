"""Whose records each scope stands for: hierarchies of a thousand people, departments in a tree, groups and queues."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import event

from formwork.definitions.model import GrantDef, VerbGrant
from formwork.identity import assign_role
from formwork.identity.actor import actor_of
from formwork.kernel import Actor
from formwork.records import Change, ListRequest, create, delete, list_records, titles, update
from formwork.storage import Work
from tests.support.databases import Database
from tests.support.rights import library_with
from tests.support.tenants import LIBRARY, Installation, installed

SCOPES = ("own", "team", "department", "department_and_below", "subordinates")
ALL = VerbGrant(("all",))
GRANTS = [
    *(GrantDef(scope, "reader", {"read": VerbGrant((scope,))}) for scope in SCOPES),
    *(GrantDef("giver", name, {"read": ALL, "create": ALL, "edit": ALL, "transfer": ALL})
      for name in ("reader", "user", "group", "queue")),
]  # fmt: skip
PEOPLE = 1_000
LEVELS = 6


@pytest.fixture
def here(database: Database) -> Iterator[Installation]:
    with installed(database, database.folder, LIBRARY) as found:
        yield found


def opened(work: Work) -> Work:
    """The unit of work under these grants."""
    return work.with_snapshot(library_with(GRANTS))


@contextmanager
def counted(work: Work) -> Iterator[list[str]]:
    """The statements that are run meanwhile; nothing is known of anybody when it begins."""
    said: list[str] = []
    work.kept.clear()

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        said.append(statement)

    event.listen(work.connection.engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(work.connection.engine, "before_cursor_execute", note)


def reach(here: Installation, user: UUID, *scopes: str) -> Actor:
    """Who the user is at their next request, with a role for each scope."""
    with here.system() as work:
        found = opened(work)
        for scope in scopes or SCOPES:
            assign_role(found, user, scope)
        return actor_of(found, user)


def people(here: Installation, *bodies: dict[str, object]) -> list[UUID]:
    """Users with these fields."""
    filled = [
        {"login": f"p{at}", "full_name": f"P {at}", "email": f"p{at}@example.org", **body}
        for at, body in enumerate(bodies)
    ]
    with here.system() as work:
        return [saved.id for saved in create(work, "user", filled)]


def test_subordinates_of_six_levels_are_found_in_a_statement_for_each_and_follow_a_new_manager(
    here: Installation,
) -> None:
    draw = random.Random(7)
    ids = people(here, *({} for _ in range(PEOPLE)))
    level = [0 if at == 0 else 1 + (at - 1) * (LEVELS - 1) // (PEOPLE - 1) for at in range(PEOPLE)]
    boss: dict[UUID, UUID] = {}
    for at in range(1, PEOPLE):
        above = [one for one in range(at) if level[one] == level[at] - 1]
        boss[ids[at]] = ids[draw.choice(above)]
    with here.system() as work:
        update(work, "user", [Change(one, {"manager": str(manager)}) for one, manager in boss.items()])

    def below(top: UUID) -> frozenset[UUID]:
        def reports(one: UUID | None) -> bool:
            while one is not None and one != top:
                one = boss.get(one)
            return one is not None

        return frozenset(one for one in ids if reports(one))

    asked = [ids[0], *draw.sample(ids[1:], 4)]
    for one in asked:
        assert reach(here, one, "subordinates").owners["subordinates"] == below(one)
    with here.system() as work, counted(work) as statements:
        actor_of(opened(work), ids[0])
    assert len(statements) <= LEVELS + 6, statements
    moved = next(one for one in ids if level[ids.index(one)] == 2 and below(one))
    to = next(one for one in ids if level[ids.index(one)] == 1 and one != boss[moved])
    was = boss[moved]
    with here.system() as work:
        update(work, "user", [Change(moved, {"manager": str(to)})])
        assert moved in actor_of(opened(work), asked[0]).owners["subordinates"]  # before it is committed too
    boss[moved] = to
    for one in (to, was, moved, ids[0]):
        assert reach(here, one, "subordinates").owners["subordinates"] == below(one)


def test_departments_reach_their_own_people_and_those_below_them(here: Installation) -> None:
    with here.system() as work:
        [top] = [one.id for one in create(work, "department", [{"name": "Top"}])]
        [left, right] = [
            one.id for one in create(work, "department", [{"name": n, "parent": str(top)} for n in ("Left", "Right")])
        ]
        [leaf] = [one.id for one in create(work, "department", [{"name": "Leaf", "parent": str(left)}])]
    head, first, second, third, none = people(here, *({"department": str(one)} for one in (top, left, right, leaf)), {})
    assert reach(here, head).owners["department"] == {head}
    assert reach(here, head).owners["department_and_below"] == {head, first, second, third}
    assert reach(here, first).owners["department_and_below"] == {first, third}
    assert reach(here, none).owners["department_and_below"] == {none}


def test_who_is_in_a_group_or_queue_has_its_records_in_every_scope(here: Installation) -> None:
    giver, member, outsider = people(here, {}, {}, {})
    with here.system() as work:
        owners = [create(work, kind, [{"name": kind, "members": [str(member)]}])[0].id for kind in ("group", "queue")]
        made = [
            one.id for one in create(work, "reader", [{"name": n, "owner": str(giver)} for n in ("Ada", "Bo", "Cy")])
        ]
    acting = reach(here, giver, "giver")
    with here.system() as work:  # assigned by hand, as the API does it
        work = replace(opened(work), context=work.context.acting_as(acting))
        update(work, "reader", [Change(id, {"owner": str(owner)}) for id, owner in zip(made, owners, strict=False)])
        create(work, "reader", [{"name": "Di", "owner": str(owners[1])}])
    for scope in SCOPES:
        for who, seen in ((member, ["Ada", "Bo", "Di"]), (outsider, [])):
            with here.system() as work:
                actor = replace(reach_in(work, who), roles=frozenset({scope}))
                mine = replace(opened(work), context=work.context.acting_as(actor))
                page = list_records(mine, ListRequest("reader", ("name",), sort=("name",)), b"k" * 32)
                assert [row["name"] for row in page.records] == seen, (scope, who)
    with here.system() as work:
        delete(work, "reader", made)
        assert titles(work, "queue", [owners[1]])[str(owners[1])] == "queue"


def reach_in(work: Work, user: UUID) -> Actor:
    """The user with every scope worked out."""
    found = opened(work)
    for scope in SCOPES:
        assign_role(found, user, scope)
    return actor_of(found, user)
