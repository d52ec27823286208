"""The driver's own cursor on an open transaction, its errors told as kernel errors."""

import logging
from types import TracebackType
from typing import Any

from sqlalchemy import Connection

from formwork.storage.engines import DEADLINE, Deadline
from formwork.storage.faults import ConnectionLost, translate

LOG = logging.getLogger("formwork.storage.statements")
"""Each statement's text at DEBUG, never its parameters."""


class DriverCursor:
    """`with DriverCursor(work.connection) as cursor`: one statement, closed behind it, its time limit begun anew.

    What the driver raises leaves as a kernel error, bugs as they are. SQLAlchemy's own execution costs more
    than most statements here: it renders them, and the driver runs them.
    """

    __slots__ = ("_connection", "_cursor")

    def __init__(self, connection: Connection) -> None:
        deadline: Deadline | None = connection.info.get(DEADLINE)
        if deadline is not None:
            deadline.restart()
        self._connection = connection
        self._cursor: Any = connection.connection.cursor()

    def __enter__(self) -> Any:
        return self._cursor

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._cursor.close()
        if isinstance(error, Exception):
            replacement = translate(error)
            if isinstance(replacement, ConnectionLost):
                self._connection.invalidate(error)
            if replacement is not None and replacement is not error:
                raise replacement from error
