"""Filling columns of existing rows while the schema changes."""

from typing import Any

from sqlalchemy import Column, MetaData, Table, bindparam, func, select, update
from sqlalchemy.types import BigInteger

from formwork.expressions.fold import fold
from formwork.kernel import Invalid
from formwork.storage.schema.physical import ColumnShape
from formwork.storage.schema.tables import physical_column, quoted
from formwork.storage.schema.types import DIGITS, IdType
from formwork.storage.work import Work

_BATCH = 1_000


def fill_fold(work: Work, table: str, column: ColumnShape, source: ColumnShape) -> None:
    """Write the fold key of every row that has a text."""
    target = _table(table, physical_column(column), physical_column(source))
    text, key, id_ = target.c[source.name], target.c[column.name], target.c.id
    write = update(target).where(id_ == bindparam("row")).values({key: bindparam("folded")})
    last: Any = None
    while True:
        page = select(id_, text).where(text.is_not(None)).order_by(id_).limit(_BATCH)
        rows = work.connection.execute(page if last is None else page.where(id_ > last)).all()
        if not rows:
            return
        work.writer.execute(write, [{"row": row[0], "folded": fold(row[1])} for row in rows])
        last = rows[-1][0]


def rescale(work: Work, table: str, before: ColumnShape, column: ColumnShape) -> None:
    """Give scaled integers (SQLite) more decimals; raises Invalid when one would have too many digits."""
    factor = 10 ** (column.scale - before.scale)
    target = _table(table, Column(quoted(column.name), BigInteger()))
    number = target.c[column.name]
    largest = work.connection.execute(select(func.max(func.abs(number)))).scalar_one() or 0
    if largest * factor >= 10**DIGITS:
        raise Invalid(
            f"Some values of `{column.field}` are too large for {column.scale} decimals. Change them first.",
            code="overflow",
        )
    work.writer.execute(update(target).values({number: number * factor}))


def _table(name: str, *columns: Column[Any]) -> Table:
    return Table(quoted(name), MetaData(), Column("id", IdType(), primary_key=True), *columns)
