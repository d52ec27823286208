"""Merging: one record takes over what points at others and who they were given to, and the others go."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from formwork.access import Verb
from formwork.identity.audit import Event, note
from formwork.kernel import Invalid
from formwork.records.announce import announce
from formwork.records.derived import Touched, recompute_closure
from formwork.records.draft import Saved
from formwork.records.follow import repoint_links
from formwork.records.given import Cause, Gift, Level, hand_on
from formwork.records.history import record_events
from formwork.records.hold import hold
from formwork.records.removal import remove
from formwork.records.update import Change, require_reach, update
from formwork.storage import Work, rows


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

    Needs the right to merge and to edit all of them: what points at a record, its details among it, leaves one and
    joins the other. Raises NotFound, Denied, Invalid, Conflict.
    """
    if not losers or winner in losers or len(set(losers)) != len(losers):
        raise Invalid("Name one record to keep and at least one other record to merge into it.", code="bad_merge")
    for verb in (Verb.MERGE, Verb.EDIT):
        require_reach(work, object, [winner, *losers], verb)
    hold(work, object, [winner, *losers])
    touched = Touched()
    moved = repoint_links(work, object, winner, losers, touched)
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
