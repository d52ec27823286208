"""The databases of all tenants: found through the directory, opened once, made and dropped."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import Lock

from sqlalchemy.schema import CreateSchema, DropSchema

from formwork.kernel import Invalid, Settings
from formwork.storage.directory import Directory, Tenant
from formwork.storage.engines import Engines, copy_file, sqlite_url
from formwork.storage.store import TenantStore
from formwork.storage.transaction import Mode, Place, transaction
from formwork.storage.upkeep.upgrade import latest, number, upgrade
from formwork.storage.work import Subscriber

_TIMEOUT_MS = 10_000
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")


class Stores:
    """One per process. `subscribers` are handed to every unit of work, `wrapping` gives each tenant's wrapping key."""

    def __init__(
        self,
        settings: Settings,
        subscribers: Mapping[str, tuple[Subscriber, ...]] | None = None,
        wrapping: Callable[[str], bytes] | None = None,
    ) -> None:
        self._settings = settings
        self._subscribers = subscribers or {}
        self._wrapping = wrapping
        self._engines = Engines(settings)
        self._open: dict[str, TenantStore] = {}
        self._current: set[str] = set()
        self._lock = Lock()
        self.directory = Directory(settings, self._engines)

    def get(self, tenant: str) -> TenantStore:
        """The store of a tenant by name; raises NotFound."""
        store = self._open.get(tenant)
        if store is None:
            entry = self.directory.get(tenant)
            wrapping = self._wrapping(tenant) if self._wrapping is not None else None
            timeout = self._settings.statement_timeout_ms
            store = TenantStore(tenant, self._place(entry), timeout, self._subscribers, wrapping)
            with self._lock:
                store = self._open.setdefault(tenant, store)
        return store

    def create(self, tenant: Tenant) -> TenantStore:
        """Enter a tenant in the directory and make its database with the system tables.

        Begins again where it was interrupted. Raises Invalid for a bad name, Conflict for a taken one.
        """
        if not _NAME.fullmatch(tenant.name):
            raise Invalid(
                "A tenant's name is 1 to 40 lower-case letters, digits, `_` and `-`, and begins with a letter.",
                code="bad_name",
            )
        known = {one.name: one for one in self.directory.list()}
        entry = known.get(tenant.name)
        if entry is None or entry.state != "creating":
            is_postgres = bool(tenant.url or self._settings.database_url)
            location = f"tenant_{tenant.name}" if is_postgres else f"{tenant.name}.sqlite"
            entry = replace(tenant, location=location, state="creating")
            self.directory.add(entry)
        place = self._place(entry)
        with transaction(place, Mode.WRITE, 0) as connection:
            if place.schema is not None:
                connection.execute(CreateSchema(place.schema, if_not_exists=True))
            upgrade(connection, tenant.created_at)
        self.directory.change(tenant.name, state="active")
        return self.get(tenant.name)

    def upgrade(self, tenant: str, now: datetime) -> Sequence[int]:
        """Bring a tenant's system tables to this version of the product; gives the migrations that ran.

        A failing migration leaves the tenant as it was, and other tenants are not concerned.
        """
        with transaction(self._place(self.directory.get(tenant)), Mode.WRITE, 0) as connection:
            return upgrade(connection, now)

    def is_current(self, tenant: Tenant) -> bool:
        """True when the system tables of a tenant are those this version of the product needs.

        Once they are, nobody asks again: a later version of the product keeps them readable for this one.
        """
        if tenant.name not in self._current:
            with transaction(self._place(tenant), Mode.READ, _TIMEOUT_MS) as connection:
                if number(connection) < latest():
                    return False
            self._current.add(tenant.name)
        return True

    def drop(self, tenant: str) -> None:
        """Remove a tenant and all its data, for good."""
        entry = self.directory.change(tenant, state="dropping")
        place = self._place(entry)
        if place.schema is not None:
            with transaction(place, Mode.WRITE, 0) as connection:
                connection.execute(DropSchema(place.schema, cascade=True, if_exists=True))
        else:
            self._engines.release(self._url(entry))
            _unlink(self._file(entry))
        with self._lock:
            self._open.pop(tenant, None)
            self._current.discard(tenant)
        self.directory.remove(tenant)

    @contextmanager
    def beside(self, tenant: str, file: Path) -> Iterator[TenantStore]:
        """A store for long work that is taken back in the end, so that nobody waits for it meanwhile.

        A SQLite file has one writer: there it is a copy at `file`, which is removed afterwards, and begun anew where
        one was left over. PostgreSQL locks rows only: there it is the tenant's own.
        """
        store = self.get(tenant)
        if store.place.is_postgres:
            yield store
            return
        _unlink(file)
        url = sqlite_url(file)
        try:
            copy_file(store.place.engine, file)
            place = Place(self._engines.get(url), None, Lock())
            yield replace(store, place=place, kept={})
        finally:
            self._engines.release(url)
            _unlink(file)

    def close(self) -> None:
        """Close every connection of this process."""
        with self._lock:
            self._open.clear()
        self._engines.close()

    def _place(self, entry: Tenant) -> Place:
        engine = self._engines.get(self._url(entry))
        if engine.dialect.name == "postgresql":
            return Place(engine, entry.location)
        return Place(engine, None, Lock())

    def _url(self, entry: Tenant) -> str:
        if entry.url or self._settings.database_url:
            return entry.url or self._settings.database_url
        file = self._file(entry)
        file.parent.mkdir(parents=True, exist_ok=True)
        return sqlite_url(file)

    def _file(self, entry: Tenant) -> Path:
        return self._settings.data / "tenants" / entry.location


def _unlink(file: Path) -> None:
    """Remove a SQLite database, or what is left of one."""
    for one in (file, file.with_name(file.name + "-wal"), file.with_name(file.name + "-shm")):
        one.unlink(missing_ok=True)
