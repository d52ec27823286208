"""Reading records: restricted queries to rows of Python values, JSON-ready dicts, groups, counts."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from formwork.catalog import BEYOND, AggregateQuery, FieldSpec, Query, RestrictedQuery
from formwork.storage.compile.aggregate import aggregate_key, compile_aggregate, take_aggregate_apart
from formwork.storage.compile.binder import Inputs
from formwork.storage.compile.cache import STATEMENTS
from formwork.storage.compile.cell import Cell
from formwork.storage.compile.query import compile_count, compile_query, order_of, query_key, take_query_apart
from formwork.storage.compile.shape import GATHER, SCAN, Plan, Shape, choose, choose_count, has_shapes
from formwork.storage.compile.statement import Statement
from formwork.storage.row_counts import row_counts
from formwork.storage.run import backend_of, run
from formwork.storage.sealing import sealer_of
from formwork.storage.sides import side_values
from formwork.storage.work import Work

__all__ = [
    "aggregate", "aggregate_json", "count_capped", "exists", "fetch", "fetch_json", "fetch_page", "side_values",
]  # fmt: skip

COUNT_CAP = 1_000
"""Where counting stops unless a caller says otherwise."""


def fetch(work: Work, restricted: RestrictedQuery) -> list[tuple[Any, ...]]:
    """The rows of a query as tuples of Python values in the order of `select`.

    Numbers are Decimal or int, datetimes aware UTC, ids UUID, many-valued fields tuples. Raises
    kernel Invalid `overflow` when a computed number outgrows 18 digits, Unavailable on timeout.
    """
    statement, rows = _rows(work, restricted)
    if not rows:
        return []
    columns = list(zip(*rows, strict=True))
    return list(zip(*(_python(work, restricted, cell, columns) for cell in statement.cells), strict=True))


def fetch_json(work: Work, restricted: RestrictedQuery) -> list[dict[str, Any]]:
    """The rows of a query as dicts ready for JSON: decimals and ids as text, datetimes ISO 8601 in Z."""
    statement, rows = _rows(work, restricted)
    return _dicts(work, restricted, statement, rows)


def fetch_page(
    work: Work, restricted: RestrictedQuery
) -> tuple[list[dict[str, Any]], Callable[[int], tuple[Any, ...]]]:
    """As `fetch_json`, with the Python values of single rows on demand: a page needs those of its edges."""
    statement, rows = _rows(work, restricted)

    def values(index: int) -> tuple[Any, ...]:
        columns = [(cell,) for cell in rows[index]]
        return tuple(_python(work, restricted, cell, columns)[0] for cell in statement.cells)

    return _dicts(work, restricted, statement, rows), values


def aggregate(work: Work, restricted: RestrictedQuery) -> list[dict[str, Any]]:
    """The groups of an aggregate query with their measures as Python values, by name; one dict without groups."""
    statement, rows = _groups(work, restricted)
    if not rows:
        return []
    columns = list(zip(*rows, strict=True))
    names = [cell.name for cell in statement.cells]
    values = zip(*(cell.values(columns, cell.python) for cell in statement.cells), strict=True)
    return [dict(zip(names, row, strict=True)) for row in values]


def aggregate_json(work: Work, restricted: RestrictedQuery) -> list[dict[str, Any]]:
    """As `aggregate`, ready for JSON."""
    statement, rows = _groups(work, restricted)
    return _dicts(work, restricted, statement, rows)


def count_capped(work: Work, restricted: RestrictedQuery, cap: int = COUNT_CAP) -> int:
    """How many rows a query has, at most `cap` + 1, which stands for more than `cap`."""
    query = _query(restricted)
    if _sees_nothing(restricted):
        return 0
    shape = _plan(work, restricted, counting=True).shape
    parts = take_query_apart(query, restricted)
    backend = backend_of(work)
    key = (work.snapshot.version, backend.name, "count", shape, *query_key(query, parts))
    statement = STATEMENTS.get(key, lambda: compile_count(work.snapshot, backend, restricted, parts, shape))
    inputs = Inputs(parts.values, work.context, query, restricted.rules, {"most": cap + 1}, query.this)
    return int(run(work, statement, inputs)[0][0])


def exists(work: Work, restricted: RestrictedQuery) -> bool:
    """Whether a query has a row."""
    return count_capped(work, restricted, 0) > 0


def _query(restricted: RestrictedQuery) -> Query:
    if not isinstance(restricted.query, Query):
        raise TypeError("an AggregateQuery has groups, not rows; use `aggregate`")
    return restricted.query


def _sees_nothing(restricted: RestrictedQuery) -> bool:
    rule, beyond = restricted.rules.get(restricted.query.object), restricted.rules.get(BEYOND)
    query = restricted.query
    if rule is None or rule.is_empty or (beyond is not None and beyond.is_empty):
        return True
    return isinstance(query, Query) and query.ids is not None and not query.ids


def _rows(work: Work, restricted: RestrictedQuery) -> tuple[Statement, Sequence[tuple[Any, ...]]]:
    query = _query(restricted)
    if _sees_nothing(restricted):
        return _NO_STATEMENT, ()
    plan = _plan(work, restricted)
    statement, rows = _page(work, restricted, plan)
    if plan.shape is Shape.GUARDED and len(rows) < (query.limit or 0):
        statement, rows = _page(work, restricted, GATHER)
    return statement, rows[::-1] if query.backward else rows


def _plan(work: Work, restricted: RestrictedQuery, *, counting: bool = False) -> Plan:
    """How rows are found: by one pass, unless the reader's rule has branches and the table is large."""
    query, rule = _query(restricted), restricted.rules[restricted.query.object]
    if not has_shapes(query, rule):
        return SCAN
    counts = row_counts(work, query.object)
    if counts is None:
        return SCAN
    if counting:
        return choose_count(query, rule, counts)
    return choose(query, rule, counts, order_of(query, work.snapshot), postgres=work.place.is_postgres)


def _page(work: Work, restricted: RestrictedQuery, plan: Plan) -> tuple[Statement, Sequence[tuple[Any, ...]]]:
    query = _query(restricted)
    parts = take_query_apart(query, restricted)
    backend = backend_of(work)
    key = (work.snapshot.version, backend.name, "rows", plan.shape, *query_key(query, parts))
    statement = STATEMENTS.get(key, lambda: compile_query(work.snapshot, backend, restricted, parts, plan.shape))
    inputs = Inputs(parts.values, work.context, query, restricted.rules, {"guard": plan.guard}, query.this)
    return statement, run(work, statement, inputs, steady=query.ids is not None)


def _groups(work: Work, restricted: RestrictedQuery) -> tuple[Statement, Sequence[tuple[Any, ...]]]:
    query = restricted.query
    if not isinstance(query, AggregateQuery):
        raise TypeError("a Query has rows, not groups; use `fetch`")
    if query.groups and _sees_nothing(restricted):
        return _NO_STATEMENT, ()
    parts = take_aggregate_apart(query, restricted)
    backend = backend_of(work)
    key = (work.snapshot.version, backend.name, "groups", *aggregate_key(query, parts))
    statement = STATEMENTS.get(key, lambda: compile_aggregate(work.snapshot, backend, restricted, parts))
    return statement, run(work, statement, Inputs(parts.values, work.context, query, restricted.rules))


def _dicts(
    work: Work, restricted: RestrictedQuery, statement: Statement, rows: Sequence[tuple[Any, ...]]
) -> list[dict[str, Any]]:
    if not rows:
        return []
    names = [cell.name for cell in statement.cells]
    columns = list(zip(*rows, strict=True))
    values = [_json(work, restricted, cell, columns) for cell in statement.cells]
    return [dict(zip(names, row, strict=False)) for row in zip(*values, strict=False)]


def _python(work: Work, restricted: RestrictedQuery, cell: Cell, columns: Sequence[Sequence[Any]]) -> Sequence[Any]:
    if cell.sealed is not None:
        return _opened(work, cell.sealed, columns[cell.first])
    return cell.values(columns, cell.python) if cell.many is None else _many(work, restricted, cell, columns)


def _opened(work: Work, field: FieldSpec, sealed: Sequence[Any]) -> list[Any]:
    """The values of a sealed field; a secret is opened by nobody who reads records."""
    if field.definition.type == "secret":
        return [None if one is None else field.field_type.dump(True) for one in sealed]
    if all(one is None for one in sealed):
        return [None] * len(sealed)
    opened = sealer_of(work).open
    return [None if one is None else opened(field, one) for one in sealed]


def _json(work: Work, restricted: RestrictedQuery, cell: Cell, columns: Sequence[Sequence[Any]]) -> Sequence[Any]:
    if cell.sealed is not None:
        values = _opened(work, cell.sealed, columns[cell.first])
        return values if cell.sealed.definition.type == "secret" else [cell.sealed.field_type.dump(v) for v in values]
    if cell.many is None:
        return cell.values(columns, cell.json)
    dump = cell.many.value_type.dump
    return [dump(values) for values in _many(work, restricted, cell, columns)]


def _many(
    work: Work, restricted: RestrictedQuery, cell: Cell, columns: Sequence[Sequence[Any]]
) -> list[tuple[Any, ...]]:
    field = cell.many
    assert field is not None
    ids = [None if raw is None else raw if isinstance(raw, UUID) else UUID(bytes=raw) for raw in columns[cell.first]]
    asked = {one for one in ids if one is not None}
    found = side_values(work, field.object, field.name, asked, restricted.rules)
    return [() if one is None else tuple(found.get(one, ())) for one in ids]


_NO_STATEMENT = Statement("", None, {})
