"""Tells what was written: subscribers inside the transaction, and the outbox for everything outside."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from formwork.catalog import FieldSpec
from formwork.kernel import new_id
from formwork.records.draft import Draft
from formwork.storage import Work, system
from formwork.storage.schema.types import write_json

GUARD_WRITE = "guard_write"
"""Called as `(work, drafts)` before anything is written; blames drafts to refuse them."""
GUARD_LIFE = "guard_life"
"""Called as `(work, object, ids, action)` before records are `deleted` or `restored`; raises to refuse."""
GUARD_LINKS = "guard_links"
"""Called as `(work, field, ids)` before a merge points a link of these records elsewhere; raises to refuse."""
WRITTEN = "written"
"""Called as `(work, events)` in the transaction after the write."""


@dataclass(frozen=True, slots=True)
class Written:
    """One record that was written: what was done and which fields differ."""

    object: str
    id: UUID
    action: str
    version: int
    changed: tuple[str, ...] = ()


def guard(work: Work, drafts: Sequence[Draft]) -> None:
    """Let every guard blame the drafts it refuses: locks, gates, closed periods."""
    for subscriber in work.subscribers.get(GUARD_WRITE, ()):
        subscriber(work, drafts)


def guard_life(work: Work, object: str, ids: Collection[UUID], action: str) -> None:
    """Let every guard refuse that records go or come back."""
    for subscriber in work.subscribers.get(GUARD_LIFE, ()):
        subscriber(work, object, ids, action)


def guard_links(work: Work, field: FieldSpec, ids: Collection[UUID]) -> None:
    """Let every guard refuse that a link of these records points elsewhere after a merge."""
    for subscriber in work.subscribers.get(GUARD_LINKS, ()):
        subscriber(work, field, ids)


def announce(work: Work, events: Sequence[Written]) -> None:
    """Hand the events to subscribers and put one outbox row per object and action."""
    if not events:
        return
    for subscriber in work.subscribers.get(WRITTEN, ()):
        subscriber(work, events)
    system.append(work, "fw_outbox", [_row(work, key, group) for key, group in _groups(events).items()])


def _groups(events: Iterable[Written]) -> Mapping[tuple[str, str], list[Written]]:
    groups: dict[tuple[str, str], list[Written]] = {}
    for event in events:
        groups.setdefault((event.object, event.action), []).append(event)
    return groups


def _row(work: Work, key: tuple[str, str], events: Sequence[Written]) -> dict[str, Any]:
    object, action = key
    payload = {
        "object": object,
        "records": [{"id": str(e.id), "version": e.version, "changed": list(e.changed)} for e in events],
        "by": str(work.context.actor.user) if work.context.actor.user else None,
        "cause": list(work.cause),
    }
    now = work.context.now
    return {
        "id": new_id(), "at": now, "due": now, "topic": f"record.{action}", "payload": write_json(payload),
        "state": "waiting", "attempts": 0,
    }  # fmt: skip
