"""Taking an import back: what it created goes, what it changed gets its old values, unless changed since."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from formwork.kernel import Refused
from formwork.records.past_names import past_names
from formwork.storage import Work
from formwork.transfer.engine import Progress
from formwork.transfer.job import Job, State, find_job, find_results, forget_before, move_job
from formwork.transfer.report import Action, RowResult
from formwork.transfer.run import Opener
from formwork.transfer.takeback import Kept, by_record, take_back

_BATCH = 200


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo has done."""

    deleted: int = 0
    restored: int = 0
    kept: tuple[Kept, ...] = ()


def undo_import(open_work: Opener, id: UUID, progress: Progress | None = None) -> Undone:
    """Undo a finished or stopped import, in batches; may be called again after a kill.

    Raises Refused for one that still runs or is undone.
    """
    with open_work() as work:
        job = find_job(work, id)
        if job.state not in (State.FINISHED, State.STOPPED):
            raise Refused(f"This import is {job.state.value}; it cannot be undone.", code="import_state")
        results = find_results(work, job, actions=(Action.CREATED, Action.UPDATED, Action.FAILED))
    results = by_record(results)
    undone = Undone()
    for start in range(0, len(results), _BATCH):
        with open_work() as work:
            undone = _undo(work, job, results[start : start + _BATCH], undone)
        if progress is not None:
            progress(min(start + _BATCH, len(results)), len(results))
    with open_work() as work:
        move_job(work, job, State.UNDONE)
    return undone


def _undo(work: Work, job: Job, results: Sequence[RowResult], so_far: Undone) -> Undone:
    taken = take_back(work, job.mapping.object, _under_names_now(work, job, results))
    forget_before(work, job, [one.record for one in results if one.record is not None])
    return Undone(so_far.deleted + taken.deleted, so_far.restored + taken.restored, (*so_far.kept, *taken.kept))


def _under_names_now(work: Work, job: Job, results: Sequence[RowResult]) -> list[RowResult]:
    """The results with the values from before under the names fields have now; those that are gone are left out."""
    names = past_names(work, job.mapping.object)
    found = []
    for one in results:
        values = (one.before or {}).get("values")
        if one.before is not None and values:
            now = names.keys(values, job.at)
            kept = {now[name]: value for name, value in values.items() if name in now}
            one = replace(one, before={**one.before, "values": kept})
        found.append(one)
    return found
