"""Which tenants had nothing to do, and how long that holds: they are not opened before."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(slots=True)
class Calm:
    """One per worker. A tenant's mark is another after each commit to its data, whoever made it."""

    _known: dict[str, tuple[Hashable, datetime | None]] = field(default_factory=dict)

    def note(self, tenant: str, mark: Hashable, until: datetime | None) -> None:
        """A tenant that bore this mark had nothing to do before `until`, None when nothing waits at all."""
        self._known[tenant] = (mark, until)

    def forget(self, tenant: str) -> None:
        """The next round looks at the tenant."""
        self._known.pop(tenant, None)

    def holds(self, tenant: str, mark: Hashable | None, now: datetime) -> bool:
        """True when nothing was written to the tenant since and nothing fell due; never without a mark."""
        known = self._known.get(tenant)
        if known is None or mark is None or known[0] != mark:
            return False
        return known[1] is None or now < known[1]
