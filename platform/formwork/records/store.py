"""Puts drafts of one object into the database and notes what that touches."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from formwork.kernel import Raced
from formwork.records.announce import Written
from formwork.records.derived import Touched
from formwork.records.draft import Draft
from formwork.records.removal import remove_details
from formwork.storage import Work, writes

_SILENT = frozenset({"version", "updated_at", "updated_by"})


def store(work: Work, drafts: Sequence[Draft], touched: Touched) -> list[Written]:
    """Insert the new drafts and update the changed ones; raises Raced when one was changed since it was loaded."""
    if not drafts:
        return []
    return _insert(work, [d for d in drafts if d.is_new], touched) + _update(
        work, [d for d in drafts if not d.is_new], touched
    )


def _insert(work: Work, drafts: Sequence[Draft], touched: Touched) -> list[Written]:
    if not drafts:
        return []
    spec = drafts[0].object
    writes.insert(work, spec.name, [draft.values for draft in drafts])
    touched.new.setdefault(spec.name, set()).update(draft.id for draft in drafts)
    return [Written(spec.name, draft.id, "created", 1) for draft in drafts]


def _update(work: Work, drafts: Sequence[Draft], touched: Touched) -> list[Written]:
    """Changed drafts only; a master whose details change is written too, so that its version moves."""
    events: list[Written] = []
    batch: list[tuple[Draft, dict[str, tuple[Any, Any]]]] = []
    for draft in drafts:
        changed = draft.changes()
        family_changes = draft.deletes or any(d.is_new or d.changes() for d in draft.details)
        if changed or family_changes:
            batch.append((draft, changed))
        events += remove_details(work, draft, touched)
    if not batch:
        return events
    spec = batch[0][0].object
    rows = []
    for draft, changed in batch:
        for name, (before, _) in changed.items():
            if isinstance(before, UUID) and spec.fields[name].targets:
                touched.leave(spec.name, name, before)
        touched.add(spec.name, [name for name in changed if name not in _SILENT], [draft.id])
        stamp = {
            "version": draft.version + 1, "updated_at": work.context.now, "updated_by": work.context.actor.user,
        }  # fmt: skip
        draft.values |= stamp
        rows.append((draft.id, draft.version, {**{name: pair[1] for name, pair in changed.items()}, **stamp}))
        events.append(Written(spec.name, draft.id, "updated", draft.version + 1, tuple(sorted(changed))))
    matched = writes.update(work, spec.name, rows)
    missed = [draft.id for draft, _ in batch if draft.id not in matched]
    if missed:
        raise Raced(
            "Somebody else changed this record in the meantime. Reload it, compare and save again.",
            code="version_conflict",
            extra={"records": [str(id) for id in missed]},
        )
    for draft, _ in batch:
        draft.version += 1
    return events
