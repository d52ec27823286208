"""Rows of one table inserted and updated set by set, as fast as each database takes them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import MetaData, Table, bindparam, column, func, insert, update
from sqlalchemy.dialects import postgresql, sqlite

from formwork.kernel.library import on_first_use
from formwork.storage.cells import Columns
from formwork.storage.copying import write_rows
from formwork.storage.driver import LOG, DriverCursor
from formwork.storage.encode import Encode, encode_column, encode_values, encoder
from formwork.storage.faults import translate
from formwork.storage.schema.tables import quoted
from formwork.storage.work import Work

if TYPE_CHECKING:
    import psycopg
    from psycopg import sql
else:
    psycopg = on_first_use("psycopg")
    sql = on_first_use("psycopg.sql")

COPY_FROM = 20
"""Rows from which PostgreSQL gets them by COPY."""


def insert_rows(work: Work, table: Table, columns: Columns) -> None:
    """Insert rows given as columns of equal length; raises UniqueViolation."""
    if not columns:
        return
    count = len(next(iter(columns.values())))
    if count == 0:
        return
    if work.place.is_postgres and count >= COPY_FROM:
        _copy(work, table, columns)
        return
    names, encoders = _plan(table, tuple(columns), work.place.is_postgres)
    encoded = [encode_values(encode, columns[name]) for name, encode in zip(names, encoders, strict=True)]
    statement = _insert_text(table, names, work.place.schema)
    _run_many(work, statement, list(zip(*encoded, strict=True)))


def update_rows(work: Work, table: Table, ids: list[Any], columns: Columns) -> None:
    """Give rows the values of their columns, by id; every id is there (the caller has looked)."""
    if work.place.is_postgres:
        _update_joined(work, table, ids, columns)
        return
    names, encoders = _plan(table, tuple(columns), False)
    encoded = [encode_values(encode, columns[name]) for name, encode in zip(names, encoders, strict=True)]
    encoded.append(encode_column(table.c.id.type, ids, is_postgres=False))
    statement = _update_text(table, names)
    _run_many(work, statement, list(zip(*encoded, strict=True)))


def _run_many(work: Work, statement: str, rows: list[tuple[Any, ...]]) -> None:
    """One statement for each row, on the driver."""
    LOG.debug("%s", statement)
    with DriverCursor(work.writer) as cursor:
        if len(rows) == 1:
            cursor.execute(statement, rows[0])
        else:
            cursor.executemany(statement, rows)


@lru_cache(maxsize=8_192)
def _plan(table: Table, given: tuple[str, ...], postgres: bool) -> tuple[tuple[str, ...], tuple[Encode | None, ...]]:
    """The columns as SQLAlchemy writes them, in the order of the table, and what encodes each."""
    names = tuple(one.name for one in table.columns if one.name in given)
    return names, tuple(encoder(table.c[name].type, is_postgres=postgres) for name in names)


def _copy(work: Work, table: Table, columns: Columns) -> None:
    names = tuple(columns)
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(work.place.schema or "public", table.name), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    text = write_rows([(table.c[name].type, values) for name, values in columns.items()])
    cursor: psycopg.Cursor[Any] = work.writer.connection.cursor()  # type: ignore[assignment]
    try:
        with cursor, cursor.copy(statement) as copy:
            copy.write(text)
    except psycopg.Error as error:
        raise translate(error) or error from error


def _update_joined(work: Work, table: Table, ids: list[Any], columns: Columns) -> None:
    """One UPDATE that joins the rows with arrays of their new values."""
    given = {"id": ids, **columns}
    arrays: list[Any] = [
        bindparam(f"a{place}", values, type_=postgresql.ARRAY(table.c[name].type))
        for place, (name, values) in enumerate(given.items())
    ]
    fresh = func.unnest(*arrays).table_valued(*(column(name) for name in given), name="fresh")
    joined = fresh.render_derived()
    changed: dict[Any, Any] = {table.c[name]: joined.c[name] for name in columns}
    work.writer.execute(update(table).where(table.c.id == joined.c.id).values(changed))


@lru_cache(maxsize=4_096)
def _insert_text(table: Table, names: tuple[str, ...], schema: str | None) -> str:
    if schema is None:
        return str(insert(table).compile(dialect=sqlite.dialect(), column_keys=list(names)))
    placed = table.to_metadata(MetaData(), schema=quoted(schema))
    dialect = postgresql.psycopg.dialect(paramstyle="format")  # type: ignore[no-untyped-call]
    return str(insert(placed).compile(dialect=dialect, column_keys=list(names)))


@lru_cache(maxsize=4_096)
def _update_text(table: Table, names: tuple[str, ...]) -> str:
    fresh: dict[str, Any] = {name: bindparam(f"v{place}") for place, name in enumerate(names)}
    statement = update(table).where(table.c.id == bindparam("row")).values(fresh)
    return str(statement.compile(dialect=sqlite.dialect()))
