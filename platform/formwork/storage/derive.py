"""The derived-field closure in SQL: which records a change reaches, and stored values computed anew.

Computed over all live rows whoever acts; a change here touches neither `version` nor `updated_at`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from formwork.catalog import ObjectSpec, Step
from formwork.kernel import sort_ids
from formwork.storage import bulk, writes
from formwork.storage.cells import columns_of
from formwork.storage.compile.binder import Inputs
from formwork.storage.compile.cache import STATEMENTS
from formwork.storage.compile.derivation import compile_comparison, compile_step
from formwork.storage.run import backend_of, run
from formwork.storage.schema.tables import record_table
from formwork.storage.standing import change_people
from formwork.storage.work import Work

BATCH = 5_000
"""Ids in one statement."""
Differences = dict[str, dict[UUID, tuple[Any, Any]]]
"""Field -> record -> (stored value, value computed anew), only where they differ."""
T = TypeVar("T")


def recompute(work: Work, object: str, fields: Sequence[str], ids: Iterable[UUID]) -> Differences:
    """Bring stored formulas and roll-ups of these records up to date; gives what changed.

    On PostgreSQL the rows are locked first, in the order of their ids. Raises kernel Invalid `overflow`
    when a value outgrows its column.
    """
    found: Differences = {field: {} for field in fields}
    for batch in _batches(sort_ids(ids)):
        writes.lock(work, object, batch)
        changed = differences(work, object, fields, batch)
        _store(work, work.object(object), changed)
        for field, records in changed.items():
            found[field].update(records)
    return found


def differences(work: Work, object: str, fields: Sequence[str], ids: Sequence[UUID]) -> Differences:
    """Where the stored values of these records are not what they would be if computed now; changes nothing."""
    spec, backend = work.object(object), backend_of(work)
    specs = [spec.fields[name] for name in fields]
    key = (work.snapshot.version, backend.name, "derived", object, *fields)
    statement = STATEMENTS.get(key, lambda: compile_comparison(work.snapshot, backend, spec, specs))
    found: Differences = {field: {} for field in fields}
    for batch in _batches(ids):
        rows = run(work, statement, Inputs((), work.context, arguments={"ids": batch}))
        if not rows:
            continue
        columns = list(zip(*rows, strict=True))
        keys = [raw if isinstance(raw, UUID) else UUID(bytes=raw) for raw in columns[0]]
        values = [cell.values(columns, cell.python) for cell in statement.cells]
        for field, old, new in zip(specs, values[: len(specs)], values[len(specs) :], strict=True):
            pairs = zip(keys, old, new, strict=True)
            found[field.name].update((id, (was, now)) for id, was, now in pairs if was != now)
    return found


def follow(work: Work, step: Step, ids: Sequence[UUID]) -> set[UUID]:
    """The records one step of a route leads to, deleted ones included."""
    spec, backend = work.object(step.object), backend_of(work)
    key = (work.snapshot.version, backend.name, "step", step)
    statement = STATEMENTS.get(key, lambda: compile_step(backend, spec, step))
    found: set[UUID] = set()
    for batch in _batches(ids):
        rows = run(work, statement, Inputs((), work.context, arguments={"ids": batch}))
        found.update(row[0] if isinstance(row[0], UUID) else UUID(bytes=row[0]) for row in rows)
    return found


def _store(work: Work, spec: ObjectSpec, changed: Mapping[str, Mapping[UUID, tuple[Any, Any]]]) -> None:
    """Write the new values, the records that change in the same fields together."""
    groups: dict[tuple[str, ...], list[UUID]] = {}
    if changed:
        change_people(work, spec.name)
    for id in sort_ids({id for records in changed.values() for id in records}):
        groups.setdefault(tuple(name for name, records in changed.items() if id in records), []).append(id)
    for names, ids in groups.items():
        rows = [{name: changed[name][id][1] for name in names} for id in ids]
        bulk.update_rows(work, record_table(spec), ids, columns_of(work, spec, names, rows))


def _batches(items: Sequence[T]) -> Iterator[Sequence[T]]:
    return (items[start : start + BATCH] for start in range(0, len(items), BATCH))
