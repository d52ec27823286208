"""Database errors to kernel errors, in one place.

A listener on every engine replaces what the driver raised, so whoever runs a statement sees kernel
errors only. Errors that are bugs (a syntax error, a missing column) stay as they are.
"""

from __future__ import annotations

import logging
import re
import sqlite3
from typing import TYPE_CHECKING

from sqlalchemy import Engine, ExceptionContext, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from formwork.expressions.errors import overflow
from formwork.kernel import Conflict, FormworkError, Invalid, Raced, Unavailable
from formwork.kernel.library import on_first_use

if TYPE_CHECKING:
    import psycopg
else:
    psycopg = on_first_use("psycopg")

_LOG = logging.getLogger("formwork.storage")
RETRY_AFTER = 5
"""Seconds a client is asked to wait before it tries again."""

_FAILED_COLUMNS = re.compile(r"UNIQUE constraint failed: (?!index )(?P<columns>.+)")
_FAILED_INDEX = re.compile(r"UNIQUE constraint failed: index '(?P<index>.+)'")


class UniqueViolation(Conflict):
    """A unique index refused a row that `records` found nothing against: somebody else was faster.

    Done anew, the write finds that row and names the fields, or changes it. PostgreSQL tells `index`; SQLite
    tells `table` and `columns`. `tables.violated` knows both.
    """

    default_code = "duplicate"
    repeatable = True

    def __init__(self, *, index: str = "", table: str = "", columns: tuple[str, ...] = ()) -> None:
        super().__init__("A record with this value exists already. Use another value or change that record.")
        self.index = index
        self.table = table
        self.columns = columns


class Deadlock(Unavailable):
    """Two transactions waited for each other and the server ended this one; the other one went on."""

    repeatable = True


class ConnectionLost(Unavailable):
    """The server went away. Before the first statement of a transaction another connection may be tried."""


def attach(engine: Engine) -> None:
    """Make `engine` raise kernel errors."""
    event.listen(engine, "handle_error", _replace, retval=True)


def translate(error: BaseException) -> FormworkError | None:
    """The kernel error a driver's error stands for, None when it is a bug."""
    if isinstance(error, FormworkError):
        return error
    if isinstance(error, PoolTimeout):
        return busy()
    if isinstance(error, DBAPIError):
        return translate(error.orig) if error.orig is not None else None
    if isinstance(error, sqlite3.Error):
        return _from_sqlite(error)
    if isinstance(error, psycopg.Error):
        return _from_postgres(error)
    return None


def _replace(context: ExceptionContext) -> FormworkError | None:
    return translate(context.original_exception)


def busy() -> Unavailable:
    """The answer when the database is down, locked or out of connections."""
    return Unavailable(
        "The database cannot be reached or is busy. Nothing was saved; try again in a few seconds.",
        code="database_unavailable",
        extra={"retry_after": RETRY_AFTER},
    )


def _full() -> Unavailable:
    return Unavailable(
        "The database has no room left. Nothing was saved; an administrator must free space.",
        code="storage_full",
        extra={"retry_after": 60},
    )


def _damaged(error: Exception) -> Unavailable:
    _LOG.error("A database is damaged: %s. Run `doctor`, and restore a backup.", error)
    return Unavailable(
        "The database of this site is damaged. Nothing was saved; an administrator must restore a backup.",
        code="database_damaged",
        extra={"retry_after": 60},
    )


def _timeout() -> Unavailable:
    return Unavailable(
        "The query took too long and was stopped. Narrow the filter or sort by an indexed field.",
        code="query_timeout",
        extra={"retry_after": RETRY_AFTER},
    )


_RACED = "Somebody else changed the same records at the same moment. Try again."


def _from_postgres(error: psycopg.Error) -> FormworkError | None:
    state = error.sqlstate or ""
    if state == "23505":
        return UniqueViolation(index=error.diag.constraint_name or "", table=error.diag.table_name or "")
    if state in {"40001", "23503"} or (state == "0A000" and "cached plan" in str(error)):
        return Raced(_RACED)
    if state == "40P01":
        return _like_busy(Deadlock)
    if state == "22003":
        return Invalid("A number has more than 18 digits. Use a smaller one.", code="overflow")
    if state == "54000":
        return Invalid("A text is too long to be indexed or kept unique. Use a shorter one.", code="too_long")
    if state in {"22003", "22008"}:
        return overflow()
    if state == "57014":
        return _timeout()
    if state in {"53100", "53400"}:
        return _full()
    if state in {"57P01", "57P02", "57P03"} or state.startswith("08"):
        return _like_busy(ConnectionLost)
    if state in {"55P03", "25P03"} or state.startswith("53"):
        return busy()
    if not state and isinstance(error, psycopg.OperationalError):
        return _like_busy(ConnectionLost)
    return None


def _like_busy(kind: type[Unavailable]) -> Unavailable:
    """The answer of `busy` as another kind of error."""
    plain = busy()
    return kind(plain.message, code=plain.code, extra=plain.extra)


_SQLITE_OVERFLOWS = {"user-defined function raised exception", "integer overflow"}
"""What SQLite says when a registered function of the language, or its own SUM, outgrows its numbers."""
_SQLITE_FULL = {"SQLITE_FULL", "SQLITE_IOERR_WRITE"}
"""The disk is full, or a quota or a limit on the size of files is used up."""
_SQLITE_DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB")
_SQLITE_BUSY = {"SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PROTOCOL"}


def _from_sqlite(error: sqlite3.Error) -> FormworkError | None:
    name = getattr(error, "sqlite_errorname", "") or ""
    if name == "SQLITE_ERROR" and str(error) in _SQLITE_OVERFLOWS:
        return overflow()
    if name in {"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"}:
        return _from_sqlite_unique(str(error))
    if name == "SQLITE_CONSTRAINT_FOREIGNKEY":
        return Conflict(_RACED)
    if name == "SQLITE_INTERRUPT":
        return _timeout()
    if name.startswith(_SQLITE_DAMAGED):
        return _damaged(error)
    if name in _SQLITE_FULL:
        return _full()
    if "_".join(name.split("_")[:2]) in _SQLITE_BUSY:
        return busy()
    return None


def _from_sqlite_unique(message: str) -> UniqueViolation:
    by_index = _FAILED_INDEX.search(message)
    if by_index:
        return UniqueViolation(index=by_index["index"])
    by_columns = _FAILED_COLUMNS.search(message)
    if not by_columns:
        return UniqueViolation()
    pairs = [one.rpartition(".") for one in by_columns["columns"].split(", ")]
    return UniqueViolation(table=pairs[0][0], columns=tuple(pair[2] for pair in pairs))
