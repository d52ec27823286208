"""Row rules asked again of what is stored: whoever changes a record may not change it out of their reach."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from formwork.definitions.model import GrantDef, VerbGrant
from formwork.kernel import Denied
from formwork.records import Change, get_record, update
from formwork.storage import Work
from tests.records.conftest import Library
from tests.support.rights import library_with, person

RULES = {
    "counter": ("loan", "at_counter"),
    "members": ("loan", "reader.member"),
    "long": ("loan", "due_on > begun_on + 10"),
}


@contextmanager
def at_desk(library: Library, scope: str) -> Iterator[Work]:
    """A unit of work of somebody who sees every loan and edits those of one scope."""
    everything = {"read": VerbGrant(("all",))}
    grants = [
        GrantDef("desk", "loan", {**everything, "edit": VerbGrant((scope,))}),
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
        ("own", {"owner": "other"}, False),
    ],
)
def test_a_change_may_not_leave_the_reach_of_who_makes_it(
    library: Library, scope: str, body: dict[str, Any], stays: bool
) -> None:
    loan = made(library, owner=str(library.clerk))
    wanted = {name: str(library.other_clerk) if value == "other" else value for name, value in body.items()}
    if stays:
        with at_desk(library, scope) as work:
            update(work, "loan", [Change(loan, wanted)])
        return
    with pytest.raises(Denied) as refused, at_desk(library, scope) as work:
        update(work, "loan", [Change(loan, wanted)])
    assert refused.value.code == "row_denied"
    with library.home.system() as work:
        assert get_record(work, "loan", loan)["version"] == 1


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
