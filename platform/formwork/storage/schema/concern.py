"""What a step of a plan is about: how many rows, some values that would be put away, and who waits meanwhile."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, MetaData, Table, func, select, text

from formwork.catalog.object import ObjectSpec
from formwork.storage import rows
from formwork.storage.schema.step import (
    Computation,
    ConvertedColumn,
    DroppedIndex,
    FoldKeys,
    NewColumn,
    NewForeignKey,
    NewIndex,
    RenewedColumn,
    RetiredColumn,
    RetiredTable,
    RevivedColumn,
    RevivedTable,
    SchemaStep,
    StepCost,
    WiderColumn,
)
from formwork.storage.schema.tables import physical_column, quoted
from formwork.storage.schema.types import IdType
from formwork.storage.work import Work

_SAMPLES = 3
_FEW = 10_000
"""Rows up to which a table is counted on PostgreSQL; a larger one is told by the database's own estimate."""
_ESTIMATE = text(
    "SELECT c.reltuples FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname = :schema AND c.relname = :table"
)


class Lock(StrEnum):
    """Who waits for a step on PostgreSQL; on SQLite writers wait for the whole publish."""

    NONE = "none"
    """Nobody."""
    WRITES = "writes"
    """Who writes to the table, for as long as the step takes."""
    ALL = "all"
    """Everybody who uses the table, for a moment; for as long as the step takes where it rewrites the table."""


@dataclass(frozen=True, slots=True)
class Concern:
    """`rows` a step has to do with, None where it has to do with none; `samples` of values it puts away."""

    lock: Lock
    rows: int | None = None
    samples: tuple[Any, ...] = ()


def concern_of(work: Work, step: SchemaStep) -> Concern:
    """What a step is about, told before it is done. What loses values is counted exactly."""
    lock = _lock(step)
    match step.change:
        case RetiredColumn(column):
            table = Table(quoted(step.table), MetaData(), Column("id", IdType()), physical_column(column))
            filled = table.c[column.name].is_not(None)
            count = work.connection.execute(select(func.count()).select_from(table).where(filled)).scalar_one()
            spec = work.snapshot.objects.get(step.object)
            own = None if spec is None or column.part == "fold" else _field(spec, column.name)
            if spec is None or own is None or not count:
                return Concern(lock, count)
            ids = work.connection.execute(select(table.c.id).where(filled).order_by(table.c.id).limit(_SAMPLES))
            return Concern(lock, count, _samples(work, spec, own, list(ids.scalars())))
        case RetiredTable():
            return Concern(lock, _count(work, step.table))
    if step.cost is StepCost.INSTANT:
        return Concern(lock)
    return Concern(lock, _about(work, step.table))


def _lock(step: SchemaStep) -> Lock:
    match step.change:
        case NewColumn() | ConvertedColumn() | RevivedColumn() | RevivedTable() | DroppedIndex():
            return Lock.ALL
        case WiderColumn() | RenewedColumn():
            return Lock.ALL
        case NewForeignKey() | FoldKeys():
            return Lock.WRITES
        case NewIndex(_, _, is_new):
            return Lock.NONE if is_new else Lock.WRITES
        case Computation():
            return Lock.WRITES
    return Lock.NONE


def _field(spec: ObjectSpec, column: str) -> str | None:
    return next((one.name for one in spec.fields.values() if any(part.name == column for part in one.columns)), None)


def _samples(work: Work, spec: ObjectSpec, name: str, ids: list[Any]) -> tuple[Any, ...]:
    """Values as the API tells them; of what is kept sealed, nothing."""
    field = spec.fields[name]
    if field.sealed:
        return ()
    found: Mapping[Any, Mapping[str, Any]] = rows.load(work, spec.name, ids, [name])
    found = {**found, **rows.load_deleted(work, spec.name, [id for id in ids if id not in found], [name])}
    return tuple(field.value_type.dump(found[id][name]) for id in ids if id in found)


def _count(work: Work, table: str) -> int:
    source = Table(quoted(table), MetaData())
    count: int = work.connection.execute(select(func.count()).select_from(source)).scalar_one()
    return count


def _about(work: Work, table: str) -> int:
    if work.place.is_postgres:
        known = work.connection.execute(_ESTIMATE, {"schema": work.place.schema, "table": table}).scalar_one_or_none()
        if known is not None and known > _FEW:
            return int(known)
    return _count(work, table)
