"""Tickets: what is good once and for a short time, such as the second step of a sign-in.

Whoever holds a ticket holds a random text; the database holds its hash. A ticket that somebody else signed
(a challenge kept by the browser) is spent here, so that it cannot be sent a second time.
"""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from formwork.storage import Work, system

_TABLE = "fw_ticket"
_TOKEN_BYTES = 32
_SPENT = "spent"


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket that is good now. `user` is whom it was made for."""

    user: UUID | None
    data: Mapping[str, Any]


def issue_ticket(
    work: Work, purpose: str, minutes: int, user: UUID | None = None, data: Mapping[str, Any] | None = None
) -> str:
    """The text of a new ticket. `data` holds JSON values."""
    text = secrets.token_urlsafe(_TOKEN_BYTES)
    row = {
        "key": _digest(purpose, text), "purpose": purpose, "user": user, "data": dict(data or {}),
        "expires_at": work.context.now + timedelta(minutes=minutes),
    }  # fmt: skip
    system.append(work, _TABLE, [row])
    return text


def look_at_ticket(work: Work, purpose: str, text: str) -> Ticket | None:
    """The ticket of a text while it is good, None otherwise. It stays good."""
    row = system.find(work, _TABLE, key=_digest(purpose, text)) if text else None
    if row is None or row["purpose"] != purpose or row["expires_at"] <= work.context.now:
        return None
    return Ticket(row["user"], row["data"])


def use_ticket(work: Work, purpose: str, text: str) -> Ticket | None:
    """The ticket of a text, which is good no more; None when it was not. Of two who ask at once one gets it."""
    found = look_at_ticket(work, purpose, text)
    if found is None or not system.remove(work, _TABLE, equals={"key": _digest(purpose, text)}):
        return None
    return found


def spend(work: Work, purpose: str, text: str, minutes: int) -> bool:
    """Mark a text as used; False when it was already. `minutes` is for how long it would be good."""
    row: dict[str, Any] = {
        "key": _digest(purpose, text), "purpose": _SPENT, "user": None, "data": {},
        "expires_at": work.context.now + timedelta(minutes=minutes),
    }  # fmt: skip
    return system.put_new(work, _TABLE, row)


def withdraw_tickets(work: Work, user: UUID) -> int:
    """End every ticket of a user; gives how many."""
    return system.remove(work, _TABLE, equals={"user": user})


def remove_ended_tickets(work: Work) -> int:
    """Forget tickets whose time is over; gives how many."""
    return system.remove(work, _TABLE, before={"expires_at": work.context.now})


def _digest(purpose: str, text: str) -> str:
    return hashlib.sha256(f"{purpose}:{text}".encode()).hexdigest()
