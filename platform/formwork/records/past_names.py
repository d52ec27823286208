"""By which name a field goes now that history and imports know by an earlier one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from formwork.storage import Work, system

_TABLE = "fw_retired_field"
_COLUMNS = ("field", "at", "became", "restored_at")


@dataclass(frozen=True, slots=True)
class _Loss:
    """A name was taken at a moment: the field had another one from then on, or came back under its own later."""

    at: datetime
    became: str | None
    since: datetime


@dataclass(frozen=True, slots=True)
class PastNames:
    """Everything that happened to the names of one object's fields, each in the order of time."""

    losses: Mapping[str, Sequence[_Loss]]

    def now(self, name: str, at: datetime) -> str | None:
        """The name now of the field that was called so at a moment; None when it was taken away since."""
        found: str | None = name
        first = next((loss for loss in self.losses.get(name, ()) if loss.at >= at), None)
        while first is not None:
            found, since = first.became, first.since
            if found is None:
                return None
            first = next((loss for loss in self.losses.get(found, ()) if loss.at > since), None)
        return found

    def keys(self, changes: Mapping[str, Any], at: datetime) -> dict[str, str]:
        """Name then -> name now, for every name in `changes` whose field is still there."""
        if not self.losses:
            return {name: name for name in changes}
        found = ((name, self.now(name, at)) for name in changes)
        return {name: now for name, now in found if now is not None}


def past_names(work: Work, object: str) -> PastNames:
    """What happened to the names of an object's fields."""
    rows = system.find_many(work, _TABLE, equals={"object": object}, order=("at",), columns=_COLUMNS)
    losses: dict[str, list[_Loss]] = {}
    for row in rows:
        is_back = row["restored_at"] is not None
        became, since = row["became"], row["at"]
        if is_back:
            became, since = became or row["field"], row["restored_at"]
        losses.setdefault(row["field"], []).append(_Loss(row["at"], became, since))
    return PastNames(losses)
