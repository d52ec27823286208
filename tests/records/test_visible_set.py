"""Property: whatever is granted, the rows a person lists, gets, counts, aggregates and finds are the same ones.

They are those a plain reading of the grants gives, for masters and for details with and without grants of their own.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formwork.definitions.model import GrantDef, VerbGrant
from formwork.kernel import Denied, NotFound
from formwork.records import (
    AggregateRequest,
    ListRequest,
    aggregate,
    count_records,
    create,
    get_record,
    list_records,
    titles,
)
from formwork.storage import Work
from tests.support.databases import Database
from tests.support.rights import library_with, person
from tests.support.seeds import scaled
from tests.support.tenants import LIBRARY, TENANT, Installation, installed

KEY = b"k" * 32
PEOPLE = 4
CONDITIONS: dict[str, Callable[[dict[str, Any]], bool]] = {
    "at_counter": lambda loan: loan["at_counter"],
    "days > 10": lambda loan: loan["days"] > 10,
    "status = 'open' and rate is not blank": lambda loan: loan["status"] == "open" and loan["rate"] is not None,
    "reader.member": lambda loan: loan["member"],
}
RULES = {f"rule_{place}": text for place, text in enumerate(CONDITIONS)}
OF_OWNERS = st.sampled_from(["own", "subordinates", "team", "none"])
OF_RULES = st.sampled_from([f"rule:{name}" for name in RULES])
ALL = st.just(("all",))
SCOPES = ALL | st.lists(OF_OWNERS | OF_RULES, min_size=1, max_size=2).map(tuple)
RIGHT = st.tuples(SCOPES, st.none() | st.sampled_from(list(CONDITIONS)))
ITEM_RIGHT = st.tuples(ALL | st.lists(OF_OWNERS, min_size=1, max_size=2).map(tuple), st.none())
Right = tuple[tuple[str, ...], str | None]
Owners = dict[str, frozenset[UUID]]


@dataclass(frozen=True)
class Shelf:
    """Loans of several owners, with one item each, as plain values."""

    home: Installation
    people: tuple[UUID, ...]
    loans: tuple[dict[str, Any], ...]


def fill(work: Work, people: tuple[UUID, ...]) -> tuple[dict[str, Any], ...]:
    """Twelve loans that differ in everything a condition asks."""
    readers = create(work, "reader", [{"name": "Plain"}, {"name": "Member", "member": True}])
    [book] = create(work, "book", [{"title": "Book"}])
    bodies = [
        {
            "reader": str(readers[n % 2].id),
            "owner": str(people[n % PEOPLE]),
            "days": 5 + n,
            "at_counter": n % 3 == 0,
            "status": "open" if n % 5 else "overdue",
            "rate": "0.1" if n % 4 else None,
            "items": [{"book": str(book.id)}],
        }
        for n in range(12)
    ]
    saved = create(work, "loan", bodies)
    return tuple(
        {**body, "id": one.id, "item": one.details["items"][0], "owner": people[n % PEOPLE], "member": n % 2 == 1}
        for n, (one, body) in enumerate(zip(saved, bodies, strict=True))
    )


@pytest.fixture(scope="module")
def shelf(shared_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    with installed(shared_database, tmp_path_factory.mktemp("visible"), LIBRARY) as home:
        people = tuple(home.user(f"person{n}", "clerk") for n in range(PEOPLE))
        with home.system() as work:
            loans = fill(work, people)
        yield Shelf(home, people, loans)


def reached(loan: dict[str, Any], right: Right, owners: Owners) -> bool:
    """Whether one right reaches a loan, or the item in it."""
    scopes, when = right
    if when is not None and not CONDITIONS[when](loan):
        return False
    for scope in scopes:
        if scope == "all" or (not scope.startswith("rule:") and loan["owner"] in owners.get(scope, ())):
            return True
        if scope.startswith("rule:") and CONDITIONS[RULES[scope.removeprefix("rule:")]](loan):
            return True
    return False


def seen(ask: Callable[[], Any]) -> Any:
    """What the question gives, None when it is refused altogether."""
    try:
        return ask()
    except Denied:
        return None


def found(work: Work, object: str, ids: list[UUID]) -> dict[str, set[UUID] | int | None]:
    """What each way of asking gives."""

    def got() -> set[UUID]:
        there = set()
        for id in ids:
            try:
                get_record(work, object, id, ("id",))
            except NotFound:
                continue
            there.add(id)
        return there

    question = ListRequest(object, ("id",), limit=100)
    return {
        "list": seen(lambda: {UUID(row["id"]) for row in list_records(work, question, KEY).records}),
        "get": seen(got),
        "count": seen(lambda: count_records(work, question)),
        "aggregate": seen(lambda: aggregate(work, AggregateRequest(object))[0]["count"]),
        "groups": seen(lambda: sum(row["count"] for row in aggregate(work, AggregateRequest(object, ("version",))))),
        "titles": seen(lambda: {UUID(id) for id in titles(work, object, ids)}),
    }


@settings(max_examples=scaled(12))
@given(
    rights=st.lists(RIGHT, max_size=3),
    item_rights=st.none() | st.lists(ITEM_RIGHT, min_size=1, max_size=2),
    below=st.sets(st.integers(0, PEOPLE - 1)),
    team=st.sets(st.integers(0, PEOPLE - 1)),
)
def test_the_rows_of_a_person_are_the_same_however_they_ask(
    shelf: Shelf, rights: list[Right], item_rights: list[Right] | None, below: set[int], team: set[int]
) -> None:
    me = shelf.people[0]
    owners: Owners = {
        "own": frozenset({me}),
        "subordinates": frozenset(shelf.people[n] for n in below),
        "team": frozenset(shelf.people[n] for n in team),
    }
    grants = [GrantDef(f"role{n}", "loan", {"read": VerbGrant(*right)}) for n, right in enumerate(rights)]
    grants += [
        GrantDef(f"item{n}", "loan_item", {"read": VerbGrant(*right)}) for n, right in enumerate(item_rights or ())
    ]
    snapshot = library_with(grants, {name: ("loan", text) for name, text in RULES.items()})
    actor = person(me, *(grant.role for grant in grants), **{k: v for k, v in owners.items() if k != "own"})
    loans = [loan for loan in shelf.loans if any(reached(loan, right, owners) for right in rights)]
    if item_rights is None:
        items = loans
    else:
        items = [loan for loan in shelf.loans if any(reached(loan, one, owners) for one in item_rights)]
    with shelf.home.runtime.system_read(TENANT, "test") as opened:
        work = replace(opened.with_snapshot(snapshot), context=opened.context.acting_as(actor))
        for object, key, expected in (("loan", "id", loans), ("loan_item", "item", items)):
            answers = found(work, object, [loan[key] for loan in shelf.loans])
            wanted = {loan[key] for loan in expected}
            for way, answer in answers.items():
                if answer is None:
                    assert not wanted, (object, way)
                else:
                    assert answer == (len(wanted) if isinstance(answer, int) else wanted), (object, way)
