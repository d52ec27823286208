"""Records given by hand: who may give, how far it reaches, when it ends, through groups, queues and masters."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from formwork.definitions.model import GrantDef, VerbGrant
from formwork.kernel import Actor, Denied, Invalid, NotFound, new_id
from formwork.records import (
    Change,
    ListRequest,
    count_records,
    create,
    get_record,
    list_records,
    merge,
    share,
    shares_of,
    unshare,
    update,
)
from formwork.records.shares import MOST, Level, forget_ended_shares
from formwork.storage import Work, system
from tests.records.conftest import Library
from tests.support.rights import library_with, person

EVERYTHING = {"read": VerbGrant(("all",))}
OWN = VerbGrant(("own", "shared"))
GRANTS = [
    GrantDef("desk", "loan", {"read": OWN, "edit": OWN, "share": VerbGrant(("own",)), "export": OWN}),
    *(GrantDef("desk", object, EVERYTHING) for object in ("reader", "book", "user", "group", "queue")),
    GrantDef("passer", "loan", {"read": OWN, "edit": OWN, "share": OWN}),
    GrantDef("merger", "loan", {"read": OWN, "edit": OWN, "merge": OWN}),
    *(GrantDef(role, one, EVERYTHING) for role in ("passer", "merger") for one in ("reader", "user", "group")),
    GrantDef("sharer", "loan", {"read": VerbGrant(("all",)), "share": VerbGrant(("all",))}),
]


@contextmanager
def working(library: Library, actor: Actor, days: int = 0) -> Iterator[Work]:
    """A unit of work of somebody under these grants, so many days from now."""
    with library.home.system() as opened:
        now = opened.context.now + timedelta(days=days)
        context = replace(opened.context.acting_as(actor), now=now)
        yield replace(opened.with_snapshot(library_with(GRANTS)), context=context)


@pytest.fixture
def loan(library: Library) -> UUID:
    """A loan of the first clerk, with an item."""
    [reader] = library.make("reader", {"name": "Ada", "member": True})
    [book] = library.make("book", {"title": "Emma"})
    body = {
        "reader": str(reader),
        "days": 5,
        "owner": str(library.clerk),
        "items": [{"book": str(book)}],
    }
    return library.make("loan", body)[0]


@pytest.fixture
def cleo(library: Library) -> Actor:
    return person(library.clerk, "desk")


@pytest.fixture
def carl(library: Library) -> Actor:
    return person(library.other_clerk, "desk")


def seen(work: Work, object: str = "loan") -> int:
    """How many records somebody lists, which is how many they count."""
    page = list_records(work, ListRequest(object), b"k" * 32)
    assert count_records(work, ListRequest(object), 100) == len(page.records)
    return len(page.records)


def test_a_share_opens_one_record_to_be_read_and_its_details_with_it(
    library: Library, loan: UUID, cleo: Actor, carl: Actor
) -> None:
    other = library.make("loan", {"reader": str(library.make("reader", {"name": "Bo"})[0]), "owner": str(cleo.user)})
    with working(library, carl) as work:
        assert (seen(work), seen(work, "loan_item")) == (0, 0)
    with working(library, cleo) as work:
        share(work, "loan", loan, library.other_clerk, Level.READ, why="Stands in")
        [held] = shares_of(work, "loan", loan)
        assert (held.principal, held.kind, held.level, held.note, held.by) == (
            library.other_clerk, "user", Level.READ, "Stands in", cleo.user,
        )  # fmt: skip
    with working(library, carl) as work:
        assert (seen(work), seen(work, "loan_item")) == (1, 1)
        assert get_record(work, "loan", loan)["days"] == 5
        with pytest.raises(NotFound):
            get_record(work, "loan", other[0])
        with pytest.raises((Denied, NotFound)):
            update(work, "loan", [Change(loan, {"days": 6})])


def test_a_share_to_edit_lets_one_edit_and_not_share_on(library: Library, loan: UUID, cleo: Actor, carl: Actor) -> None:
    with working(library, cleo) as work:
        share(work, "loan", loan, library.other_clerk, Level.READ)
        share(work, "loan", loan, library.other_clerk, Level.EDIT)
        assert [one.level for one in shares_of(work, "loan", loan)] == [Level.EDIT]
    with working(library, carl) as work:
        update(work, "loan", [Change(loan, {"days": 6})])
        with pytest.raises(NotFound):
            share(work, "loan", loan, library.librarian, Level.READ)
    with working(library, cleo) as work:
        assert get_record(work, "loan", loan)["days"] == 6


def test_a_share_ends_with_its_moment_or_when_it_is_taken_back(
    library: Library, loan: UUID, cleo: Actor, carl: Actor
) -> None:
    with working(library, cleo) as work:
        until = work.context.now + timedelta(days=2)
        id = share(work, "loan", loan, library.other_clerk, Level.EDIT, until)
    with working(library, carl, days=1) as work:
        assert seen(work) == 1
    with working(library, carl, days=3) as work:
        assert seen(work) == 0
        assert forget_ended_shares(work) == 1
    with working(library, cleo) as work:
        id = share(work, "loan", loan, library.other_clerk, Level.READ)
        with pytest.raises(NotFound):
            unshare(work, "loan", loan, new_id())
        unshare(work, "loan", loan, id)
        assert shares_of(work, "loan", loan) == []
        events = [row["action"] for row in system.find_many(work, "fw_audit", equals={"record": loan}, order=("id",))]
        assert events == ["shared", "shared", "unshared"]
    with working(library, carl) as work:
        assert seen(work) == 0


@pytest.mark.parametrize("kind", ["group", "queue"])
def test_a_share_with_a_group_or_queue_reaches_its_members(
    library: Library, loan: UUID, cleo: Actor, kind: str
) -> None:
    with library.home.system() as work:
        principal = create(work, kind, [{"name": "Counter"}])[0].id
    with working(library, cleo) as work:
        share(work, "loan", loan, principal, Level.READ)
    member = replace(person(library.other_clerk, "desk"), **{f"{kind}s": frozenset({principal})})
    with working(library, member) as work:
        assert seen(work) == 1
    with working(library, person(library.other_clerk, "desk")) as work:
        assert seen(work) == 0


def test_what_cannot_be_given_is_told_all_at_once(library: Library, loan: UUID, cleo: Actor) -> None:
    sharer = person(library.librarian, "sharer")
    with working(library, sharer) as work:
        past = work.context.now - timedelta(days=1)
        with pytest.raises(Invalid) as caught:
            share(work, "loan", loan, new_id(), Level.EDIT, past)
        assert {one.pointer: one.code for one in caught.value.problems} == {
            "/principal": "bad_reference", "/level": "beyond_own", "/until": "bad_datetime",
        }  # fmt: skip
    with working(library, person(library.other_clerk, "desk")) as work, pytest.raises(NotFound):
        share(work, "loan", loan, library.librarian, Level.READ)
    with working(library, cleo) as work, pytest.raises(Denied):
        share(work, "reader", loan, library.librarian, Level.READ)


def test_a_record_has_only_so_many_shares(library: Library, loan: UUID, cleo: Actor) -> None:
    with working(library, cleo) as work:
        row = {"object": "loan", "record": loan, "level": "read", "at": work.context.now, "note": ""}
        system.append(work, "fw_share", [{**row, "id": new_id(), "principal": new_id()} for _ in range(MOST)])
        with pytest.raises(Invalid) as caught:
            share(work, "loan", loan, library.other_clerk, Level.READ)
        assert [one.code for one in caught.value.problems] == ["too_many_shares"]


def test_a_share_that_ends_makes_nobody_s_longer_not_even_its_own(library: Library, loan: UUID) -> None:
    with library.home.system() as work:
        group = create(work, "group", [{"name": "Desk"}])[0].id
    cleo = person(library.clerk, "passer")
    carl = replace(person(library.other_clerk, "passer"), groups=frozenset({group}))
    with working(library, cleo) as work:
        soon, later = (work.context.now + timedelta(days=days) for days in (1, 2))
        share(work, "loan", loan, library.other_clerk, Level.EDIT, soon)
    with working(library, carl) as work:
        for whom, until, at in (
            (library.other_clerk, None, "/principal"), (library.other_clerk, soon, "/principal"),
            (group, soon, "/principal"), (library.librarian, None, "/until"), (library.librarian, later, "/until"),
        ):  # fmt: skip
            with pytest.raises(Invalid) as refused:
                share(work, "loan", loan, whom, Level.EDIT, until)
            assert [(one.pointer, one.code) for one in refused.value.problems] == [(at, "beyond_own")]
        share(work, "loan", loan, library.librarian, Level.EDIT, soon)
    with working(library, cleo) as work:
        share(work, "loan", loan, library.other_clerk, Level.EDIT)
    with working(library, carl) as work:
        share(work, "loan", loan, library.librarian, Level.READ)
    with working(library, carl, days=30) as work:
        assert seen(work) == 1


def test_a_merge_without_the_right_to_share_gives_the_one_that_stays_to_nobody(library: Library, loan: UUID) -> None:
    reader = library.make("reader", {"name": "Bea", "member": True})[0]
    other = library.make("loan", {"reader": str(reader), "days": 5, "owner": str(library.clerk)})[0]
    with library.home.system() as work:
        share(work, "loan", loan, library.other_clerk, Level.READ)
        share(work, "loan", other, library.other_clerk, Level.EDIT)
        share(work, "loan", other, library.clerk, Level.READ)
    with working(library, person(library.clerk, "merger")) as work:
        merge(work, "loan", loan, [other], {})
    with library.home.system() as work:
        assert [(one.principal, one.level) for one in shares_of(work, "loan", loan)] == [
            (library.other_clerk, Level.READ)
        ]
        assert system.count(work, "fw_share", object="loan", record=other) == 0
        assert system.count(work, "fw_audit", action="unshared", record=other) == 2
