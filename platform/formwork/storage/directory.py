"""The control database: which tenants there are and where each one's data is."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, ForeignKey, MetaData, Row, Table, delete, func, insert, select, update
from sqlalchemy.schema import CreateSchema

from formwork.kernel import Conflict, NotFound, Settings
from formwork.storage.engines import Engines, sqlite_url
from formwork.storage.schema.types import DatetimeType, TextType
from formwork.storage.transaction import Mode, Place, transaction

SCHEMA = "formwork_control"
_LOCK = 0x666D_6374
"""Advisory lock under which the control schema is made."""
_TIMEOUT_MS = 10_000

CONTROL = MetaData()
TENANT = Table(
    "tenant",
    CONTROL,
    Column("name", TextType, primary_key=True),
    Column("url", TextType, nullable=False),
    Column("location", TextType, nullable=False),
    Column("state", TextType, nullable=False),
    Column("label", TextType, nullable=False),
    Column("locale", TextType, nullable=False),
    Column("timezone", TextType, nullable=False),
    Column("currency", TextType, nullable=False),
    Column("created_at", DatetimeType, nullable=False),
)
TENANT_HOST = Table(
    "tenant_host",
    CONTROL,
    Column("host", TextType, primary_key=True),
    Column("tenant", TextType, ForeignKey("tenant.name", ondelete="CASCADE"), nullable=False, index=True),
)


@dataclass(frozen=True, slots=True)
class Tenant:
    """One tenant. `url` is empty for the installation's own database; `location` is the schema on
    PostgreSQL and the file name in the data folder on SQLite. `state` is creating, active or dropping.
    """

    name: str
    created_at: datetime
    label: str = ""
    locale: str = "en"
    timezone: str = "UTC"
    currency: str = "EUR"
    hosts: tuple[str, ...] = ()
    url: str = ""
    location: str = ""
    state: str = "active"


class Directory:
    """Reads and writes the control database, made on first use."""

    def __init__(self, settings: Settings, engines: Engines) -> None:
        if settings.database_url:
            self._place = Place(engines.get(settings.database_url), SCHEMA)
        else:
            settings.data.mkdir(parents=True, exist_ok=True)
            self._place = Place(engines.get(sqlite_url(settings.data / "control.sqlite")), None)
        self._ready = False

    def list(self) -> Sequence[Tenant]:
        """Every tenant by name, whatever its state."""
        with self._transaction(Mode.READ) as connection:
            rows = connection.execute(select(TENANT).order_by(TENANT.c.name)).all()
            hosts = connection.execute(select(TENANT_HOST).order_by(TENANT_HOST.c.host)).all()
        return [_tenant(row, [one.host for one in hosts if one.tenant == row.name]) for row in rows]

    def get(self, name: str) -> Tenant:
        """The tenant of that name; raises NotFound `unknown_tenant`."""
        found = self._find(TENANT.c.name == name)
        if found is None:
            raise NotFound("There is no such tenant. `tenant list` shows those there are.", code="unknown_tenant")
        return found

    def by_host(self, host: str) -> Tenant | None:
        """The tenant that answers to a host name (compared in lower case), None when none does."""
        return self._find(TENANT.c.name.in_(select(TENANT_HOST.c.tenant).where(TENANT_HOST.c.host == host.lower())))

    def add(self, tenant: Tenant) -> None:
        """Enter a tenant; raises Conflict when its name or one of its hosts is taken."""
        values = {column.name: getattr(tenant, column.name) for column in TENANT.columns}
        with self._transaction(Mode.WRITE) as connection:
            if connection.execute(select(TENANT.c.name).where(TENANT.c.name == tenant.name)).first():
                raise Conflict(f"There is a tenant {tenant.name!r} already. Choose another name.", code="duplicate")
            connection.execute(insert(TENANT).values(values))
            for host in tenant.hosts:
                connection.execute(insert(TENANT_HOST).values(host=host.lower(), tenant=tenant.name))

    def change(self, name: str, **values: str) -> Tenant:
        """Change columns of a tenant (state, label, locale, timezone, currency) and give it back."""
        with self._transaction(Mode.WRITE) as connection:
            connection.execute(update(TENANT).where(TENANT.c.name == name).values(values))
        return self.get(name)

    def set_hosts(self, name: str, hosts: Sequence[str]) -> Tenant:
        """Let the tenant answer to these host names and no others; raises Conflict when one is taken."""
        tenant = self.get(name)
        with self._transaction(Mode.WRITE) as connection:
            connection.execute(delete(TENANT_HOST).where(TENANT_HOST.c.tenant == name))
            for host in hosts:
                connection.execute(insert(TENANT_HOST).values(host=host.lower(), tenant=name))
        return replace(tenant, hosts=tuple(sorted(host.lower() for host in hosts)))

    def remove(self, name: str) -> None:
        """Forget a tenant. Its data is dropped by `Stores.drop` before."""
        with self._transaction(Mode.WRITE) as connection:
            connection.execute(delete(TENANT).where(TENANT.c.name == name))

    def _find(self, condition: Any) -> Tenant | None:
        with self._transaction(Mode.READ) as connection:
            row = connection.execute(select(TENANT).where(condition)).first()
            if row is None:
                return None
            hosts = select(TENANT_HOST.c.host).where(TENANT_HOST.c.tenant == row.name).order_by(TENANT_HOST.c.host)
            return _tenant(row, connection.execute(hosts).scalars().all())

    @contextmanager
    def _transaction(self, mode: Mode) -> Iterator[Connection]:
        if not self._ready:
            self._prepare()
        with transaction(self._place, mode, _TIMEOUT_MS) as connection:
            yield connection

    def _prepare(self) -> None:
        with transaction(self._place, Mode.WRITE, _TIMEOUT_MS) as connection:
            if self._place.is_postgres:
                connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
                connection.execute(CreateSchema(SCHEMA, if_not_exists=True))
            CONTROL.create_all(connection)
        self._ready = True


def _tenant(row: Row[Any], hosts: Sequence[str]) -> Tenant:
    return Tenant(**row._mapping, hosts=tuple(hosts))
