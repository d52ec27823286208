"""Sessions: a random token in the browser, its hash and dates in the database."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from formwork.identity.actor import actor_of
from formwork.identity.audit import Event, note
from formwork.kernel import Actor, NotFound, Unauthenticated
from formwork.storage import Work, system
from formwork.storage.standing import Credential, standing_of

_TABLE = "fw_session"
_TOKEN_BYTES = 32
TOUCH = timedelta(minutes=1)
"""A session's `seen_at` is written at most this often, so that reading pages does not write."""


def start_session(work: Work, user: UUID, hours: int, data: Mapping[str, Any] | None = None) -> str:
    """Begin a session and give its token, which is kept nowhere here."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    now = work.context.now
    row = {
        "id": _digest(token), "user": user, "created_at": now, "seen_at": now,
        "expires_at": now + timedelta(hours=hours), "data": dict(data or {}),
    }  # fmt: skip
    system.append(work, _TABLE, [row])
    return token


@dataclass(frozen=True, slots=True)
class Session:
    """A session as it is listed. `id` names it and opens nothing; `address` and `agent` are those it began with."""

    id: str
    created_at: datetime
    seen_at: datetime
    address: str
    agent: str
    current: bool


def sessions_of(work: Work, user: UUID, token: str = "", idle_minutes: int = 0) -> Sequence[Session]:
    """The live sessions of a user, the one last used first. `token` is that of whoever asks; 0 minutes never idle."""
    now = work.context.now
    idle = timedelta(minutes=idle_minutes) if idle_minutes else timedelta(days=3650)
    rows = system.find_many(work, _TABLE, equals={"user": user}, after={"expires_at": now}, order=("-seen_at",))
    own = _digest(token)
    return [
        Session(
            row["id"], row["created_at"], row["seen_at"], str(row["data"].get("address", "")),
            str(row["data"].get("agent", "")), row["id"] == own,
        )
        for row in rows
        if row["seen_at"] + idle > now
    ]  # fmt: skip


def end_session_of(work: Work, user: UUID, id: str) -> None:
    """End one session of a user; raises NotFound when there is none."""
    if not system.remove(work, _TABLE, equals={"id": id, "user": user}):
        raise NotFound("There is no such session; it may have ended already.")
    note(work, Event.SESSIONS_ENDED, object="user", record=user, detail={"sessions": 1})


def end_other_sessions(work: Work, user: UUID, token: str) -> int:
    """Sign a user out everywhere but here; gives how many sessions ended."""
    others = [row["id"] for row in system.find_many(work, _TABLE, equals={"user": user}) if row["id"] != _digest(token)]
    count = system.remove(work, _TABLE, equals={"user": user}, in_={"id": others})
    if count:
        note(work, Event.SESSIONS_ENDED, object="user", record=user, detail={"sessions": count})
    return count


def session_credential(token: str) -> Credential:
    """Where to look a session up."""
    return Credential(_TABLE, "id", _digest(token))


def authenticate_session(work: Work, token: str, idle_minutes: int) -> Actor:
    """The actor of a live session; raises Unauthenticated when it has ended."""
    row = standing_of(work, session_credential(token)).row
    now = work.context.now
    if row is None or row["expires_at"] <= now or row["seen_at"] + timedelta(minutes=idle_minutes) <= now:
        raise Unauthenticated("Your session has ended. Sign in again; what you typed is kept.", code="session_ended")
    return actor_of(work, row["user"])


def is_due_for_touch(work: Work, token: str) -> bool:
    """True when the session has not been marked as seen for a while."""
    row = standing_of(work, session_credential(token)).row
    return row is not None and row["seen_at"] + TOUCH <= work.context.now


def touch_session(work: Work, token: str) -> None:
    """Mark the session as seen now."""
    system.change(work, _TABLE, {"seen_at": work.context.now}, equals={"id": _digest(token)})


def end_session(work: Work, token: str) -> None:
    """Sign out."""
    row = system.find(work, _TABLE, id=_digest(token))
    if row is not None:
        system.remove(work, _TABLE, equals={"id": row["id"]})
        note(work, Event.SIGN_OUT, object="user", record=row["user"], by=row["user"])


def end_sessions_of(work: Work, user: UUID) -> int:
    """Sign a user out everywhere (password change, deactivation); gives how many sessions ended."""
    count = system.remove(work, _TABLE, equals={"user": user})
    if count:
        note(work, Event.SESSIONS_ENDED, object="user", record=user, detail={"sessions": count})
    return count


def end_every_session(work: Work) -> int:
    """Sign everybody out; gives how many sessions ended."""
    count = system.remove(work, _TABLE)
    if count:
        note(work, Event.SESSIONS_ENDED, detail={"sessions": count})
    return count


def remove_ended_sessions(work: Work) -> int:
    """Forget sessions whose time is over; gives how many."""
    return system.remove(work, _TABLE, before={"expires_at": work.context.now})


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
