"""One page of rows: narrowed, ordered with blanks last, cut, and found so that indexes serve.

An index holds blanks at one end only, and `k > v or k is null` reads it from the start. A page sorted by
one indexed field is therefore looked for in two arms, rows where the field is filled and rows where it
is blank, each from its place in the index; their ids together hold the page. Without an index each arm
would read the whole table, and one SELECT reads it once.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Select, func, select, union_all

from formwork.catalog import ObjectSpec, Query, RestrictedQuery, Snapshot
from formwork.expressions.nodes import Read
from formwork.expressions.types import Kind, Type, record
from formwork.storage.compile.keyset import SortKey, after_getter, order_by, starts_behind
from formwork.storage.compile.operand import Operand
from formwork.storage.compile.reading import Parts, Reading
from formwork.storage.compile.slots import NARROW_SCALES, SHAPES
from formwork.storage.schema.physical import sorted_columns

_FILLED = frozenset({"id", "created_at", "updated_at", "version"})
"""System fields that are never blank."""
_NIL, _MAX = UUID(int=0), UUID(int=2**128 - 1)
"""Before and behind every id."""


def narrow(reading: Reading, query: Query) -> None:
    """Keep to the rows a query asks for and its reader may see."""
    narrow_to_asked(reading, query)
    reading.require_visible()


def narrow_to_asked(reading: Reading, query: Query) -> None:
    """Keep to the rows a query asks for."""
    reading.require_alive(query.lifecycle)
    for place, condition in enumerate(query.where, len(query.select)):
        reading.require(condition, place)
    if query.ids is not None:
        reading.tests.append(_is_asked(reading, query.ids))


def page(
    reading: Reading, query: Query, columns: Sequence[ColumnElement[Any]], *, guarded: bool = False
) -> Select[Any]:
    """The rows of a page with these columns, in one SELECT; `guarded` looks at so many rows by id and no more."""
    narrow(reading, query)
    if guarded:
        reading.tests.append(_is_near(reading, query))
    keys = sort_keys(reading, query)
    if query.after is not None:
        reading.tests.append(starts_behind(keys, _blanks(query), backward=query.backward))
    statement = reading.select(columns)
    if query.sort or query.limit is not None:
        statement = statement.order_by(*order_by(keys, backward=query.backward))
    return _cut(statement, reading, query)


def find_page_first(
    reading: Reading,
    restricted: RestrictedQuery,
    parts: Parts,
    columns: Sequence[ColumnElement[Any]],
    *,
    guarded: bool = False,
) -> Select[Any]:
    """The rows of a page with these columns, its ids looked for in a SELECT of their own."""
    query = restricted.query
    assert isinstance(query, Query)
    in_arms = has_arms(query, reading.compiler.snapshot)
    if in_arms:
        arms = [_arm(Reading(reading.compiler, restricted, parts), query, blank) for blank in _arms(query)]
        ids: Any = union_all(*(select(arm.c.id) for arm in arms)) if len(arms) > 1 else select(arms[0].c.id)
    else:
        inner = Reading(reading.compiler, restricted, parts)
        ids = page(inner, query, [inner.frame.root.id], guarded=guarded)
    reading.tests.append(reading.frame.root.id.in_(ids))
    keys = sort_keys(reading, query)  # first: a key may follow a path that no column follows
    statement = reading.select(columns).order_by(*order_by(keys, backward=query.backward))
    return _cut(statement, reading, query) if in_arms else statement


def has_arms(query: Query, snapshot: Snapshot) -> bool:
    """Whether a page is sorted by one indexed field of the record itself that can be blank."""
    if query.limit is None or query.ids is not None or query.lock or query.offset or len(query.sort) != 1:
        return False
    expression = query.sort[0].expression
    root = SHAPES.of(expression).root
    if not isinstance(root, Read) or root.path.field in _FILLED or expression.type.kind is Kind.BOOLEAN:
        return False
    return _is_indexed(root, snapshot.objects[query.object])


def sorts_all_rows(query: Query, snapshot: Snapshot) -> bool:
    """Whether no index holds the order of a page, so that the database sorts every row that fits."""
    if not query.sort:
        return False
    root = SHAPES.of(query.sort[0].expression).root
    return not (isinstance(root, Read) and _is_indexed(root, snapshot.objects[query.object]))


def _is_indexed(root: Read, spec: ObjectSpec) -> bool:
    """Whether an index begins with a stored field of the record itself."""
    if root.path.hops:
        return False
    columns = spec.fields[root.path.field].columns
    return bool(columns) and (columns[-1].name == "id" or columns[-1].name in sorted_columns(spec))


def sort_keys(reading: Reading, query: Query) -> list[SortKey]:
    """Every sort key and the id, which falls when the key before it falls, so that one index serves both."""
    descending = query.sort[-1].descending if query.sort else False
    own = Operand(reading.frame.root.id)
    last = _key(reading, query, len(query.sort), own, record(query.object), descending, filled=True)
    return [*(_sort_key(reading, query, place) for place in range(len(query.sort))), last]


def _is_asked(reading: Reading, ids: Sequence[UUID]) -> ColumnElement[bool]:
    """TRUE for the records a query names; a single one is compared plainly."""
    backend, binder, own = reading.backend, reading.compiler.binder, reading.frame.root.id
    if len(ids) == 1:
        kind = record(reading.frame.root.spec.name)
        return own == backend.parameter(binder, "asked", kind, None, lambda i: i.query.ids[0]).sql  # type: ignore[union-attr,index]
    return backend.identifiers(binder, "asked", own, lambda i: i.query.ids)  # type: ignore[union-attr]


def _is_near(reading: Reading, query: Query) -> ColumnElement[bool]:
    """TRUE for rows that are no further from the page's start than the guard, in the order of ids."""
    binder, spec = reading.compiler.binder, reading.frame.root.spec
    there = reading.compiler.frame(spec).root
    key = _key(reading, query, 0, Operand(there.id), record(query.object), False, filled=True)
    guard = binder.bind("guard", Integer(), lambda inputs: inputs.arguments["guard"])
    last = select(there.id).order_by(*order_by([key], backward=query.backward)).limit(1).offset(guard)
    if query.after is not None:
        last = last.where(starts_behind([key], [False], backward=query.backward))
    end = _NIL if query.backward else _MAX
    bound = reading.backend.parameter(binder, "end", record(query.object), None, lambda inputs: end).sql
    edge = func.coalesce(last.scalar_subquery(), bound)
    own = reading.frame.root.id
    return own >= edge if query.backward else own <= edge


def _arms(query: Query) -> tuple[bool, ...]:
    """Which arms a page can reach: False rows where the key is filled, True rows where it is blank."""
    if query.after is None:
        return (False, True)
    starts_blank = query.after[0] is None
    if query.backward:
        return (False, True) if starts_blank else (False,)
    return (True,) if starts_blank else (False, True)


def _arm(reading: Reading, query: Query, blank: bool) -> Any:
    narrow(reading, query)
    key, own = sort_keys(reading, query)
    starts_here = query.after is not None and (query.after[0] is None) is blank
    if blank:
        keys = [own]
        reading.tests.append(key.sql.is_(None))
    else:
        keys = [SortKey(key.sql, key.descending, True, key.value), own]
        reading.tests.append(key.sql.is_not(None))
    if starts_here:
        reading.tests.append(starts_behind(keys, [False] * len(keys), backward=query.backward))
    found = reading.select([reading.frame.root.id.label("id")]).order_by(*order_by(keys, backward=query.backward))
    return _cut(found, reading, query).subquery(reading.compiler.alias())


def _cut(statement: Select[Any], reading: Reading, query: Query) -> Select[Any]:
    binder = reading.compiler.binder
    if query.limit is not None:
        statement = statement.limit(binder.bind("limit", Integer(), lambda i: i.query.limit))  # type: ignore[union-attr]
    if query.offset:
        statement = statement.offset(binder.bind("offset", Integer(), lambda i: i.query.offset))  # type: ignore[union-attr]
    return statement


def _blanks(query: Query) -> list[bool]:
    return [value is None for value in query.after or ()]


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
