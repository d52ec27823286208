"""Stored rows by id, as `records` needs them to write: no expressions, no rights, whole field values.

Only `records` and maintenance call this; what a person asks for goes through `read`.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Table, bindparam, select

from formwork.catalog.field import FieldSpec
from formwork.catalog.object import ObjectSpec
from formwork.catalog.query import Lifecycle
from formwork.storage.physical import RECORD_COLUMN, side_column
from formwork.storage.sealing import sealer_of
from formwork.storage.tables import record_table, side_tables
from formwork.storage.work import Work

Values = dict[str, Any]
"""Field name -> Python value of one record."""
_BATCH = 500


def load(work: Work, object: str, ids: Iterable[UUID], fields: Sequence[str]) -> dict[UUID, Values]:
    """Live records by id with these stored fields; ids that are not there are left out."""
    return _load(work, object, "id", ids, fields, Lifecycle.LIVE)


def load_below(work: Work, object: str, via: str, ids: Iterable[UUID], fields: Sequence[str]) -> dict[UUID, Values]:
    """Live records whose link `via` points at one of the ids."""
    return _load(work, object, via, ids, fields, Lifecycle.LIVE)


def load_deleted(work: Work, object: str, ids: Iterable[UUID], fields: Sequence[str]) -> dict[UUID, Values]:
    """Soft-deleted records by id."""
    return _load(work, object, "id", ids, fields, Lifecycle.DELETED)


def load_deleted_below(
    work: Work, object: str, via: str, ids: Iterable[UUID], fields: Sequence[str]
) -> dict[UUID, Values]:
    """Soft-deleted records whose link `via` points at one of the ids."""
    return _load(work, object, via, ids, fields, Lifecycle.DELETED)


def _load(
    work: Work, object: str, via: str, ids: Iterable[UUID], fields: Sequence[str], lifecycle: Lifecycle
) -> dict[UUID, Values]:
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    spec = work.object(object)
    plan = _plan(spec, tuple(sorted({"id", *fields})), via, lifecycle)
    found: dict[UUID, Values] = {}
    for start in range(0, len(wanted), _BATCH):
        batch = wanted[start : start + _BATCH]
        for row in work.connection.execute(plan.statement, {"ids": batch}):
            values = {name: take(row) for name, take in plan.takes}
            for name in plan.sealed:
                if values[name] is not None:
                    values[name] = sealer_of(work).open(spec.fields[name], values[name])
            found[values["id"]] = values
    for name in plan.sides:
        _load_side(work, spec, spec.fields[name], found)
    return found


class _RowPlan:
    """A statement and how its cells become values."""

    __slots__ = ("sealed", "sides", "statement", "takes")

    def __init__(
        self,
        statement: Select[Any],
        takes: tuple[tuple[str, Callable[[Any], Any]], ...],
        sides: tuple[str, ...],
        sealed: tuple[str, ...],
    ) -> None:
        self.statement = statement
        self.takes = takes
        self.sides = sides
        self.sealed = sealed


@lru_cache(maxsize=4096)
def _plan_of(table: Table, columns: tuple[str, ...], via: str, lifecycle: Lifecycle) -> Select[Any]:
    statement = select(*(table.c[name] for name in columns))
    statement = statement.where(table.c[via].in_(bindparam("ids", expanding=True)))
    return statement.where(_is(table, lifecycle))


def _is(table: Table, lifecycle: Lifecycle) -> ColumnElement[bool]:
    deleted = table.c.deleted_at
    return deleted.is_(None) if lifecycle is Lifecycle.LIVE else deleted.is_not(None)


def _plan(spec: ObjectSpec, fields: tuple[str, ...], via: str, lifecycle: Lifecycle) -> _RowPlan:
    columns: list[str] = []
    takes: list[tuple[str, Callable[[Any], Any]]] = []
    sides: list[str] = []
    for name in fields:
        field = spec.fields[name]
        if field.side_table is not None:
            sides.append(name)
            continue
        cells = [column.name for column in field.columns if column.part != "fold"]
        takes.append((name, _take(field, len(columns), len(cells))))
        columns += cells
    sealed = tuple(name for name in fields if spec.fields[name].sealed)
    link = spec.fields[via].columns[0].name if via != "id" else "id"
    return _RowPlan(_plan_of(record_table(spec), tuple(columns), link, lifecycle), tuple(takes), tuple(sides), sealed)


def _take(field: FieldSpec, start: int, count: int) -> Callable[[Any], Any]:
    if count == 1:
        return lambda row: row[start]
    read, settings = field.value_type.from_cells, field.value_settings
    return lambda row: read(tuple(row[start : start + count]), settings)


def _load_side(work: Work, spec: ObjectSpec, field: FieldSpec, found: dict[UUID, Values]) -> None:
    table = side_tables(spec)[field.name]
    item = table.c[side_column(field)]
    collected: dict[UUID, list[Any]] = {id: [] for id in found}
    ids = sorted(found)
    for start in range(0, len(ids), _BATCH):
        statement = (
            select(table.c[RECORD_COLUMN], item)
            .where(table.c[RECORD_COLUMN].in_(ids[start : start + _BATCH]))
            .order_by(table.c[RECORD_COLUMN], table.c.position)
        )
        for record, value in work.connection.execute(statement):
            collected[record].append(value)
    for id, values in collected.items():
        found[id][field.name] = tuple(values) or None
