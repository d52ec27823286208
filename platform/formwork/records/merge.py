"""Merging: one record takes over what points at others and who they were given to, and the others go."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from formwork.access import Verb
from formwork.catalog import FieldSpec
from formwork.identity.audit import Event, note
from formwork.kernel import Invalid, Raced
from formwork.records.announce import announce, guard_links
from formwork.records.derived import Touched, recompute_closure
from formwork.records.draft import Saved
from formwork.records.given import Cause, Gift, Level, hand_on
from formwork.records.history import record_events
from formwork.records.hold import hold
from formwork.records.removal import remove
from formwork.records.update import Change, require_reach, update
from formwork.storage import Work, rows, writes


def merge(
    work: Work,
    object: str,
    winner: UUID,
    losers: Sequence[UUID],
    body: Mapping[str, Any],
    *,
    version: int | None = None,
) -> Saved:
    """Merge `losers` into `winner`: set `body` on it, re-point links, hand on shares and teams, soft-delete the losers.

    Needs the right to merge all of them, and to edit the winner where `body` says something. Raises NotFound,
    Denied, Invalid, Conflict.
    """
    if not losers or winner in losers or len(set(losers)) != len(losers):
        raise Invalid("Name one record to keep and at least one other record to merge into it.", code="bad_merge")
    require_reach(work, object, [winner, *losers], Verb.MERGE)
    hold(work, object, [winner, *losers])
    touched = Touched()
    moved: dict[str, list[str]] = {}
    for field in work.snapshot.pointing_at(object):
        pointing = rows.load_below(work, field.object, field.name, losers, [field.name, "version"])
        pointing.pop(winner, None)
        if not pointing:
            continue
        guard_links(work, field, pointing.keys())
        for row in pointing.values():
            touched.leave(field.object, field.name, row[field.name])
        _repoint(work, field, pointing, winner)
        touched.add(field.object, [field.name], pointing)
        moved[f"{field.object}.{field.name}"] = [str(id) for id in sorted(pointing)]
    saved = update(work, object, [Change(winner, body, version)])[0] if body else None
    _hand_on(work, object, winner, losers)
    events = remove(work, object, losers, touched)
    told = {"losers": [[str(id) for id in losers], None], "moved": [moved, None]}
    record_events(work, object, [winner], "merged", told)
    recompute_closure(work, touched)
    announce(work, events)
    if saved is not None:
        return saved
    current = rows.load(work, object, [winner], ["version"])[winner]
    return Saved(object, winner, current["version"], created=False)


def _hand_on(work: Work, object: str, winner: UUID, losers: Sequence[UUID]) -> None:
    """Who was given the others has the winner, where whoever merges could share it; the trail tells of each row."""
    got, let_go = hand_on(work, object, winner, losers)
    for row in got:
        gift = Gift(row["principal"], Level(row["level"]), row["until"], part=row["part"] or "")
        event = Event.TEAM_JOINED if row["cause"] == Cause.TEAM else Event.SHARED
        note(work, event, object=object, record=winner, detail={**gift.told(), "merged": str(row["record"])})
    for row in let_go:
        event = Event.TEAM_LEFT if row["cause"] == Cause.TEAM else Event.UNSHARED
        detail = {"with": str(row["principal"]), "merged_into": str(winner)}
        note(work, event, object=object, record=row["record"], detail=detail)


def _repoint(work: Work, field: FieldSpec, pointing: Mapping[UUID, Mapping[str, Any]], winner: UUID) -> None:
    """Let the links of these records point at the winner, each as a change of its own version."""
    by = work.context.actor.user
    changes = [
        (id, row["version"], {
            field.name: winner, "version": row["version"] + 1, "updated_at": work.context.now, "updated_by": by,
        })
        for id, row in pointing.items()
    ]  # fmt: skip
    matched = writes.update(work, field.object, changes)
    if len(matched) != len(changes):
        raise Raced("Somebody else changed a record of these in the meantime. Try again.", code="version_conflict")
