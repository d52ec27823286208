"""Indexes of large tables on PostgreSQL, built beside the traffic: no reader and no writer waits for them.

CREATE INDEX CONCURRENTLY runs outside every transaction and leaves an invalid index when it is broken off,
so every build looks for one first and looks again afterwards. Two builds of one index do no harm: the second
finds the name taken, and nothing that is being built can be dropped.
"""

import time

from sqlalchemy import Connection, text
from sqlalchemy.schema import CreateIndex

from formwork.kernel import Unavailable
from formwork.storage.faults import UniqueViolation
from formwork.storage.locks import TRIES, WAIT_MS
from formwork.storage.schema.index import duplicates, make_index
from formwork.storage.schema.physical import IndexShape, TableShape
from formwork.storage.schema.tables import quoted
from formwork.storage.transaction import Mode, Place, transaction
from formwork.storage.work import Work

MANY = 5_000
"""Rows from which an index is built beside: fewer are indexed within a few milliseconds."""
_TRIES = 3
_STATES = text("""
SELECT c.relname, t.relname, i.indisvalid, i.indisunique
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = :schema
""")
_SOME = "SELECT count(*) FROM (SELECT 1 FROM {table} LIMIT {many}) AS found"


def has_many_rows(work: Work, table: str) -> bool:
    """True when an index of the table is worth building beside. Only on PostgreSQL; leaves no lock behind."""
    name = _quoted(work.place, table)
    with work.aside() as connection:
        count: int = connection.exec_driver_sql(_SOME.format(table=name, many=MANY)).scalar_one()
    return count >= MANY


def indexes_of(connection: Connection, schema: str) -> dict[str, tuple[str, bool, bool]]:
    """Every index of a schema: its table, whether it is valid, whether it is unique."""
    rows = connection.execute(_STATES, {"schema": schema})
    return {row[0]: (row[1], row[2], row[3]) for row in rows}


def let_go(connection: Connection) -> None:
    """Give up the snapshot an open transaction holds; a build waits for everybody who has an older one.

    A statement with parameters leaves its portal open, and the portal its snapshot, until the next statement.
    """
    connection.exec_driver_sql("SELECT 1")


def build(place: Place, shape: TableShape, index: IndexShape) -> None:
    """Build one index while others read and write; nothing happens when it is there and valid.

    Raises Invalid `duplicates` with the values that collide, after putting away what was begun, and
    Unavailable when the build was broken off again and again.
    """
    schema = quoted(place.schema or "")
    for _ in range(_TRIES):
        with place.engine.connect() as connection:  # outside every transaction: each statement commits by itself
            found = indexes_of(connection, place.schema or "").get(index.name)
            if found is None:
                begun = CreateIndex(make_index(shape, index, schema, beside=True), if_not_exists=True)
                try:
                    connection.execute(begun)
                except UniqueViolation as error:
                    refusal = duplicates(connection, shape, index, schema)
                    drop(place, index.name)
                    raise refusal from error
                found = indexes_of(connection, place.schema or "").get(index.name)
        if found is not None and found[1]:
            return
        drop(place, index.name)
    raise Unavailable("An index could not be built; it is tried again later.", code="database_unavailable")


def drop(place: Place, name: str) -> None:
    """Put an index away; nothing happens when there is none. Raises Unavailable when its table is never free."""
    for _ in range(TRIES):
        try:
            with transaction(place, Mode.WRITE, 0) as connection:
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = {WAIT_MS}")
                connection.exec_driver_sql(f"DROP INDEX IF EXISTS {_quoted(place, name)}")
                return
        except Unavailable:
            time.sleep(WAIT_MS / 1000)
    raise Unavailable(
        "The tables are in use all the time. Try again when there is less going on.", code="database_unavailable"
    )


def _quoted(place: Place, name: str) -> str:
    quote = place.engine.dialect.identifier_preparer.quote
    return f"{quote(quoted(place.schema or ''))}.{quote(quoted(name))}".replace("%", "%%")
