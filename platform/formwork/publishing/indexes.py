"""Indexes a publish does not build within its transaction, on PostgreSQL and large tables only.

A unique index is built before, so that the new version is never in force without it; what collides refuses the
publish. Every other index is built after, when the new version is in force already. The ledger says in either
case that something is under way, so that a process which is killed leaves nothing half done: whoever publishes
next, and the worker, puts away what was prepared in vain and builds what is missing.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from formwork.catalog import Snapshot
from formwork.kernel import FormworkError
from formwork.storage import Work, system
from formwork.storage.schema import beside, ddl
from formwork.storage.schema.index import columns_of
from formwork.storage.schema.physical import shape_snapshot
from formwork.storage.schema.step import (
    Computation,
    ConvertedColumn,
    DroppedIndex,
    FoldKeys,
    NewColumn,
    NewIndex,
    RenewedColumn,
    SchemaStep,
    WiderColumn,
)
from formwork.storage.transaction import Mode, transaction

LEDGER = "fw_ledger"
PREPARING, WAITING, DONE = "preparing", "waiting", "done"
_BEFORE = -1
"""The place in the ledger of what is prepared before a version's own steps."""
log = logging.getLogger(__name__)


def on_large_tables(work: Work, steps: Sequence[SchemaStep]) -> list[SchemaStep]:
    """The steps that build an index over many rows; none on SQLite, where every write is alone anyway."""
    if not work.place.is_postgres:
        return []
    builds = [step for step in steps if isinstance(step.change, NewIndex) and not step.change.is_new]
    large = {table for table in {step.table for step in builds} if beside.has_many_rows(work, table)}
    return [step for step in builds if step.table in large]


def prepare(work: Work, base: int, steps: Sequence[SchemaStep], large: Sequence[SchemaStep]) -> list[SchemaStep]:
    """Build the unique indexes of large tables, with the new columns they need; gives the steps that did.

    Raises Invalid `duplicates` and leaves the tenant as it was. A rule over values the plan has yet to compute
    is left to the transaction.
    """
    done: list[SchemaStep] = []
    for step in large:
        needs = _needs(step, steps)
        if not isinstance(step.change, NewIndex) or not step.change.index.unique or needs is None:
            continue
        if not done:
            _note(work, base + 1, "Build unique indexes of large tables beforehand.")
        fresh = [one for one in needs if one not in done]
        if fresh:
            with _aside(work) as mine:
                ddl.apply_schema(mine, fresh)
        beside.let_go(work.connection)
        beside.build(work.place, step.change.shape, step.change.index)
        done += [*fresh, step]
    return done


def settle(work: Work, base: int) -> None:
    """Put away what an earlier publish prepared and never used: unique indexes the version in force does not know."""
    if not work.place.is_postgres or not system.count(work, LEDGER, state=PREPARING):
        return
    shapes = shape_snapshot(work.snapshot) if base else {}
    known = {index.name for shape in shapes.values() for index in shape.indexes}
    for name, (table, _, unique) in beside.indexes_of(work.connection, work.place.schema or "").items():
        if unique and name.startswith("ux$") and table in shapes and name not in known:
            beside.drop(work.place, name)
    with _aside(work) as mine:
        system.remove(mine, LEDGER, equals={"state": PREPARING})


def finish(work: Work, snapshot: Snapshot) -> int:
    """Build the indexes that wait, each as it is missing; gives how many there were. For a unit of work that has ended.

    Raises Unavailable when a build was broken off.
    """
    if not work.place.is_postgres:
        return 0
    with _aside(work) as mine:
        if not system.count(mine, LEDGER, state=WAITING):
            return 0
        there = beside.indexes_of(mine.connection, work.place.schema or "")
    missing = [
        (shape, index)
        for shape in shape_snapshot(snapshot).values()
        for index in shape.indexes
        if not there.get(index.name, ("", False, False))[1]
    ]
    for shape, index in missing:
        beside.build(work.place, shape, index)
    with _aside(work) as mine:
        system.change(mine, LEDGER, {"state": DONE}, equals={"state": WAITING})
    return len(missing)


def finish_later(work: Work, snapshot: Snapshot) -> None:
    """As `finish`, once the transaction is committed; what fails then is tried again by the worker."""

    def run() -> None:
        try:
            finish(work, snapshot)
        except FormworkError as error:
            log.warning("Indexes of tenant %s wait for the worker: %s", work.context.tenant, error.message)

    work.afterwards.append(run)


def _needs(step: SchemaStep, steps: Sequence[SchemaStep]) -> list[SchemaStep] | None:
    """The columns an index needs that the plan adds; None when it cannot be built before the rest of the plan."""
    if not isinstance(step.change, NewIndex):
        return None
    change, names = step.change, columns_of(step.change.shape, step.change.index)
    mine = [one for one in steps if one.table == step.table]
    needs: list[SchemaStep] = []
    for one in mine:
        match one.change:
            case NewColumn(column, _) if column.name in names:
                needs.append(one)
            case ConvertedColumn(_, column) if column.name in names:
                return None
            case FoldKeys(column, _) | RenewedColumn(column) | WiderColumn(_, column) if column.name in names:
                return None
            case Computation(field) if any(c.field == field and c.name in names for c in change.shape.columns):
                return None
            case DroppedIndex(index) if index.name == change.index.name:
                return None
    return needs


def _note(work: Work, version: int, sentence: str) -> None:
    row = {"version": version, "position": _BEFORE, "kind": "prepare", "cost": "validate", "sentence": sentence,
           "state": PREPARING, "at": work.context.now}  # fmt: skip
    with _aside(work) as mine:
        system.put(mine, LEDGER, row)


@contextmanager
def _aside(work: Work) -> Iterator[Work]:
    """A unit of work of its own that commits at the end, on PostgreSQL."""
    with transaction(work.place, Mode.WRITE, work.timeout_ms) as connection:
        yield replace(work, connection=connection, writable=True, cache={}, afterwards=[])
