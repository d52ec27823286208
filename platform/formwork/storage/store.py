"""Opening units of work on one tenant's database."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from formwork.catalog.rights import Rights
from formwork.catalog.scope import Vocabulary
from formwork.catalog.snapshot import Snapshot
from formwork.kernel import Context
from formwork.storage.transaction import Mode, Place, transaction
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

    @contextmanager
    def read(self, context: Context, snapshot: Snapshot) -> Iterator[Work]:
        """A unit of work that only reads; it never takes a write lock."""
        with transaction(self.place, Mode.READ, self.timeout_ms) as connection:
            yield Work(context, snapshot, connection, self.place, timeout_ms=self.timeout_ms, wrapping=self.wrapping)

    @contextmanager
    def read_consistent(self, context: Context, snapshot: Snapshot) -> Iterator[Work]:
        """A unit of work whose reads all see one moment: exports, reports of several queries, backups."""
        with transaction(self.place, Mode.CONSISTENT, self.timeout_ms) as connection:
            yield Work(context, snapshot, connection, self.place, timeout_ms=self.timeout_ms, wrapping=self.wrapping)

    @contextmanager
    def write(self, context: Context, snapshot: Snapshot, *, cause: tuple[str, ...] = ()) -> Iterator[Work]:
        """A unit of work that commits when the block ends and rolls back when an error leaves it.

        Raises Unavailable when the database is down, locked for too long or full.
        """
        with transaction(self.place, Mode.WRITE, self.timeout_ms) as connection:
            yield Work(
                context,
                snapshot,
                connection,
                self.place,
                writable=True,
                cause=cause,
                subscribers=self.subscribers,
                timeout_ms=self.timeout_ms,
                wrapping=self.wrapping,
            )
