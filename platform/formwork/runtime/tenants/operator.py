"""Who acts on whole tenants, and where it is told."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from formwork.identity.audit import Event, note
from formwork.kernel import FormworkError
from formwork.runtime.runtime import Runtime

_LOG = logging.getLogger("formwork.operator")


@dataclass(frozen=True, slots=True)
class Operator:
    """Whoever runs the installation. `by` names the door and what is known of them (`shell:<user>`, `api`)."""

    by: str
    address: str = ""
    request: str = ""

    def tell(self, runtime: Runtime, act: str, tenant: str, detail: Mapping[str, Any] | None = None) -> None:
        """Enter an act in the operator's log, which outlives the tenant."""
        runtime.stores.log.add(runtime.clock.now(), self.by, act, tenant, detail or {}, self.address)

    def tell_tenant(self, runtime: Runtime, act: str, tenant: str, detail: Mapping[str, Any] | None = None) -> None:
        """Enter an act in the operator's log and in the tenant's own trail.

        A tenant that cannot be reached, or is damaged, is acted on all the same: then the operator's log says so.
        """
        told = dict(detail or {})
        try:
            with runtime.bare_write(tenant, act, self.address, self.request) as work:
                note(work, Event.OPERATOR, detail={"act": act, "by": self.by, **told})
        except FormworkError as error:
            _LOG.warning("The trail of tenant %s could not be told of %r: %s", tenant, act, error.message)
            told["not_in_trail"] = error.code
        self.tell(runtime, act, tenant, told)
