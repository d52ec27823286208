"""The tenant directory: which tenants there are, where each one's data is and what state it is in."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update

from formwork.kernel import Conflict, NotFound
from formwork.storage.control import TENANT, TENANT_HOST, Control
from formwork.storage.transaction import Mode


class State(StrEnum):
    """What may be done with a tenant."""

    CREATING = "creating"
    """Being made or restored: answers that it is worked on."""
    ACTIVE = "active"
    SUSPENDED = "suspended"
    """Nobody gets in and no job runs; its data stays."""
    LEAVING = "leaving"
    """As suspended, and its data goes at `purge_at`."""
    MOVING = "moving"
    """On its way to another database: answers that it is worked on."""
    DROPPING = "dropping"
    """Its data is being removed: it is not there any more."""


@dataclass(frozen=True, slots=True)
class Tenant:
    """One tenant. `database` is a name of FORMWORK_DATABASES, empty for the installation's own; `location` is the
    schema on PostgreSQL and the file name in the folder on SQLite. `reason` says why it is suspended or leaves.
    """

    name: str
    created_at: datetime
    label: str = ""
    locale: str = "en"
    timezone: str = "UTC"
    currency: str = "EUR"
    hosts: tuple[str, ...] = ()
    database: str = ""
    location: str = ""
    state: str = State.ACTIVE
    purge_at: datetime | None = None
    reason: str | None = None

    @property
    def place(self) -> tuple[str, str, datetime]:
        """What tells its data from those of a tenant of the same name before or elsewhere."""
        return self.database, self.location, self.created_at


class Directory:
    """One per process, on the control database."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def list(self) -> Sequence[Tenant]:
        """Every tenant by name, whatever its state."""
        with self._control.transaction(Mode.READ) as connection:
            rows = connection.execute(select(TENANT).order_by(TENANT.c.name)).all()
            found = connection.execute(select(TENANT_HOST).order_by(TENANT_HOST.c.host)).all()
        hosts: dict[str, list[str]] = {}
        for one in found:
            hosts.setdefault(one.tenant, []).append(one.host)
        return [_tenant(row, hosts.get(row.name, ())) for row in rows]

    def counts(self) -> dict[str, int]:
        """How many tenants each database has, by its name."""
        statement = select(TENANT.c.database, func.count()).group_by(TENANT.c.database)
        with self._control.transaction(Mode.READ) as connection:
            return {row[0]: row[1] for row in connection.execute(statement)}

    def get(self, name: str) -> Tenant:
        """The tenant of that name; raises NotFound `unknown_tenant`."""
        found = self.find(name)
        if found is None:
            raise NotFound("There is no such tenant. `tenant list` shows those there are.", code="unknown_tenant")
        return found

    def find(self, name: str) -> Tenant | None:
        """The tenant of that name, None when there is none."""
        return self._find(TENANT.c.name == name)

    def by_host(self, host: str) -> Tenant | None:
        """The tenant that answers to a host name (compared in lower case), None when none does."""
        return self._find(TENANT.c.name.in_(select(TENANT_HOST.c.tenant).where(TENANT_HOST.c.host == host.lower())))

    def add(self, tenant: Tenant) -> None:
        """Enter a tenant; raises Conflict when its name or one of its hosts is taken."""
        values = {name: getattr(tenant, name) for name in TENANT.columns.keys()}  # noqa: SIM118 - columns by key
        with self._control.transaction(Mode.WRITE) as connection:
            if connection.execute(select(TENANT.c.name).where(TENANT.c.name == tenant.name)).first():
                raise Conflict(f"There is a tenant {tenant.name!r} already. Choose another name.", code="duplicate")
            connection.execute(insert(TENANT).values(values | {"state": str(tenant.state)}))
            for host in tenant.hosts:
                connection.execute(insert(TENANT_HOST).values(host=host.lower(), tenant=tenant.name))

    def change(self, name: str, *, when: Sequence[str] = (), **values: Any) -> Tenant:
        """Change columns of a tenant and give it back; raises NotFound.

        With `when` only in one of these states: whoever comes second gets Conflict `wrong_state`.
        """
        if "state" in values:
            values["state"] = str(values["state"])
        statement = update(TENANT).where(TENANT.c.name == name)
        if when:
            statement = statement.where(TENANT.c.state.in_([str(one) for one in when]))
        with self._control.transaction(Mode.WRITE) as connection:
            changed = connection.execute(statement.values(values)).rowcount
        found = self.get(name)
        if not changed:
            raise Conflict(
                f"Tenant {name} is {found.state}, so this cannot be done now. `tenant list` shows every state.",
                code="wrong_state",
            )
        return found

    def set_hosts(self, name: str, hosts: Sequence[str]) -> Tenant:
        """Let the tenant answer to these host names and no others; raises Conflict when one is taken."""
        tenant = self.get(name)
        with self._control.transaction(Mode.WRITE) as connection:
            connection.execute(delete(TENANT_HOST).where(TENANT_HOST.c.tenant == name))
            for host in hosts:
                connection.execute(insert(TENANT_HOST).values(host=host.lower(), tenant=name))
        return replace(tenant, hosts=tuple(sorted(host.lower() for host in hosts)))

    def remove(self, name: str) -> None:
        """Forget a tenant. Its data is dropped by `Stores.drop` before."""
        with self._control.transaction(Mode.WRITE) as connection:
            connection.execute(delete(TENANT).where(TENANT.c.name == name))

    def _find(self, condition: Any) -> Tenant | None:
        with self._control.transaction(Mode.READ) as connection:
            row = connection.execute(select(TENANT).where(condition)).first()
            if row is None:
                return None
            hosts = select(TENANT_HOST.c.host).where(TENANT_HOST.c.tenant == row.name).order_by(TENANT_HOST.c.host)
            return _tenant(row, connection.execute(hosts).scalars().all())


def _tenant(row: Row[Any], hosts: Sequence[str]) -> Tenant:
    return Tenant(**dict(zip(TENANT.columns.keys(), row, strict=True)), hosts=tuple(hosts))
