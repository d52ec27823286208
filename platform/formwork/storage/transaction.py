"""Transactions on one tenant's database: begun explicitly, committed once, rolled back on any error."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from threading import Lock
from time import monotonic

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import TimeoutError as PoolTimeout

from formwork.storage import faults
from formwork.storage.driver import DriverCursor
from formwork.storage.engines import BUSY_MS, DEADLINE, Deadline


class Mode(StrEnum):
    """What a transaction is for."""

    READ = "read"
    """Reads; on PostgreSQL each statement sees what is committed when it starts."""
    CONSISTENT = "consistent"
    """Reads that all see one moment."""
    WRITE = "write"
    """Reads and writes; on SQLite the one writer of the file from the start."""


_POSTGRES = {
    Mode.READ: "BEGIN READ ONLY",
    Mode.CONSISTENT: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    Mode.WRITE: "BEGIN",
}


@dataclass(frozen=True, slots=True)
class Place:
    """A tenant's database: its engine, and its schema there (None on SQLite, where the file is the tenant's).

    A SQLite file has one writer. `turn` lets the writers of this process wait for each other here, in
    line, and only one of them for other processes, where waiting is a poll that the unlucky lose.
    """

    engine: Engine
    schema: str | None
    turn: "Lock | None" = None

    @property
    def is_postgres(self) -> bool:
        """True on PostgreSQL."""
        return self.engine.dialect.name == "postgresql"


@contextmanager
def transaction(place: Place, mode: Mode, timeout_ms: int) -> Iterator[Connection]:
    """An open transaction, committed at the end and rolled back when an error leaves the block.

    Every statement of it may run `timeout_ms`. Raises Unavailable when the database is down or busy.
    """
    with _turn(place if mode is Mode.WRITE else None):
        connection = _open(place, mode, timeout_ms)
        try:
            yield connection
            _commit(connection)
        finally:
            _close(connection)


SURE_SECONDS = 1.0
"""How long, on PostgreSQL, what was found out when a transaction began is not asked again before it writes. A change
of rights that is committed meanwhile counts as made after it, as it would had the transaction been quicker."""


class Turn:
    """The turn to write of a transaction that has only read so far.

    On SQLite taking it ends what was read and begins to write, so what was read before may have changed
    since, as between any two statements on PostgreSQL, where there is nothing to take.
    """

    __slots__ = ("_began", "_confirm", "_connection", "_place", "_taken")

    def __init__(self, place: Place, connection: Connection, confirm: Callable[[], None]) -> None:
        self._place = place
        self._connection = connection
        self._confirm = confirm
        self._began = monotonic()
        self._taken = False

    def take(self) -> None:
        """Be the one writer of the file until the transaction ends.

        Raises Unavailable after a while, and what `confirm` raises when what was read is no longer good enough.
        """
        if self._taken:
            return
        if self._place.is_postgres:
            self._taken = True
            if monotonic() - self._began >= SURE_SECONDS:
                self._confirm()
            return
        _acquire(self._place.turn)
        self._taken = True
        _send(self._connection, "COMMIT")
        _send(self._connection, "BEGIN IMMEDIATE")
        self._confirm()

    def give_back(self) -> None:
        """Let the next writer of this process go on."""
        if self._taken and self._place.turn is not None:
            self._place.turn.release()


@contextmanager
def settled_transaction(
    place: Place, timeout_ms: int, settle: Callable[[Connection], None], confirm: Callable[[], None]
) -> Iterator[tuple[Connection, Turn]]:
    """As `transaction` to write, with `settle` having read what must be known before anything is written.

    On SQLite it reads, as does everything before the turn is taken, in a transaction of its own on the
    same connection, so that nobody holds the file's write lock to find out who asks or to check what was
    sent; elsewhere it is the first thing in the transaction. `confirm` may refuse when the turn was taken.
    """
    connection = _open(place, Mode.WRITE if place.is_postgres else Mode.READ, timeout_ms)
    turn = Turn(place, connection, confirm)
    try:
        settle(connection)
        yield connection, turn
        _commit(connection)
    finally:
        try:
            _close(connection)
        finally:
            turn.give_back()


@contextmanager
def _turn(place: Place | None) -> Iterator[None]:
    """The turn of a SQLite writer among those of this process; None waits for nobody."""
    turn = place.turn if place is not None else None
    _acquire(turn)
    try:
        yield
    finally:
        if turn is not None:
            turn.release()


def _acquire(turn: "Lock | None") -> None:
    if turn is not None and not turn.acquire(timeout=BUSY_MS / 1000):
        raise faults.busy()


def set_timeout(connection: Connection, timeout_ms: int) -> None:
    """Give the statements of the rest of the transaction another limit, 0 = none."""
    deadline: Deadline | None = connection.info.get(DEADLINE)
    if deadline is not None:
        deadline.limit(timeout_ms)
    else:
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = {int(timeout_ms)}")


def _open(place: Place, mode: Mode, timeout_ms: int) -> Connection:
    """Begin; a connection that was lost while idle is replaced once."""
    try:
        return _begin(place, mode, timeout_ms)
    except faults.ConnectionLost:
        return _begin(place, mode, timeout_ms)


def _begin(place: Place, mode: Mode, timeout_ms: int) -> Connection:
    try:
        connection = place.engine.connect()
    except PoolTimeout as error:
        raise faults.busy() from error
    try:
        if place.schema is not None:
            connection.execution_options(schema_translate_map={None: place.schema})
        connection.begin()
        if place.is_postgres:
            limits = f"SET LOCAL statement_timeout = {int(timeout_ms)}; SET LOCAL lock_timeout = {BUSY_MS}"
            _send(connection, f"{_POSTGRES[mode]}; {limits}")
        else:
            _send(connection, "BEGIN IMMEDIATE" if mode is Mode.WRITE else "BEGIN")
            set_timeout(connection, timeout_ms)
    except BaseException:
        _close(connection)
        raise
    return connection


def _send(connection: Connection, text: str) -> None:
    """A statement without parameters or rows, on the driver."""
    with DriverCursor(connection) as cursor:
        cursor.execute(text)


def _commit(connection: Connection) -> None:
    try:
        connection.commit()
    except BaseException:
        # After a failed COMMIT (a full disk, a link to nothing) SQLite is still inside the transaction.
        connection.invalidate()
        raise


def _close(connection: Connection) -> None:
    deadline: Deadline | None = None if connection.invalidated else connection.info.get(DEADLINE)
    if deadline is not None:
        deadline.limit(0)
    connection.close()
