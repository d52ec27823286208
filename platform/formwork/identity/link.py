"""Links by which a person chooses a password: a random token that is mailed, its hash and end in the database.

128 bits and more, single use, 30 minutes for a reset and 7 days for an invitation (OWASP Forgot Password, and
SECURITY section 6). Looking at a link changes nothing, since mail scanners open what they find.
"""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from formwork.identity.audit import Event, note
from formwork.kernel import Malformed
from formwork.storage import Work, rows, system

_TABLE = "fw_link"
_TOKEN_BYTES = 32
_MOST = 3
"""Links of one purpose a person has at a time; the oldest goes when one more is made."""
_USER = "user"


class Purpose(StrEnum):
    """What a link is for."""

    INVITATION = "invitation"
    RESET = "reset"


LASTS: Mapping[Purpose, timedelta] = {Purpose.INVITATION: timedelta(days=7), Purpose.RESET: timedelta(minutes=30)}
_MADE = {Purpose.INVITATION: Event.INVITED, Purpose.RESET: Event.RESET_ASKED}


@dataclass(frozen=True, slots=True)
class Link:
    """A link that still works. `login` is what its person signs in with."""

    user: UUID
    purpose: Purpose
    expires_at: datetime
    login: str
    name: str


def make_link(work: Work, user: UUID, purpose: Purpose) -> str:
    """A new link of a user; gives its token, which is kept nowhere here. Older ones work until one is used."""
    now = work.context.now
    older = system.find_many(work, _TABLE, equals={"user": user, "purpose": purpose.value}, order=("-at",))
    system.remove(work, _TABLE, in_={"id": [row["id"] for row in older[_MOST - 1 :]]})
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    row = {
        "id": _digest(token), "user": user, "purpose": purpose.value, "at": now,
        "expires_at": now + LASTS[purpose], "by": work.context.actor.user,
    }  # fmt: skip
    system.append(work, _TABLE, [row])
    note(work, _MADE[purpose], object=_USER, record=user)
    return token


def find_link(work: Work, token: str) -> Link:
    """The link of a token; raises Malformed `bad_link`, the same for one that is used, too old or of nobody."""
    row = system.find(work, _TABLE, id=_digest(token))
    if row is not None and row["expires_at"] > work.context.now:
        found = rows.load(work, _USER, [row["user"]], ["login", "full_name", "active"]).get(row["user"])
        if found is not None and found["active"] is not False and found["login"]:
            name = str(found["full_name"] or found["login"])
            return Link(row["user"], Purpose(row["purpose"]), row["expires_at"], str(found["login"]), name)
    raise Malformed("This link does not work any more. Ask for a new one.", code="bad_link")


def end_links_of(work: Work, user: UUID) -> int:
    """Let no link of a user work any more: the password was chosen, the address is another one, or the person may
    not sign in. Gives how many there were."""
    return system.remove(work, _TABLE, equals={"user": user})


def end_every_link(work: Work) -> int:
    """Let no link of anybody work any more; gives how many there were."""
    return system.remove(work, _TABLE)


def invited_until(work: Work, users: Iterable[UUID]) -> dict[UUID, datetime]:
    """Until when those of the users who have an invitation may follow it; the past for one they let go by."""
    found = system.find_many(
        work, _TABLE, equals={"purpose": Purpose.INVITATION.value}, in_={"user": list(users)}, order=("expires_at",)
    )
    return {row["user"]: row["expires_at"] for row in found}


def remove_old_links(work: Work) -> int:
    """Forget resets that are over; an invitation is kept a while longer, so that it is seen that it was let go by."""
    gone = system.remove(work, _TABLE, equals={"purpose": Purpose.RESET.value}, before={"expires_at": work.context.now})
    long_ago = work.context.now - 10 * LASTS[Purpose.INVITATION]
    return gone + system.remove(work, _TABLE, before={"expires_at": long_ago})


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
