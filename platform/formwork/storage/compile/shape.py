"""Which shape a list's statement takes, chosen by what the reader sees of the rows.

A scan walks the sort index and tests the branches of the row rule on each row, joined by OR. It is fast for who
sees much. A gather takes the first rows of each branch from the branch's own index and merges them. It is fast for
who sees little. A guarded scan looks at so many rows of the index and no more; where these do not fill the page, the
gather follows. Costs are milliseconds of one machine; only their ratio matters (DESIGN section 5).
"""

from dataclasses import dataclass
from enum import StrEnum

from formwork.catalog import Query, RowRule
from formwork.storage.row_counts import RowCounts

SCAN_ROW = 0.0005
"""One row of a sort index, tested."""
_SEEK = {True: 0.0005, False: 0.005}
"""On PostgreSQL a row of an owner's top, on SQLite an owner in the set."""
_ROW = {True: 0.0014, False: 0.0010}
"""A row of a branch found by its index, with its part of the sort."""
_TABLE_ROW = 0.00015
"""A row of the table, looked at for a rule that no index serves."""
_START = {True: (0.5, 0.4), False: (0.2, 0.1)}
"""What a scan and a gather cost before their first row."""
_CHEAP = {True: 2.0, False: 1.0}
_FILTERED = 0.3
"""What a filter is taken to leave over."""
_LEAST_ROWS = 300
_BLIND_ROWS = 20_000
"""Rows a guarded scan looks at where nothing is known of a branch."""
_FEW = 0.003
"""Where the reader sees less, walking another order than the branch's own is never tried."""
_MUCH = 0.2
"""Where the reader sees more, sorting what one pass over the table finds is as good as merging branches."""

_LITTLE = 0.05
"""Where the reader sees less, a count takes the branches one by one."""


class Shape(StrEnum):
    """The shapes."""

    SCAN = "scan"
    GUARDED = "guarded"
    GATHER = "gather"


@dataclass(frozen=True, slots=True)
class Plan:
    """A shape, and how many index rows a guarded scan looks at."""

    shape: Shape
    guard: int = 0


SCAN = Plan(Shape.SCAN)
GATHER = Plan(Shape.GATHER)


@dataclass(frozen=True, slots=True)
class Order:
    """How a list is sorted: by id, by another field with an index, or by what has none."""

    by_id: bool
    indexed: bool


def has_shapes(query: Query, rule: RowRule | None) -> bool:
    """Whether a page can be found in more than one way. Details that follow their master have one."""
    if query.limit is None or query.ids is not None or query.lock or query.offset:
        return False
    return rule is not None and not rule.everything and rule.through is None


def choose(query: Query, rule: RowRule, counts: RowCounts, order: Order, *, postgres: bool) -> Plan:
    """The plan of a page, for a reader whose rule has branches and shapes."""
    if order.by_id and rule == RowRule(owners=rule.owners) and len(rule.owners) == 1:
        return SCAN  # the index of owner and id holds just these rows in this order
    owned = sum(counts.owners.get(owner, 0) for owner in rule.owners)
    known, unknown = _others(rule, counts)
    share = min(1.0, (owned + sum(known)) / max(counts.rows, 1)) * (_FILTERED if query.where else 1.0)
    gather = _gather_cost(query, rule, counts, (owned, known), order, postgres=postgres)
    if unknown:
        gather += counts.rows * _TABLE_ROW
    if not order.indexed:
        branches = bool(rule.owners) + (rule.shared is not None) + len(rule.criteria) + len(rule.narrowed)
        return GATHER if branches > 1 and share < _MUCH and not unknown else SCAN
    need = (query.limit or 0) / max(share, 1e-9)
    scan = _START[postgres][0] + need * SCAN_ROW
    if not unknown and (gather <= max(_CHEAP[postgres], 1.2 * scan) or share < _FEW):
        return GATHER
    if not order.by_id:
        return SCAN
    guard = min(3 * need, gather / SCAN_ROW)
    return Plan(Shape.GUARDED, int(max(_LEAST_ROWS, _BLIND_ROWS if unknown else guard)))


def choose_count(query: Query, rule: RowRule, counts: RowCounts) -> Plan:
    """The plan of a capped count: who sees little is counted branch by branch."""
    others, unknown = _others(rule, counts)
    seen = sum(others) + sum(counts.owners.get(owner, 0) for owner in rule.owners)
    share = seen / max(counts.rows, 1) * (_FILTERED if query.where else 1.0)
    return GATHER if not unknown and share < _LITTLE else SCAN


def _others(rule: RowRule, counts: RowCounts) -> tuple[list[int], bool]:
    """At most so many rows of each branch beside the owners', and whether there is one nothing is known of."""
    found: list[int] = []
    unknown = False
    if rule.shared is not None:
        found.append(sum(counts.given.get(principal, 0) for principal in rule.shared.principals))
    for one in rule.criteria:
        unknown = unknown or one.text not in counts.rules
        found.append(counts.rules.get(one.text, 0))
    for inner, _ in rule.narrowed:
        if inner.everything or inner.through is not None:
            unknown = True
            continue
        more, lost = _others(inner, counts)
        unknown = unknown or lost
        found.append(sum(more) + sum(counts.owners.get(owner, 0) for owner in inner.owners))
    return found, unknown


def _gather_cost(
    query: Query, rule: RowRule, counts: RowCounts, rows: tuple[int, list[int]], order: Order, *, postgres: bool
) -> float:
    owned, others = rows
    seeks = len(rule.owners) * (query.limit or 0 if postgres else 1) * _SEEK[postgres]
    cost = _START[postgres][1] + (min(seeks, owned * _ROW[postgres]) if order.by_id else owned * _ROW[postgres])
    cost += sum(others) * _ROW[postgres]
    if rule.shared is not None and order.by_id:
        given = sum(counts.given.get(one, 0) for one in rule.shared.principals)
        tops = len(rule.shared.principals) * (query.limit or 0)
        cost -= max(0, given - tops) * _ROW[postgres]
    passes = len(rule.criteria) + sum(1 for inner, _ in rule.narrowed if inner.criteria or inner.everything)
    return cost + passes * counts.rows * _TABLE_ROW
