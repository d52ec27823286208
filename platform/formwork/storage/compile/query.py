"""A restricted query to a statement: select list, row rules, filter, order, page."""

from typing import Any

from sqlalchemy import Integer, func, select

from formwork.catalog import Query, RestrictedQuery, Snapshot
from formwork.expressions.expression import Expression
from formwork.storage.compile.backend import Backend
from formwork.storage.compile.gather import gather_count, gather_page
from formwork.storage.compile.page import find_page_first, has_arms, narrow, page, sorts_all_rows
from formwork.storage.compile.reading import Parts, Reading, new_compiler, take_apart
from formwork.storage.compile.select import select_list
from formwork.storage.compile.shape import Order, Shape
from formwork.storage.compile.statement import Statement, finish
from formwork.storage.compile.verbatim import verbatim


def take_query_apart(query: Query, restricted: RestrictedQuery) -> Parts:
    """The slots of a query: selected values, conditions, sort keys, rules."""
    expressions: list[Expression] = [item.expression for item in query.select]
    expressions += query.where
    expressions += [sort.expression for sort in query.sort]
    return take_apart(expressions, restricted.rules, restricted.masks)


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
        None if query.ids is None else len(query.ids) == 1,
        query.lock,
        parts.key,
    )


def compile_query(
    snapshot: Snapshot, backend: Backend, restricted: RestrictedQuery, parts: Parts, shape: Shape = Shape.SCAN
) -> Statement:
    """The statement of a query's rows.

    A page is found by its ids first where that spares work: a sorter would carry every selected column
    of every row that fits the filter, and both databases would follow every path for them.
    """
    query = _query(restricted)
    compiler = new_compiler(snapshot, backend, restricted, parts)
    reading = Reading(compiler, restricted, parts)
    columns, cells = select_list(reading, query.select)
    if shape is Shape.GATHER:
        return finish(backend, compiler.binder, gather_page(reading, restricted, parts, columns), cells)
    guarded = shape is Shape.GUARDED
    if _is_found_first(query, snapshot, backend):
        statement = find_page_first(reading, restricted, parts, columns, guarded=guarded)
        return finish(backend, compiler.binder, statement, cells)
    statement = page(reading, query, columns or [verbatim("1")], guarded=guarded)
    if query.lock and backend.schemas:
        statement = statement.with_for_update(of=reading.frame.root.table)
    return finish(backend, compiler.binder, statement, cells)


def order_of(query: Query, snapshot: Snapshot) -> Order:
    """How the rows of a query are sorted."""
    return Order(not query.sort, not sorts_all_rows(query, snapshot))


def compile_count(
    snapshot: Snapshot, backend: Backend, restricted: RestrictedQuery, parts: Parts, shape: Shape = Shape.SCAN
) -> Statement:
    """The statement that counts a query's rows up to the argument `most`."""
    query = _query(restricted)
    reading = Reading(new_compiler(snapshot, backend, restricted, parts), restricted, parts)
    most = reading.compiler.binder.bind("most", Integer(), lambda inputs: inputs.arguments["most"])
    if shape is Shape.GATHER:
        return finish(backend, reading.compiler.binder, gather_count(reading, restricted, parts, most))
    narrow(reading, query)
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
    return (
        not backend.schemas
        or has_arms(query, snapshot)
        or sorts_all_rows(query, snapshot)
        or any(_follows(item.expression, snapshot) for item in query.select)
    )


def _follows(expression: Expression, snapshot: Snapshot) -> bool:
    """Whether a value takes more than the record's own row."""
    return bool(expression.lists) or any(
        path.hops or not snapshot.objects[path.owner].fields[path.field].stored for path in expression.paths
    )
