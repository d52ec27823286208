"""Running a compiled statement on the transaction of a unit of work, at driver level."""

from collections.abc import Sequence
from typing import Any

from formwork.storage.compile.backend import Backend
from formwork.storage.compile.binder import Inputs
from formwork.storage.compile.postgres import PostgresBackend
from formwork.storage.compile.sqlite import SqliteBackend
from formwork.storage.compile.statement import Statement
from formwork.storage.driver import LOG, DriverCursor
from formwork.storage.work import Work

_SQLITE, _POSTGRES = SqliteBackend(), PostgresBackend()


def backend_of(work: Work) -> Backend:
    """The compiler's side of the database a unit of work is on."""
    return _POSTGRES if work.place.is_postgres else _SQLITE


def run(work: Work, statement: Statement, inputs: Inputs, *, steady: bool = False) -> Sequence[tuple[Any, ...]]:
    """The raw rows of a statement; raises kernel errors only.

    The cursor is the driver's own: a list spends less in SQLAlchemy's execution than in the database. `steady`
    says that one plan does whatever its parameters are, so PostgreSQL may keep it; the plan of a list depends
    on how much its reader sees and its filter finds, and is made each time.
    """
    text = statement.text_for(work.place.schema, backend_of(work))
    LOG.debug("%s", text)
    with DriverCursor(work.connection) as cursor:
        if work.place.is_postgres and not steady:
            cursor.execute(text, statement.parameters(inputs), prepare=False)
        else:
            cursor.execute(text, statement.parameters(inputs))
        rows: Sequence[tuple[Any, ...]] = cursor.fetchall()
        return rows
