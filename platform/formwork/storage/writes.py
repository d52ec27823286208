"""Writing records: set-based, conditional on versions, inside the caller's transaction.

Only `records` calls this. Values are the Python values of fields; compound columns, fold keys and side
tables are filled in here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import chain
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Table, Update, and_, bindparam, delete, select
from sqlalchemy import update as update_of

from formwork.catalog.field import FieldSpec
from formwork.catalog.object import ObjectSpec
from formwork.kernel import sort_ids
from formwork.storage import bulk, prepared
from formwork.storage.cells import columns_of, many_valued
from formwork.storage.schema.physical import POSITION_COLUMN, RECORD_COLUMN, side_column
from formwork.storage.schema.tables import record_table, side_tables
from formwork.storage.standing import change_people
from formwork.storage.work import Work

BATCH = 500
"""Ids in one statement."""
T = TypeVar("T")


def insert(work: Work, object: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert records, many-valued fields included. Names a row leaves out are blank.

    Raises UniqueViolation when a live record has the same unique value.
    """
    if not rows:
        return
    change_people(work, object)
    spec = work.object(object)
    names = list(dict.fromkeys(chain.from_iterable(rows)))
    bulk.insert_rows(work, record_table(spec), columns_of(work, spec, names, rows))
    for field in many_valued(spec, names):
        _insert_values(work, spec, field, {row["id"]: row.get(field.name) or () for row in rows})


def update(work: Work, object: str, changes: Sequence[tuple[UUID, int | None, Mapping[str, Any]]]) -> set[UUID]:
    """Change live records that still have the version named (None: any); gives the ids that matched.

    The new version is one of the values. Nothing is written for an id that does not match.
    """
    change_people(work, object)
    spec = work.object(object)
    table = record_table(spec)
    if len(changes) == 1:
        return _update_one(work, spec, table, *changes[0])
    versions = _lock_versions(work, table, [id for id, _, _ in changes])
    matched = [one for one in changes if one[0] in versions and one[1] in (None, versions[one[0]])]
    for names, group in _by_names(matched).items():
        columns = columns_of(work, spec, names, [values for _, _, values in group])
        if columns:
            bulk.update_rows(work, table, [id for id, _, _ in group], columns)
        for field in many_valued(spec, names):
            replace_values(work, object, field.name, {id: values[field.name] or () for id, _, values in group})
    return {id for id, _, _ in matched}


def soft_delete(work: Work, object: str, ids: Sequence[UUID], at: datetime) -> None:
    """Mark live records as deleted at a moment."""
    change_people(work, object, removes=True)
    table = record_table(work.object(object))
    for batch in _batches(ids):
        condition = and_(table.c.id.in_(batch), table.c.deleted_at.is_(None))
        work.writer.execute(update_of(table).where(condition).values(deleted_at=at))


def restore(work: Work, object: str, ids: Sequence[UUID]) -> None:
    """Bring soft-deleted records back; raises UniqueViolation when a live one took a unique value."""
    change_people(work, object, removes=True)
    table = record_table(work.object(object))
    for batch in _batches(ids):
        work.writer.execute(update_of(table).where(table.c.id.in_(batch)).values(deleted_at=None))


def repoint(work: Work, object: str, field: str, ids: Sequence[UUID], target: UUID) -> None:
    """Let a look-up of these records point at another record; their versions move on."""
    change_people(work, object)
    spec = work.object(object)
    table = record_table(spec)
    changed: dict[Any, Any] = {
        table.c[spec.fields[field].columns[0].name]: target,
        table.c.version: table.c.version + 1,
    }
    for batch in _batches(sort_ids(ids)):
        work.writer.execute(update_of(table).where(table.c.id.in_(batch)).values(changed))


def replace_values(work: Work, object: str, field: str, values: Mapping[UUID, Sequence[Any]]) -> None:
    """Give a many-valued field of these records exactly these values, in this order."""
    change_people(work, object)
    spec = work.object(object)
    table = side_tables(spec)[field]
    for batch in _batches(list(values)):
        work.writer.execute(delete(table).where(table.c[RECORD_COLUMN].in_(batch)))
    _insert_values(work, spec, spec.fields[field], values)


def lock(work: Work, object: str, ids: Iterable[UUID]) -> None:
    """Hold these rows until the transaction ends, taken in the order of their ids so that nobody deadlocks.

    Others may still read them, and link to them: whoever adds a detail holds its master's key already.
    On SQLite the whole file is held from now on.
    """
    work.take_turn()
    if work.place.is_postgres:
        _lock_versions(work, record_table(work.object(object)), list(ids))


def _update_one(
    work: Work, spec: ObjectSpec, table: Table, id: UUID, version: int | None, values: Mapping[str, Any]
) -> set[UUID]:
    cells = {f"v_{name}": column[0] for name, column in columns_of(work, spec, values, [values]).items()}
    statement = _change_one(table, tuple(cells), version is not None)
    if prepared.execute(work, statement, {**cells, "row": id, "seen": version}) == 0:
        return set()
    for field in many_valued(spec, values):
        replace_values(work, spec.name, field.name, {id: values[field.name] or ()})
    return {id}


@lru_cache(maxsize=4_096)
def _change_one(table: Table, cells: tuple[str, ...], versioned: bool) -> Update:
    """A change of many-valued fields only still takes the row, so that the version is held."""
    condition = [table.c.id == bindparam("row", type_=table.c.id.type), table.c.deleted_at.is_(None)]
    if versioned:
        condition.append(table.c.version == bindparam("seen", type_=table.c.version.type))
    changed: dict[Any, Any] = {table.c[name[2:]]: bindparam(name, type_=table.c[name[2:]].type) for name in cells} or {
        table.c.id: table.c.id
    }
    return update_of(table).where(*condition).values(changed)


def _lock_versions(work: Work, table: Table, ids: Sequence[UUID]) -> dict[UUID, int]:
    found: dict[UUID, int] = {}
    for batch in _batches(sort_ids(ids)):
        condition = and_(table.c.id.in_(batch), table.c.deleted_at.is_(None))
        statement = select(table.c.id, table.c.version).where(condition).order_by(table.c.id)
        statement = statement.with_for_update(key_share=True)
        found.update((row[0], row[1]) for row in work.writer.execute(statement))
    return found


def _insert_values(work: Work, spec: ObjectSpec, field: FieldSpec, values: Mapping[UUID, Sequence[Any]]) -> None:
    table, item = side_tables(spec)[field.name], side_column(field)
    rows = [(id, position, value) for id, items in values.items() for position, value in enumerate(items)]
    if rows:
        records, positions, cells = (list(one) for one in zip(*rows, strict=True))
        bulk.insert_rows(work, table, {RECORD_COLUMN: records, POSITION_COLUMN: positions, item: cells})


def _by_names(
    changes: Sequence[tuple[UUID, int | None, Mapping[str, Any]]],
) -> dict[tuple[str, ...], list[tuple[UUID, int | None, Mapping[str, Any]]]]:
    groups: dict[tuple[str, ...], list[tuple[UUID, int | None, Mapping[str, Any]]]] = {}
    for change in changes:
        groups.setdefault(tuple(sorted(change[2])), []).append(change)
    return groups


def _batches(items: Sequence[T]) -> Iterator[Sequence[T]]:
    return (items[start : start + BATCH] for start in range(0, len(items), BATCH))
