"""Filters somebody may ask with, and what they hold of as anybody would write it in Python."""

from collections.abc import Callable
from typing import TypeAlias

from tests.stories.rows.reference import Reference
from tests.stories.rows.world import Row

Needs: TypeAlias = tuple[tuple[str, str], ...]
"""(object, field) of everything a filter names: whoever may not read one of them is refused."""
Holds: TypeAlias = Callable[[Reference, Row], bool]


def _above(name: str, least: int) -> Holds:
    return lambda reader, row: (value := reader.shown(row, name)) is not None and value > least


def _of(link: str, holds: Holds) -> Holds:
    """The same of the record a look-up points at, false where the reader sees none: a blank compares with nothing."""
    return lambda reader, row: (target := reader.linked(row, link)) is not None and holds(reader, target)


def _any(object: str, link: str, holds: Holds) -> Holds:
    """True where it holds of one of the records that point here and that the reader sees."""
    return lambda reader, row: any(holds(reader, one) for one in reader.listed(object, link, row))


def _urgent(reader: Reference, row: Row) -> bool:
    return bool(reader.shown(row, "urgent"))


def _open(reader: Reference, row: Row) -> bool:
    return bool(reader.shown(row, "status") == "open")


def _northern(reader: Reference, row: Row) -> bool:
    return bool(reader.shown(row, "region") == "north")


FILTERS: dict[str, dict[str, tuple[Needs, Holds]]] = {
    "job": {
        "urgent": ((("job", "urgent"),), _urgent),
        "amount > 500": ((("job", "amount"),), _above("amount", 500)),
        "status = 'open'": ((("job", "status"),), _open),
        "not (status = 'done')": ((("job", "status"),), lambda who, row: who.shown(row, "status") != "done"),
        "title contains 'A'": ((("job", "title"),), lambda who, row: (who.shown(row, "title") or "").endswith(" a")),
        "secret is not blank": ((("job", "secret"),), lambda who, row: who.shown(row, "secret") is not None),
        "record_type = 'outdoor'": ((), lambda who, row: row.type == "outdoor"),
        "site is blank": ((("job", "site"),), lambda who, row: who.linked(row, "site") is None),
        "site.region = 'north'": ((("job", "site"), ("site", "region")), _of("site", _northern)),
        "exists(lines, amount > 50)": (
            (("job_line", "job"), ("job_line", "amount")), _any("job_line", "job", _above("amount", 50)),
        ),
    },
    "site": {
        "region = 'north'": ((("site", "region"),), _northern),
        "exists(jobs, status = 'open')": ((("job", "site"), ("job", "status")), _any("job", "site", _open)),
        "exists(jobs, urgent)": ((("job", "site"), ("job", "urgent")), _any("job", "site", _urgent)),
    },
    "job_line": {
        "amount > 50": ((("job_line", "amount"),), _above("amount", 50)),
        "job.urgent": ((("job_line", "job"), ("job", "urgent")), _of("job", _urgent)),
    },
    "visit": {
        "job.amount > 500": ((("visit", "job"), ("job", "amount")), _of("job", _above("amount", 500))),
        "job.site.region = 'north'": (
            (("visit", "job"), ("job", "site"), ("site", "region")), _of("job", _of("site", _northern)),
        ),
    },
}  # fmt: skip
"""Object -> filter -> what it names, and whether it holds of a record for its reader."""
