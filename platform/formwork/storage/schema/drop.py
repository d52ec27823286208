"""Removing for good what was retired: columns and tables with their values.

SQLite drops neither a column a foreign key begins at nor, without harm, a table one leads to. There the values go
and an empty column or table stays; a backup that is restored has it no more.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import Column, MetaData, Table, Text, delete, inspect, null, text, update

from formwork.storage.schema.tables import quoted
from formwork.storage.schema.there import columns_there, tables_there
from formwork.storage.work import Work


def drop_columns(work: Work, table: str, columns: Collection[str]) -> None:
    """Remove columns of a table with their values; those that are not there any more are none."""
    there = columns_there(work, table) if table in tables_there(work) else frozenset()
    gone = sorted(there.intersection(columns))
    held = _linking(work, table) if gone and not work.place.is_postgres else frozenset()
    place = _quoted(work, table)
    for name in gone:
        if name in held:
            column = Column(quoted(name), Text())
            source = Table(quoted(table), MetaData(), column)
            work.writer.execute(update(source).where(column.is_not(None)).values({name: null()}))
        else:
            work.writer.execute(text(f"ALTER TABLE {place} DROP COLUMN {_name(work, name)}"))


def drop_tables(work: Work, tables: Sequence[str]) -> None:
    """Remove tables with their rows, those that lead to others of them first."""
    there = tables_there(work)
    gone = [name for name in tables if name in there]
    for name in sorted(gone, key=lambda one: one.count("__"), reverse=True):
        if work.place.is_postgres:
            work.writer.execute(text(f"DROP TABLE {_quoted(work, name)} CASCADE"))
        else:
            work.writer.execute(delete(Table(quoted(name), MetaData())))
            if name not in _led_to(work, name):
                work.writer.execute(text(f"DROP TABLE {_quoted(work, name)}"))


def _linking(work: Work, table: str) -> frozenset[str]:
    """The columns of a table that foreign keys begin at."""
    found = inspect(work.connection).get_foreign_keys(table, schema=work.place.schema)
    return frozenset(column for key in found for column in key["constrained_columns"])


def _led_to(work: Work, but: str) -> frozenset[str]:
    """The tables that foreign keys of other tables lead to."""
    found = inspect(work.connection).get_multi_foreign_keys(schema=work.place.schema)
    return frozenset(key["referred_table"] for (_, table), keys in found.items() if table != but for key in keys)


def _quoted(work: Work, table: str) -> str:
    schema = work.place.schema
    return _name(work, table) if schema is None else f"{_name(work, schema)}.{_name(work, table)}"


def _name(work: Work, name: str) -> str:
    return work.connection.dialect.identifier_preparer.quote(quoted(name))
