"""The whole import and then undone: what a run would do, before it does it."""

from uuid import UUID

from formwork.storage import Work
from formwork.transfer.engine import Engine, Progress
from formwork.transfer.plan import ImportPlan
from formwork.transfer.report import Action, Report, RowResult, Totals
from formwork.transfer.table import Table

MOST_ERRORS = 1_000
"""Bad rows after which an import stops."""


class _Undone(Exception):  # noqa: N818
    """Leaves the savepoint so that nothing of it stays."""


def run_whole(
    work: Work, table: Table, plan: ImportPlan, progress: Progress | None = None
) -> tuple[Totals, list[RowResult]]:
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
        if progress is not None:
            progress(totals.done, engine.total)
        if failed >= MOST_ERRORS:
            return totals, results
    ring = {one.row: one.record for one in results if one.row in engine.rings and isinstance(one.record, UUID)}
    late = engine.close_rings(work, ring)
    return replace_failed(totals, results, late)


def replace_failed(totals: Totals, results: list[RowResult], late: list[RowResult]) -> tuple[Totals, list[RowResult]]:
    """The results with rows that failed at the very end."""
    if not late:
        return totals, results
    by_row = {one.row: one for one in late}
    joined = [by_row.get(one.row, one) for one in results]
    return Totals(rows=totals.rows).plus(joined), joined


def try_import(work: Work, table: Table, plan: ImportPlan, progress: Progress | None = None) -> Report:
    """What the import would do, with nothing written. `work` must be one that writes."""
    outcome: tuple[Totals, list[RowResult]] = (Totals(), [])
    try:
        with work.savepoint():
            outcome = run_whole(work, table, plan, progress)
            raise _Undone
    except _Undone:
        totals, results = outcome
    failures = tuple(one for one in results if one.action is Action.FAILED)
    return Report("checked", totals, failures)
