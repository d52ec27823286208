"""A tenant's life: made, suspended and taken back, deleted after a time of grace or at once.

What keeps people out stands twice: in the directory, and in the tenant's own database, where every process reads it
with each request. Whoever is interrupted between the two leaves a tenant that is closed, never one that is half open.
"""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from formwork.definitions.model import PackageContent
from formwork.identity import revoke_every_key
from formwork.identity.link import end_every_link
from formwork.identity.session_end import end_every_session
from formwork.kernel import FormworkError, Invalid
from formwork.publishing import load_seeds
from formwork.runtime.runtime import TENANT_SECONDS, Runtime
from formwork.runtime.tenants.entry import require_entry, require_hosts
from formwork.runtime.tenants.operator import Operator
from formwork.storage import State, Tenant
from formwork.storage.standing import set_suspended

_CLOSED = (State.SUSPENDED, State.LEAVING)
SETTLED = TENANT_SECONDS + 1.0
"""Seconds after which every process knows what the directory says."""
_LOG = logging.getLogger("formwork.operator")


def make(
    runtime: Runtime, by: Operator, tenant: Tenant, packages: Mapping[str, PackageContent], *, demo: bool = False
) -> Tenant:
    """Make a tenant with these packages and their reference data; one that was interrupted is begun again.

    Nobody gets in before it is whole. Raises Invalid for a bad name or package, Conflict for a taken name or host.
    """
    require_entry(tenant)
    runtime.stores.create(tenant, State.CREATING)
    if packages:
        with runtime.system_write(tenant.name, "install packages") as work:
            work = runtime.publish(work, runtime.plan(work, packages), "Installed with the tenant.")
            load_seeds(work, [seed for package in packages.values() for seed in package.seeds], demo=demo)
    made = runtime.directory.change(tenant.name, state=State.ACTIVE)
    by.tell_tenant(runtime, "create", tenant.name, {"packages": sorted(packages), "database": made.database})
    return made


def suspend(runtime: Runtime, by: Operator, name: str, reason: str = "", *, revoke_keys: bool = False) -> Tenant:
    """Let nobody in and no job run, from the next request on; sessions end, API keys rest or, if wanted, end too.

    A tenant whose database cannot be reached is suspended in the directory. Raises Conflict `wrong_state`.
    """
    found = runtime.directory.change(name, when=(State.ACTIVE,), state=State.SUSPENDED, reason=reason or None)
    ended = _close(runtime, name, revoke_keys=revoke_keys)
    by.tell_tenant(runtime, "suspend", name, {"reason": reason, **ended})
    return found


def resume(runtime: Runtime, by: Operator, name: str) -> Tenant:
    """Let people in again, and jobs run; takes back a deletion whose time has not come. Raises Conflict `wrong_state`.

    API keys that were not revoked work again; people sign in anew.
    """
    found = runtime.directory.change(name, when=_CLOSED, state=State.SUSPENDED, purge_at=None)
    with runtime.bare_write(name, "resume") as work:
        set_suspended(work, False)
    runtime.directory.change(name, when=(State.SUSPENDED,), state=State.ACTIVE, reason=None)
    by.tell_tenant(runtime, "resume", name, {"was": found.reason or ""})
    return runtime.directory.get(name)


def schedule(runtime: Runtime, by: Operator, name: str, days: int, reason: str = "") -> Tenant:
    """Delete a tenant in so many days; until then it is suspended and can be taken back with `resume`."""
    if days < 1:
        raise Invalid("A time of grace is at least one day. To delete at once, say so and name the tenant again.")
    purge_at = runtime.clock.now() + timedelta(days=days)
    found = runtime.directory.change(
        name, when=(State.ACTIVE, *_CLOSED), state=State.LEAVING, purge_at=purge_at, reason=reason or None
    )
    ended = _close(runtime, name, revoke_keys=False)
    by.tell_tenant(runtime, "delete", name, {"purge_at": purge_at.isoformat(), "reason": reason, **ended})
    return found


def delete_now(
    runtime: Runtime, by: Operator, name: str, confirm: str, wait: Callable[[float], None] = time.sleep
) -> None:
    """Remove a tenant with all its records and files, for good. `confirm` is its name, written once more.

    It is closed first, and its data goes when no process believes any more that it is there.

    Raises Invalid `unconfirmed` when it is not.
    """
    if confirm != name:
        raise Invalid(
            f"Write the tenant's name, {name}, once more to confirm. Its records and files cannot be brought back.",
            code="unconfirmed",
        )
    was = runtime.directory.get(name).state
    by.tell(runtime, "delete_now", name)
    if was == State.ACTIVE:
        runtime.directory.change(name, state=State.LEAVING)
        _close(runtime, name, revoke_keys=False)
        wait(SETTLED)
    remove(runtime, name)


def purge_due(runtime: Runtime, by: Operator) -> Sequence[str]:
    """Remove every tenant whose time of grace is over; gives their names. One that fails does not keep the others."""
    now = runtime.clock.now()
    gone = []
    for one in runtime.directory.list():
        over = one.state == State.LEAVING and one.purge_at is not None and one.purge_at <= now
        if over or one.state == State.DROPPING:
            try:
                by.tell(runtime, "purge", one.name)
                remove(runtime, one.name)
                gone.append(one.name)
            except FormworkError as error:
                _LOG.warning("Tenant %s could not be removed; it is tried again: %s", one.name, error.message)
    return gone


def set_hosts(runtime: Runtime, by: Operator, name: str, hosts: Sequence[str]) -> Tenant:
    """Let a tenant answer to these host names and no others; raises Conflict when one is taken."""
    require_hosts(hosts)
    changed = runtime.directory.set_hosts(name, hosts)
    by.tell_tenant(runtime, "hosts", name, {"hosts": ", ".join(changed.hosts)})
    return changed


def remove(runtime: Runtime, name: str) -> None:
    """Take a tenant's database and files away."""
    runtime.stores.drop(name)
    runtime.blobs(name).clear()
    runtime.forget()


def _close(runtime: Runtime, name: str, *, revoke_keys: bool) -> dict[str, object]:
    """Say in the tenant's own database that nobody is let in; gives what ended, or why it could not be said."""
    try:
        with runtime.bare_write(name, "suspend") as work:
            set_suspended(work, True)
            end_every_link(work)
            return {"sessions": end_every_session(work), "keys": revoke_every_key(work) if revoke_keys else 0}
    except FormworkError as error:
        _LOG.warning("Tenant %s is suspended in the directory only: %s", name, error.message)
        return {"unreached": error.code}
