"""The dry run: the whole engine, then everything taken back, with what it found kept beside the import."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from uuid import UUID

from formwork.kernel import Denied, Invalid, NotFound, Refused
from formwork.storage import Work
from formwork.transfer.engine import Progress
from formwork.transfer.job import (
    Check,
    Ending,
    Job,
    State,
    begin_check,
    end_check,
    find_job,
    find_results,
    move_job,
)
from formwork.transfer.options import OptionMaker
from formwork.transfer.report import Action, Report, Totals
from formwork.transfer.run import Opener, options_to_add, plan_of, require_state, table_of
from formwork.transfer.shelf import Shelf
from formwork.transfer.trial import MOST_ERRORS, Told, told_of, try_import

Beside = Callable[[], AbstractContextManager[Work]]
"""Opens a unit of work of the acting person to try something in, taken back by whoever opened it."""
BROKEN_OFF = "The dry run broke off. Start it again; who runs this site finds the cause in its log."
"""The reason of one whose process has met a bug, or died again and again."""
_REFUSALS = (Denied, Invalid, NotFound, Refused)


def check_import(
    work: Work, shelf: Shelf, id: UUID, progress: Progress | None = None, maker: OptionMaker | None = None
) -> Report:
    """What an import would do, told at once and kept nowhere: for few rows, and for the shell.

    Without a `maker`, and for actors who may not publish, options the fields lack are problems of their rows.
    """
    job = find_job(work, id)
    require_state(job, State.UPLOADED)
    return _try(work, shelf, job, maker, told_of(progress))


def ready_check(work: Work, shelf: Shelf, id: UUID) -> Job:
    """Begin the dry run of an uploaded import, for `run_check`; raises what would stop it before its first row."""
    job = find_job(work, id)
    require_state(job, State.UPLOADED)
    plan_of(work, job, table_of(job, shelf))
    return begin_check(work, job)


def run_check(open_work: Opener, beside: Beside, shelf: Shelf, id: UUID, maker: OptionMaker | None = None) -> None:
    """Make the dry run that was begun, telling how far it is; `report_check` gives what it found.

    Raises Conflict `import_taken` when somebody stopped it, or another process makes it.
    """
    with open_work() as work:
        job = find_job(work, id)
        require_state(job, State.CHECKING)

    def tell(totals: Totals) -> None:
        with open_work() as work:
            move_job(work, job, State.CHECKING, totals)

    try:
        with beside() as work:
            report = _try(work, shelf, job, maker, tell)
    except _REFUSALS as error:
        with open_work() as work:
            end_check(work, job, Check(Ending.FAILED, reason=error.message))
        return
    with open_work() as work:
        end_check(work, job, Check(Ending.FINISHED, report.totals, report.options), report.failures)


def report_check(work: Work, job: Job) -> Report | None:
    """What the last dry run found, None when there is none that came to its end."""
    if job.check is None or job.check.ending is not Ending.FINISHED:
        return None
    failures = find_results(work, job, actions=(Action.FAILED,), limit=MOST_ERRORS)
    return Report("checked", job.check.totals, tuple(failures), job.check.options)


def _try(work: Work, shelf: Shelf, job: Job, maker: OptionMaker | None, told: Told | None) -> Report:
    table = table_of(job, shelf)
    plan = plan_of(work, job, table)
    options = options_to_add(work, table, plan, maker)
    if maker is not None and options:
        work = maker.try_on(work, options)
    return replace(try_import(work, table, plan, told), options=options)
