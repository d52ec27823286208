"""Sessions: a random token in the browser, its hash and dates in the database."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from formwork.identity.actor import actor_of
from formwork.identity.session_end import RENEW, TABLE, digest
from formwork.kernel import Actor, Denied, Unauthenticated
from formwork.storage import Work, system
from formwork.storage.standing import Credential, standing_of

_TOKEN_BYTES = 32
_FACTOR, _PROVED = "factor", "proved_at"
"""What a session's data tells beside where it began."""
TOUCH = timedelta(minutes=1)
"""A session's `seen_at` is written at most this often, so that reading pages does not write."""


def start_session(work: Work, user: UUID, hours: int, data: Mapping[str, Any] | None = None, factor: str = "") -> str:
    """Begin a session and give its token, which is kept nowhere here. `factor` is the second one that was shown."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    now = work.context.now
    row = {
        "id": digest(token), "user": user, "created_at": now, "seen_at": now,
        "expires_at": now + timedelta(hours=hours),
        "data": {**(data or {}), _FACTOR: factor, _PROVED: now.isoformat()},
    }  # fmt: skip
    system.append(work, TABLE, [row])
    return token


def renew_session(work: Work, token: str, *, factor: str | None = None, proved: bool = False) -> str:
    """Give a session another token; the old one opens nothing any more. Its end stays where it is.

    `factor` is a second one that was shown meanwhile, `proved` says that the person has just shown who they are.
    """
    row = _row(work, token)
    data = {name: value for name, value in row["data"].items() if name != RENEW}
    if factor is not None:
        data[_FACTOR] = factor
    if proved:
        data[_PROVED] = work.context.now.isoformat()
    fresh = secrets.token_urlsafe(_TOKEN_BYTES)
    values = {"id": digest(fresh), "data": data, "seen_at": work.context.now}
    if not system.change(work, TABLE, values, equals={"id": row["id"]}):
        raise _ended()
    return fresh


def factor_of(work: Work, token: str) -> str:
    """The second factor that was shown in a session, blank when none was."""
    return str(_row(work, token)["data"].get(_FACTOR, ""))


def is_due_for_renewal(work: Work, token: str) -> bool:
    """True when the session is to take another token."""
    return bool(_row(work, token)["data"].get(RENEW, False))


def require_recent_proof(work: Work, token: str, minutes: int) -> None:
    """Raise Denied `proof_needed` when the person has not shown who they are for so many minutes (ASVS 5.0, 7.5.1)."""
    told = _row(work, token)["data"].get(_PROVED)
    if told is None or datetime.fromisoformat(told) + timedelta(minutes=minutes) <= work.context.now:
        raise Denied("Show again who you are before you change this.", code="proof_needed")


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
    rows = system.find_many(work, TABLE, equals={"user": user}, after={"expires_at": now}, order=("-seen_at",))
    own = digest(token)
    return [
        Session(
            row["id"], row["created_at"], row["seen_at"], str(row["data"].get("address", "")),
            str(row["data"].get("agent", "")), row["id"] == own,
        )
        for row in rows
        if row["seen_at"] + idle > now
    ]  # fmt: skip


def session_credential(token: str) -> Credential:
    """Where to look a session up."""
    return Credential(TABLE, "id", digest(token))


def authenticate_session(work: Work, token: str, idle_minutes: int) -> Actor:
    """The actor of a live session; raises Unauthenticated when it has ended."""
    row = standing_of(work, session_credential(token)).row
    now = work.context.now
    if row is None or row["expires_at"] <= now or row["seen_at"] + timedelta(minutes=idle_minutes) <= now:
        raise _ended()
    return actor_of(work, row["user"])


def whose_session(work: Work, token: str) -> UUID | None:
    """Whose session it is or was, until it is forgotten; None for one that somebody ended. It lets nobody in."""
    row = standing_of(work, session_credential(token)).row if token else None
    return None if row is None else row["user"]


def is_due_for_touch(work: Work, token: str) -> bool:
    """True when the session has not been marked as seen for a while."""
    row = standing_of(work, session_credential(token)).row
    return row is not None and row["seen_at"] + TOUCH <= work.context.now


def touch_session(work: Work, token: str) -> None:
    """Mark the session as seen now."""
    system.change(work, TABLE, {"seen_at": work.context.now}, equals={"id": digest(token)})


def _row(work: Work, token: str) -> Mapping[str, Any]:
    """The session of a token, as this unit of work knows it; raises Unauthenticated when it has ended."""
    row = standing_of(work, session_credential(token)).row
    if row is None:
        raise _ended()
    return row


def _ended() -> Unauthenticated:
    return Unauthenticated("Your session has ended. Sign in again; what you typed is kept.", code="session_ended")
