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
from formwork.storage.standing import Standing, standing_of
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

        What `settle` saw may be old by the time something is written: people lose roles, keys are ended, metadata are
        published. So where that stands is read again when the turn to write is taken. On SQLite that is at once, and
        `settle` reads anew where it moved; with `late` it is before the first statement that writes, and
        Raced is raised when the metadata moved, or who acts is no longer the same. On PostgreSQL, which has no turn,
        it is asked before the first statement that writes when that comes late (`transaction.SURE_SECONDS`), and
        only of somebody: the platform and nobody have no rights that could be taken.
        """
        settled: list[Work] = []
        seen: list[Standing] = []
        at_once = not late and not self.place.is_postgres

        def read(connection: Connection) -> None:
            settled.append(settle(self._work(context, snapshot, connection)))
            seen.append(standing_of(settled[0]))

        def confirm() -> None:
            [before], [was] = settled, seen
            if self.place.is_postgres and before.context.actor.user is None:
                return
            fresh = self._work(context, snapshot, before.connection)
            now = standing_of(fresh, was.credential)
            again = before if now == was else settle(fresh)
            if at_once:
                settled[0] = replace(again, cache=fresh.cache)
            elif now.version != was.version or again.context.actor != before.context.actor:
                raise Raced("The metadata, or your rights, were changed at the same moment. Try again.")
            else:
                before.cache.update(fresh.cache)

        with settled_transaction(self.place, self.timeout_ms, read, confirm) as (connection, turn):
            if at_once:
                turn.take()
            yield replace(
                settled[0], connection=connection, writable=True, cause=cause, subscribers=self.subscribers,
                turn=turn, repeats=repeats,
            )  # fmt: skip
        _do(settled[0].afterwards)

    def _work(self, context: Context, snapshot: Snapshot, connection: Connection) -> Work:
        return Work(
            context, snapshot, connection, self.place,
            timeout_ms=self.timeout_ms, wrapping=self.wrapping, kept=self.kept,
        )  # fmt: skip


def _do(afterwards: list[Callable[[], None]]) -> None:
    for act in afterwards:
        act()
