"""Who holds a unique value already."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select, tuple_

from formwork.catalog.object import UniqueSpec
from formwork.storage.physical import unique_columns
from formwork.storage.tables import record_table
from formwork.storage.work import Work

_BATCH = 400


def columns_of(work: Work, object: str, rule: UniqueSpec) -> tuple[str, ...]:
    """The columns a unique rule compares, in the order of its fields."""
    return unique_columns(work.object(object), rule)


def find(
    work: Work, object: str, columns: Sequence[str], keys: Sequence[tuple[Any, ...]]
) -> dict[tuple[Any, ...], UUID]:
    """Key -> id of the live record that has these column values."""
    table = record_table(work.object(object))
    chosen = [table.c[name] for name in columns]
    found: dict[tuple[Any, ...], UUID] = {}
    for start in range(0, len(keys), _BATCH):
        batch = list(keys[start : start + _BATCH])
        if len(chosen) == 1:
            condition = chosen[0].in_([key[0] for key in batch])
        else:
            condition = tuple_(*chosen, types=[c.type for c in chosen]).in_(batch)
        statement = select(table.c.id, *chosen).where(and_(condition, table.c.deleted_at.is_(None)))
        for row in work.connection.execute(statement):
            found[tuple(row[1:])] = row[0]
    return found
