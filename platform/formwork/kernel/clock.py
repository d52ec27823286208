"""Where `now` comes from. Doors and jobs ask the clock once and put the answer in the Context."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Anything that can say what time it is."""

    def now(self) -> datetime:
        """The current moment as an aware UTC datetime, microsecond precision."""


class SystemClock:
    """The computer's clock."""

    def now(self) -> datetime:
        """See `Clock.now`."""
        return datetime.now(UTC)
