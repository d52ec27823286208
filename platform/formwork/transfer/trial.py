"""The whole import and then undone: what a run would do, before it does it."""

from collections.abc import Callable

from formwork.storage import Work
from formwork.transfer.engine import Engine, Progress
from formwork.transfer.plan import ImportPlan
from formwork.transfer.report import NO_ROWS, Action, Report, RowResult, Totals
from formwork.transfer.table import Table

Told = Callable[[Totals], None]
"""Told after every chunk what became of the rows so far."""
MOST_ERRORS = 1_000
"""Bad rows after which an import stops."""


def told_of(progress: Progress | None) -> Told | None:
    """Tells a progress bar of the rows that are done."""
    if progress is None:
        return None
    return lambda totals: progress(totals.done, totals.rows)


class _Undone(Exception):
    """Leaves the savepoint so that nothing of it stays."""


def run_whole(work: Work, table: Table, plan: ImportPlan, told: Told | None = None) -> tuple[Totals, list[RowResult]]:
    """Every row in the caller's transaction, stopping at MOST_ERRORS bad ones."""
    engine = Engine(work, table, plan)
    totals = Totals(rows=engine.total)
    results: list[RowResult] = []
    failed = 0
    for numbers, lines in engine.chunks():
        written = engine.write(work, numbers, lines)
        results += written
        totals = totals.plus(written)
        failed = totals.failed
        if told is not None:
            told(totals)
        if failed >= MOST_ERRORS:
            return totals, results
    late = {one.row: one for one in engine.close_rings(work, results, lambda: results)}
    if not late:
        return totals, results
    results = [late.get(one.row, one) for one in results]
    return NO_ROWS.of(engine.total).plus(results), results


def try_import(work: Work, table: Table, plan: ImportPlan, told: Told | None = None) -> Report:
    """What the import would do, with nothing written. `work` must be one that writes."""
    outcome: tuple[Totals, list[RowResult]] = (NO_ROWS, [])
    try:
        with work.savepoint():
            outcome = run_whole(work, table, plan, told)
            raise _Undone
    except _Undone:
        totals, results = outcome
    failures = tuple(one for one in results if one.action is Action.FAILED)
    return Report("checked", totals, failures)
