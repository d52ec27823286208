"""Handing over what somebody has: batches in the background, each a transaction, each record with its history.

What was moved is found no more, so a hand-over that was broken off begins anew and goes on where it was. A record
that cannot be saved as it is (a rule stands against it) is left, counted, and told in the audit trail.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Any
from uuid import UUID

from formwork.assignment.holdings import Place, places, some_of
from formwork.catalog.renames import Renames
from formwork.identity import actor_of
from formwork.identity.audit import Event, note
from formwork.jobs import Message, OpenWork, outbox
from formwork.kernel import Unauthenticated, repeated
from formwork.kernel.actor import system_actor
from formwork.records import Change, update_each
from formwork.storage import Work

HANDOVER = "people.handover"
"""The topic of the outbox."""
BATCH = 200
_LONGEST_SECONDS = 240.0
"""After so long the rest becomes a message of its own, well within the lease of this one."""


_BY_PLACE = ("to", "moved", "left")
"""Parts of a message that are by place: `<object>.<field>`."""


@dataclass(frozen=True, slots=True)
class Heir:
    """Who takes over a place: a user, a queue or a group."""

    id: UUID
    object: str


def ask_handover(work: Work, user: UUID, heirs: Mapping[Place, Heir]) -> None:
    """Have these places of a user go to their heirs, for whoever acts now."""
    by = work.context.actor.user
    payload = {
        "user": str(user), "by": None if by is None else str(by), "moved": {}, "left": {},
        "to": {place.key: {"id": str(heir.id), "object": heir.object} for place, heir in heirs.items()},
    }  # fmt: skip
    outbox.put(work, HANDOVER, payload, work.context.now)


def is_moving(work: Work, user: UUID) -> bool:
    """True while a hand-over of a user is not done."""
    return any(one.payload["user"] == str(user) for one in outbox.pending(work, HANDOVER))


def rename_places(work: Work, renames: Renames) -> None:
    """Let a hand-over that waits go on in places that have other names now."""
    for message in outbox.pending(work, HANDOVER) if renames else ():
        payload = {
            **message.payload,
            **{part: {renames.path(key): one for key, one in message.payload[part].items()} for part in _BY_PLACE},
        }
        if payload != message.payload:
            outbox.rewrite(work, message.id, payload)


def run_handover(open_work: OpenWork, message: Message) -> None:
    """Move everything a message names, batch by batch, and tell the audit trail at the end."""
    payload: dict[str, Any] = {
        **message.payload, **{name: dict(message.payload[name]) for name in ("to", "moved", "left")}
    }  # fmt: skip
    began = monotonic()
    for key in list(payload["to"]):
        after: UUID | None = None
        left = 0
        while True:
            step = repeated(partial(_move_some, open_work, payload, key, after))
            if step is None:
                break
            payload["moved"][key] = payload["moved"].get(key, 0) + step.moved
            left, after = left + step.left, step.last
            if monotonic() - began > _LONGEST_SECONDS:
                with open_work() as work:
                    outbox.put(work, HANDOVER, payload, work.context.now)
                return
        payload["left"][key] = left
        payload["to"].pop(key)
    with open_work() as work:
        told = {"moved": payload["moved"], "left": {key: count for key, count in payload["left"].items() if count}}
        by = None if payload["by"] is None else UUID(payload["by"])
        note(work, Event.HANDED_OVER, object="user", record=UUID(payload["user"]), detail=told, by=by)


@dataclass(frozen=True, slots=True)
class _Step:
    """What became of one batch."""

    moved: int
    left: int
    last: UUID


def _move_some(
    open_work: OpenWork, payload: Mapping[str, Any], key: str, after: UUID | None, _repeats: int
) -> _Step | None:
    """Move the next batch of a place; None when nothing of it is left, or the metadata has no such place any more."""
    with open_work() as work:
        place = next((one for one in places(work.snapshot) if one.key == key), None)
        ids = [] if place is None else some_of(work, place, UUID(payload["user"]), after, BATCH)
        if place is None or not ids:
            return None
        heir = payload["to"][key]
        value = {"object": heir["object"], "id": heir["id"]} if place.is_link else heir["id"]
        acting = _acting(work, payload["by"]).because(HANDOVER)
        outcomes = update_each(acting, place.object, [Change(id, {place.field: value}) for id in ids])
        moved = sum(one.saved is not None for one in outcomes)
        return _Step(moved, len(ids) - moved, ids[-1])


def _acting(work: Work, by: str | None) -> Work:
    """In the name of whoever asked, who had the right then; for the system when they are gone meanwhile."""
    if by is not None:
        try:
            return work.acting_as(actor_of(work, UUID(by)))
        except Unauthenticated:
            return work.acting_as(system_actor(f"hand-over asked for by {by}"))
    return work.acting_as(system_actor("hand-over"))
