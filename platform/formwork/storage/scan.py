"""Walking all records of an object in batches, for maintenance."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from formwork.storage.schema.tables import record_table
from formwork.storage.work import Work


def every_id(work: Work, object: str, batch: int) -> Iterator[list[UUID]]:
    """The ids of all live records in id order, `batch` at a time."""
    table = record_table(work.object(object))
    last: UUID | None = None
    while True:
        statement = select(table.c.id).where(table.c.deleted_at.is_(None)).order_by(table.c.id).limit(batch)
        if last is not None:
            statement = statement.where(table.c.id > last)
        ids = list(work.connection.execute(statement).scalars())
        if not ids:
            return
        yield ids
        last = ids[-1]


def deleted_before(work: Work, object: str, moment: datetime, limit: int) -> list[UUID]:
    """The ids of records that were deleted before a moment, at most `limit` of them, in id order."""
    table = record_table(work.object(object))
    statement = select(table.c.id).where(table.c.deleted_at < moment).order_by(table.c.id).limit(limit)
    return list(work.connection.execute(statement).scalars())
