"""Many-valued fields: the side tables of a set of records in one statement."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from formwork.catalog import FieldSpec, ObjectSpec, RowRule
from formwork.storage.compile.backend import Backend
from formwork.storage.compile.binder import Binder, Inputs
from formwork.storage.compile.cache import STATEMENTS
from formwork.storage.compile.decode import item_decoder
from formwork.storage.compile.expression import Compiler
from formwork.storage.compile.frame import Frame, Source
from formwork.storage.compile.links import target
from formwork.storage.compile.reading import take_apart
from formwork.storage.compile.statement import Statement, finish
from formwork.storage.compile.tables import record_table, side_column, side_table
from formwork.storage.run import backend_of, run
from formwork.storage.work import Work


def side_values(
    work: Work, object: str, field: str, ids: Collection[UUID], rules: Mapping[str, RowRule] | None = None
) -> dict[UUID, list[Any]]:
    """The values of a many-valued field by record, in their order; records without any are left out.

    With the row rules of a reader, links are those to live records the reader may see; without, all stored ones.
    """
    if not ids:
        return {}
    spec = work.object(object).fields[field]
    backend = backend_of(work)
    known = {name: rule for name, rule in (rules or {}).items() if name in spec.targets}
    parts = take_apart((), known)
    key = (work.snapshot.version, backend.name, "side", object, field, rules is None, parts.key)
    compiler = None if rules is None else Compiler(work.snapshot, backend, known, parts.rule_offsets)
    statement = STATEMENTS.get(key, lambda: _compile(backend, spec, compiler))
    rows = run(work, statement, Inputs(parts.values, work.context, None, known, {"ids": tuple(ids)}))
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


def _compile(backend: Backend, field: FieldSpec, compiler: Compiler | None) -> Statement:
    """All items of the records `ids`; with a compiler only links to what its reader may see."""
    side = side_table(field, schema=backend.schemas).alias("side")
    binder = Binder() if compiler is None else compiler.binder
    item = side.c[side_column(field)]
    tests = [backend.identifiers(binder, "ids", side.c.record, lambda inputs: inputs.arguments["ids"])]
    if compiler is not None and field.targets:
        around = Frame(Source(compiler.snapshot.objects[field.object], side))
        there = target(compiler, around, field, field.targets[0], item)
        tests += [] if there is None else [there]
    query = select(side.c.record, item).where(*tests).order_by(side.c.record, side.c.position)
    return finish(backend, binder, query)


def _collect(rows: Iterable[tuple[Any, ...]], decode: Any) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {}
    for raw, value in rows:
        id = raw if isinstance(raw, UUID) else UUID(bytes=raw)
        found.setdefault(id, []).append(value if decode is None else decode(value))
    return found
