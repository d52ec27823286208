"""Restricted reads: row rules, paths, order, pages, JSON, groups, counts, on both databases."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from formwork.catalog import (
    NOTHING,
    AggregateQuery,
    Lifecycle,
    Measure,
    MeasureKind,
    Query,
    RestrictedQuery,
    RowRule,
    Selected,
    Sort,
)
from formwork.kernel import Settings
from formwork.storage import TenantStore, Work, read, writes
from formwork.storage.directory import Tenant
from formwork.storage.stores import Stores
from tests.expressions.world import ME, NOW, World, uuid
from tests.storage.loans import CONTEXT, expression, fill, prepare, restricted, selected, trial
from tests.support.databases import Database

OWNER, STRANGER = uuid(91), uuid(92)


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
    world.add("branch", id=uuid(30), name="Harbour", owner=OWNER)
    world.add("branch", id=uuid(31), name="Hill", owner=STRANGER)
    world.add("reader", id=uuid(20), name="Zoë", points=12, branch=uuid(30), owner=OWNER)
    world.add("reader", id=uuid(21), name="Ana", branch=uuid(31), owner=STRANGER)
    titles = ["Émile", "emil", None, "Zeta", "alpha", "Beta", "beta", "Ω"]
    for place, title in enumerate(titles):
        world.add(
            "loan",
            id=uuid(place + 1),
            title=title,
            owner=OWNER if place % 2 else STRANGER,
            status="open" if place < 3 else "new",
            total=None if place == 4 else Decimal(place * 10),
            pages=place % 3,
            reader=uuid(20 + place % 2),
            begun_on=date(2026, 1, place + 1),
            taken_at=datetime(2026, 1, 1, 23, 30, tzinfo=UTC),
            active=place == 1,
            topics=("sea", "art") if place == 0 else (),
            labels=("x",) if place == 1 else (),
        )
    for place in range(4):
        world.add("line", id=uuid(50 + place), loan=uuid(1 + place % 2), name=f"line {place}", amount=Decimal("2.5"))
    with trial(store) as opened:
        fill(opened, world)
        yield opened


def numbers(work: Work, asked: RestrictedQuery) -> list[int]:
    """The numbers of the loans a query gives, in its order."""
    return [row[0].int - uuid(0).int for row in read.fetch(work, asked)]


def loans(*where: str, sort: tuple[str, ...] = (), **more: Any) -> Query:
    keys = tuple(Sort(expression(key.removeprefix("-")), key.startswith("-")) for key in sort)
    return Query("loan", selected("id"), tuple(expression(one) for one in where), keys, **more)


def test_owners_see_their_rows(work: Work) -> None:
    rule = RowRule(owners=frozenset({OWNER, uuid(99)}))
    assert numbers(work, restricted(loans(), loan=rule)) == [2, 4, 6, 8]


def test_branches_of_a_rule_are_joined_by_or(work: Work) -> None:
    rule = RowRule(owners=frozenset({OWNER}), criteria=(expression("status = 'open'"),))
    assert numbers(work, restricted(loans(), loan=rule)) == [1, 2, 3, 4, 6, 8]


def test_criteria_may_follow_paths_whatever_the_reader_sees(work: Work) -> None:
    rule = RowRule(criteria=(expression("reader.branch.name = 'Harbour'"),))
    assert numbers(work, restricted(loans(), loan=rule, reader=NOTHING, branch=NOTHING)) == [1, 3, 5, 7]


def test_nothing_to_see_runs_no_query(work: Work, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG", logger="formwork.storage.statements"):
        assert read.fetch(work, restricted(loans(), loan=NOTHING)) == []
        assert read.fetch_json(work, restricted(loans(), loan=RowRule(owners=frozenset()))) == []
        assert read.count_capped(work, restricted(loans(), loan=NOTHING)) == 0
        assert read.fetch(work, RestrictedQuery(loans(), {})) == []
        assert read.fetch(work, restricted(replace(loans(), ids=()))) == []
    assert not caplog.records


def test_details_follow_their_master(work: Work) -> None:
    query = Query("line", selected("name", object="line"))
    rule = RowRule(through=("loan", RowRule(owners=frozenset({OWNER}))))
    assert {row[0] for row in read.fetch(work, restricted(query, line=rule))} == {"line 1", "line 3"}
    none = RowRule(through=("loan", NOTHING))
    assert read.fetch(work, restricted(query, line=none)) == []
    writes.soft_delete(work, "loan", [uuid(2)], NOW)
    assert read.fetch(work, restricted(query, line=rule)) == []


def test_path_through_a_hidden_row_is_blank(work: Work) -> None:
    query = Query("loan", selected("reader.name", "branch_name", "count(lines)", "sum(lines, amount)"), limit=2)
    rules = {"reader": RowRule(owners=frozenset({OWNER}))}
    assert read.fetch(work, restricted(query, **rules)) == [
        ("Zoë", "Harbour", 2, Decimal("5.0000")),
        (None, None, 2, Decimal("5.0000")),
    ]
    assert read.fetch(work, restricted(query, **rules, line=NOTHING))[0][2:] == (0, Decimal("0.0000"))
    assert read.fetch(work, restricted(query, branch=NOTHING))[0][:2] == ("Zoë", None)


def test_deleted_rows_are_gone_everywhere(work: Work) -> None:
    writes.soft_delete(work, "reader", [uuid(20)], NOW)
    writes.soft_delete(work, "line", [uuid(50)], NOW)
    writes.soft_delete(work, "loan", [uuid(3)], NOW)
    query = Query("loan", selected("reader.name", "count(lines)"), limit=1)
    assert read.fetch(work, restricted(query)) == [(None, 1)]
    assert 3 not in numbers(work, restricted(loans()))
    assert numbers(work, restricted(loans(lifecycle=Lifecycle.DELETED))) == [3]
    assert numbers(work, restricted(loans(lifecycle=Lifecycle.ALL, ids=(uuid(3), uuid(4))))) == [3, 4]


@pytest.mark.parametrize(
    "sort",
    [
        ("title",),
        ("-title",),
        ("total",),
        ("-total",),
        ("-pages", "title"),
        ("pages", "-total"),
        ("begun_on",),
        ("-begun_on",),
        ("reader.name",),
        ("month(begun_on)", "-id"),
        ("share",),
        ("total * 3",),
        ("active",),
        (),
    ],
)
def test_pages_tile_the_list_in_both_directions(work: Work, sort: tuple[str, ...]) -> None:
    whole = read.fetch(work, restricted(replace(loans(sort=sort), limit=None, select=selected("id", *_keys(sort)))))
    assert len(whole) == 8
    for size in (1, 3):
        paged: list[Any] = []
        after = None
        while page := read.fetch(work, restricted(_page(sort, size, after))):
            paged += page
            after = (*page[-1][1:], page[-1][0])
        assert paged == whole
        back: list[Any] = []
        after = (*whole[-1][1:], whole[-1][0])
        while page := read.fetch(work, restricted(replace(_page(sort, size, after), backward=True))):
            back = page + back
            after = (*page[0][1:], page[0][0])
        assert back == whole[:-1]


def _keys(sort: tuple[str, ...]) -> list[str]:
    return [key.removeprefix("-") for key in sort]


def _page(sort: tuple[str, ...], size: int, after: tuple[Any, ...] | None) -> Query:
    return replace(loans(sort=sort), limit=size, after=after, select=selected("id", *_keys(sort)))


def test_text_sorts_folded_and_blanks_come_last(work: Work) -> None:
    assert numbers(work, restricted(loans(sort=("title",)))) == [5, 6, 7, 2, 1, 4, 8, 3]
    assert numbers(work, restricted(loans(sort=("-title",)))) == [8, 4, 1, 2, 7, 6, 5, 3]
    assert numbers(work, restricted(loans(sort=("-total",))))[-1] == 5


def test_json_is_what_field_types_dump(work: Work) -> None:
    names = (
        "id",
        "title",
        "total",
        "pages",
        "begun_on",
        "taken_at",
        "active",
        "topics",
        "labels",
        "reader",
        "share",
        "note",
    )
    assert read.fetch_json(work, restricted(Query("loan", selected(*names), limit=1))) == [
        {
            "id": str(uuid(1)),
            "title": "Émile",
            "total": "0.00",
            "pages": 0,
            "begun_on": "2026-01-01",
            "taken_at": "2026-01-01T23:30:00Z",
            "active": False,
            "topics": ["sea", "art"],
            "labels": [],
            "reader": str(uuid(20)),
            "share": None,
            "note": None,
        }
    ]


def test_many_valued_fields_come_with_the_rows(work: Work) -> None:
    rows = read.fetch(work, restricted(Query("loan", selected("topics", "labels"), limit=2)))
    assert rows == [(("sea", "art"), ()), ((), ("x",))]
    assert read.side_values(work, "loan", "topics", [uuid(1), uuid(2)]) == {uuid(1): ["sea", "art"]}


def test_this_and_me_are_parameters(work: Work) -> None:
    condition = expression("branch = this.reader.branch", "reader", this="loan")
    query = Query("reader", (Selected("id", expression("id", "reader")),), (condition,))
    assert read.fetch(work, restricted(replace(query, this={"reader.branch": uuid(31)}))) == [(uuid(21),)]
    assert read.fetch(work, restricted(query)) == []
    mine = loans("me.has_role('finance') and reader.branch in me.branches and taken_at < now()")
    assert len(numbers(work, restricted(mine))) == 8
    other = work.acting_as(replace(ME, roles=frozenset()))
    assert numbers(other, restricted(mine)) == []


def test_days_are_those_of_the_tenants_zone(work: Work) -> None:
    assert len(numbers(work, restricted(loans("taken_at >= '2026-01-02'")))) == 8
    assert len(numbers(work, restricted(loans("day(taken_at) = 2")))) == 8
    assert CONTEXT.timezone.key == "Europe/Madrid"


def test_groups_and_totals(work: Work) -> None:
    measures = (
        Measure("n", MeasureKind.COUNT),
        Measure("filled", MeasureKind.COUNT, expression("total")),
        Measure("sum", MeasureKind.SUM, expression("total")),
        Measure("max", MeasureKind.MAX, expression("begun_on")),
        Measure("avg", MeasureKind.AVG, expression("total")),
        Measure("readers", MeasureKind.COUNT_DISTINCT, expression("reader")),
    )
    query = AggregateQuery("loan", selected("status"), measures, sort=(("n", True),))
    assert read.aggregate(work, restricted(query)) == [
        {
            "status": "new",
            "n": 5,
            "filled": 4,
            "sum": Decimal("210.0000"),
            "max": date(2026, 1, 8),
            "avg": Decimal("52.5"),
            "readers": 2,
        },
        {
            "status": "open",
            "n": 3,
            "filled": 3,
            "sum": Decimal("30.0000"),
            "max": date(2026, 1, 3),
            "avg": Decimal(10),
            "readers": 2,
        },
    ]
    totals = replace(query, groups=(), sort=(), where=(expression("status = 'open'"),))
    assert read.aggregate_json(work, restricted(totals)) == [
        {"n": 3, "filled": 3, "sum": "30.00", "max": "2026-01-03", "avg": "10.00", "readers": 2}
    ]
    assert read.aggregate(work, restricted(totals, loan=NOTHING))[0]["n"] == 0
    assert read.aggregate(work, restricted(query, loan=NOTHING)) == []
    by_month = AggregateQuery("loan", selected("month(begun_on) & reader.name"), (Measure("n", MeasureKind.COUNT),))
    assert [row["n"] for row in read.aggregate(work, restricted(by_month))] == [4, 4]
    by_total = AggregateQuery("loan", selected("total"), (Measure("n", MeasureKind.COUNT),))
    totals_found = [row["total"] for row in read.aggregate(work, restricted(by_total))]
    assert totals_found == [*sorted(total for total in totals_found if total is not None), None]


def test_counting_stops_at_the_cap(work: Work) -> None:
    assert read.count_capped(work, restricted(loans())) == 8
    assert read.count_capped(work, restricted(loans()), 5) == 6
    assert read.exists(work, restricted(loans("title = 'Zeta'")))
    assert not read.exists(work, restricted(loans("title = 'zeta'")))


def test_one_statement_serves_all_constants(work: Work) -> None:
    known = len(read.STATEMENTS)
    for total in range(1, 9):
        read.fetch(work, restricted(loans(f"total >= {total} and title contains 'x{total}'", offset=1)))
    assert len(read.STATEMENTS) == known + 1


def test_ids_are_found_whatever_their_number(work: Work) -> None:
    many = tuple(UUID(int=number) for number in range(3_000))
    assert numbers(work, restricted(loans(ids=(*many, uuid(2)), lock=True))) == [2]


def test_number_that_outgrows_18_digits_reads_as_blank(work: Work) -> None:
    writes.update(work, "loan", [(uuid(2), None, {"total": Decimal(10**13), "version": 2})])
    texts = ("total * number(total)", "sum(lines, amount * number(loan.total) * 10000)", "power(number(total), 2)")
    query = Query("loan", selected("id", *texts), ids=(uuid(1), uuid(2), uuid(3)))
    rows = {row[0].int - uuid(0).int: row[1:] for row in read.fetch(work, restricted(query))}
    assert rows == {1: (0, 0, 0), 2: (None, Decimal("500000000000000000.0000"), None), 3: (400, 0, 400)}
    assert numbers(work, restricted(loans("total * number(total) * 100000 > 5", sort=("id",)))) == [3, 4, 6, 7, 8]


def test_lists_of_the_record_that_asks(work: Work) -> None:
    text = "count(this.lines, amount > 2) = 2 and count(this.reader.loans) = 4"
    condition = expression(text, "reader", this="loan")
    query = Query("reader", (Selected("id", expression("id", "reader")),), (condition,))
    asking = {"id": uuid(1), "reader": uuid(20)}
    assert read.fetch(work, restricted(replace(query, this=asking))) == [(uuid(20),), (uuid(21),)]
    assert read.fetch(work, restricted(replace(query, this={"id": uuid(8)}))) == []
    assert read.fetch(work, restricted(replace(query, this=asking), line=NOTHING)) == []


def test_empty_json_is_blank(work: Work) -> None:
    values: list[Any] = [None, [], {}, "", [1], {"a": []}, 0, False]
    for place, value in enumerate(values):
        writes.update(work, "loan", [(uuid(place + 1), None, {"sheet": value, "version": 2})])
    assert numbers(work, restricted(loans("sheet is blank"))) == [1, 2, 3, 4]
    assert numbers(work, restricted(loans("sheet is not blank"))) == [5, 6, 7, 8]
