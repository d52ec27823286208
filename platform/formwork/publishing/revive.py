"""What a restore or a roll back uses again: retired columns and tables with the values they had."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from formwork.catalog import Snapshot
from formwork.fieldtypes.base import FieldType
from formwork.publishing.retired import Retired, note_back
from formwork.publishing.stored import restore_snapshot
from formwork.storage import Work, metadata
from formwork.storage.schema.kept import Kept, KeptColumn, KeptTable
from formwork.storage.schema.physical import TableShape, shape_object, shape_sides
from formwork.storage.schema.step import ConvertedColumn, RevivedColumn, RevivedTable, SchemaStep
from formwork.storage.schema.there import columns_there, tables_there


class Revival:
    """Gathers what there still is of retired things, in the shape they had in their last version."""

    def __init__(self, work: Work, field_types: Mapping[str, FieldType]) -> None:
        self._work = work
        self._types = field_types
        self._tables = tables_there(work)
        self._snapshots: dict[int, Snapshot] = {}

    def kept(self, retired: Iterable[Retired], taken: Collection[str]) -> Kept:
        """What a plan may use again; of one name the thing that was retired first, as a roll back wants it.

        `taken` are the tables in use: an object that was retired before one of its name was made stays away.
        """
        tables: dict[str, KeptTable] = {}
        columns: dict[tuple[str, str], KeptColumn] = {}
        for one in sorted(retired, key=lambda each: (each.field != "", each.at)):
            shapes = self._shapes(one)
            home = next(shape for shape in shapes.values() if shape.side is None)
            if one.field:
                known = tables.get(home.name)
                if one.table != (home.name if known is None else known.found):
                    continue
            elif home.name in taken:
                continue
            for name, found in one.tables.items():
                if name in shapes and found in self._tables:
                    tables.setdefault(name, KeptTable(found, shapes[name]))
            there = columns_there(self._work, one.table) if one.columns and one.table in self._tables else ()
            for column in home.columns:
                found = one.columns.get(column.name, "")
                if found in there:
                    name = one.place(column.name)
                    columns.setdefault((home.name, name), KeptColumn(found, replace(column, name=name)))
        return Kept(tables, columns)

    def _shapes(self, one: Retired) -> dict[str, TableShape]:
        """The tables of its object in the last version that had it."""
        snapshot = self._snapshot(one.version - 1)
        spec = snapshot.objects[one.was[0]]
        shapes = (shape_object(spec, snapshot.objects), *shape_sides(spec, snapshot.objects))
        return {shape.name: shape for shape in shapes}

    def _snapshot(self, version: int) -> Snapshot:
        if version not in self._snapshots:
            stored = metadata.load_documents(self._work, version)
            self._snapshots[version] = restore_snapshot(stored, self._types, f"version {version}")
        return self._snapshots[version]


def used_again(steps: Sequence[SchemaStep], retired: Sequence[Retired]) -> tuple[Retired, ...]:
    """Those of the retired things a plan uses again."""
    tables = {step.change.found for step in steps if isinstance(step.change, RevivedTable)}
    columns = {
        (step.table, step.change.found) for step in steps if isinstance(step.change, RevivedColumn | ConvertedColumn)
    }
    return tuple(
        one
        for one in retired
        if tables.intersection(one.tables.values())
        or any((one.table, found) in columns for found in one.columns.values())
    )


def note_again(work: Work, new: Snapshot, back: Sequence[Retired]) -> None:
    """Note what is back, and what it is called in the new version."""
    for one in back:
        names = {
            column.name: field.name
            for spec in new.objects.values()
            if spec.name == one.object
            for field in spec.fields.values()
            for column in field.columns
        }
        note_back(work, one, next((names[name] for name in map(one.place, one.columns) if name in names), one.field))
