"""Rows of system tables, for the rooms that own them. Record data never comes through here.

Tables are named as declared in system_tables.py; values are Python values (UUID, aware datetime,
JSON-ready objects). Unknown names raise KeyError: they are bugs, never input.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Select,
    Table,
    Update,
    and_,
    bindparam,
    delete,
    false,
    func,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from formwork.storage import bulk, prepared
from formwork.storage.system_tables import SYSTEM
from formwork.storage.work import Work

SystemRow: TypeAlias = dict[str, Any]
Upsert: TypeAlias = postgresql.Insert | sqlite.Insert


def find(work: Work, table: str, **equals: Any) -> SystemRow | None:
    """The one row with these values, None when there is none. A value None means the column is blank."""
    rows = find_many(work, table, equals=equals, limit=1)
    return rows[0] if rows else None


def find_many(
    work: Work,
    table: str,
    *,
    equals: Mapping[str, Any] | None = None,
    in_: Mapping[str, Iterable[Any]] | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    order: Sequence[str] = (),
    limit: int | None = None,
    columns: Sequence[str] = (),
) -> list[SystemRow]:
    """Rows that meet every condition, in `order` (a name, `-` before it for descending).

    `before` and `after` are strict comparisons; an empty `in_` list finds nothing. `columns` empty
    reads them all.
    """
    if in_ or before or after:
        statement = _arranged(_table(table), columns, order, limit).where(
            _condition(_table(table), equals, in_, before, after)
        )
        return [dict(row._mapping) for row in work.connection.execute(statement)]
    filled, blanks = _told_apart(equals)
    names = tuple(columns) or tuple(_table(table).columns.keys())
    statement = _question(table, tuple(filled), blanks, names, tuple(order), limit)
    return [dict(zip(names, row, strict=True)) for row in prepared.fetch(work, statement, filled)]


def _told_apart(equals: Mapping[str, Any] | None) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Values to compare with, under the names of their parameters, and the columns that must be blank."""
    given = equals or {}
    filled = {f"e_{name}": value for name, value in given.items() if value is not None}
    return filled, tuple(name for name, value in given.items() if value is None)


def _equal(source: Table, filled: Iterable[str], blanks: Iterable[str]) -> list[ColumnElement[bool]]:
    terms = [source.c[name[2:]] == bindparam(name, type_=source.c[name[2:]].type) for name in filled]
    return terms + [source.c[name].is_(None) for name in blanks]


@lru_cache(maxsize=512)
def _question(
    table: str, filled: tuple[str, ...], blanks: tuple[str, ...], columns: tuple[str, ...], order: tuple[str, ...],
    limit: int | None,
) -> Select[Any]:  # fmt: skip
    """The statement of a question by equality, made once: credentials and versions are asked at every request."""
    source = _table(table)
    return _arranged(source, columns, order, limit).where(*_equal(source, filled, blanks))


def _arranged(source: Table, columns: Sequence[str], order: Sequence[str], limit: int | None) -> Select[Any]:
    statement = select(*([source.c[name] for name in columns] or source.columns))
    for name in order:
        column = source.c[name.removeprefix("-")]
        statement = statement.order_by(column.desc() if name.startswith("-") else column)
    return statement if limit is None else statement.limit(limit)


def count(work: Work, table: str, **equals: Any) -> int:
    """How many rows have these values."""
    source = _table(table)
    statement = select(func.count()).select_from(source).where(_condition(source, equals))
    return work.connection.execute(statement).scalar_one()


def append(work: Work, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows; raises UniqueViolation. Names that are left out are blank."""
    if rows:
        given = set().union(*rows)
        append_columns(work, table, {name: [row.get(name) for row in rows] for name in given})


def append_columns(work: Work, table: str, columns: Mapping[str, list[Any]]) -> None:
    """As `append`, for rows that are columns of equal length already."""
    target = _table(table)
    bulk.insert_rows(work, target, {target.c[name].name: values for name, values in columns.items()})


def change(
    work: Work,
    table: str,
    values: Mapping[str, Any],
    *,
    equals: Mapping[str, Any] | None = None,
    in_: Mapping[str, Iterable[Any]] | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> int:
    """Set `values` in the rows that meet every condition; gives how many did (a claim wins with 1)."""
    source = _table(table)
    if in_ or before or after:
        statement = update(source).where(_condition(source, equals, in_, before, after)).values(dict(values))
        return _rowcount(work.writer.execute(statement))
    filled, blanks = _told_apart(equals)
    fresh = {f"v_{name}": value for name, value in values.items()}
    return prepared.execute(work, _change(table, tuple(fresh), tuple(filled), blanks), {**fresh, **filled})


@lru_cache(maxsize=512)
def _change(table: str, fresh: tuple[str, ...], filled: tuple[str, ...], blanks: tuple[str, ...]) -> Update:
    source = _table(table)
    values: dict[str, Any] = {name[2:]: bindparam(name, type_=source.c[name[2:]].type) for name in fresh}
    return update(source).where(*_equal(source, filled, blanks)).values(values)


def remove(
    work: Work,
    table: str,
    *,
    equals: Mapping[str, Any] | None = None,
    in_: Mapping[str, Iterable[Any]] | None = None,
    before: Mapping[str, Any] | None = None,
) -> int:
    """Delete the rows that meet every condition; gives how many there were."""
    source = _table(table)
    return _rowcount(work.writer.execute(delete(source).where(_condition(source, equals, in_, before))))


def put(work: Work, table: str, row: Mapping[str, Any]) -> None:
    """Insert a row, or overwrite the given columns of the one with the same primary key."""
    prepared.execute(work, _put(table, tuple(row), work.place.is_postgres), dict(row))


@lru_cache(maxsize=512)
def _put(table: str, names: tuple[str, ...], postgres: bool) -> Upsert:
    source = _table(table)
    statement: Upsert = _insert(source, names, postgres)
    keys = [column.name for column in source.primary_key]
    rest = {name: statement.excluded[name] for name in names if name not in keys}
    if rest:
        return statement.on_conflict_do_update(index_elements=keys, set_=rest)
    return statement.on_conflict_do_nothing(index_elements=keys)


def _insert(source: Table, names: Iterable[str], postgres: bool) -> Any:
    values = {name: bindparam(name, type_=source.c[name].type) for name in names}
    return (postgresql if postgres else sqlite).insert(source).values(values)


def put_new(work: Work, table: str, row: Mapping[str, Any]) -> bool:
    """Insert a row unless one with the same primary key is there; True when it was inserted."""
    return prepared.execute(work, _put_new(table, tuple(row), work.place.is_postgres), dict(row)) == 1


@lru_cache(maxsize=512)
def _put_new(table: str, names: tuple[str, ...], postgres: bool) -> Upsert:
    source = _table(table)
    statement: Upsert = _insert(source, names, postgres)
    return statement.on_conflict_do_nothing()


def _table(name: str) -> Table:
    return SYSTEM.tables[name]


def _rowcount(result: CursorResult[Any]) -> int:
    return result.rowcount


def _condition(
    table: Table,
    equals: Mapping[str, Any] | None = None,
    in_: Mapping[str, Iterable[Any]] | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> ColumnElement[bool]:
    terms: list[ColumnElement[bool]] = []
    for name, value in (equals or {}).items():
        terms.append(table.c[name].is_(None) if value is None else table.c[name] == value)
    for name, values in (in_ or {}).items():
        wanted = list(values)
        terms.append(table.c[name].in_(wanted) if wanted else false())
    terms += [table.c[name] < value for name, value in (before or {}).items()]
    terms += [table.c[name] > value for name, value in (after or {}).items()]
    return and_(*terms) if terms else and_(True)
