"""Row rules asked again of what is stored: whoever changes a record may not change it out of their reach."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from formwork.definitions.model import GrantDef, VerbGrant
from formwork.kernel import Denied
from formwork.records import Change, create, get_record, merge, update, upsert
from formwork.storage import Work, rows
from tests.records.conftest import Library
from tests.support.rights import library_with, person

RULES = {
    "counter": ("loan", "at_counter"),
    "members": ("loan", "reader.member"),
    "long": ("loan", "due_on > begun_on + 10"),
}


@contextmanager
def at_desk(library: Library, scope: str, **verbs: str) -> Iterator[Work]:
    """A unit of work of somebody who sees every loan and edits those of one scope, with further verbs by scope."""
    everything = {"read": VerbGrant(("all",))}
    further = {name: VerbGrant((one,)) for name, one in verbs.items()}
    grants = [
        GrantDef("desk", "loan", {**everything, "edit": VerbGrant((scope,)), **further}),
        *(GrantDef("desk", object, everything) for object in ("reader", "loan_item", "book", "user")),
    ]
    snapshot = library_with(grants, RULES)
    actor = person(library.clerk, "desk")
    with library.home.system() as opened:
        yield replace(opened.with_snapshot(snapshot), context=opened.context.acting_as(actor))


def made(library: Library, **values: Any) -> UUID:
    [reader] = library.make("reader", {"name": "Ada", "member": True})
    [loan] = library.make("loan", {"reader": str(reader), "at_counter": True, "days": 20, **values})
    return loan


@pytest.mark.parametrize(
    ("scope", "body", "stays"),
    [
        ("rule:counter", {"days": 3}, True),
        ("rule:counter", {"at_counter": False}, False),
        ("rule:counter", {"at_counter": True, "days": 4}, True),
        ("rule:members", {"days": 3}, True),
        ("rule:long", {"rate": "0.1"}, True),
        ("own", {"days": 3}, True),
    ],
)
def test_a_change_may_not_leave_the_reach_of_who_makes_it(
    library: Library, scope: str, body: dict[str, Any], stays: bool
) -> None:
    loan = made(library, owner=str(library.clerk))
    if stays:
        with at_desk(library, scope) as work:
            update(work, "loan", [Change(loan, body)])
        return
    with pytest.raises(Denied) as refused, at_desk(library, scope) as work:
        update(work, "loan", [Change(loan, body)])
    assert refused.value.code == "row_denied"
    with library.home.system() as work:
        assert get_record(work, "loan", loan)["version"] == 1


@pytest.mark.parametrize("scope", ["own", "all"])
def test_who_may_only_edit_a_record_may_not_give_it_away(library: Library, scope: str) -> None:
    loan = made(library, owner=str(library.clerk))
    for owner in (str(library.other_clerk), str(library.clerk), None):
        with pytest.raises(Denied) as refused, at_desk(library, scope) as work:
            update(work, "loan", [Change(loan, {"days": 3, "owner": owner})])
        assert (refused.value.code, refused.value.extra) == ("field_denied", {"field": "owner"})
    with library.home.system() as work:
        assert get_record(work, "loan", loan, ("version", "owner"))["owner"] == str(library.clerk)


def test_who_may_transfer_gives_a_record_beyond_the_own_reach(library: Library) -> None:
    loan = made(library, owner=str(library.clerk))
    with at_desk(library, "own", transfer="own") as work:
        update(work, "loan", [Change(loan, {"owner": str(library.other_clerk), "days": 4})])
    with library.home.system() as work:
        assert get_record(work, "loan", loan)["owner"] == str(library.other_clerk)


def test_the_right_to_transfer_is_asked_of_the_row_as_it_was(library: Library) -> None:
    mine, other = made(library, owner=str(library.clerk)), made(library)
    with at_desk(library, "all", transfer="own") as work:
        update(work, "loan", [Change(other, {"days": 4})])
        update(work, "loan", [Change(mine, {"owner": str(library.other_clerk)})])
    for ids in ([other], [mine, other]):
        with pytest.raises(Denied) as refused, at_desk(library, "all", transfer="own") as work:
            update(work, "loan", [Change(id, {"owner": str(library.clerk)}) for id in ids])
        assert refused.value.code == "row_denied"


def test_a_new_record_is_its_makers_unless_they_may_transfer(library: Library) -> None:
    [reader] = library.make("reader", {"name": "Ada"})
    body = {"reader": str(reader)}
    for named in (str(library.clerk), library.clerk):
        with at_desk(library, "all", create="all") as work:
            [saved] = create(work, "loan", [{**body, "owner": named}])
            assert get_record(work, "loan", saved.id)["owner"] == str(library.clerk)
    for owner in (str(library.other_clerk), None):
        with pytest.raises(Denied) as refused, at_desk(library, "all", create="all") as work:
            create(work, "loan", [{**body, "owner": owner}])
        assert refused.value.code == "field_denied"
    with at_desk(library, "all", create="all", transfer="own") as work:
        [saved] = create(work, "loan", [{**body, "owner": str(library.other_clerk)}])
        assert get_record(work, "loan", saved.id)["owner"] == str(library.other_clerk)


def test_merging_and_upserting_give_nothing_away_either(library: Library) -> None:
    kept, gone = made(library, external_id="L1"), made(library)
    given = {"owner": str(library.other_clerk)}
    with pytest.raises(Denied), at_desk(library, "all", delete="all") as work:
        merge(work, "loan", kept, [gone], given)
    with pytest.raises(Denied), at_desk(library, "all", create="all") as work:
        upsert(work, "loan", [{"external_id": "L1", **given}])
    with library.home.system() as work:
        assert get_record(work, "loan", kept)["owner"] == str(library.librarian)


def test_a_rule_over_another_record_is_asked_again(library: Library) -> None:
    loan = made(library)
    [guest] = library.make("reader", {"name": "Guest", "member": False})
    with pytest.raises(Denied), at_desk(library, "rule:members") as work:
        update(work, "loan", [Change(loan, {"reader": str(guest)})])


def test_a_batch_is_refused_for_one_row_that_would_leave(library: Library) -> None:
    first, second = made(library), made(library)
    with pytest.raises(Denied), at_desk(library, "rule:counter") as work:
        update(work, "loan", [Change(first, {"days": 5}), Change(second, {"at_counter": False})])
    with library.home.system() as work:
        assert get_record(work, "loan", first)["days"] == 20


def test_a_detail_is_asked_again_by_every_narrowed_grant(library: Library) -> None:
    """Two roles reach the details of different owners, each in a state of its own."""
    [book] = library.make("book", {"title": "Emma"})
    loan = made(library, owner=str(library.other_clerk), items=[{"book": str(book)}])
    grants = [
        GrantDef("first", "loan_item", {"read": VerbGrant(("all",)), "edit": VerbGrant(("own",), "copies < 9")}),
        GrantDef("second", "loan_item", {"edit": VerbGrant(("team",), "copies < 8")}),
        GrantDef("second", "book", {"read": VerbGrant(("all",))}),
    ]
    actor = person(library.clerk, "first", "second", team={library.other_clerk})
    with library.home.system() as opened:
        [item] = rows.load_below(opened, "loan_item", "loan", [loan], ["id"])
        work = replace(opened.with_snapshot(library_with(grants)), context=opened.context.acting_as(actor))
        update(work, "loan_item", [Change(item, {"copies": 2})])
        assert get_record(work, "loan_item", item)["copies"] == 2
