"""Applying a plan: one transaction, quoted names only, locks taken briefly or not at all."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Table, inspect
from sqlalchemy.schema import AddConstraint, CreateIndex, CreateTable

from formwork.kernel.library import on_first_use
from formwork.storage.faults import UniqueViolation
from formwork.storage.locks import lock_tables
from formwork.storage.schema import backfill
from formwork.storage.schema.index import duplicates, make_index
from formwork.storage.schema.kept import Moved
from formwork.storage.schema.physical import ColumnShape, ForeignKeyShape, IndexShape, TableShape, physical_name
from formwork.storage.schema.step import (
    Change,
    Computation,
    ConvertedColumn,
    DroppedIndex,
    FoldKeys,
    NewColumn,
    NewForeignKey,
    NewIndex,
    NewTable,
    RenewedColumn,
    RetiredColumn,
    RetiredTable,
    RevivedColumn,
    RevivedTable,
    SchemaStep,
    WiderColumn,
)
from formwork.storage.schema.tables import foreign_key, full_table, physical_column, quoted
from formwork.storage.work import Work

if TYPE_CHECKING:
    from alembic import migration, operations
else:
    migration = on_first_use("alembic.migration")
    operations = on_first_use("alembic.operations")

_MOST_RETIRED = 1_000


def apply_schema(work: Work, steps: Sequence[SchemaStep]) -> list[Moved]:
    """Apply every step in the open transaction; an error leaves nothing behind once it rolls back.

    Gives what was retired and is called otherwise from now on, because its name was taken or given back.

    Computations are left to publishing, which runs them with the new Snapshot. Raises Invalid
    `duplicates` when existing rows break a new unique rule, Unavailable when the tables are too busy
    to be locked.
    """
    work.unhurried()
    if work.place.is_postgres:
        lock_tables(work, steps)
    builder = _Builder(work)
    for step in steps:
        builder.apply(step.table, step.change)
    return builder.moved


class _Builder:
    """Applies changes one by one, in the tenant's schema."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._connection = work.connection
        self._schema = quoted(work.place.schema) if work.place.schema is not None else None
        self._operations = operations.Operations(migration.MigrationContext.configure(work.connection))
        self._made: dict[str, Table] = {}
        self._names = set(inspect(work.connection).get_table_names(schema=work.place.schema))
        self.moved: list[Moved] = []

    def apply(self, table: str, change: Change) -> None:
        match change:
            case NewTable(shape):
                self._create_table(shape)
            case NewColumn(column, key):
                self._add_column(table, column, key)
            case RenewedColumn(column):
                self._operations.drop_column(quoted(table), quoted(column.name), schema=self._schema)
                self._add_column(table, column, None)
            case ConvertedColumn(_, column, key, None):
                self._add_column(table, column, key)
            case ConvertedColumn(_, column, _, str(found)):
                self._make_room(table, column.name)
                self._rename_column(table, found, column.name)
            case RevivedColumn(column, found):
                if found != column.name:
                    self._make_room(table, column.name)
                    self._rename_column(table, found, column.name)
            case RevivedTable(shape, found):
                if found != shape.name:
                    self._make_room_for(shape.name)
                    self._rename_table(found, shape.name)
            case WiderColumn(before, column):
                self._widen(table, before, column)
            case FoldKeys(column, source):
                backfill.fill_fold(self._work, table, column, source)
            case NewForeignKey(shape, key):
                self._connection.execute(AddConstraint(foreign_key(self._made[shape.name], key)))
            case NewIndex(shape, index):
                self._create_index(shape, index)
            case DroppedIndex(index):
                self._operations.drop_index(quoted(index.name), table_name=quoted(table), schema=self._schema)
            case Computation() | RetiredColumn() | RetiredTable():
                return

    def _create_table(self, shape: TableShape) -> None:
        self._make_room_for(shape.name)
        self._names.add(shape.name)
        table = self._made[shape.name] = full_table(shape, self._schema)
        # PostgreSQL gets the keys once every table is there.
        keys: list[ForeignKeyConstraint] | None = [] if self._work.place.is_postgres else None
        self._connection.execute(CreateTable(table, include_foreign_key_constraints=keys))

    def _add_column(self, table: str, column: ColumnShape, key: ForeignKeyShape | None) -> None:
        self._make_room(table, column.name)
        plain = physical_column(column)
        if key is not None:
            place = () if self._schema is None else (self._schema,)
            target = ".".join((*place, key.target, "id"))
            plain.append_foreign_key(ForeignKey(target, deferrable=True, initially="DEFERRED"))
        self._operations.add_column(quoted(table), plain, schema=self._schema, inline_references=True)

    def _make_room(self, table: str, name: str) -> None:
        """Move a retired column aside whose name is wanted."""
        known = inspect(self._connection).get_columns(table, schema=self._work.place.schema)
        names = {str(one["name"]) for one in known}
        if name in names:
            self._rename_column(table, name, _free_name(name, names))

    def _make_room_for(self, table: str) -> None:
        """Move a retired table aside whose name is wanted."""
        if table in self._names:
            self._rename_table(table, _free_name(table, self._names))

    def _rename_column(self, table: str, name: str, now: str) -> None:
        self._operations.alter_column(quoted(table), name, new_column_name=quoted(now), schema=self._schema)
        self.moved.append(Moved(table, name, now))

    def _rename_table(self, name: str, now: str) -> None:
        self._operations.rename_table(quoted(name), quoted(now), schema=self._schema)
        self._names = (self._names - {name}) | {now}
        self.moved.append(Moved(name, None, now))

    def _widen(self, table: str, before: ColumnShape, column: ColumnShape) -> None:
        if self._work.place.is_postgres:
            type_ = physical_column(column).type
            self._operations.alter_column(quoted(table), quoted(column.name), type_=type_, schema=self._schema)
        else:
            backfill.rescale(self._work, table, before, column)

    def _create_index(self, shape: TableShape, index: IndexShape) -> None:
        try:
            with self._work.savepoint():
                self._connection.execute(CreateIndex(make_index(shape, index, self._schema)))
        except UniqueViolation as error:
            raise duplicates(self._connection, shape, index, self._schema) from error


def _free_name(name: str, names: set[str]) -> str:
    """A name for what was retired under `name`: no API name holds a `$`."""
    tries = (physical_name("retired", str(number), name) for number in range(1, _MOST_RETIRED))
    return next(one for one in tries if one not in names)
