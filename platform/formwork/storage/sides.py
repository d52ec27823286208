"""Many-valued fields: the side tables of a set of records in one statement."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import select

from formwork.catalog import FieldSpec, ObjectSpec
from formwork.storage.compile.backend import Backend
from formwork.storage.compile.binder import Binder, Inputs
from formwork.storage.compile.cache import STATEMENTS
from formwork.storage.compile.decode import item_decoder
from formwork.storage.compile.statement import Statement, finish
from formwork.storage.compile.tables import record_table, side_column, side_table
from formwork.storage.run import backend_of, run
from formwork.storage.work import Work


def side_values(work: Work, object: str, field: str, ids: Collection[UUID]) -> dict[UUID, list[Any]]:
    """The values of a many-valued field by record, in their order; records without any are left out."""
    if not ids:
        return {}
    spec = work.object(object).fields[field]
    backend = backend_of(work)
    key = (work.snapshot.version, backend.name, "side", object, field)
    statement = STATEMENTS.get(key, lambda: _compile(backend, spec))
    rows = run(work, statement, Inputs((), work.context, arguments={"ids": tuple(ids)}))
    return _collect(rows, item_decoder(spec, postgres=backend.schemas))


def holders(work: Work, object: str, field: str, value: UUID) -> set[UUID]:
    """The live records whose many-valued field names `value`."""
    spec = work.object(object)
    backend = backend_of(work)
    key = (work.snapshot.version, backend.name, "holders", object, field)
    statement = STATEMENTS.get(key, lambda: _compile_holders(backend, spec, spec.fields[field]))
    rows = run(work, statement, Inputs((), work.context, arguments={"ids": (value,)}))
    return {raw if isinstance(raw, UUID) else UUID(bytes=raw) for (raw,) in rows}


def _compile_holders(backend: Backend, spec: ObjectSpec, field: FieldSpec) -> Statement:
    side = side_table(field, schema=backend.schemas).alias("t0")
    own = record_table(spec, schema=backend.schemas).alias("t1")
    binder = Binder()
    wanted = backend.identifiers(binder, "ids", side.c[side_column(field)], lambda inputs: inputs.arguments["ids"])
    query = select(own.c.id).join(side, side.c.record == own.c.id).where(wanted, own.c.deleted_at.is_(None))
    return finish(backend, binder, query)


def _compile(backend: Backend, field: FieldSpec) -> Statement:
    side = side_table(field, schema=backend.schemas).alias("t0")
    binder = Binder()
    wanted = backend.identifiers(binder, "ids", side.c.record, lambda inputs: inputs.arguments["ids"])
    query = select(side.c.record, side.c[side_column(field)]).where(wanted).order_by(side.c.record, side.c.position)
    return finish(backend, binder, query)


def _collect(rows: Iterable[tuple[Any, ...]], decode: Any) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {}
    for raw, value in rows:
        id = raw if isinstance(raw, UUID) else UUID(bytes=raw)
        found.setdefault(id, []).append(value if decode is None else decode(value))
    return found
