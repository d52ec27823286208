"""The composition root: builds every service once and opens units of work for whoever asks."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic
from typing import TypeVar
from zoneinfo import ZoneInfo

from formwork.definitions import load_workspace
from formwork.definitions.model import PackageContent
from formwork.files import Blobs, open_blobs
from formwork.identity.provider_documents import ProviderDocuments
from formwork.kernel import (
    ANONYMOUS,
    Actor,
    Clock,
    Context,
    FormworkError,
    NotFound,
    Settings,
    SystemClock,
    Unavailable,
    repeated,
)
from formwork.kernel.actor import system_actor
from formwork.notify import Post, smtp_of
from formwork.publishing import Plan, invalid_metadata, merge_packages, plan_publish, publish
from formwork.runtime.address import address_of
from formwork.runtime.keys import derived_key, master_key
from formwork.runtime.registry import Registry
from formwork.runtime.renames import follow_renames
from formwork.runtime.snapshots import Snapshots
from formwork.storage import NO_METADATA, Directory, State, Stores, Tenant, TenantStore, Work, sealing
from formwork.storage.standing import Credential, standing_of

WRAPPING = "wrapping"
"""The purpose of the key a tenant's data key lies under."""
TENANT_SECONDS = 5.0
"""How long a process believes what the tenant directory said."""
_MAINTENANCE_SECONDS = 30
"""Seconds a client is asked to wait while a tenant is worked on."""
_SUSPENDED_SECONDS = 3_600
_CLOSED = (State.SUSPENDED, State.LEAVING)
_LOCAL = ".localhost"
"""Browsers send every name below it to this machine (RFC 6761, section 6.3)."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Identified:
    """Who a credential stands for, and how they want to read."""

    actor: Actor
    locale: str | None = None
    timezone: ZoneInfo | None = None


Identify = Callable[[Work], Identified]
"""Finds out who asks, inside the transaction that answers; raises Unauthenticated."""


_WORKER = "worker"


def _worker(_work: Work) -> Identified:
    return Identified(system_actor(_WORKER))


def maintenance() -> Unavailable:
    """The answer of a tenant that is being worked on."""
    return Unavailable(
        "This site is being worked on. Nothing was saved; try again in a minute.",
        code="maintenance",
        extra={"retry_after": _MAINTENANCE_SECONDS},
    )


def suspended() -> Unavailable:
    """The answer of a tenant that was suspended or is about to go."""
    return Unavailable(
        "This site is suspended. Nothing was saved, and nothing is lost; ask whoever runs it.",
        code="tenant_suspended",
        extra={"retry_after": _SUSPENDED_SECONDS},
    )


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
        self.provider_documents = ProviderDocuments()
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

        A tenant that is under it already (an interrupted rotation) is left as it is. Raises Unavailable before
        anything is changed when one cannot be reached; an error later puts those that were changed back.
        """
        names = [one.name for one in self.directory.list() if one.state not in (State.CREATING, State.DROPPING)]
        for name in names:
            try:
                with self.bare_write(name, "key rotation"):
                    pass
            except FormworkError as error:
                raise Unavailable(
                    f"Tenant {name} cannot be reached, so no key was changed: {error.message}", code=error.code
                ) from error
        changed: list[str] = []
        done = False
        try:
            for name in names:
                if self._rewrap(name, self.key, key):
                    changed.append(name)
            done = True
        finally:
            for name in () if done else changed:
                self._rewrap(name, key, self.key)
        return len(changed)

    def _rewrap(self, name: str, old: bytes, new: bytes) -> bool:
        with self.bare_write(name, "key rotation") as work:
            return sealing.rewrap(work, derived_key(old, WRAPPING, name), derived_key(new, WRAPPING, name))

    def take_over(self, work: Work, came_from: str, key: bytes | None = None) -> bool:
        """Put the data key of a restored tenant under its own wrapping key; False when it brought none.

        `came_from` is the tenant that was backed up, `key` the master key it was under, None for this
        installation's own. Raises Unavailable `bad_key` when the data key does not open with it.
        """
        old = derived_key(key or self.key, WRAPPING, came_from)
        return sealing.rewrap(work, old, self.secret(WRAPPING, work.context.tenant))

    def tenant_of(self, host: str) -> Tenant:
        """The tenant that answers to a host name.

        Raises NotFound without naming any tenant, Unavailable `maintenance` while the tenant is being made, restored,
        moved or brought to this version of the product, and Unavailable `tenant_suspended`. While the directory is
        away, what it said last is believed.
        """
        name = host.rsplit(":", 1)[0].lower().rstrip(".") if not host.startswith("[") else host.lower()
        known = self._tenants.get(name)
        if known is not None and known[0] > monotonic():
            return known[1]
        try:
            found = self._find_tenant(name)
        except Unavailable:
            if known is None:
                raise
            found = known[1]
        if found is None or found.state == State.DROPPING:
            raise NotFound("Nothing is served at this address.", code="unknown_host")
        if found.state in _CLOSED:
            raise suspended()
        if found.state != State.ACTIVE or not self.stores.is_current(found):
            raise maintenance()
        self._tenants[name] = (monotonic() + TENANT_SECONDS, found)
        return found

    def forget(self) -> None:
        """Ask the directory anew at the next request."""
        self._tenants = {}

    def _find_tenant(self, host: str) -> Tenant | None:
        if self.settings.tenant:
            return self.directory.find(self.settings.tenant)
        found = self.directory.by_host(host)
        if found is None and host.endswith(_LOCAL):
            return self.directory.find(host.removesuffix(_LOCAL))
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
        with self._read(tenant, context) as work:
            self._admit(work, credential)
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
        late: bool = False,
    ) -> Iterator[Work]:
        """A unit of work that commits at the end. Who asks is found out before the write lock is taken.

        `repeats` says how often what is done in it was done before: `perform` counts that. `late` takes the
        write lock of SQLite only when something is written, for whoever does it anew when overtaken.
        """

        def settle(work: Work) -> Work:
            self._admit(work, credential)
            return self._identified(work, identify, credential)

        began = context or self.context(tenant)
        store = self.stores.get(tenant)
        with store.write_settled(began, NO_METADATA, settle, cause=cause, repeats=repeats, late=late) as work:
            yield work.with_snapshot(self.snapshots.current(work))

    @contextmanager
    def write_beside(
        self, tenant: Tenant, identify: Identify, file: Path, *, cause: tuple[str, ...] = ()
    ) -> Iterator[Work]:
        """A unit of work to try something long in; whoever opens it takes back what it wrote.

        `file` is where the copy of a SQLite tenant is for as long as the block runs.
        """

        def settle(work: Work) -> Work:
            self._admit(work, None)
            return self._identified(work, identify, None)

        with (
            self.stores.beside(tenant, file) as store,
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
        one that failed. On SQLite only the first time reads and judges before it takes the write lock, so that
        nobody is overtaken twice. Raises what the last one raised.
        """

        def once(repeats: int) -> T:
            with self.write(tenant, identify, context, credential, repeats=repeats, late=repeats == 0) as work:
                return act(work)

        return repeated(once)

    @contextmanager
    def _read(self, tenant: Tenant, context: Context | None = None) -> Iterator[Work]:
        with self.stores.get(tenant).read(context or self.context(tenant), NO_METADATA) as work:
            yield work

    def _admit(self, work: Work, credential: Credential | None) -> None:
        """Raise Unavailable `tenant_suspended` or `maintenance` when the tenant's own database lets nobody in."""
        if standing_of(work, credential).suspended:
            self.forget()
            entry = self.directory.find(work.context.tenant)
            raise suspended() if entry is not None and entry.state in _CLOSED else maintenance()

    def _identified(self, work: Work, identify: Identify, credential: Credential | None) -> Work:
        if credential is not None:
            standing_of(work, credential)  # read together with the versions
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
        """A unit of work that reads without limits, for commands and maintenance, suspended or not; says why."""
        with self._read(self.directory.get(tenant)) as work:
            yield self._identified(work, lambda _: Identified(system_actor(reason)), None)

    @contextmanager
    def bare_write(self, tenant: str, reason: str, address: str = "", request: str = "") -> Iterator[Work]:
        """As `system_write`, without the tenant's metadata: what must be possible when they are broken."""
        entry = self.directory.get(tenant)
        context = replace(self.context(entry, system_actor(reason)), address=address, request_id=request)
        with self.stores.get(entry).write(context, NO_METADATA, cause=(reason,)) as work:
            yield work

    @contextmanager
    def system_write(self, tenant: str | Tenant, reason: str) -> Iterator[Work]:
        """A unit of work without limits that commits at the end, for commands and maintenance, suspended or not."""
        entry = self.directory.get(tenant) if isinstance(tenant, str) else tenant
        began = self.context(entry, system_actor(reason))
        with self.stores.get(entry).write_settled(began, NO_METADATA, self._settled, cause=(reason,)) as work:
            yield work.with_snapshot(self.snapshots.current(work))

    def _settled(self, work: Work) -> Work:
        return work.with_snapshot(self.snapshots.current(work))

    def job_read(self, tenant: str) -> AbstractContextManager[Work]:
        """A unit of work of the worker that reads; raises Unavailable `tenant_suspended`."""
        return self.read(self.directory.get(tenant), _worker)

    def job_write(self, tenant: str) -> AbstractContextManager[Work]:
        """A unit of work of the worker that commits at the end; raises Unavailable `tenant_suspended`."""
        return self.write(self.directory.get(tenant), _worker, cause=(_WORKER,))

    @contextmanager
    def consistent_read(self, tenant: str, reason: str) -> Iterator[Work]:
        """As `system_read`, with every read seeing one moment: backups."""
        entry = self.directory.get(tenant)
        context = self.context(entry, system_actor(reason))
        with self.stores.get(entry).read_consistent(context, NO_METADATA) as work:
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
        follow_renames(work.with_snapshot(plan.snapshot), plan.renames)
        self.snapshots.keep(plan.snapshot, {name: replace(one, seeds=()) for name, one in plan.packages.items()})
        return work.with_snapshot(plan.snapshot)
