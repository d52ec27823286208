"""An aggregate query to a statement: groups, measures, order. Without groups it gives the totals."""

from collections.abc import Iterator
from itertools import count
from typing import Any

from sqlalchemy import ColumnElement, Integer, func

from formwork.catalog import AggregateQuery, Measure, MeasureKind, RestrictedQuery, Snapshot
from formwork.expressions.expression import Expression
from formwork.expressions.nodes import AggregateOp
from formwork.expressions.types import INTEGER, MAX_SCALE, Kind, Type
from formwork.storage.compile.backend import Backend
from formwork.storage.compile.cell import Cell
from formwork.storage.compile.decode import value_cell
from formwork.storage.compile.lists import reduced
from formwork.storage.compile.operand import Operand
from formwork.storage.compile.reading import Parts, Reading, new_compiler, take_apart
from formwork.storage.compile.statement import Statement, finish
from formwork.storage.compile.verbatim import verbatim

_REDUCERS = {
    MeasureKind.SUM: AggregateOp.SUM,
    MeasureKind.MIN: AggregateOp.MIN,
    MeasureKind.MAX: AggregateOp.MAX,
    MeasureKind.AVG: AggregateOp.AVG,
}


def take_aggregate_apart(query: AggregateQuery, restricted: RestrictedQuery) -> Parts:
    """The slots of an aggregate query: groups, measures, conditions, rules."""
    expressions: list[Expression] = [group.expression for group in query.groups]
    expressions += [measure.expression for measure in query.measures if measure.expression is not None]
    expressions += query.where
    return take_apart(expressions, restricted.rules, restricted.masks)


def aggregate_key(query: AggregateQuery, parts: Parts) -> tuple[Any, ...]:
    """What decides the SQL text of an aggregate query."""
    return (
        query.object,
        tuple([group.name for group in query.groups]),
        tuple([(measure.name, measure.kind, measure.expression is None) for measure in query.measures]),
        query.sort,
        query.lifecycle,
        parts.key,
    )


def compile_aggregate(snapshot: Snapshot, backend: Backend, restricted: RestrictedQuery, parts: Parts) -> Statement:
    """The statement of the groups."""
    query = restricted.query
    if not isinstance(query, AggregateQuery):
        raise TypeError("a Query has rows, not groups; use `fetch`")
    reading = Reading(new_compiler(snapshot, backend, restricted, parts), restricted, parts)
    reading.require_alive(query.lifecycle)
    columns: list[ColumnElement[Any]] = []
    cells: list[Cell] = []
    for place, group in enumerate(query.groups):
        operand = reading.value(group.expression, place)
        cells.append(value_cell(group.name, len(columns), operand, group.expression.type, postgres=backend.schemas))
        columns.append(operand.sql)
    measured = count(len(query.groups))
    for measure in query.measures:
        operand, kind = _measure(reading, measure, measured)
        cells.append(value_cell(measure.name, len(columns), operand, kind, postgres=backend.schemas))
        columns.append(operand.sql)
    for place, condition in enumerate(query.where, next(measured)):
        reading.require(condition, place)
    reading.require_visible()
    numbers = [verbatim(str(place + 1)) for place in range(len(query.groups))]
    statement = reading.select(columns).group_by(*numbers)
    names = [cell.name for cell in cells]
    for name, descending in query.sort:
        key = verbatim(str(names.index(name) + 1))
        statement = statement.order_by((key.desc() if descending else key.asc()).nulls_last())
    if query.groups:
        statement = statement.order_by(*(number.nulls_last() for number in numbers))
        statement = statement.limit(reading.compiler.binder.bind("limit", Integer(), lambda i: i.query.limit))  # type: ignore[union-attr]
    return finish(backend, reading.compiler.binder, statement, tuple(cells))


def _measure(reading: Reading, measure: Measure, places: Iterator[int]) -> tuple[Operand, Type]:
    backend = reading.backend
    if measure.expression is None:
        return backend.whole(func.count()), INTEGER
    value, kind = reading.value(measure.expression, next(places)), measure.expression.type
    if measure.kind in (MeasureKind.COUNT, MeasureKind.COUNT_DISTINCT):
        counted = value.sql.distinct() if measure.kind is MeasureKind.COUNT_DISTINCT else value.sql
        return backend.whole(func.count(counted)), INTEGER
    result = reduced(reading.compiler, _REDUCERS[measure.kind], value, kind.kind)
    if measure.kind is MeasureKind.AVG:
        return result, Type(Kind.MONEY if kind.kind is Kind.MONEY else Kind.NUMBER, scale=MAX_SCALE)
    return result, kind
