"""Stored rows by id, as `records` needs them to write: no expressions, no rights, whole field values.

Only `records` and maintenance call this; what a person asks for goes through `read`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Select, Table, Text, Uuid, any_, bindparam, func, literal_column, select

from formwork.catalog.field import FieldSpec
from formwork.catalog.object import ObjectSpec
from formwork.catalog.query import Lifecycle
from formwork.fieldtypes.base import FieldType
from formwork.kernel import sort_ids
from formwork.storage import prepared
from formwork.storage.schema.physical import RECORD_COLUMN, side_column
from formwork.storage.schema.same import Same
from formwork.storage.schema.tables import record_table, side_tables
from formwork.storage.schema.types import IdType, to_json_text
from formwork.storage.sealing import sealer_of
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
    wanted = sort_ids(set(ids))
    if not wanted:
        return {}
    spec = work.object(object)
    plan = _plan(Same(spec), tuple(sorted({"id", *fields})), via, lifecycle)
    found: dict[UUID, Values] = {}
    for start in range(0, len(wanted), _BATCH):
        batch = wanted[start : start + _BATCH]
        for row in _fetch(work, plan, batch):
            values = dict(zip(plan.singles, plan.pick(row), strict=True))
            for name, first, last, read, settings in plan.compounds:
                values[name] = read(tuple(row[first:last]), settings)
            for name in plan.sealed:
                if values[name] is not None:
                    values[name] = sealer_of(work).open(spec.fields[name], values[name])
            found[values["id"]] = values
    for name in plan.sides:
        # Asked of ids that are not there too: what somebody may not see takes no more statements than what never was.
        _load_side(work, spec, spec.fields[name], found, wanted if via == "id" else sort_ids(found))
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Plan:
    """The columns of some fields and how they become values again."""

    table: Table
    columns: tuple[str, ...]
    via: str
    lifecycle: Lifecycle
    singles: tuple[str, ...]
    """Fields of one column each, the id among them."""
    pick: Callable[[Sequence[Any]], Sequence[Any]]
    """Their cells of a row."""
    compounds: tuple[tuple[str, int, int, Callable[..., Any], Any], ...]
    """Fields of several columns: name, first and last place, reader and its settings."""
    sides: tuple[str, ...]
    sealed: tuple[str, ...]


def _fetch(work: Work, plan: _Plan, ids: Sequence[UUID]) -> Sequence[tuple[Any, ...]]:
    if len(ids) == 1:
        return prepared.fetch(work, _one(plan), {"id": ids[0]})
    if work.place.is_postgres:
        return prepared.fetch(work, _several_postgres(plan), {"ids": list(ids)})
    return prepared.fetch(work, _several_sqlite(plan), {"ids": to_json_text([id.hex for id in ids])})


@lru_cache(maxsize=4_096)
def _one(plan: _Plan) -> Select[Any]:
    return _select(plan).where(plan.table.c[plan.via] == bindparam("id", type_=IdType()))


@lru_cache(maxsize=4_096)
def _several_postgres(plan: _Plan) -> Select[Any]:
    return _select(plan).where(plan.table.c[plan.via] == any_(bindparam("ids", type_=ARRAY(Uuid()))))


@lru_cache(maxsize=4_096)
def _several_sqlite(plan: _Plan) -> Select[Any]:
    given = select(func.fw_unhex(literal_column("value"))).select_from(func.json_each(bindparam("ids", type_=Text())))
    return _select(plan).where(plan.table.c[plan.via].in_(given))


def _select(plan: _Plan) -> Select[Any]:
    deleted = plan.table.c.deleted_at
    alive = deleted.is_(None) if plan.lifecycle is Lifecycle.LIVE else deleted.is_not(None)
    return select(*(plan.table.c[name] for name in plan.columns)).where(alive)


@lru_cache(maxsize=8_192)
def _plan(same: Same[ObjectSpec], fields: tuple[str, ...], via: str, lifecycle: Lifecycle) -> _Plan:
    spec = same.value
    columns: list[str] = []
    singles: dict[str, int] = {}
    compounds: list[tuple[str, int, int, Callable[..., Any], Any]] = []
    for name in fields:
        field = spec.fields[name]
        if field.side_table is not None:
            continue
        cells = [column.name for column in field.columns if column.part != "fold"]
        if len(cells) == 1 and type(field.value_type).from_cells is FieldType.from_cells:
            singles[name] = len(columns)
        else:
            first, read = len(columns), field.value_type.from_cells
            compounds.append((name, first, first + len(cells), read, field.value_settings))
        columns += cells
    places = tuple(singles.values())
    return _Plan(
        table=record_table(spec),
        columns=tuple(columns),
        via=spec.fields[via].columns[0].name if via != "id" else "id",
        lifecycle=lifecycle,
        singles=tuple(singles),
        pick=itemgetter(*places) if len(places) > 1 else lambda row: (row[places[0]],),
        compounds=tuple(compounds),
        sides=tuple(name for name in fields if spec.fields[name].side_table is not None),
        sealed=tuple(name for name in fields if spec.fields[name].sealed),
    )


def _load_side(work: Work, spec: ObjectSpec, field: FieldSpec, found: dict[UUID, Values], ids: Sequence[UUID]) -> None:
    table = side_tables(spec)[field.name]
    item = table.c[side_column(field)]
    collected: dict[UUID, list[Any]] = {id: [] for id in ids}
    for start in range(0, len(ids), _BATCH):
        statement = (
            select(table.c[RECORD_COLUMN], item)
            .where(table.c[RECORD_COLUMN].in_(ids[start : start + _BATCH]))
            .order_by(table.c[RECORD_COLUMN], table.c.position)
        )
        for record, value in work.connection.execute(statement):
            collected[record].append(value)
    for id, row in found.items():
        row[field.name] = tuple(collected[id]) or None
