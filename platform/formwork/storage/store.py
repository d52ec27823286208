"""Opening units of work on one tenant's database."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection

from formwork.catalog.rights import Rights
from formwork.catalog.scope import Vocabulary
from formwork.catalog.snapshot import Snapshot
from formwork.kernel import Context, Raced
from formwork.storage.standing import standing_of
from formwork.storage.transaction import Mode, Place, settled_transaction, transaction
from formwork.storage.work import Subscriber, Work

NO_METADATA = Snapshot(version="", packages={}, objects={}, vocabulary=Vocabulary({}), rights=Rights())
"""What a tenant knows before its first publish."""


@dataclass(frozen=True, slots=True)
class TenantStore:
    """The database of one tenant. `subscribers` are handed to every `Work` opened here."""

    tenant: str
    place: Place
    timeout_ms: int
    subscribers: Mapping[str, tuple[Subscriber, ...]] = field(default_factory=dict)
    wrapping: bytes | None = field(default=None, repr=False)
    kept: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    @contextmanager
    def read(self, context: Context, snapshot: Snapshot) -> Iterator[Work]:
        """A unit of work that only reads; it never takes a write lock."""
        with transaction(self.place, Mode.READ, self.timeout_ms) as connection:
            yield self._work(context, snapshot, connection)

    @contextmanager
    def read_consistent(self, context: Context, snapshot: Snapshot) -> Iterator[Work]:
        """A unit of work whose reads all see one moment: exports, reports of several queries, backups."""
        with transaction(self.place, Mode.CONSISTENT, self.timeout_ms) as connection:
            yield self._work(context, snapshot, connection)

    @contextmanager
    def write(self, context: Context, snapshot: Snapshot, *, cause: tuple[str, ...] = ()) -> Iterator[Work]:
        """A unit of work that commits when the block ends and rolls back when an error leaves it.

        Raises Unavailable when the database is down, locked for too long or full.
        """
        with transaction(self.place, Mode.WRITE, self.timeout_ms) as connection:
            work = self._work(context, snapshot, connection)
            yield replace(work, writable=True, cause=cause, subscribers=self.subscribers)
        _do(work.afterwards)

    @contextmanager
    def write_settled(
        self,
        context: Context,
        snapshot: Snapshot,
        settle: Callable[[Work], Work],
        *,
        cause: tuple[str, ...] = (),
        repeats: int = 0,
        late: bool = False,
    ) -> Iterator[Work]:
        """As `write`, for whoever and under whatever metadata `settle` has read: the Work it gives is written in.

        On SQLite `settle` reads before the write lock is taken, so what it saw may be old by then; `cache`
        begins anew. With `late` the lock is taken by the first statement that writes, as PostgreSQL does with
        rows; raises Raced when somebody published meanwhile.
        """
        settled: list[Work] = []

        def read(connection: Connection) -> None:
            settled.append(settle(self._work(context, snapshot, connection)))

        def confirm() -> None:
            [work] = settled
            if late and standing_of(replace(work, cache={})).version != standing_of(work).version:
                raise Raced("The metadata was published anew at the same moment. Try again.")

        with settled_transaction(self.place, self.timeout_ms, read, confirm) as (connection, turn):
            [work] = settled
            work = replace(
                work, connection=connection, writable=True, cause=cause, subscribers=self.subscribers, turn=turn,
                repeats=repeats,
            )  # fmt: skip
            if not late and not self.place.is_postgres:
                work.take_turn()
                work.cache.clear()
            yield work
        _do(settled[0].afterwards)

    def _work(self, context: Context, snapshot: Snapshot, connection: Connection) -> Work:
        return Work(
            context, snapshot, connection, self.place,
            timeout_ms=self.timeout_ms, wrapping=self.wrapping, kept=self.kept,
        )  # fmt: skip


def _do(afterwards: list[Callable[[], None]]) -> None:
    for act in afterwards:
        act()
