"""A restricted query to a statement: select list, row rules, filter, order, page."""

from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, func, select
from sqlalchemy.sql.elements import UnaryExpression

from formwork.catalog import Query, RestrictedQuery, Snapshot
from formwork.expressions.expression import Expression
from formwork.expressions.nodes import Read
from formwork.expressions.types import Kind, Type, record
from formwork.storage.compile.backend import Backend
from formwork.storage.compile.expression import Compiler
from formwork.storage.compile.keyset import SortKey, after_getter, order_by, starts_behind
from formwork.storage.compile.operand import Operand
from formwork.storage.compile.reading import Parts, Reading, new_compiler, take_apart
from formwork.storage.compile.select import select_list
from formwork.storage.compile.slots import NARROW_SCALES, SHAPES
from formwork.storage.compile.statement import Statement, finish
from formwork.storage.compile.verbatim import verbatim

_FILLED = frozenset({"id", "created_at", "updated_at", "version"})
"""System fields that are never blank."""


def take_query_apart(query: Query, restricted: RestrictedQuery) -> Parts:
    """The slots of a query: selected values, conditions, sort keys, rules."""
    expressions: list[Expression] = [item.expression for item in query.select]
    expressions += query.where
    expressions += [sort.expression for sort in query.sort]
    return take_apart(expressions, restricted.rules)


def query_key(query: Query, parts: Parts) -> tuple[Any, ...]:
    """What decides the SQL text of a query."""
    return (
        query.object,
        tuple([item.name for item in query.select]),
        len(query.where),
        tuple([sort.descending for sort in query.sort]),
        query.limit is None,
        None if query.after is None else tuple([value is None for value in query.after]),
        query.backward,
        query.offset > 0,
        query.lifecycle,
        query.ids is not None,
        query.lock,
        parts.key,
    )


def compile_query(snapshot: Snapshot, backend: Backend, restricted: RestrictedQuery, parts: Parts) -> Statement:
    """The statement of a query's rows.

    A page is found by its ids first where that spares work: SQLite's sorter would carry every selected
    column of every row that fits the filter, and both databases would follow every path for them.
    """
    query = _query(restricted)
    compiler = new_compiler(snapshot, backend, restricted, parts)
    reading = Reading(compiler, restricted, parts)
    if _is_found_first(query, snapshot, backend):
        page = _page(query, restricted, parts, compiler, None)
        reading.tests.append(reading.frame.root.id.in_(page))
        columns, cells = select_list(reading, query.select)
        statement = reading.select(columns).order_by(*_order(reading, query))
        return finish(backend, compiler.binder, statement, cells)
    columns, cells = select_list(reading, query.select)
    statement = _page(query, restricted, parts, compiler, (reading, columns or [verbatim("1")]))
    if query.lock and backend.schemas:
        statement = statement.with_for_update(of=reading.frame.root.table)
    return finish(backend, compiler.binder, statement, cells)


def compile_count(snapshot: Snapshot, backend: Backend, restricted: RestrictedQuery, parts: Parts) -> Statement:
    """The statement that counts a query's rows up to the argument `most`."""
    query = _query(restricted)
    reading = Reading(new_compiler(snapshot, backend, restricted, parts), restricted, parts)
    _narrow(reading, query)
    most = reading.compiler.binder.bind("most", Integer(), lambda inputs: inputs.arguments["most"])
    rows = reading.select([verbatim("1").label("one")]).limit(most).subquery("counted")
    return finish(backend, reading.compiler.binder, select(func.count()).select_from(rows))


def _query(restricted: RestrictedQuery) -> Query:
    query = restricted.query
    if not isinstance(query, Query):
        raise TypeError("an AggregateQuery has groups, not rows; use `aggregate`")
    return query


def _is_found_first(query: Query, snapshot: Snapshot, backend: Backend) -> bool:
    if query.limit is None or query.ids is not None or query.lock:
        return False
    return not backend.schemas or any(_follows(item.expression, snapshot) for item in query.select)


def _follows(expression: Expression, snapshot: Snapshot) -> bool:
    """Whether a value takes more than the record's own row."""
    return bool(expression.lists) or any(
        path.hops or not snapshot.objects[path.owner].fields[path.field].stored for path in expression.paths
    )


def _page(
    query: Query,
    restricted: RestrictedQuery,
    parts: Parts,
    compiler: Compiler,
    rows: tuple[Reading, list[ColumnElement[Any]]] | None,
) -> Select[Any]:
    """The rows that fit, ordered and cut to the page; the ids only when no columns are asked for."""
    reading, columns = rows or (Reading(compiler, restricted, parts), [])
    _narrow(reading, query)
    keys = _keys(reading, query)
    if query.after is not None:
        reading.tests.append(starts_behind(keys, [value is None for value in query.after], backward=query.backward))
    statement = reading.select(columns or [reading.frame.root.id])
    if query.sort or query.limit is not None:
        statement = statement.order_by(*order_by(keys, backward=query.backward))
    if query.limit is not None:
        statement = statement.limit(compiler.binder.bind("limit", Integer(), lambda i: i.query.limit))  # type: ignore[union-attr]
    if query.offset:
        statement = statement.offset(compiler.binder.bind("offset", Integer(), lambda i: i.query.offset))  # type: ignore[union-attr]
    return statement


def _narrow(reading: Reading, query: Query) -> None:
    reading.require_alive(query.lifecycle)
    for place, condition in enumerate(query.where, len(query.select)):
        reading.require(condition, place)
    if query.ids is not None:
        compiler = reading.compiler
        wanted = compiler.backend.identifiers(compiler.binder, "asked", reading.frame.root.id, lambda i: i.query.ids)  # type: ignore[union-attr]
        reading.tests.append(wanted)
    reading.require_visible()


def _keys(reading: Reading, query: Query) -> list[SortKey]:
    return [*(_sort_key(reading, query, place) for place in range(len(query.sort))), _id_key(reading, query)]


def _order(reading: Reading, query: Query) -> list[UnaryExpression[Any]]:
    return order_by(_keys(reading, query), backward=query.backward)


def _sort_key(reading: Reading, query: Query, place: int) -> SortKey:
    sort = query.sort[place]
    kind, root = sort.expression.type, SHAPES.of(sort.expression).root
    operand = reading.value(sort.expression, len(query.select) + len(query.where) + place)
    plain = isinstance(root, Read) and not root.path.hops
    if operand.fold is not None:
        return _key(reading, query, place, Operand(operand.fold), kind, sort.descending, folded=True)
    if kind.kind in (Kind.TEXT, Kind.SELECT) and not plain:
        operand = Operand(reading.backend.text_order(operand.sql))
    filled = kind.kind is Kind.BOOLEAN or (plain and root.path.field in _FILLED)
    return _key(reading, query, place, operand, kind, sort.descending, filled=filled)


def _id_key(reading: Reading, query: Query) -> SortKey:
    """The last key, falling when the key before it falls, so that one index serves both."""
    descending = query.sort[-1].descending if query.sort else False
    root = Operand(reading.frame.root.id)
    return _key(reading, query, len(query.sort), root, record(query.object), descending, filled=True)


def _key(
    reading: Reading,
    query: Query,
    place: int,
    operand: Operand,
    kind: Type,
    descending: bool,
    *,
    filled: bool = False,
    folded: bool = False,
) -> SortKey:
    if query.after is None or query.after[place] is None:
        return SortKey(operand.sql, descending, filled)
    binder = reading.compiler.binder
    getter = after_getter(place, kind, folded=folded)
    scale = operand.scale if operand.scale is not None and operand.scale <= NARROW_SCALES[-1] else None
    value = reading.backend.parameter(binder, ("after", place), kind, scale, getter)
    if not kind.is_numeric:
        return SortKey(operand.sql, descending, filled, value.sql)
    (one, other), _ = reading.backend.align(binder, (operand, value))
    return SortKey(one, descending, filled, other)
