"""The databases of all tenants: found through the directory, opened once, made and dropped."""

import re
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import Lock

from sqlalchemy.schema import CreateSchema, DropSchema

from formwork.kernel import Invalid, Settings
from formwork.storage.control import Control
from formwork.storage.databases import Databases
from formwork.storage.directory import Directory, State, Tenant
from formwork.storage.engines import Engines, copy_file, sqlite_url
from formwork.storage.file_mark import mark_of
from formwork.storage.operator_log import OperatorLog
from formwork.storage.store import TenantStore
from formwork.storage.transaction import Mode, Place, transaction
from formwork.storage.upkeep.upgrade import latest, number, upgrade
from formwork.storage.work import Subscriber

_TIMEOUT_MS = 10_000
_MOST_OPEN = 100
"""Tenants whose databases a process keeps open; the one not asked for longest is closed. A SQLite connection has
three files open, and a process may often open no more than 1,024."""
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
        self._open: OrderedDict[str, tuple[Tenant, TenantStore]] = OrderedDict()
        self._current: set[str] = set()
        self._lock = Lock()
        control = Control(settings, self._engines)
        self.databases = Databases(settings)
        self.directory = Directory(control)
        self.log = OperatorLog(control)

    def get(self, tenant: str | Tenant) -> TenantStore:
        """The store of a tenant, by its entry of the directory or by name; raises NotFound.

        A tenant that was made anew, or moved, since it was opened here is opened again.
        """
        entry = self.directory.get(tenant) if isinstance(tenant, str) else tenant
        with self._lock:
            known = self._open.get(entry.name)
            if known is not None and known[0].place == entry.place:
                self._open.move_to_end(entry.name)
                return known[1]
        self._forget(entry.name)
        wrapping = self._wrapping(entry.name) if self._wrapping is not None else None
        timeout = self._settings.statement_timeout_ms
        store = TenantStore(entry.name, self._place(entry), timeout, self._subscribers, wrapping)
        with self._lock:
            _, store = self._open.setdefault(entry.name, (entry, store))
            oldest = next(iter(self._open)) if len(self._open) > _MOST_OPEN else None
        if oldest is not None:
            self._forget(oldest)
        return store

    def create(self, tenant: Tenant, state: State = State.ACTIVE) -> TenantStore:
        """Enter a tenant in the directory and make its database with the system tables.

        It is in `state` then. `database` names where: empty means the one with the fewest tenants. Begins again
        where it was interrupted. Raises Invalid for a bad name, Conflict for a taken one, NotFound for an unknown
        database.
        """
        if not _NAME.fullmatch(tenant.name):
            raise Invalid(
                "A tenant's name is 1 to 40 lower-case letters, digits, `_` and `-`, and begins with a letter.",
                code="bad_name",
            )
        entry = self.directory.find(tenant.name)
        if entry is None or entry.state != State.CREATING:
            entry = self.located(tenant, tenant.database)
            self.directory.add(replace(entry, state=State.CREATING))
        self.make(entry, tenant.created_at)
        return self.get(self.directory.change(tenant.name, state=state))

    def located(self, tenant: Tenant, database: str) -> Tenant:
        """The entry of a tenant in that database, empty for the one with the fewest; raises NotFound."""
        chosen = self.databases.chosen(database, self.directory.counts())
        schema, file = f"tenant_{tenant.name}", f"{tenant.name}.sqlite"
        return replace(tenant, database=chosen, location=schema if self.databases.is_postgres(chosen) else file)

    def make(self, entry: Tenant, now: datetime) -> None:
        """Make the schema or file of an entry, with the system tables; nothing where they are."""
        place = self._place(entry, fresh=True)
        with transaction(place, Mode.WRITE, 0) as connection:
            if place.schema is not None:
                connection.execute(CreateSchema(place.schema, if_not_exists=True))
            upgrade(connection, now)

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
            with transaction(self.get(tenant).place, Mode.READ, _TIMEOUT_MS) as connection:
                if number(connection) < latest():
                    return False
            self._current.add(tenant.name)
        return True

    def mark(self, entry: Tenant) -> Hashable | None:
        """What is another after each commit to a tenant's data, found out without opening it.

        None where only asking tells: on PostgreSQL, and on SQLite for two seconds after a commit.
        """
        if self.databases.is_postgres(entry.database):
            return None
        files = mark_of(self.databases.file(entry.database, entry.location))
        return None if files is None else (entry.place, files)

    def drop(self, tenant: str) -> None:
        """Remove a tenant and all its data, for good."""
        entry = self.directory.change(tenant, state=State.DROPPING)
        self.clear(entry)
        self.directory.remove(tenant)

    def clear(self, entry: Tenant) -> None:
        """Remove the schema or file of an entry, whatever the directory says."""
        place = self._place(entry, fresh=True)
        self._forget(entry.name)
        if place.schema is not None:
            with transaction(place, Mode.WRITE, 0) as connection:
                connection.execute(DropSchema(place.schema, cascade=True, if_exists=True))
        else:
            self._engines.release(self._url(entry))
            _unlink(self.databases.file(entry.database, entry.location))

    def _forget(self, tenant: str) -> None:
        """Close what is open of a tenant here; whoever uses it now goes on to the end."""
        with self._lock:
            known = self._open.pop(tenant, None)
            self._current.discard(tenant)
        if known is not None and not known[1].place.is_postgres:
            self._engines.release(self._url(known[0]))

    @contextmanager
    def beside(self, tenant: str | Tenant, file: Path) -> Iterator[TenantStore]:
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

    def _place(self, entry: Tenant, *, fresh: bool = False) -> Place:
        if not fresh and not self.databases.is_postgres(entry.database):
            self.databases.require_file(entry.database, entry.location)
        engine = self._engines.get(self._url(entry))
        if engine.dialect.name == "postgresql":
            return Place(engine, entry.location)
        return Place(engine, None, Lock())

    def _url(self, entry: Tenant) -> str:
        return self.databases.url(entry.database, entry.location)


def _unlink(file: Path) -> None:
    """Remove a SQLite database, or what is left of one."""
    for one in (file, file.with_name(file.name + "-wal"), file.with_name(file.name + "-shm")):
        one.unlink(missing_ok=True)
