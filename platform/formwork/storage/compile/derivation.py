"""Statements of the derived-field closure: old and new values side by side, and the steps of routes."""

from collections.abc import Sequence

from sqlalchemy import select

from formwork.catalog import Direction, FieldSpec, ObjectSpec, Snapshot, Step
from formwork.storage.compile.backend import Backend
from formwork.storage.compile.binder import Binder, Inputs
from formwork.storage.compile.decode import field_cell, value_cell
from formwork.storage.compile.expression import Compiler, column_of
from formwork.storage.compile.frame import Site, Values
from formwork.storage.compile.statement import Statement, finish
from formwork.storage.compile.tables import record_table, side_column, side_table


def compile_comparison(
    snapshot: Snapshot, backend: Backend, spec: ObjectSpec, fields: Sequence[FieldSpec]
) -> Statement:
    """Rows of (id, stored values, values computed anew) for the records of the argument `ids`.

    Computed unrestricted; a number that outgrows 18 digits is an error. A field of the list that reads
    another one of it reads the value computed anew.
    """
    compiler = Compiler(snapshot, backend, binder=Binder(strict=True))
    frame = compiler.frame(spec)
    site = Site(frame, frame.root, Values(), frozenset(field.name for field in fields))
    columns = [frame.root.id]
    cells = []
    for field in fields:
        stored = [column for column in field.columns if column.part != "fold"]
        cells.append(field_cell(field.name, len(columns), field, stored, postgres=backend.schemas))
        columns += [frame.root.column(column.name) for column in stored]
    for field in fields:
        operand = compiler.field(site, frame.root, field)
        cells.append(value_cell(field.name, len(columns), operand, field.type, postgres=backend.schemas))
        columns.append(operand.sql)
    wanted = backend.identifiers(compiler.binder, "ids", frame.root.id, _ids)
    query = select(*columns).select_from(frame.from_clause()).where(wanted)
    return finish(backend, compiler.binder, query, tuple(cells))


def compile_step(backend: Backend, spec: ObjectSpec, step: Step) -> Statement:
    """One column of ids: where the field of the argument `ids` points, or the records that point at them."""
    field, binder = spec.fields[step.field], Binder()
    if field.side_table is not None:
        table = side_table(field, schema=backend.schemas).alias("t0")
        near, far = table.c.record, table.c[side_column(field)]
    else:
        table = record_table(spec, schema=backend.schemas).alias("t0")
        near, far = table.c.id, table.c[column_of(field, None).name]
    known, found = (near, far) if step.direction is Direction.FORWARD else (far, near)
    wanted = backend.identifiers(binder, "ids", known, _ids)
    return finish(backend, binder, select(found).distinct().where(wanted, found.is_not(None)))


def _ids(inputs: Inputs) -> object:
    return inputs.arguments["ids"]
