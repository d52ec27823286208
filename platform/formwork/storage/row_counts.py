"""How many rows of an object there are, by owner, by sharing rule and by whom they were given to.

Lists choose their shape by these figures, so they may be old and need not be exact. They are counted from time to
time (`records/row_counts.py`) and kept by each process for a while.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from formwork.storage import system
from formwork.storage.system_tables import SYSTEM
from formwork.storage.work import Work

TABLE = "fw_row_count"
FEWEST = 5_000
"""Objects with fewer rows are not looked at: every shape is fast there."""
_HOLDS = timedelta(minutes=10)
_KEPT = "row counts"


@dataclass(frozen=True, slots=True)
class RowCounts:
    """Live rows of an object: all of them, by owner, by the text of a sharing rule, by the principal of a share."""

    rows: int
    owners: Mapping[UUID, int] = field(default_factory=dict)
    rules: Mapping[str, int] = field(default_factory=dict)
    given: Mapping[UUID, int] = field(default_factory=dict)


def row_counts(work: Work, object: str) -> RowCounts | None:
    """The figures of an object as they were known within the last ten minutes; None for one that is small."""
    kept: tuple[datetime, dict[str, RowCounts]] | None = work.kept.get(_KEPT)
    now = work.context.now
    if kept is None or abs(now - kept[0]) > _HOLDS:
        found = system.find_many(work, TABLE)
        kept = work.kept[_KEPT] = (now, {row["object"]: _read(row["counts"]) for row in found})
    return kept[1].get(object)


def keep_row_counts(work: Work, counts: Mapping[str, RowCounts]) -> None:
    """Replace the figures of every object; one that is missing is small."""
    for row in system.find_many(work, TABLE, columns=("object",)):
        if row["object"] not in counts:
            system.remove(work, TABLE, equals={"object": row["object"]})
    for object, one in counts.items():
        system.put(work, TABLE, {"object": object, "at": work.context.now, "counts": _written(one)})
    work.kept.pop(_KEPT, None)


def rename_row_counts(work: Work, names: Mapping[str, str]) -> None:
    """Keep the figures of renamed objects, former name -> new name."""
    found = system.find_many(work, TABLE, in_={"object": names})
    system.remove(work, TABLE, in_={"object": names})
    for row in found:
        system.put(work, TABLE, {**row, "object": names[row["object"]]})
    work.kept.pop(_KEPT, None)


def count_given(work: Work, object: str) -> dict[UUID, int]:
    """How many records of an object were given to each principal."""
    share = SYSTEM.tables["fw_share"]
    rows = select(share.c.principal, func.count().label("n")).where(share.c.object == object)
    return {row.principal: row.n for row in work.connection.execute(rows.group_by(share.c.principal))}


def _written(counts: RowCounts) -> dict[str, Any]:
    by_id = {
        name: {id.hex: n for id, n in ids.items()} for name, ids in (("owners", counts.owners), ("given", counts.given))
    }
    return {"rows": counts.rows, "rules": dict(counts.rules), **by_id}


def _read(written: Mapping[str, Any]) -> RowCounts:
    owners, given = ({UUID(id): n for id, n in written[name].items()} for name in ("owners", "given"))
    return RowCounts(written["rows"], owners, written["rules"], given)
