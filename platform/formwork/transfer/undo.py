"""Taking an import back: what it created goes, what it changed gets its old values, unless changed since."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from formwork.kernel import FormworkError, Refused
from formwork.records import Change, delete, update
from formwork.storage import Work, rows
from formwork.transfer.engine import Progress
from formwork.transfer.job import Job, State, find_job, find_results, forget_before, move_job
from formwork.transfer.report import Action, RowResult
from formwork.transfer.run import Opener

_BATCH = 200


@dataclass(frozen=True, slots=True)
class Kept:
    """A record that stays as it is, and why."""

    line: int
    record: UUID
    reason: str


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
        results = find_results(work, job, actions=(Action.CREATED, Action.UPDATED))
    results = _by_record(results)
    undone = Undone()
    for start in range(0, len(results), _BATCH):
        with open_work() as work:
            undone = _undo(work, job, results[start : start + _BATCH], undone)
        if progress is not None:
            progress(min(start + _BATCH, len(results)), len(results))
    with open_work() as work:
        move_job(work, job, State.UNDONE)
    return undone


def _by_record(results: Sequence[RowResult]) -> list[RowResult]:
    """One result per record, last written first: as the import left it, with the values before all of it."""
    found: dict[UUID, RowResult] = {}
    for one in results:
        if one.record is None or one.before is None:
            continue
        first = found.pop(one.record, one)
        values = {**one.before.get("values", {}), **(first.before or {}).get("values", {})}
        before = {"version": one.before["version"], "values": values}
        found[one.record] = replace(one, action=first.action, before=before)
    return sorted(found.values(), key=lambda one: str(one.record), reverse=True)


def _undo(work: Work, job: Job, results: Sequence[RowResult], so_far: Undone) -> Undone:
    object = job.mapping.object
    ids = [one.record for one in results if one.record is not None]
    now = {id: row["version"] for id, row in rows.load(work, object, ids, ["version"]).items()}
    kept: list[Kept] = []
    created: list[RowResult] = []
    updated: list[RowResult] = []
    for one in results:
        if one.record is None or one.before is None or one.record not in now:
            continue
        if now[one.record] != one.before["version"]:
            kept.append(Kept(one.line, one.record, "Somebody has changed this record since the import."))
        else:
            (created if one.action is Action.CREATED else updated).append(one)

    def take_away(items: Sequence[RowResult]) -> None:
        delete(work, object, [one.record for one in items if one.record is not None])

    def set_back(items: Sequence[RowResult]) -> None:
        update(work, object, [Change(one.record, (one.before or {})["values"]) for one in items if one.record])

    restored = _each(work, updated, set_back, kept)
    deleted = _each(work, created, take_away, kept)
    forget_before(work, job, ids)
    return Undone(so_far.deleted + deleted, so_far.restored + restored, (*so_far.kept, *kept))


def _each(work: Work, items: Sequence[RowResult], act: Callable[[Sequence[RowResult]], None], kept: list[Kept]) -> int:
    """Act on all at once; when that is refused, on halves. Gives on how many it worked."""
    if not items:
        return 0
    try:
        with work.savepoint():
            act(items)
        return len(items)
    except FormworkError as error:
        if len(items) == 1:
            assert items[0].record is not None
            kept.append(Kept(items[0].line, items[0].record, error.message))
            return 0
    half = len(items) // 2
    return _each(work, items[:half], act, kept) + _each(work, items[half:], act, kept)
