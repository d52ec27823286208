"""Taking written rows back: what they created goes, what they changed gets its old values, unless changed since."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from formwork.kernel import FormworkError, repeated
from formwork.records import Change, delete, update
from formwork.storage import Work, rows
from formwork.transfer.report import Action, RowResult


@dataclass(frozen=True, slots=True)
class Kept:
    """A record that stays as it is, and why."""

    line: int
    record: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class Taken:
    """How many records were deleted and set back, and which could be neither."""

    deleted: int
    restored: int
    kept: tuple[Kept, ...]


def by_record(results: Sequence[RowResult]) -> list[RowResult]:
    """One result per record, last written first: as the import left it, with the values before all of it."""
    found: dict[UUID, RowResult] = {}
    for one in results:
        if one.record is None or one.before is None:
            continue
        first = found.pop(one.record, None)
        if first is None:
            action = Action.UPDATED if "values" in one.before else Action.CREATED
            first = replace(one, action=action)
        values = {**one.before.get("values", {}), **(first.before or {}).get("values", {})}
        before = {"version": one.before["version"], "values": values}
        found[one.record] = replace(one, action=first.action, before=before)
    return sorted(found.values(), key=lambda one: str(one.record), reverse=True)


def take_back(work: Work, object: str, results: Sequence[RowResult]) -> Taken:
    """Take back what `by_record` gave; a record that cannot be taken back stays, with the reason."""
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

    def take_away(work: Work, items: Sequence[RowResult]) -> None:
        delete(work, object, [one.record for one in items if one.record is not None])

    def set_back(work: Work, items: Sequence[RowResult]) -> None:
        changes = [(one.record, one.before or {}) for one in items if one.record is not None]
        update(work, object, [Change(id, before["values"], before["version"]) for id, before in changes])

    restored = _each(work, updated, set_back, kept)
    deleted = _each(work, created, take_away, kept)
    return Taken(deleted, restored, tuple(kept))


def _each(
    work: Work, items: Sequence[RowResult], act: Callable[[Work, Sequence[RowResult]], None], kept: list[Kept]
) -> int:
    """Act on all at once; when that is refused, on halves. Gives on how many it worked."""
    if not items:
        return 0

    def attempt(repeats: int) -> int:
        with work.savepoint():
            act(replace(work, repeats=repeats), items)
        return len(items)

    try:
        return repeated(attempt)
    except FormworkError as error:
        if len(items) == 1:
            assert items[0].record is not None
            kept.append(Kept(items[0].line, items[0].record, error.message))
            return 0
    half = len(items) // 2
    return _each(work, items[:half], act, kept) + _each(work, items[half:], act, kept)
