"""Stored formulas and roll-ups follow their inputs, and routes lead to the records a change reaches."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from formwork.catalog import Direction, Query, Step
from formwork.kernel import Invalid, Settings
from formwork.storage import TenantStore, Work, derive, read, writes
from formwork.storage.directory import Tenant
from formwork.storage.stores import Stores
from tests.expressions.world import NOW, World, uuid
from tests.storage.loans import fill, prepare, restricted, selected, trial
from tests.support.databases import Database

DERIVED = ["amounts", "quantities", "lines_count", "last_name", "rest", "rest_twice"]
LOAN, OTHER = uuid(1), uuid(2)


@pytest.fixture(scope="module")
def store(shared_database: Database) -> Iterator[TenantStore]:
    url = shared_database.url if shared_database.is_postgres else ""
    stores = Stores(Settings(data=shared_database.folder / "data", database_url=url))
    opened = stores.create(Tenant("acme", datetime(2026, 1, 1, tzinfo=UTC)))
    prepare(opened)
    yield opened
    stores.close()


@pytest.fixture
def work(store: TenantStore) -> Iterator[Work]:
    world = World()
    world.add("loan", id=LOAN, title="a", total=Decimal("10.0000"))
    world.add("loan", id=OTHER, title="b")
    days = [date(2026, 1, 1), date(2026, 3, 1), None]
    for place, day in enumerate(days):
        world.add(
            "line",
            id=uuid(10 + place),
            loan=LOAN,
            name=f"line {place}",
            amount=Decimal("1.2500"),
            active=place != 1,
            quantity=Decimal(place),
            returned_on=day,
        )
    with trial(store) as opened:
        fill(opened, world)
        yield opened


def stored(work: Work, *names: str) -> dict[Any, tuple[Any, ...]]:
    rows = read.fetch(work, restricted(Query("loan", selected("id", *names))))
    return {row[0]: row[1:] for row in rows}


def test_values_are_computed_and_stored(work: Work) -> None:
    changed = derive.recompute(work, "loan", DERIVED, [LOAN, OTHER])
    assert changed["amounts"] == {LOAN: (None, Decimal("2.5000")), OTHER: (None, Decimal("0.0000"))}
    assert changed["last_name"] == {LOAN: (None, "line 1")}
    assert changed["rest"] == {LOAN: (None, Decimal("7.5000"))}
    assert stored(work, *DERIVED) == {
        LOAN: (Decimal("2.5000"), Decimal("1.000000"), 3, "line 1", Decimal("7.5000"), Decimal("15.0000")),
        OTHER: (Decimal("0.0000"), None, 0, None, None, None),
    }


def test_what_stays_the_same_is_not_reported(work: Work) -> None:
    derive.recompute(work, "loan", DERIVED, [LOAN, OTHER])
    assert not any(derive.recompute(work, "loan", DERIVED, [LOAN, OTHER]).values())
    writes.update(work, "line", [(uuid(10), None, {"amount": Decimal("2.0000"), "version": 2})])
    changed = derive.recompute(work, "loan", DERIVED, [LOAN, OTHER])
    assert {name: rows for name, rows in changed.items() if rows} == {
        "amounts": {LOAN: (Decimal("2.5000"), Decimal("3.2500"))},
        "rest": {LOAN: (Decimal("7.5000"), Decimal("6.7500"))},
        "rest_twice": {LOAN: (Decimal("15.0000"), Decimal("13.5000"))},
    }


def test_deleted_details_do_not_count(work: Work) -> None:
    writes.soft_delete(work, "line", [uuid(10)], NOW)
    assert derive.differences(work, "loan", ["lines_count", "amounts"], [LOAN]) == {
        "lines_count": {LOAN: (None, 2)},
        "amounts": {LOAN: (None, Decimal("1.2500"))},
    }
    assert stored(work, "lines_count")[LOAN] == (None,)


def test_version_and_change_time_stay(work: Work) -> None:
    before = stored(work, "version", "updated_at")
    derive.recompute(work, "loan", DERIVED, [LOAN])
    assert stored(work, "version", "updated_at") == before


def test_steps_lead_forward_and_back(work: Work) -> None:
    lines = [uuid(10 + place) for place in range(3)]
    assert derive.follow(work, Step(Direction.FORWARD, "line", "loan"), lines) == {LOAN}
    assert derive.follow(work, Step(Direction.BACK, "line", "loan"), [LOAN, OTHER]) == set(lines)
    assert derive.follow(work, Step(Direction.FORWARD, "loan", "reader"), [LOAN]) == set()


def test_steps_lead_through_many_valued_fields(work: Work) -> None:
    world = World()
    world.add("branch", id=uuid(30), name="x")
    world.add("user", id=uuid(90), name="ana", branches=(uuid(30),))
    fill(work, world)
    assert derive.follow(work, Step(Direction.FORWARD, "user", "branches"), [uuid(90)]) == {uuid(30)}
    assert derive.follow(work, Step(Direction.BACK, "user", "branches"), [uuid(30)]) == {uuid(90)}


def test_number_that_outgrows_its_column_is_refused(work: Work) -> None:
    writes.update(work, "loan", [(LOAN, None, {"total": Decimal(10**7), "version": 2})])
    with pytest.raises(Invalid, match="digits"):
        derive.recompute(work, "loan", ["cube"], [LOAN])
