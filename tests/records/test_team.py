"""The team of a record: what a member may, for how long, beside a share, and who hears of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from uuid import UUID

import pytest

from formwork.catalog import Snapshot
from formwork.definitions.model import GrantDef, VerbGrant
from formwork.kernel import Actor, Denied, Invalid, NotFound
from formwork.records import (
    Change,
    ListRequest,
    create,
    history,
    join_team,
    leave_team,
    list_records,
    merge,
    share,
    shares_of,
    team_of,
    update,
)
from formwork.records.given import Gift, Level
from formwork.storage import Work, system
from tests.records.conftest import Library
from tests.support.rights import library_with, person

ALL, OWN = VerbGrant(("all",)), VerbGrant(("own", "shared"))
GRANTS = (
    GrantDef("desk", "loan", {"read": OWN, "edit": OWN, "share": VerbGrant(("own",))}),
    *(GrantDef("desk", object, {"read": ALL}) for object in ("reader", "book", "user", "group", "queue")),
)


@lru_cache(maxsize=1)
def snapshot() -> Snapshot:
    """The library whose loans have teams."""
    found = library_with(GRANTS)
    loan = found.objects["loan"]
    spec = replace(loan, definition=replace(loan.definition, features=(*loan.definition.features, "team")))
    return replace(found, objects={**found.objects, "loan": spec})


@contextmanager
def working(library: Library, actor: Actor, days: int = 0) -> Iterator[Work]:
    """A unit of work of somebody, so many days from now."""
    with library.home.system() as opened:
        now = opened.context.now + timedelta(days=days)
        yield replace(opened.with_snapshot(snapshot()), context=replace(opened.context.acting_as(actor), now=now))


@pytest.fixture
def loan(library: Library) -> UUID:
    """A loan of the first clerk."""
    [reader] = library.make("reader", {"name": "Ada", "member": True})
    return library.make("loan", {"reader": str(reader), "days": 5, "owner": str(library.clerk)})[0]


def sees(work: Work) -> bool:
    """Whether the one loan is in the list."""
    return len(list_records(work, ListRequest("loan"), b"k" * 32).records) == 1


def test_a_member_reads_or_edits_until_the_end(library: Library, loan: UUID) -> None:
    cleo, carl = person(library.clerk, "desk"), person(library.other_clerk, "desk")
    with working(library, cleo) as work:
        until = work.context.now + timedelta(days=2)
        id = join_team(work, "loan", loan, Gift(library.other_clerk, Level.READ, until, part="Presales"))
    with working(library, carl) as work:
        assert sees(work)
        with pytest.raises((Denied, NotFound)):
            update(work, "loan", [Change(loan, {"days": 6})])
    with working(library, cleo) as work:
        gift = Gift(library.other_clerk, Level.EDIT, until, part="Delivery")
        assert join_team(work, "loan", loan, gift) == id
        [member] = team_of(work, "loan", loan)
        assert (member.part, member.level, member.until, member.kind) == ("Delivery", Level.EDIT, until, "user")
        assert shares_of(work, "loan", loan) == []
    with working(library, carl) as work:
        update(work, "loan", [Change(loan, {"days": 6})])
    with working(library, carl, days=3) as work:
        assert not sees(work)
    with working(library, cleo, days=3) as work:
        assert team_of(work, "loan", loan) == []


@pytest.mark.parametrize("kind", ["group", "queue"])
def test_a_group_or_queue_is_a_member_too(library: Library, loan: UUID, kind: str) -> None:
    with library.home.system() as work:
        principal = create(work, kind, [{"name": "Counter"}])[0].id
    with working(library, person(library.clerk, "desk")) as work:
        join_team(work, "loan", loan, Gift(principal, Level.READ, part="Support"))
        assert [one.kind for one in team_of(work, "loan", loan)] == [kind]
    belongs = replace(person(library.other_clerk, "desk"), **{f"{kind}s": frozenset({principal})})
    with working(library, belongs) as work:
        assert sees(work)


def test_a_part_and_a_share_end_each_by_itself(library: Library, loan: UUID) -> None:
    cleo, carl = person(library.clerk, "desk"), person(library.other_clerk, "desk")
    with working(library, cleo) as work:
        id = join_team(work, "loan", loan, Gift(library.other_clerk, Level.READ, part="Presales"))
        share(work, "loan", loan, library.other_clerk, Level.EDIT)
        assert (len(team_of(work, "loan", loan)), len(shares_of(work, "loan", loan))) == (1, 1)
        leave_team(work, "loan", loan, id)
        assert (len(team_of(work, "loan", loan)), len(shares_of(work, "loan", loan))) == (0, 1)
        with pytest.raises(NotFound):
            leave_team(work, "loan", loan, shares_of(work, "loan", loan)[0].id)
        told = system.find_many(work, "fw_audit", equals={"record": loan}, order=("id",))
        assert [(row["action"], row["detail"].get("part")) for row in told] == [
            ("team_joined", "Presales"), ("shared", None), ("team_left", None),
        ]  # fmt: skip
        assert [one.action for one in history(work, "loan", loan)][:2] == ["team", "team"]
    with working(library, carl) as work:
        assert sees(work)


def test_who_may_not_share_has_no_say_and_sees_no_team_of_what_they_cannot_read(library: Library, loan: UUID) -> None:
    with working(library, person(library.other_clerk, "desk")) as work:
        with pytest.raises(NotFound):
            team_of(work, "loan", loan)
        with pytest.raises(NotFound):
            join_team(work, "loan", loan, Gift(library.other_clerk, Level.READ, part="Presales"))
    with working(library, person(library.clerk, "desk")) as work:
        with pytest.raises(NotFound) as none:
            team_of(work, "reader", loan)
        assert none.value.code == "no_team"
        for part in ("", "x" * 81):
            with pytest.raises(Invalid) as caught:
                join_team(work, "loan", loan, Gift(library.other_clerk, Level.READ, part=part))
            assert [one.pointer for one in caught.value.problems] == ["/part"]


def test_a_merge_hands_on_shares_and_members_and_never_more_than_one_of_the_records_gave(
    library: Library, loan: UUID
) -> None:
    [reader] = library.make("reader", {"name": "Bea", "member": True})
    [other] = library.make("loan", {"reader": str(reader), "days": 5, "owner": str(library.clerk)})
    with library.home.system() as opened:
        work, now = opened.with_snapshot(snapshot()), opened.context.now
        soon, later = now + timedelta(days=1), now + timedelta(days=9)
        cleo, carl, libby = library.clerk, library.other_clerk, library.librarian
        share(work, "loan", loan, cleo, Level.READ)
        share(work, "loan", other, cleo, Level.EDIT, later)  # the stronger level, with its own end
        share(work, "loan", loan, carl, Level.EDIT, soon)
        share(work, "loan", other, carl, Level.READ)  # the winner's is stronger
        kept = share(work, "loan", other, libby, Level.READ, soon, "while Cleo is away")
        join_team(work, "loan", loan, Gift(carl, Level.READ, soon, part="Reads"))
        join_team(work, "loan", other, Gift(carl, Level.READ, later, part="Advises"))  # the later end
        join_team(work, "loan", other, Gift(libby, Level.EDIT, soon, part="Was there"))
        system.change(work, "fw_share", {"until": now}, equals={"principal": libby, "cause": "team"})  # has ended
        merge(work, "loan", loan, [other], {})
        found = {(one.principal, one.level, one.until) for one in shares_of(work, "loan", loan)}
        assert found == {(cleo, Level.EDIT, later), (carl, Level.EDIT, soon), (libby, Level.READ, soon)}
        assert [one.note for one in shares_of(work, "loan", loan) if one.id == kept] == ["while Cleo is away"]
        team = team_of(work, "loan", loan)
        assert [(one.principal, one.part, one.until) for one in team] == [(carl, "Advises", later)]
        assert system.count(work, "fw_share", object="loan", record=other) == 0
        told = system.find_many(work, "fw_audit", equals={"record": loan}, order=("id",), columns=("action", "detail"))
        merged = [(row["action"], row["detail"]["with"]) for row in told if row["detail"].get("merged") == str(other)]
        assert sorted(merged) == sorted([("shared", str(cleo)), ("shared", str(libby)), ("team_joined", str(carl))])
