"""How far people have come in: who has a password, who was invited, who was here last."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from formwork.identity.link import invited_until
from formwork.storage import Work, system


class Way(StrEnum):
    """How a user gets in by themselves; integrations use keys and have none of these."""

    PASSWORD = "password"  # noqa: S105 - a way in, not a secret
    INVITED = "invited"
    LAPSED = "lapsed"
    """The invitation was let go by."""
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Entrance:
    """The way in of one user, how many sessions run, and when the last of them was used."""

    way: Way = Way.NONE
    sessions: int = 0
    seen_at: datetime | None = None
    invited_until: datetime | None = None


def entrances(work: Work, users: Collection[UUID]) -> dict[UUID, Entrance]:
    """The entrance of each of the users."""
    now = work.context.now
    known = {row["user"] for row in system.find_many(work, "fw_credential", in_={"user": users}, columns=("user",))}
    invited = invited_until(work, users)
    sessions = system.find_many(
        work, "fw_session", in_={"user": users}, after={"expires_at": now}, columns=("user", "seen_at")
    )
    found = {}
    for user in users:
        seen = [row["seen_at"] for row in sessions if row["user"] == user]
        until = invited.get(user)
        if user in known:
            way = Way.PASSWORD
        elif until is not None:
            way = Way.INVITED if until > now else Way.LAPSED
        else:
            way = Way.NONE
        found[user] = Entrance(way, len(seen), max(seen, default=None), until)
    return found
