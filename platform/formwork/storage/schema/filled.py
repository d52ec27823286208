"""The values of one column, deleted records' too, for moving them to another."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Column, MetaData, Table, func, select

from formwork.catalog.object import ObjectSpec
from formwork.storage import bulk
from formwork.storage.cells import columns_of
from formwork.storage.schema.physical import ColumnShape
from formwork.storage.schema.tables import physical_column, quoted, record_table
from formwork.storage.schema.types import IdType
from formwork.storage.work import Work

_BATCH = 1_000


def filled(work: Work, table: str, column: ColumnShape, name: str) -> Iterator[list[tuple[UUID, Any]]]:
    """(id, value) of every row that has one, in the order of ids; `name` is what the column is called now."""
    source = Table(quoted(table), MetaData(), Column("id", IdType()), _named(column, name))
    id, value = source.c.id, source.c[name]
    last: UUID | None = None
    while True:
        page = select(id, value).where(value.is_not(None)).order_by(id).limit(_BATCH)
        rows = work.connection.execute(page if last is None else page.where(id > last)).all()
        if not rows:
            return
        yield [(row[0], row[1]) for row in rows]
        last = rows[-1][0]


def fill(work: Work, spec: ObjectSpec, field: str, ids: list[UUID], rows: Sequence[Mapping[str, Any]]) -> None:
    """Give these records the values of a field, and nothing else of them: no version, no history."""
    bulk.update_rows(work, record_table(spec), ids, columns_of(work, spec, [field], rows))


def count_filled(work: Work, table: str, column: ColumnShape) -> int:
    """How many rows have a value."""
    source = Table(quoted(table), MetaData(), _named(column, column.name))
    statement = select(func.count()).select_from(source).where(source.c[column.name].is_not(None))
    count: int = work.connection.execute(statement).scalar_one()
    return count


def _named(column: ColumnShape, name: str) -> Column[Any]:
    return Column(quoted(name), physical_column(column).type)
