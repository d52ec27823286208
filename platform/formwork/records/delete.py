"""Deleting and restoring: softly, with what hangs on the record, and undone as one."""

from collections.abc import Sequence
from uuid import UUID

from formwork.access import Verb
from formwork.catalog import Lifecycle
from formwork.kernel import Conflict, NotFound
from formwork.records.announce import Written, announce, guard_life
from formwork.records.derived import Touched, recompute_closure
from formwork.records.history import record_events
from formwork.records.hold import hold
from formwork.records.references import visible_ids
from formwork.records.removal import remove
from formwork.records.update import require_reach
from formwork.storage import UniqueViolation, Work, rows, writes


def delete(work: Work, object: str, ids: Sequence[UUID], *, version: int | None = None) -> int:
    """Soft-delete records with their details; gives how many records went in all.

    Raises NotFound, Denied, Conflict `in_use` naming what still points at them, or Conflict
    `version_conflict` when `version` is no longer the record's.
    """
    require_reach(work, object, ids, Verb.DELETE)
    hold(work, object, ids)
    if version is not None and any(
        row["version"] != version for row in rows.load(work, object, ids, ["version"]).values()
    ):
        raise Conflict("Somebody else changed this record in the meantime. Reload it first.", code="version_conflict")
    touched = Touched()
    events = remove(work, object, ids, touched)
    recompute_closure(work, touched)
    announce(work, events)
    return len(events)


def restore(work: Work, object: str, ids: Sequence[UUID]) -> int:
    """Bring soft-deleted records back with what was deleted along with them; gives how many in all.

    Raises NotFound when the record is not in the recycle bin, Conflict `duplicate` when a live record
    has taken a unique value meanwhile.
    """
    work.take_turn()
    deleted = rows.load_deleted(work, object, ids, ["deleted_at"])
    reach = visible_ids(work, object, ids, Verb.DELETE, Lifecycle.DELETED)
    if any(id not in deleted or id not in reach for id in ids):
        raise NotFound("There is no such record in the recycle bin.")
    touched = Touched()
    events: list[Written] = []
    waiting: list[tuple[str, set[UUID]]] = [(object, set(ids))]
    moments = {row["deleted_at"] for row in deleted.values()}
    while waiting:
        name, back = waiting.pop()
        guard_life(work, name, back, "restored")
        _undelete(work, name, back)
        touched.add(name, ["deleted_at"], back)
        record_events(work, name, sorted(back), "restored", {})
        events += [Written(name, id, "restored", 0) for id in sorted(back)]
        for field in work.snapshot.pointing_at(name):
            below = rows.load_deleted_below(work, field.object, field.name, sorted(back), ["deleted_at"])
            along = {id for id, row in below.items() if row["deleted_at"] in moments}
            if along:
                waiting.append((field.object, along))
    recompute_closure(work, touched)
    announce(work, events)
    return len(events)


def _undelete(work: Work, object: str, ids: set[UUID]) -> None:
    try:
        with work.savepoint():
            writes.restore(work, object, sorted(ids))
    except UniqueViolation as error:
        raise Conflict(
            "A record created since then has the same unique value. Change it first, then restore.",
            code="duplicate",
            extra={"fields": list(error.columns)},
        ) from error
