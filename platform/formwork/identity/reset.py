"""Who asks for another password: found by login or mail address, counted per address and per person.

Whoever asks learns nothing: the doors give one answer, and what differs happens later, in the worker.
"""

import hashlib
from datetime import timedelta
from uuid import UUID

from formwork.expressions import fold
from formwork.kernel import LimitExceeded
from formwork.storage import Work, keys, locks, rows, system

_TABLE = "fw_attempt"
_USER = "user"
_HOUR = timedelta(hours=1)
PER_ADDRESS = 20
"""Resets one network address may ask for in an hour, whoever they are for."""
PER_PERSON = 5
"""Mails one person is sent in an hour."""


def may_reset(work: Work, text: str, address: str) -> UUID | None:
    """The user to whom a reset should be mailed, None for nobody: unknown, never joined, deactivated, mailed enough.

    `text` is a login or a mail address. Raises LimitExceeded `throttled` for an address that asks too often.
    """
    if address and _count(work, f"reset from {address}") > PER_ADDRESS:
        seconds = int(_HOUR.total_seconds())
        raise LimitExceeded(
            "Too many resets were asked for from here. Wait an hour, or ask an administrator.",
            code="throttled",
            extra={"retry_after": seconds},
        )
    user = _find(work, text.strip())
    asked = _count(work, f"reset for {user or text.strip().casefold()}")
    return user if asked <= PER_PERSON else None


def _find(work: Work, text: str) -> UUID | None:
    """The active person of a login or mail address who has a password already."""
    by_login = system.find(work, "fw_credential", login=text.casefold())
    user = by_login["user"] if by_login is not None else _by_mail(work, text)
    row = system.find(work, "fw_credential", user=user) if user is not None else None
    if row is None or row["disabled"]:
        return None
    person = rows.load(work, _USER, [row["user"]], ["active", "email"]).get(row["user"])
    usable = person is not None and person["active"] is not False and person["email"]
    return row["user"] if usable else None


def _by_mail(work: Work, text: str) -> UUID | None:
    spec = work.object(_USER)
    rule = next(one for one in spec.uniques if one.fields == ("email",))
    return next(iter(keys.find(work, _USER, keys.columns_of(work, _USER, rule), [(fold(text),)]).values()), None)


def _count(work: Work, what: str) -> int:
    """Count once more, in a window of an hour; what was typed is kept as a hash only."""
    key = hashlib.sha256(what.encode("utf-8", "surrogatepass")).hexdigest()
    locks.lock_name(work, key)
    row = system.find(work, _TABLE, key=key)
    now = work.context.now
    running = row is not None and row["at"] + _HOUR > now
    began, count = (row["at"], row["failures"] + 1) if row is not None and running else (now, 1)
    system.put(work, _TABLE, {"key": key, "failures": count, "wait_until": None, "at": began})
    return count
