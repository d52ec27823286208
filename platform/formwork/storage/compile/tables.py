"""The names statements are built from: light tables of an object and of its side tables, always quoted."""

from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, FromClause, TableClause, column, table
from sqlalchemy.sql.elements import quoted_name

from formwork.catalog import FieldSpec, ObjectSpec

SCHEMA_MARK = "\ue000tenant\ue000"
"""Stands where the tenant's schema goes, so tenants on one Snapshot share compiled statements."""


def named(name: str) -> quoted_name:
    """A name that is quoted whatever it spells."""
    return quoted_name(name, quote=True)


def record_table(spec: ObjectSpec, *, schema: bool) -> TableClause:
    """The table of an object with every stored column. `schema` is for databases that have tenants side by side."""
    names = tuple(item.name for field in spec.fields.values() for item in field.columns)
    return _table(spec.table, names, SCHEMA_MARK if schema else None)


def side_table(field: FieldSpec, *, schema: bool) -> TableClause:
    """The table of a field that holds many values."""
    return _table(str(field.side_table), ("record", "position", side_column(field)), SCHEMA_MARK if schema else None)


def share_table(*, schema: bool) -> TableClause:
    """The table of what was shared by hand."""
    return _table("fw_share", ("object", "record", "principal", "level", "until"), SCHEMA_MARK if schema else None)


def side_column(field: FieldSpec) -> str:
    """The column of a side table that holds the items: ids of records or plain values."""
    return "target" if field.targets else "value"


def read_column(source: FromClause, name: str) -> ColumnElement[Any]:
    """A column of an aliased table."""
    return source.c[name]


@lru_cache(maxsize=2_000)
def _table(name: str, columns: tuple[str, ...], schema: str | None) -> TableClause:
    place = {"schema": named(schema)} if schema else {}
    return table(named(name), *(column(named(one)) for one in columns), **place)
