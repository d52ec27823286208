"""What a compiled expression is applied to: a record and the circumstances."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from formwork.kernel import Actor


class Row(Protocol):
    """A record, however it is held.

    Values are those of `types.Value`. An int counts as a number, '' as blank, a look-up is the id of
    the record (a polymorphic one may be any value with an `id`), a list is any collection.
    """

    def value(self, field: str, part: str | None = None) -> object:
        """The value of a field or of one part of it; None is blank."""

    def follow(self, field: str) -> "Row | None":
        """The live record a look-up or master field points at, None when there is none."""

    def rows(self, name: str) -> "Sequence[Row]":
        """The live records of a list."""


@dataclass(frozen=True, slots=True)
class Environment:
    """The circumstances: `now` is aware UTC, `today` its day in `timezone` (the tenant's), `me` the actor.

    `currency` is the code of the tenant's currency. `this` is the record that asks (look-up filters, mappings),
    `old` the record before this save (None for a new one).
    """

    now: datetime
    today: date
    timezone: ZoneInfo
    me: Actor
    currency: str
    this: Row | None = None
    old: Row | None = None
