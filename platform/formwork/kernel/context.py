"""What a request carries with it: tenant, actor, moment, language and time zone."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from formwork.kernel.actor import Actor
from formwork.kernel.ids import new_id

UTC_ZONE = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Context:
    """The circumstances of one request, job or command. Frozen, passed as an argument.

    `now` is an aware UTC datetime and the only clock of the request. `timezone` is the tenant's
    zone, in which `today()`, date parts and grouping are reckoned; `display_timezone` is the user's
    and only formats. `currency` is the tenant's ISO 4217 code. `address` is the network address the
    request came from, blank for jobs and commands.
    """

    tenant: str
    actor: Actor
    now: datetime
    locale: str = "en"
    timezone: ZoneInfo = UTC_ZONE
    display_timezone: ZoneInfo = UTC_ZONE
    currency: str = "EUR"
    request_id: str = field(default_factory=lambda: new_id().hex)
    address: str = ""

    @property
    def today(self) -> date:
        """The calendar day in the tenant's time zone."""
        return self.now.astimezone(self.timezone).date()

    def acting_as(self, actor: Actor) -> "Context":
        """The same circumstances for another actor."""
        return replace(self, actor=actor)
