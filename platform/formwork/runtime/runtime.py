"""The composition root: builds every service once and opens units of work for whoever asks."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic
from typing import TypeVar
from zoneinfo import ZoneInfo

from formwork.definitions import load_workspace
from formwork.definitions.model import PackageContent
from formwork.files import Blobs, open_blobs
from formwork.kernel import ANONYMOUS, Actor, Clock, Context, NotFound, Settings, SystemClock, Unavailable, repeated
from formwork.kernel.actor import system_actor
from formwork.notify import Post, smtp_of
from formwork.publishing import Plan, invalid_metadata, merge_packages, plan_publish, publish
from formwork.runtime.address import address_of
from formwork.runtime.keys import derived_key, master_key
from formwork.runtime.registry import Registry
from formwork.runtime.snapshots import Snapshots
from formwork.storage import NO_METADATA, Directory, Stores, Tenant, TenantStore, Work, sealing
from formwork.storage.standing import Credential, standing_of

WRAPPING = "wrapping"
"""The purpose of the key a tenant's data key lies under."""
_TENANT_SECONDS = 5.0
"""How long a process believes what the tenant directory said."""
_MAINTENANCE_SECONDS = 30
"""Seconds a client is asked to wait while a tenant is worked on."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Identified:
    """Who a credential stands for, and how they want to read."""

    actor: Actor
    locale: str | None = None
    timezone: ZoneInfo | None = None


Identify = Callable[[Work], Identified]
"""Finds out who asks, inside the transaction that answers; raises Unauthenticated."""


class Runtime:
    """One per process. Doors, commands and jobs get their units of work here."""

    def __init__(self, settings: Settings, registry: Registry | None = None, clock: Clock | None = None) -> None:
        self.settings = settings
        self.registry = registry or Registry()
        self.clock = clock or SystemClock()
        self.key = master_key(settings)
        smtp = smtp_of(settings)
        self.post = None if smtp is None else Post(smtp, self._link_to, self._label_of)
        self.stores = Stores(settings, self.registry.subscribers, lambda tenant: self.secret(WRAPPING, tenant))
        self.snapshots = Snapshots(self.registry)
        self._tenants: dict[str, tuple[float, Tenant]] = {}
        self._blobs: dict[str, Blobs] = {}

    @property
    def directory(self) -> Directory:
        """The tenants of this installation."""
        return self.stores.directory

    def close(self) -> None:
        """Close every database connection of this process."""
        self.stores.close()

    def link_to(self, tenant: Tenant, token: str) -> str:
        """Where a person chooses a password by the token of a link."""
        return f"{address_of(self.settings, tenant)}/link/{token}"

    def _link_to(self, tenant: str, token: str) -> str:
        return self.link_to(self.directory.get(tenant), token)

    def _label_of(self, tenant: str) -> str:
        return self.directory.get(tenant).label or tenant

    def secret(self, purpose: str, tenant: str = "") -> bytes:
        """A key derived from the master key, another one for each purpose and tenant."""
        return derived_key(self.key, purpose, tenant)

    def blobs(self, tenant: str) -> Blobs:
        """Where the contents of a tenant's files are kept. Call it after a server has forked, never before."""
        if tenant not in self._blobs:
            self._blobs[tenant] = open_blobs(self.settings, tenant)
        return self._blobs[tenant]

    def rewrap(self, key: bytes) -> int:
        """Put every tenant's data key under a new master key; gives how many there were.

        A tenant that is under it already (an interrupted rotation) is left as it is.
        """
        count = 0
        for tenant in self.directory.list():
            fresh = derived_key(key, WRAPPING, tenant.name)
            with self.system_write(tenant.name, "key rotation") as work:
                count += sealing.rewrap(work, self.secret(WRAPPING, tenant.name), fresh)
        return count

    def take_over(self, work: Work, came_from: str, key: bytes | None = None) -> bool:
        """Put the data key of a restored tenant under its own wrapping key; False when it brought none.

        `came_from` is the tenant that was backed up, `key` the master key it was under, None for this
        installation's own. Raises Unavailable `bad_key` when the data key does not open with it.
        """
        old = derived_key(key or self.key, WRAPPING, came_from)
        return sealing.rewrap(work, old, self.secret(WRAPPING, work.context.tenant))

    def tenant_of(self, host: str) -> Tenant:
        """The tenant that answers to a host name.

        Raises NotFound without naming any tenant, and Unavailable `maintenance` while the tenant is being
        made, restored or brought to this version of the product.
        """
        name = host.rsplit(":", 1)[0].lower().rstrip(".") if not host.startswith("[") else host.lower()
        known = self._tenants.get(name)
        if known is not None and known[0] > monotonic():
            return known[1]
        found = self._find_tenant(name)
        if found is None or found.state not in ("active", "creating"):
            raise NotFound("Nothing is served at this address.", code="unknown_host")
        if found.state == "creating" or not self.stores.is_current(found):
            raise Unavailable(
                "This site is being worked on. Nothing was saved; try again in a minute.",
                code="maintenance",
                extra={"retry_after": _MAINTENANCE_SECONDS},
            )
        self._tenants[name] = (monotonic() + _TENANT_SECONDS, found)
        return found

    def _find_tenant(self, host: str) -> Tenant | None:
        if self.settings.tenant:
            return self.directory.get(self.settings.tenant)
        found = self.directory.by_host(host)
        if found is None and host.endswith(".localhost"):
            name = host.removesuffix(".localhost")
            return next((one for one in self.directory.list() if one.name == name), None)
        return found

    def context(self, tenant: Tenant, actor: Actor = ANONYMOUS) -> Context:
        """The circumstances of a request of this tenant, before it is known who asks."""
        zone = ZoneInfo(tenant.timezone)
        return Context(tenant.name, actor, self.clock.now(), tenant.locale, zone, zone, tenant.currency)

    @contextmanager
    def read(
        self, tenant: Tenant, identify: Identify, context: Context | None = None, credential: Credential | None = None
    ) -> Iterator[Work]:
        """A unit of work that reads, for whoever `identify` finds.

        `credential` is what `identify` will look up; named here it is read together with the versions.
        """
        store = self.stores.get(tenant.name)
        with store.read(context or self.context(tenant), NO_METADATA) as work:
            yield self._identified(work, identify, credential)

    @contextmanager
    def write(
        self,
        tenant: Tenant,
        identify: Identify,
        context: Context | None = None,
        credential: Credential | None = None,
        *,
        cause: tuple[str, ...] = (),
        repeats: int = 0,
    ) -> Iterator[Work]:
        """A unit of work that commits at the end. Who asks is found out before the write lock is taken.

        `repeats` says how often what is done in it was done before: `perform` counts that.
        """
        store = self.stores.get(tenant.name)

        def settle(work: Work) -> Work:
            return self._identified(work, identify, credential)

        began = context or self.context(tenant)
        with store.write_settled(began, NO_METADATA, settle, cause=cause, repeats=repeats) as work:
            yield work.with_snapshot(self.snapshots.current(work))

    @contextmanager
    def write_beside(
        self, tenant: Tenant, identify: Identify, file: Path, *, cause: tuple[str, ...] = ()
    ) -> Iterator[Work]:
        """A unit of work to try something long in; whoever opens it takes back what it wrote.

        `file` is where the copy of a SQLite tenant is for as long as the block runs.
        """

        def settle(work: Work) -> Work:
            return self._identified(work, identify, None)

        with (
            self.stores.beside(tenant.name, file) as store,
            store.write_settled(self.context(tenant), NO_METADATA, settle, cause=cause) as work,
        ):
            yield work.with_snapshot(self.snapshots.current(work))

    def perform(
        self,
        tenant: Tenant,
        identify: Identify,
        act: Callable[[Work], T],
        context: Context | None = None,
        credential: Credential | None = None,
    ) -> T:
        """What `act` gives in a unit of work that commits, done anew when others wrote the same records meanwhile.

        Each time everything is read, derived and judged again in a unit of work of its own; nothing is kept of
        one that failed. Raises what the last one raised.
        """

        def once(repeats: int) -> T:
            with self.write(tenant, identify, context, credential, repeats=repeats) as work:
                return act(work)

        return repeated(once)

    def _identified(self, work: Work, identify: Identify, credential: Credential | None) -> Work:
        if credential is not None:
            standing_of(work, credential)
        work = work.with_snapshot(self.snapshots.current(work))
        who = identify(work)
        context = replace(
            work.context,
            actor=who.actor,
            locale=who.locale or work.context.locale,
            display_timezone=who.timezone or work.context.display_timezone,
        )
        return replace(work, context=context)

    @contextmanager
    def system_read(self, tenant: str, reason: str) -> Iterator[Work]:
        """A unit of work that reads without limits, for commands and maintenance; says why."""
        entry = self.directory.get(tenant)
        with self.read(entry, lambda _: Identified(system_actor(reason))) as work:
            yield work

    @contextmanager
    def system_write(self, tenant: str, reason: str) -> Iterator[Work]:
        """A unit of work without limits that commits at the end, for commands and maintenance."""
        entry = self.directory.get(tenant)
        with self.write(entry, lambda _: Identified(system_actor(reason)), cause=(reason,)) as work:
            yield work

    @contextmanager
    def consistent_read(self, tenant: str, reason: str) -> Iterator[Work]:
        """As `system_read`, with every read seeing one moment: backups."""
        context = self.context(self.directory.get(tenant), system_actor(reason))
        with self.stores.get(tenant).read_consistent(context, NO_METADATA) as work:
            yield work.with_snapshot(self.snapshots.current(work))

    def create_tenant(self, tenant: Tenant) -> TenantStore:
        """Make a tenant with an empty database; packages are published to it afterwards."""
        return self.stores.create(tenant)

    def load_packages(self, folder: Path) -> dict[str, PackageContent]:
        """The packages of a workspace; raises Invalid with every problem of its files."""
        workspace = load_workspace(folder)
        errors = [finding for finding in workspace.findings if finding.severity == "error"]
        if errors:
            raise invalid_metadata(errors)
        return dict(workspace.packages)

    def plan(self, work: Work, packages: Mapping[str, PackageContent]) -> Plan:
        """What publishing these packages over the tenant's own would do."""
        present = self.snapshots.packages(work)
        return plan_publish(work, work.snapshot, merge_packages(present, packages), self.registry.field_types)

    def publish(self, work: Work, plan: Plan, note: str = "") -> Work:
        """Publish a plan; gives the unit of work under the new metadata."""
        publish(work, plan, note)
        self.snapshots.keep(plan.snapshot, {name: replace(one, seeds=()) for name, one in plan.packages.items()})
        return work.with_snapshot(plan.snapshot)
