"""SQLAlchemy tables of physical shapes, shared by every tenant whose objects look the same."""

from functools import lru_cache

from sqlalchemy import Column, ForeignKeyConstraint, MetaData, PrimaryKeyConstraint, Table
from sqlalchemy.sql.elements import quoted_name

from formwork.catalog.object import ObjectSpec, UniqueSpec
from formwork.fieldtypes.column import LogicalColumn
from formwork.storage.faults import UniqueViolation
from formwork.storage.schema.physical import (
    ColumnShape,
    ForeignKeyShape,
    TableShape,
    column_shapes,
    shape_sides,
    unique_columns,
    unique_name,
)
from formwork.storage.schema.same import Same
from formwork.storage.schema.types import IdType, column_type


def quoted(name: str) -> quoted_name:
    """A name that is quoted whatever it spells."""
    return quoted_name(name, quote=True)


def record_table(spec: ObjectSpec) -> Table:
    """The table of an object's records, for writing; keys and indexes only matter to DDL and are left out."""
    return _record_table(Same(spec))


def side_tables(spec: ObjectSpec) -> dict[str, Table]:
    """The tables of the many-valued fields of an object, by field."""
    return {
        shape.side: _plain_table(shape.name, shape.columns) for shape in shape_sides(spec, {}) if shape.side is not None
    }


def plain_table(shape: TableShape) -> Table:
    """The table of a shape with its columns and primary key only."""
    return _plain_table(shape.name, shape.columns)


def physical_column(shape: ColumnShape) -> Column[object]:
    """A column as DDL writes it: only key columns are NOT NULL, everything else is for the application."""
    type_ = column_type(LogicalColumn(shape.kind, scale=shape.scale))
    return Column(quoted(shape.name), type_, nullable=not shape.is_key)


def full_table(shape: TableShape, schema: quoted_name | None) -> Table:
    """A table with its foreign keys, in a schema, as DDL writes it; the tables they point at are only named."""
    metadata = MetaData(schema=schema)
    for target in sorted({key.target for key in shape.foreign_keys} - {shape.name}):
        Table(quoted(target), metadata, Column(quoted("id"), IdType(), primary_key=True))
    place = "" if schema is None else f"{schema}."
    keys = [
        ForeignKeyConstraint(
            [key.column], [f"{place}{key.target}.id"], name=quoted(key.name), deferrable=True, initially="DEFERRED"
        )
        for key in shape.foreign_keys
    ]
    columns = [physical_column(one) for one in shape.columns]
    return Table(quoted(shape.name), metadata, *columns, _primary_key(shape.primary_key), *keys)


def foreign_key(table: Table, key: ForeignKeyShape) -> ForeignKeyConstraint:
    """The constraint of a full table that a key stands for."""
    return next(one for one in table.foreign_key_constraints if one.name == key.name)


def violated(spec: ObjectSpec, error: UniqueViolation) -> UniqueSpec | None:
    """The rule of the object whose index refused a row, None when it was another index (the primary key)."""
    for rule in spec.uniques:
        if error.index == unique_name(spec, rule):
            return rule
        if error.table == spec.table and error.columns == unique_columns(spec, rule):
            return rule
    return None


@lru_cache(maxsize=20_000)
def _record_table(spec: Same[ObjectSpec]) -> Table:
    return _plain_table(spec.value.table, column_shapes(spec.value))


@lru_cache(maxsize=20_000)
def _side_tables(spec: Same[ObjectSpec]) -> dict[str, Table]:
    shapes = shape_sides(spec.value, {})
    return {shape.side: _plain_table(shape.name, shape.columns) for shape in shapes if shape.side is not None}


@lru_cache(maxsize=20_000)
def _plain_table(name: str, columns: tuple[ColumnShape, ...]) -> Table:
    keys = tuple(one.name for one in columns if one.is_key)
    return Table(quoted(name), MetaData(), *(physical_column(one) for one in columns), _primary_key(keys))


def _primary_key(names: tuple[str, ...]) -> PrimaryKeyConstraint:
    return PrimaryKeyConstraint(*(quoted(name) for name in names))
