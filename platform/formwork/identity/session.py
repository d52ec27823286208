"""Sessions: a random token in the browser, its hash and dates in the database."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from formwork.identity.actor import actor_of
from formwork.identity.audit import Event, note
from formwork.kernel import Actor, Unauthenticated
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


def remove_ended_sessions(work: Work) -> int:
    """Forget sessions whose time is over; gives how many."""
    return system.remove(work, _TABLE, before={"expires_at": work.context.now})


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
