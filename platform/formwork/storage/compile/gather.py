"""The ids of a page gathered: the first rows of each branch of the reader's rule, merged, the first of those.

UNION takes what two branches show only once. Each branch's rows are found before they are sorted (OFFSET 0 keeps
PostgreSQL from walking the sort index in the hope of meeting fifty of them soon); the owners' rows, which an index
holds by owner and id, are the top of each owner by a LATERAL SELECT, and so is what was given to each principal.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, FromClause, Integer, Select, func, select, true, union

from formwork.catalog import Query, RestrictedQuery, Shared
from formwork.storage.compile.binder import Inputs
from formwork.storage.compile.keyset import SortKey, order_by, starts_behind
from formwork.storage.compile.page import narrow_to_asked, sort_keys
from formwork.storage.compile.postgres import PostgresBackend
from formwork.storage.compile.reading import Parts, Reading
from formwork.storage.compile.rules import owners_getter, principals_getter, share_tests
from formwork.storage.compile.tables import named, share_table
from formwork.storage.compile.verbatim import verbatim


def gather_page(
    reading: Reading, restricted: RestrictedQuery, parts: Parts, columns: list[ColumnElement[Any]]
) -> Select[Any]:
    """The rows of a page with these columns."""
    query = restricted.query
    assert isinstance(query, Query)
    first, keys = _first(reading, restricted, parts, query)
    ids = select(first.c.id).order_by(*order_by(_named(first, keys), backward=query.backward)).limit(_limit(reading))
    reading.tests.append(reading.frame.root.id.in_(ids))
    keys = sort_keys(reading, query)  # first: a key may follow a path that no column follows
    return reading.select(columns).order_by(*order_by(keys, backward=query.backward))


def gather_count(reading: Reading, restricted: RestrictedQuery, parts: Parts, most: ColumnElement[int]) -> Select[Any]:
    """How many rows the branches show together, up to `most`; a branch that has so many answers alone."""
    query = restricted.query
    assert isinstance(query, Query)
    found = []
    for place in range(_branches(reading, restricted, parts)):
        one = _branch(reading, restricted, parts, query, place)
        inner = one.select([one.frame.root.id.label("id")]).limit(most).subquery(reading.compiler.alias())
        found.append(select(inner.c.id))
    together = select(union(*found).subquery(reading.compiler.alias()).c.id).limit(most)
    return select(func.count()).select_from(together.subquery(reading.compiler.alias()))


def _first(
    reading: Reading, restricted: RestrictedQuery, parts: Parts, query: Query
) -> tuple[FromClause, list[SortKey]]:
    tops: list[Select[Any]] = []
    keys: list[SortKey] = []
    for place in range(_branches(reading, restricted, parts)):
        one = _branch(reading, restricted, parts, query, place)
        keys = sort_keys(one, query)
        if query.after is not None:
            blanks = [value is None for value in query.after]
            one.tests.insert(0, starts_behind(keys, blanks, backward=query.backward))
        tops.append(_top(one, query, restricted, keys, place))
    return union(*tops).subquery(reading.compiler.alias()), keys


def _branches(reading: Reading, restricted: RestrictedQuery, parts: Parts) -> int:
    return len(Reading(reading.compiler, restricted, parts).branches())


def _branch(reading: Reading, restricted: RestrictedQuery, parts: Parts, query: Query, place: int) -> Reading:
    """A SELECT over the rows one branch shows, the reader's filter in force; the branch is its last condition."""
    one = Reading(reading.compiler, restricted, parts)
    narrow_to_asked(one, query)
    one.require_beyond()
    one.tests.append(one.branches()[place])
    return one


def _top(one: Reading, query: Query, restricted: RestrictedQuery, keys: list[SortKey], place: int) -> Select[Any]:
    """Id and sort keys of the first rows of a branch."""
    columns = [one.frame.root.id.label("id"), *(key.sql.label(f"k{at}") for at, key in enumerate(keys[:-1]))]
    rule, compiler = restricted.rules[query.object], one.compiler
    order = order_by(keys, backward=query.backward)
    if isinstance(one.backend, PostgresBackend):
        owned = bool(rule.owners) and "owner" in one.frame.root.spec.fields
        if not query.sort and place == 0 and owned and len(rule.owners) > 1:
            return _of_each(one, one.backend, "owners", _owned_by(one), columns, order)
        if not query.sort and place == int(owned) and rule.shared is not None:
            return _of_each(one, one.backend, "shared", _given_to(one, rule.shared), columns, order)
        found: Any = one.select(columns).offset(verbatim("0")).subquery(compiler.alias())
        found = select(*found.c).order_by(*order_by(_named(found, keys), backward=query.backward))
    else:
        found = one.select(columns).order_by(*order)
    inner = found.limit(_limit(one)).subquery(compiler.alias())
    return select(*inner.c)


_Narrow: TypeAlias = Callable[[ColumnElement[Any], Sequence[ColumnElement[Any]]], Select[Any]]
"""The SELECT of columns over the rows that belong to one id."""


def _owned_by(one: Reading) -> _Narrow:
    def narrow(whose: ColumnElement[Any], columns: Sequence[ColumnElement[Any]]) -> Select[Any]:
        one.tests[-1] = one.frame.root.column("owner") == whose
        return one.select(columns)

    return narrow


def _given_to(one: Reading, shared: Shared) -> _Narrow:
    """The index of shares holds what was given to one principal in the order of ids; a record may be given twice."""
    given = share_table(schema=one.backend.schemas).alias(one.compiler.alias())
    source = one.frame.root

    def narrow(whose: ColumnElement[Any], columns: Sequence[ColumnElement[Any]]) -> Select[Any]:
        tests = [*one.tests[:-1], given.c.principal == whose, *share_tests(one.compiler, source, given, shared)]
        there = one.frame.from_clause().join(given, given.c.record == source.id)
        return select(*columns).select_from(there).where(*tests).distinct()

    return narrow


def _of_each(
    one: Reading,
    backend: PostgresBackend,
    which: str,
    narrow: _Narrow,
    columns: Sequence[ColumnElement[Any]],
    order: Sequence[ColumnElement[Any]],
) -> Select[Any]:
    """The first rows of each id of a set, found one id after the other."""
    way = (one.frame.root.spec.name, ())
    draw = owners_getter(way) if which == "owners" else principals_getter(way)
    ids = backend.id_array(one.compiler.binder, (which, *way), draw)
    each = func.unnest(ids).table_valued("whose").render_derived(name=one.compiler.alias())
    top = narrow(each.c.whose, columns).order_by(*order).limit(_limit(one))
    lateral = top.correlate(each).lateral(one.compiler.alias())
    return select(*lateral.c).select_from(each.join(lateral, true()))


def _named(source: FromClause, keys: list[SortKey]) -> list[SortKey]:
    """The keys by the names they have in a SELECT of ids."""
    names = [*(f"k{place}" for place in range(len(keys) - 1)), "id"]
    return [SortKey(source.c[named(name)], key.descending, key.filled) for name, key in zip(names, keys, strict=True)]


def _limit(reading: Reading) -> ColumnElement[int]:
    return reading.compiler.binder.bind("limit", Integer(), _asked_limit)


def _asked_limit(inputs: Inputs) -> int | None:
    return inputs.query.limit if isinstance(inputs.query, Query) else None
