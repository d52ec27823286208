"""How long records are kept, as written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from formwork.definitions.source import NOWHERE, Source

ACTS = ("delete", "anonymise")
"""What becomes of records that were kept long enough."""
PERIOD = "^[1-9][0-9]{0,3} (day|days|month|months|year|years)$"
"""How a length of time is written."""
_CREATED = "created_at"


@dataclass(frozen=True, slots=True)
class Retention:
    """Records for which `when` holds (None: all) are let go so long after the moment in the field `since`.

    `unit` is days, months or years; `act` is one of ACTS.
    """

    count: int
    unit: str
    act: str
    since: str = _CREATED
    when: str | None = None
    source: Source = field(default=NOWHERE, compare=False, repr=False)


def parse_retention(data: Mapping[str, Any], source: Source) -> Retention:
    """A checked mapping: `after: 24 months`, `do`, `from`, `when`."""
    count, _, unit = data["after"].partition(" ")
    plural = unit if unit.endswith("s") else f"{unit}s"
    return Retention(int(count), plural, data["do"], data.get("from", _CREATED), data.get("when"), source)


def dump_retention(retention: Retention | None) -> dict[str, Any]:
    """The mapping that gives this when parsed; empty for none."""
    if retention is None:
        return {}
    written: dict[str, Any] = {"after": f"{retention.count} {retention.unit}", "do": retention.act}
    if retention.since != _CREATED:
        written["from"] = retention.since
    return written if retention.when is None else {**written, "when": retention.when}
