"""Absence: from when until when somebody is away, and who stands in for them."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from formwork.kernel import NotFound
from formwork.storage import Work, rows

_USER = "user"
_FIELDS = ("absent_from", "absent_to", "delegate", "active")
_LONGEST_CHAIN = 10


@dataclass(frozen=True, slots=True)
class Absence:
    """What is known of somebody's absence. `now` says whether it holds today; `stands_in` is who is there then.

    `stands_in` is None when the person is there, and when nobody of the chain of deputies is.
    """

    since: date | None
    until: date | None
    deputy: UUID | None
    now: bool
    stands_in: UUID | None


def absence_of(work: Work, user: UUID) -> Absence:
    """The absence of a user as of today in the tenant's zone; raises NotFound."""
    found = rows.load(work, _USER, [user], _FIELDS).get(user)
    if found is None:
        raise NotFound("There is no such record, or you may not see it.")
    away = _is_away(found, work.context.today)
    stands_in = who_acts(work, user) if away else None
    return Absence(
        found["absent_from"], found["absent_to"], found["delegate"], away, None if stands_in == user else stands_in
    )


def who_acts(work: Work, user: UUID) -> UUID:
    """Who acts for a user today: themselves, or the first of the chain of deputies who is there.

    When nobody is, or the chain comes back, it stays with the person. Follows at most ten deputies.
    """
    seen: set[UUID] = set()
    at: UUID | None = user
    while at is not None and at not in seen and len(seen) < _LONGEST_CHAIN:
        seen.add(at)
        found = rows.load(work, _USER, [at], _FIELDS).get(at)
        if found is None:
            break
        if found["active"] is not False and not _is_away(found, work.context.today):
            return at
        at = found["delegate"]
    return user


def _is_away(found: dict[str, object], today: date) -> bool:
    since, until = found["absent_from"], found["absent_to"]
    if not isinstance(since, date):
        return False
    return since <= today and (not isinstance(until, date) or today <= until)
