"""Which shape a list takes: by what the reader sees, how the list is sorted and what is known of the rows."""

from functools import lru_cache
from uuid import UUID

import pytest

from formwork.catalog import Query, RowRule, Shared
from formwork.expressions import Expression
from formwork.kernel import new_id
from formwork.storage.compile.shape import SCAN, Order, Plan, Shape, choose, choose_count, has_shapes
from formwork.storage.row_counts import RowCounts
from tests.support.rights import library_with

BY_ID, INDEXED, PLAIN = Order(True, True), Order(False, True), Order(False, False)
ME = new_id()
PEOPLE = tuple(new_id() for _ in range(1_000))
COUNTS = RowCounts(1_000_000, dict.fromkeys(PEOPLE, 1_000), {"days > 5": 300_000, "days > 900": 40}, {ME: 2_000})
QUERY = Query("loan", (), limit=51)


RULES = {
    "long": ("loan", "days > 5"),
    "endless": ("loan", "days > 900"),
    "mine": ("loan", "reader.owner = me"),
}


@lru_cache
def term(name: str) -> Expression:
    """The condition of a sharing rule."""
    return library_with([], RULES).rights.rules[name].when


@pytest.mark.parametrize("postgres", [True, False])
@pytest.mark.parametrize(
    ("seen", "order", "shape"),
    [
        (RowRule(owners=frozenset(PEOPLE[:1])), BY_ID, Shape.SCAN),
        (RowRule(owners=frozenset(PEOPLE[:12])), BY_ID, Shape.GATHER),
        (RowRule(owners=frozenset(PEOPLE[:400])), BY_ID, Shape.GUARDED),
        (RowRule(owners=frozenset(PEOPLE[:400])), PLAIN, Shape.SCAN),
        (RowRule(owners=frozenset(PEOPLE[:1])), INDEXED, Shape.GATHER),
        (RowRule(owners=frozenset(PEOPLE[:400])), INDEXED, Shape.SCAN),
        (RowRule(shared=Shared(frozenset({ME}))), BY_ID, Shape.GATHER),
        (RowRule(owners=frozenset({ME}), shared=Shared(frozenset({ME}))), PLAIN, Shape.GATHER),
    ],
)
def test_who_sees_little_gathers_and_who_sees_much_scans(
    seen: RowRule, order: Order, shape: Shape, postgres: bool
) -> None:
    assert choose(QUERY, seen, COUNTS, order, postgres=postgres).shape is shape


@pytest.mark.parametrize("postgres", [True, False])
def test_rules_are_weighed_by_the_rows_they_open(postgres: bool) -> None:
    def of(name: str) -> Plan:
        return choose(QUERY, RowRule(criteria=(term(name),)), COUNTS, BY_ID, postgres=postgres)

    assert of("long").shape is Shape.GUARDED
    assert of("endless").shape is Shape.GATHER
    assert of("mine") == Plan(Shape.GUARDED, 20_000), "nothing is known of a rule that asks who reads"
    narrowed = RowRule(narrowed=((RowRule(owners=frozenset({ME})), term("long")),))
    assert choose(QUERY, narrowed, COUNTS, BY_ID, postgres=postgres).shape is Shape.GATHER


def test_a_guard_is_as_long_as_the_page_needs() -> None:
    seen = RowRule(owners=frozenset(PEOPLE[:250]))
    plan = choose(QUERY, seen, COUNTS, BY_ID, postgres=True)
    assert plan.shape is Shape.GUARDED
    assert 600 <= plan.guard <= 620


def test_counts_take_the_branches_of_who_sees_little() -> None:
    assert choose_count(QUERY, RowRule(owners=frozenset(PEOPLE[:10])), COUNTS).shape is Shape.GATHER
    assert choose_count(QUERY, RowRule(owners=frozenset(PEOPLE[:100])), COUNTS) == SCAN


def test_details_and_records_that_are_named_have_one_shape() -> None:
    owned = RowRule(owners=frozenset({ME}))
    assert has_shapes(QUERY, owned)
    assert not has_shapes(QUERY, RowRule(through=("loan", owned)))
    assert not has_shapes(Query("loan", (), ids=(UUID(int=1),)), owned)
    assert not has_shapes(Query("loan", (), limit=None), owned)
    assert not has_shapes(QUERY, RowRule(everything=True))
