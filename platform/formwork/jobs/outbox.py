"""The states of outbox rows: claimed by conditional update, so one worker of many gets each."""

from collections.abc import Collection, Container, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from formwork.jobs.message import Message
from formwork.kernel import new_id
from formwork.storage import Work, system

TABLE = "fw_outbox"
CHORE = "chore."
"""Begins the topics of what comes round."""
LEASE = timedelta(minutes=10)
"""How long a worker may be silent about a message before another one takes it."""
MOST_ATTEMPTS = 8
LONGEST_WAIT = timedelta(hours=6)
KEPT = timedelta(days=7)
"""How long rows that are done can still be looked at."""
BATCH = 200
"""Messages a worker takes of one tenant in a round."""
_COLUMNS = ("id", "topic", "payload", "at", "attempts", "state")


def put(work: Work, topic: str, payload: Mapping[str, Any], due: datetime) -> UUID:
    """Add a message for later; gives its id, by which it can be put off or withdrawn while it waits."""
    id = new_id()
    row = {
        "id": id, "at": work.context.now, "due": due, "topic": topic, "payload": dict(payload), "state": "waiting",
        "attempts": 0,
    }  # fmt: skip
    system.append(work, TABLE, [row])
    return id


def put_off(work: Work, id: UUID, due: datetime) -> None:
    """Let a waiting message wait longer; nothing when it was taken already."""
    system.change(work, TABLE, {"due": due}, equals={"id": id, "state": "waiting"})


def withdraw(work: Work, id: UUID) -> None:
    """Remove a waiting message; nothing when it was taken already."""
    system.remove(work, TABLE, equals={"id": id, "state": "waiting"})


def rewrite(work: Work, id: UUID, payload: Mapping[str, Any]) -> None:
    """Let a message say something else, whether it waits or is being worked on."""
    system.change(work, TABLE, {"payload": dict(payload)}, equals={"id": id})


def pending(work: Work, topic: str) -> Sequence[Message]:
    """Messages of a topic that are not settled yet, oldest first."""
    rows = system.find_many(
        work, TABLE, equals={"topic": topic}, in_={"state": ("waiting", "running")}, order=("id",), columns=_COLUMNS
    )
    return [Message(row["id"], row["topic"], row["payload"], row["at"], row["attempts"]) for row in rows]


def due(work: Work, limit: int = BATCH) -> Sequence[Message]:
    """Messages that may be taken now, oldest first: waiting ones, and those whose worker went silent."""
    now, tenant = work.context.now, work.context.tenant
    waiting = system.find_many(
        work,
        TABLE,
        equals={"state": "waiting"},
        before={"due": now},
        order=("due", "id"),
        limit=limit,
        columns=_COLUMNS,
    )
    lost = system.find_many(
        work, TABLE, equals={"state": "running"}, before={"lease": now}, order=("due", "id"), limit=limit,
        columns=_COLUMNS,
    )  # fmt: skip
    return [
        Message(row["id"], row["topic"], row["payload"], row["at"], row["attempts"], tenant)
        for row in (*lost, *waiting)
    ]


def next_due(work: Work, besides: Collection[UUID] = ()) -> datetime | None:
    """When the next message may be taken, waiting or lost, but for some; None when there is none."""
    moments: list[datetime] = []
    for state, when in (("waiting", "due"), ("running", "lease")):
        found = system.find_many(
            work, TABLE, equals={"state": state}, order=(when, "id"), limit=len(besides) + 1, columns=("id", when)
        )
        moments += [row[when] for row in found if row["id"] not in besides][:1]
    return min(moments, default=None)


def settle_unheard(work: Work, messages: Sequence[Message], heard: Container[str]) -> int:
    """Mark messages nobody listens to as done; gives how many."""
    ids = [one.id for one in messages if one.topic not in heard]
    return system.change(work, TABLE, _done(work.context.now), in_={"id": ids}) if ids else 0


def claim(work: Work, message: Message) -> bool:
    """Take a message for the length of the lease; False when another worker was first."""
    values = {"state": "running", "lease": work.context.now + LEASE, "attempts": message.attempts + 1}
    free = {"id": message.id, "attempts": message.attempts}
    return system.change(work, TABLE, values, equals=free, in_={"state": ("waiting", "running")}) == 1


def finish(work: Work, message: Message) -> bool:
    """Mark a claimed message as done; False when the lease was lost in the meantime."""
    return _settle(work, message, _done(work.context.now))


def postpone(work: Work, message: Message, due: datetime) -> bool:
    """Let a claimed message wait for its next time, as new."""
    return _settle(work, message, {"state": "waiting", "due": due, "lease": None, "attempts": 0, "error": None})


def fail(work: Work, message: Message, error: str) -> bool:
    """Let a claimed message be tried again after a growing wait; the last attempt leaves it dead."""
    attempts = message.attempts + 1
    values: dict[str, object] = {"lease": None, "error": error[:2_000]}
    if attempts >= MOST_ATTEMPTS:
        values |= {"state": "dead", "done_at": work.context.now}
    else:
        values |= {"state": "waiting", "due": work.context.now + min(timedelta(seconds=10 * 4**attempts), LONGEST_WAIT)}
    return _settle(work, message, values)


def drop_waiting(work: Work) -> int:
    """Settle every effect that waits without doing it, in a copy of the tenant it was meant for; gives how many.

    What comes round (chores) stays.
    """
    waiting = system.find_many(work, TABLE, in_={"state": ("waiting", "running")}, columns=("id", "topic"))
    ids = [row["id"] for row in waiting if not row["topic"].startswith(CHORE)]
    return system.change(work, TABLE, _done(work.context.now), in_={"id": ids}) if ids else 0


def prune(work: Work) -> int:
    """Remove rows that have been done for a while; dead ones stay until somebody looks at them."""
    return system.remove(work, TABLE, equals={"state": "done"}, before={"done_at": work.context.now - KEPT})


def _settle(work: Work, message: Message, values: dict[str, object]) -> bool:
    claimed = {"id": message.id, "state": "running", "attempts": message.attempts + 1}
    return system.change(work, TABLE, values, equals=claimed) == 1


def _done(now: datetime) -> dict[str, object]:
    return {"state": "done", "done_at": now, "lease": None, "error": None}
