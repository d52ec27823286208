"""What a tenant's database has, asked of the database itself: only where something is changed or brought back."""

from sqlalchemy import inspect

from formwork.storage.work import Work


def tables_there(work: Work) -> frozenset[str]:
    """The names of every table."""
    return frozenset(inspect(work.connection).get_table_names(schema=work.place.schema))


def columns_there(work: Work, table: str) -> frozenset[str]:
    """The names of every column of a table that is there."""
    found = inspect(work.connection).get_columns(table, schema=work.place.schema)
    return frozenset(str(one["name"]) for one in found)
