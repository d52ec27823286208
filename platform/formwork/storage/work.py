"""The unit of work: one open transaction and everything a service needs to act in it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from sqlalchemy import Connection

from formwork.catalog.object import ObjectSpec
from formwork.catalog.snapshot import Snapshot
from formwork.kernel import Actor, Context
from formwork.storage.transaction import Mode, Place, Turn, set_timeout, transaction

Subscriber: TypeAlias = Callable[..., Any]


@dataclass(frozen=True, slots=True, eq=False)
class Work:
    """One transaction of one tenant.

    Whoever opened it (a door, a job, a publish step) commits by leaving the block; services join it and
    never commit. `connection` and `place` are for storage only. `cause` names what led here, outermost
    first. `subscribers` maps an announcement (`guard_write`, `written`) to those who listen, given at
    wiring. `cache` lives as long as the transaction and is shared by the copies `acting_as` and `because` make.
    """

    context: Context
    snapshot: Snapshot
    connection: Connection
    place: Place
    writable: bool = False
    cause: tuple[str, ...] = ()
    subscribers: Mapping[str, tuple[Subscriber, ...]] = field(default_factory=dict)
    timeout_ms: int = 10_000
    turn: Turn | None = None
    """The turn to write, where it is taken by the first statement that writes."""
    repeats: int = 0
    """How often what is done here was done before and undone, because somebody else wrote the same records."""
    wrapping: bytes | None = None
    """The key that the tenant's data key lies under; None where sealed fields are out of reach."""
    cache: dict[Any, Any] = field(default_factory=dict)
    afterwards: list[Callable[[], None]] = field(default_factory=list)
    """What is done once the transaction is committed, in order; nothing of it when it is rolled back."""
    kept: dict[Any, Any] = field(default_factory=dict)
    """What this process keeps for the tenant between requests. Whoever keeps something there says what it
    holds under, and looks at that again."""

    def object(self, name: str) -> ObjectSpec:
        """The linked object of that name; raises NotFound."""
        return self.snapshot.object(name)

    @property
    def writer(self) -> Connection:
        """The connection, for a statement that writes; a unit of work that only reads refuses (a bug)."""
        if not self.writable:
            raise RuntimeError("This unit of work only reads. Open one with `TenantStore.write`.")
        self.take_turn()
        return self.connection

    def take_turn(self) -> None:
        """Hold a SQLite file from now on, so that what is read next stays true; on PostgreSQL rows are held instead."""
        if self.turn is not None:
            self.turn.take()

    def acting_as(self, actor: Actor) -> "Work":
        """The same transaction for another actor."""
        return replace(self, context=self.context.acting_as(actor))

    def because(self, cause: str) -> "Work":
        """The same transaction with one more link in the cause chain."""
        return replace(self, cause=(*self.cause, cause))

    def with_snapshot(self, snapshot: Snapshot) -> "Work":
        """The same transaction under other metadata; publishing uses it after the tables have changed."""
        return replace(self, snapshot=snapshot)

    def unhurried(self) -> None:
        """Lift the time limit of statements for the rest of the transaction: DDL, backfills, backups."""
        set_timeout(self.connection, 0)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo what the block wrote, and only that, when an error leaves it."""
        self.take_turn()
        with self.connection.begin_nested():
            yield

    @contextmanager
    def aside(self) -> Iterator[Connection]:
        """A short write transaction of its own, seen by others at once (counters, claims).

        On SQLite the file has one writer, so inside a write it is the same transaction.
        """
        if self.writable and not self.place.is_postgres:
            yield self.writer
            return
        with transaction(self.place, Mode.WRITE, self.timeout_ms) as connection:
            yield connection
