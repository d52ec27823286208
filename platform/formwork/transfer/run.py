"""Imports from upload to end. Start reading here.

`upload_import` keeps the file and guesses; `configure_import` says what shall happen; `check.py` tries
it and takes it back; `run_import` writes, chunk by chunk, and goes on where a killed run has stopped.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from uuid import UUID

from formwork.definitions.model import ImportDef
from formwork.kernel import Invalid, Refused
from formwork.storage import Work
from formwork.transfer.engine import Engine, Progress
from formwork.transfer.job import (
    GOING,
    Job,
    State,
    add_job,
    add_results,
    change_results,
    configure_job,
    find_job,
    find_results,
    forget_results,
    halt_job,
    move_job,
)
from formwork.transfer.options import NewOption, OptionMaker, may_add_options, missing_options
from formwork.transfer.plan import ImportPlan, Mode, OnError, plan_import, require_import
from formwork.transfer.report import Action, Report, RowResult
from formwork.transfer.shelf import Shelf
from formwork.transfer.table import Table, read_table
from formwork.transfer.trial import MOST_ERRORS, run_whole, told_of

Opener = Callable[[], AbstractContextManager[Work]]
"""Opens a unit of work of the acting person that commits."""
_WRITTEN = (Action.CREATED, Action.UPDATED, Action.SAME)


def upload_import(
    work: Work, shelf: Shelf, name: str, data: bytes, mapping: ImportDef,
    mode: Mode = Mode.UPSERT, on_error: OnError = OnError.SKIP,
) -> Job:  # fmt: skip
    """Keep a file to be imported; raises Invalid for a file that is no table, before anything is stored."""
    require_import(work, mapping.object, mode)
    read_table(data)
    return add_job(work, name, mapping, shelf.put(data), mode, on_error)


def configure_import(work: Work, id: UUID, mapping: ImportDef, mode: Mode, on_error: OnError) -> Job:
    """Say what an uploaded import shall do; raises Refused once it runs."""
    job = find_job(work, id)
    require_import(work, mapping.object, mode)
    require_state(job, State.UPLOADED)
    return configure_job(work, job, mapping, mode, on_error)


def run_import(
    open_work: Opener, shelf: Shelf, id: UUID, progress: Progress | None = None, maker: OptionMaker | None = None
) -> Report:
    """Run an import to its end, or go on with one that was killed.

    Options the fields lack are published with the first step, for actors who may and with a `maker`. Raises
    Conflict `import_taken` when another process runs it at the same time.
    """
    with open_work() as work:
        job = find_job(work, id)
        require_state(job, State.UPLOADED, State.RUNNING)
        table = table_of(job, shelf)
        plan = plan_of(work, job, table)
        options = options_to_add(work, table, plan, maker)
        if job.state is State.UPLOADED:
            forget_results(work, job)

        def with_options(work: Work) -> Work:
            return maker.publish(work, options) if maker is not None and options else work

        if plan.on_error is OnError.NOTHING:
            report = _run_at_once(work, job, table, plan, progress, with_options)
            return replace(report, options=options if report.state == State.FINISHED.value else ())
        work = with_options(work)
        engine = Engine(work, table, plan)
        job = move_job(work, job, State.RUNNING, job.totals.of(engine.total))
    for numbers, lines in engine.chunks(job.position):
        with open_work() as work:
            job = move_job(work, job, State.RUNNING, position=job.position + len(lines))  # nobody else takes them
            results = engine.write(work, numbers, lines)
            add_results(work, job, results)
            job = move_job(work, job, State.RUNNING, job.totals.plus(results))
        if progress is not None:
            progress(job.totals.done, engine.total)
        if job.totals.failed >= MOST_ERRORS:
            break
    with open_work() as work:
        job = _finish(work, job, engine)
        return replace(report_import(work, job.id), options=options)


def ready_import(work: Work, shelf: Shelf, id: UUID) -> Job:
    """The import when it may be run as it is; raises what would stop it before its first row."""
    job = find_job(work, id)
    require_state(job, State.UPLOADED, State.RUNNING)
    plan_of(work, job, table_of(job, shelf))
    return job


def stop_import(work: Work, id: UUID) -> Job:
    """Stop a running import after its current chunk, where rows written so far stay, or a dry run."""
    job = find_job(work, id)
    require_state(job, *GOING)
    return halt_job(work, job)


def report_import(work: Work, id: UUID) -> Report:
    """How far an import has come, with the rows that failed."""
    job = find_job(work, id)
    failures = find_results(work, job, actions=(Action.FAILED,), limit=MOST_ERRORS)
    return Report(job.state.value, job.totals, tuple(failures))


def table_of(job: Job, shelf: Shelf) -> Table:
    """The table of an import's file; raises NotFound `file_gone`."""
    if job.file is None:
        raise Invalid("This import has no file. Upload it again.", code="file_gone")
    return read_table(shelf.get(job.file))


def plan_of(work: Work, job: Job, table: Table) -> ImportPlan:
    """The checked plan of an import; raises like `plan_import`."""
    return plan_import(work, table, job.mapping, job.mode, job.on_error)


def _finish(work: Work, job: Job, engine: Engine) -> Job:
    """Close circles of look-ups and end the job."""
    if job.totals.done < engine.total:
        return move_job(work, job, State.STOPPED)
    written = find_results(work, job, numbers=sorted(engine.rings)) if engine.rings else []
    late = engine.close_rings(work, written, lambda: find_results(work, job, actions=_WRITTEN))
    was = find_results(work, job, numbers=sorted(one.row for one in late)) if late else []
    change_results(work, job, late)
    return move_job(work, job, State.FINISHED, job.totals.minus(was).plus(late))


def _run_at_once(
    work: Work, job: Job, table: Table, plan: ImportPlan, progress: Progress | None, prepare: Callable[[Work], Work]
) -> Report:
    """All rows in one transaction, or none."""
    results: list[RowResult] = []
    try:
        with work.savepoint():
            taken = move_job(work, job, State.RUNNING)  # nobody else takes it meanwhile
            totals, results = run_whole(prepare(work), table, plan, told_of(progress))
            if totals.failed:
                raise _NotAll
    except _NotAll:
        failures = [one for one in results if one.action is Action.FAILED]
        add_results(work, job, failures)
        totals = job.totals.of(totals.rows).plus(failures)
        move_job(work, job, State.REFUSED, totals)
        return Report(State.REFUSED.value, totals, tuple(failures))
    add_results(work, job, results)
    move_job(work, taken, State.FINISHED, totals, len(results))
    return Report(State.FINISHED.value, totals)


class _NotAll(Exception):
    """Leaves the savepoint: a row was bad, so none is written."""


def options_to_add(work: Work, table: Table, plan: ImportPlan, maker: OptionMaker | None) -> tuple[NewOption, ...]:
    """The options the import adds to fields: none when nobody can or the actor may not."""
    return missing_options(work, table, plan.mapping) if maker is not None and may_add_options(work) else ()


def require_state(job: Job, *states: State) -> None:
    """Raise Refused `import_state` unless the import is in one of these states."""
    if job.state not in states:
        raise Refused(f"This import is {job.state.value} already.", code="import_state", extra={"state": job.state})
