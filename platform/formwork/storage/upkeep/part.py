"""Part of a tenant that stands by itself: the people, and so many records of each object with all they need.

What a record points at comes along, and so do the details of a master, so that no link leads nowhere.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Table, select

from formwork.storage.schema.physical import RECORD_COLUMN, TableShape, shape_snapshot
from formwork.storage.schema.tables import plain_table, record_table
from formwork.storage.standing import PEOPLE
from formwork.storage.system_tables import SYSTEM
from formwork.storage.work import Work

_BATCH = 500
_KEPT = frozenset({
    "fw_counter", "fw_key", "fw_metadata", "fw_draft", "fw_ledger", "fw_principal", "fw_credential",
    "fw_role_assignment", "fw_preference", "fw_saved_mapping", "fw_sign_in_policy",
})  # fmt: skip
"""System tables a part holds whole. What happened (history, audit, outbox, imports) stays where it happened."""


@dataclass(frozen=True, slots=True)
class Part:
    """Rows by table: those whose `column` holds one of the ids. A table that is not named has none of its rows.

    With `rows` None it is everything.
    """

    rows: Mapping[str, tuple[str, Collection[UUID]]] | None = None
    whole: Collection[str] = ()

    def of(self, table: Table) -> Iterator[list[UUID]] | None:
        """The ids to read by in batches, None for the whole table."""
        if self.rows is None or table.name in self.whole:
            return None
        return _batches(sorted(self.rows.get(table.name, ("", ()))[1]))

    def column(self, table: Table) -> Any:
        """The column those ids stand in."""
        assert self.rows is not None
        name = self.rows[table.name][0]
        return table.c[name]

    def has_file(self, id: UUID) -> bool:
        """True when the row of this uploaded file comes along."""
        return self.rows is None or id in self.rows["fw_file"][1]


EVERYTHING = Part()


def people_only(work: Work) -> Part:
    """The metadata and the people with their roles and passwords; no other record."""
    return sample(work, 0)


def sample(work: Work, count: int) -> Part:
    """The people, and the newest `count` live records of every other object, with all they need."""
    return _Gathering(work).gather(count)


@dataclass(slots=True)
class _Gathering:
    """Follows links until nothing new is found."""

    work: Work
    shapes: Mapping[str, TableShape] = field(default_factory=dict)
    chosen: dict[str, set[UUID]] = field(default_factory=dict)
    fresh: dict[str, set[UUID]] = field(default_factory=dict)

    def gather(self, count: int) -> Part:
        objects = self.work.snapshot.objects
        self.shapes = shape_snapshot(self.work.snapshot) if objects else {}
        for name, spec in objects.items():
            if name in PEOPLE or (count and spec.master is None):
                table = record_table(spec)
                newest = select(table.c.id).where(table.c.deleted_at.is_(None)).order_by(table.c.id.desc())
                self._add(name, self._ids(newest if name in PEOPLE else newest.limit(count)))
        while self.fresh:
            name, ids = self.fresh.popitem()
            for batch in _batches(sorted(ids)):
                self._follow(name, batch)
        return self._part()

    def _follow(self, name: str, ids: list[UUID]) -> None:
        spec = self.work.object(name)
        objects_of = {shape.name: shape.object for shape in self.shapes.values() if shape.side is None}
        for shape in self.shapes.values():
            if shape.object != name:
                continue
            table, key = plain_table(shape), "id" if shape.side is None else RECORD_COLUMN
            for link in shape.foreign_keys:
                if link.column != key and link.target in objects_of:
                    found = select(table.c[link.column]).where(table.c[key].in_(ids), table.c[link.column].is_not(None))
                    self._add(objects_of[link.target], self._ids(found))
        table = record_table(spec)
        for one in spec.fields.values():
            if one.definition.type == "polymorphic_lookup":
                kind, id_ = (table.c[column.name] for column in one.columns[:2])
                for target, id in self.work.connection.execute(select(kind, id_).where(table.c.id.in_(ids))):
                    if target in self.work.snapshot.objects:
                        self._add(target, [id])
        for detail in spec.details:
            below = record_table(self.work.object(detail.object))
            via = below.c[self.work.object(detail.object).fields[detail.via].columns[0].name]
            self._add(detail.object, self._ids(select(below.c.id).where(via.in_(ids))))

    def _ids(self, statement: Any) -> list[UUID]:
        return list(self.work.connection.execute(statement).scalars())

    def _add(self, name: str, ids: Iterable[UUID]) -> None:
        known = self.chosen.setdefault(name, set())
        new = set(ids) - known
        if new:
            known |= new
            self.fresh.setdefault(name, set()).update(new)

    def _part(self) -> Part:
        rows: dict[str, tuple[str, Collection[UUID]]] = {
            shape.name: ("id" if shape.side is None else RECORD_COLUMN, self.chosen.get(shape.object, frozenset()))
            for shape in self.shapes.values()
        }
        every: set[UUID] = set().union(*self.chosen.values()) if self.chosen else set()
        uses = SYSTEM.tables["fw_file_use"]
        files: set[UUID] = set()
        for batch in _batches(sorted(every)):
            files.update(self._ids(select(uses.c.file).where(uses.c.record.in_(batch))))
        return Part({**rows, "fw_file_use": ("record", every), "fw_file": ("id", files)}, _KEPT)


def _batches(ids: list[UUID]) -> Iterator[list[UUID]]:
    for start in range(0, len(ids), _BATCH):
        yield ids[start : start + _BATCH]
