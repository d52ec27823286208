"""The tenants a worker goes round, as the directory listed them last."""

from collections.abc import Hashable, Sequence
from datetime import datetime

from formwork.runtime.runtime import Runtime
from formwork.storage import State, Tenant


class Served:
    """One per worker."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._entries: dict[str, Tenant] = {}

    def names(self) -> Sequence[str]:
        """Every active tenant, by what the directory says now."""
        listed = self._runtime.directory.list()
        self._entries = {one.name: one for one in listed if one.state == State.ACTIVE}
        return list(self._entries)

    def mark(self, tenant: str) -> Hashable | None:
        """What is another after each commit to a tenant's data, None where only asking tells."""
        entry = self._entries.get(tenant)
        return None if entry is None else self._runtime.stores.mark(entry)

    def now(self) -> datetime:
        """The moment by the installation's clock."""
        return self._runtime.clock.now()
