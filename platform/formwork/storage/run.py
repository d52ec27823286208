"""Running a compiled statement on the transaction of a unit of work, at driver level."""

import logging
import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from formwork.kernel.library import on_first_use
from formwork.storage.compile.backend import Backend
from formwork.storage.compile.binder import Inputs
from formwork.storage.compile.postgres import PostgresBackend
from formwork.storage.compile.sqlite import SqliteBackend
from formwork.storage.compile.statement import Statement
from formwork.storage.faults import ConnectionLost, translate
from formwork.storage.work import Work

if TYPE_CHECKING:
    import psycopg
else:
    psycopg = on_first_use("psycopg")

LOG = logging.getLogger("formwork.storage.statements")
"""Each statement's text at DEBUG, never its parameters."""

_SQLITE, _POSTGRES = SqliteBackend(), PostgresBackend()


def backend_of(work: Work) -> Backend:
    """The compiler's side of the database a unit of work is on."""
    return _POSTGRES if work.place.is_postgres else _SQLITE


def run(work: Work, statement: Statement, inputs: Inputs) -> Sequence[tuple[Any, ...]]:
    """The raw rows of a statement; raises kernel errors only.

    The cursor is the driver's own: a list spends less in SQLAlchemy's execution than in the database.
    """
    text = statement.text_for(work.place.schema, backend_of(work))
    LOG.debug("%s", text)
    cursor = work.connection.connection.cursor()
    try:
        cursor.execute(text, statement.parameters(inputs))
        return cursor.fetchall()
    except (sqlite3.Error, psycopg.Error) as error:
        replacement = translate(error)
        if isinstance(replacement, ConnectionLost):
            work.connection.invalidate(error)
        if replacement is None:
            raise
        raise replacement from error
    finally:
        cursor.close()
