"""The end of sessions: one, all others, all of a user; and a new token where somebody may do more than before."""

import hashlib
from uuid import UUID

from formwork.identity.audit import Event, note
from formwork.kernel import NotFound
from formwork.storage import Work, system

TABLE = "fw_session"
RENEW = "renew"
"""In a session's data: take another token with the next page."""


def ask_for_renewal(work: Work, user: UUID) -> None:
    """Let every session of a user take another token with its next page: the person may do more now."""
    for row in system.find_many(work, TABLE, equals={"user": user}):
        system.change(work, TABLE, {"data": {**row["data"], RENEW: True}}, equals={"id": row["id"]})


def end_session_of(work: Work, user: UUID, id: str) -> None:
    """End one session of a user; raises NotFound when there is none."""
    if not system.remove(work, TABLE, equals={"id": id, "user": user}):
        raise NotFound("There is no such session; it may have ended already.")
    note(work, Event.SESSIONS_ENDED, object="user", record=user, detail={"sessions": 1})


def end_other_sessions(work: Work, user: UUID, token: str) -> int:
    """Sign a user out everywhere but here; gives how many sessions ended."""
    others = [row["id"] for row in system.find_many(work, TABLE, equals={"user": user}) if row["id"] != digest(token)]
    count = system.remove(work, TABLE, equals={"user": user}, in_={"id": others})
    if count:
        note(work, Event.SESSIONS_ENDED, object="user", record=user, detail={"sessions": count})
    return count


def end_session(work: Work, token: str) -> None:
    """Sign out."""
    row = system.find(work, TABLE, id=digest(token))
    if row is not None:
        system.remove(work, TABLE, equals={"id": row["id"]})
        note(work, Event.SIGN_OUT, object="user", record=row["user"], by=row["user"])


def end_sessions_of(work: Work, user: UUID) -> int:
    """Sign a user out everywhere (password change, deactivation); gives how many sessions ended."""
    count = system.remove(work, TABLE, equals={"user": user})
    if count:
        note(work, Event.SESSIONS_ENDED, object="user", record=user, detail={"sessions": count})
    return count


def end_every_session(work: Work) -> int:
    """Sign everybody out; gives how many sessions ended."""
    count = system.remove(work, TABLE)
    if count:
        note(work, Event.SESSIONS_ENDED, detail={"sessions": count})
    return count


def remove_ended_sessions(work: Work) -> int:
    """Forget sessions whose time is over; gives how many."""
    return system.remove(work, TABLE, before={"expires_at": work.context.now})


def digest(token: str) -> str:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
