"""Names of objects that lie in rows, put right when an object is renamed."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, Table, case, update

from formwork.catalog.field import FieldSpec
from formwork.storage.schema.tables import record_table
from formwork.storage.system_tables import SYSTEM
from formwork.storage.work import Work


def rename_values(work: Work, table: str, column: str, names: Mapping[str, str]) -> None:
    """Put new names in the place of former ones in a column of a system table, all at once: two may change places."""
    source = SYSTEM.tables[table]
    _rename(work, source, source.c[column], names)


def rename_targets(work: Work, field: FieldSpec, names: Mapping[str, str]) -> None:
    """Let the values of a polymorphic look-up, deleted records' too, name the objects they point at anew."""
    source = record_table(work.object(field.object))
    _rename(work, source, source.c[field.columns[0].name], names)


def _rename(work: Work, source: Table, column: ColumnElement[str], names: Mapping[str, str]) -> None:
    if names:
        statement = update(source).where(column.in_(list(names)))
        work.writer.execute(statement.values({column: case(dict(names), value=column)}))
