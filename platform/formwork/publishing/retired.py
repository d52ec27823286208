"""The ledger of names that were taken: what was retired, where its values lie now, and what came back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from formwork.catalog.renames import Renames
from formwork.storage import Work, system
from formwork.storage.schema.kept import Moved

TABLE = "fw_retired_field"


@dataclass(frozen=True, slots=True)
class Retired:
    """A field, or with `field` "" a whole object, that was taken away and whose values are still there.

    `version` is the number of the metadata it was no part of any more, `was` what object and field were called
    before. `tables` and `columns` (these of `table`) map names in the database to what they are called now.
    `definition` says it as the language does; None for one that cannot be written by itself. `package` brought it.
    `placed` gives the field another name in the database, where another one has its own by now.
    """

    object: str
    field: str
    at: datetime
    version: int
    by: UUID | None
    was: tuple[str, str]
    package: str
    definition: Mapping[str, Any] | None
    table: str
    columns: Mapping[str, str]
    tables: Mapping[str, str]
    placed: tuple[str, str] | None = None

    def place(self, column: str) -> str:
        """What a column is called once it is back: as it was, or with its field's name in the database replaced."""
        if self.placed is None:
            return column
        before, now = self.placed
        return now + column.removeprefix(before)

    @property
    def key(self) -> dict[str, Any]:
        """What tells its row from others."""
        return {"object": self.object, "field": self.field, "at": self.at}

    @property
    def label(self) -> str:
        """What people called it."""
        return str((self.definition or {}).get("label") or self.was[1] or self.was[0])


def note_retired(work: Work, one: Retired) -> None:
    """Keep what was retired."""
    system.put(work, TABLE, {
        **one.key, "became": None, "version": one.version, "by": one.by, "kept": _kept(one),
        "definition": None if one.definition is None else dict(one.definition),
    })  # fmt: skip


def list_retired(work: Work) -> list[Retired]:
    """Everything that was retired, is not back and not purged, the newest first."""
    rows = system.find_many(work, TABLE, equals={"restored_at": None, "purged_at": None}, order=("-at", "object"))
    return [_retired(row) for row in rows if row["kept"] is not None]


def object_renames(work: Work, days: int = 2) -> Renames:
    """The objects that were renamed lately and whose former names nobody has again."""
    since = {"at": work.context.now - timedelta(days=days)}
    rows = system.find_many(work, TABLE, equals={"field": ""}, after=since, order=("at",))
    found: dict[str, str] = {}
    for row in rows:
        if row["became"] is not None:
            found = {was: row["became"] if now == row["object"] else now for was, now in found.items()}
            found[row["object"]] = row["became"]
    known = work.snapshot.objects
    return Renames({was: now for was, now in found.items() if was not in known and now in known})


def note_back(work: Work, one: Retired, field: str) -> None:
    """Note that a field, called `field` now, or an object is back with its values."""
    became = field if field != one.field else None
    system.change(work, TABLE, {"restored_at": work.context.now, "became": became}, equals=one.key)


def note_purged(work: Work, one: Retired) -> None:
    """Note that the values of what was retired are gone for good; that the name was taken stays known."""
    values = {"purged_at": work.context.now, "kept": None, "definition": None}
    system.change(work, TABLE, values, equals=one.key)


def note_moved(work: Work, moves: Sequence[Moved]) -> None:
    """Note what the tables and columns of what was retired are called now."""
    if not moves:
        return
    for one in list_retired(work):
        columns, tables, table = dict(one.columns), dict(one.tables), one.table
        for move in moves:
            if move.column is None:
                table = move.now if table == move.table else table
                tables = {name: move.now if found == move.table else found for name, found in tables.items()}
            elif table == move.table:
                columns = {name: move.now if found == move.column else found for name, found in columns.items()}
        if (columns, tables, table) != (one.columns, one.tables, one.table):
            kept = {**_kept(one), "columns": columns, "tables": tables, "table": table}
            system.change(work, TABLE, {"kept": kept}, equals=one.key)


def _kept(one: Retired) -> dict[str, Any]:
    return {
        "object": one.was[0], "field": one.was[1], "package": one.package, "table": one.table,
        "columns": dict(one.columns), "tables": dict(one.tables),
    }  # fmt: skip


def _retired(row: Mapping[str, Any]) -> Retired:
    kept = row["kept"]
    return Retired(
        row["object"], row["field"], row["at"], row["version"], row["by"], (kept["object"], kept["field"]),
        kept["package"], row["definition"], kept["table"], kept["columns"], kept["tables"],
    )  # fmt: skip
