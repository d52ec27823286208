"""Who holds a unique value already."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BindParameter,
    Select,
    Table,
    Text,
    and_,
    any_,
    bindparam,
    func,
    literal_column,
    select,
    tuple_,
)

from formwork.catalog.object import UniqueSpec
from formwork.storage import prepared
from formwork.storage.schema.physical import unique_columns
from formwork.storage.schema.tables import record_table
from formwork.storage.schema.types import TextType, write_json
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
    if len(keys) == 1:
        values = {f"k{place}": value for place, value in enumerate(keys[0])}
        rows = prepared.fetch(work, _find_one(table, tuple(columns)), values)
        return {tuple(row[1:]): row[0] for row in rows}
    if len(columns) == 1 and isinstance(table.c[columns[0]].type, TextType):
        texts = [key[0] for key in keys]
        if work.place.is_postgres:
            rows = prepared.fetch(work, _find_texts_postgres(table, columns[0]), {"keys": texts})
        else:
            rows = prepared.fetch(work, _find_texts_sqlite(table, columns[0]), {"keys": write_json(texts)})
        return {tuple(row[1:]): row[0] for row in rows}
    statement = _find(table, tuple(columns))
    found: dict[tuple[Any, ...], UUID] = {}
    for start in range(0, len(keys), _BATCH):
        batch = list(keys[start : start + _BATCH])
        wanted = [key[0] for key in batch] if len(columns) == 1 else batch
        for row in work.connection.execute(statement, {"keys": wanted}):
            found[tuple(row[1:])] = row[0]
    return found


@lru_cache(maxsize=1_024)
def _find_one(table: Table, columns: tuple[str, ...]) -> Select[Any]:
    chosen = [table.c[name] for name in columns]
    equal = [column == bindparam(f"k{place}", type_=column.type) for place, column in enumerate(chosen)]
    return select(table.c.id, *chosen).where(*equal, table.c.deleted_at.is_(None))


@lru_cache(maxsize=1_024)
def _find_texts_postgres(table: Table, column: str) -> Select[Any]:
    wanted = any_(bindparam("keys", type_=ARRAY(Text())))
    return select(table.c.id, table.c[column]).where(table.c[column] == wanted, table.c.deleted_at.is_(None))


@lru_cache(maxsize=1_024)
def _find_texts_sqlite(table: Table, column: str) -> Select[Any]:
    given: Select[Any] = select(literal_column("value")).select_from(func.json_each(bindparam("keys", type_=Text())))
    return select(table.c.id, table.c[column]).where(table.c[column].in_(given), table.c.deleted_at.is_(None))


@lru_cache(maxsize=1_024)
def _find(table: Table, columns: tuple[str, ...]) -> Select[Any]:
    chosen = [table.c[name] for name in columns]
    left = chosen[0] if len(chosen) == 1 else tuple_(*chosen, types=[column.type for column in chosen])
    keys: BindParameter[Any] = bindparam("keys", expanding=True)
    return select(table.c.id, *chosen).where(and_(left.in_(keys), table.c.deleted_at.is_(None)))
