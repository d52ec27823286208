"""Signing in with login and password: one answer for every failure, and a growing wait."""

from datetime import timedelta
from uuid import UUID

from formwork.identity.password import NOBODY, check_password
from formwork.kernel import LimitExceeded, Unauthenticated
from formwork.storage import Work, system

_FREE_TRIES = 5
_LONGEST_WAIT = 15 * 60
_TABLE = "fw_credential"


def log_in(work: Work, login: str, password: str) -> UUID:
    """The user of a login and password.

    Raises Unauthenticated with one text for unknown login, wrong password and disabled user, and
    LimitExceeded `throttled` while the login has to wait, whatever the password. The caller commits
    also when this raises: the count of failures must stay (see `note_failure`).
    """
    row = system.find(work, _TABLE, login=login.strip().casefold())
    now = work.context.now
    if row is not None and row["wait_until"] is not None and row["wait_until"] > now:
        seconds = int((row["wait_until"] - now).total_seconds()) + 1
        raise LimitExceeded(
            f"Too many failed sign-ins. Wait {seconds} seconds and try again.",
            code="throttled",
            extra={"retry_after": seconds},
        )
    good = check_password(password, row["password"] if row is not None else NOBODY)
    if row is None or not good or row["disabled"]:
        raise Unauthenticated("Login or password is not right.", code="bad_login")
    if row["failures"]:
        system.change(work, _TABLE, {"failures": 0, "wait_until": None}, equals={"user": row["user"]})
    user: UUID = row["user"]
    return user


def note_failure(work: Work, login: str) -> None:
    """Count a failed sign-in; after five each further one doubles the wait, up to a quarter of an hour."""
    row = system.find(work, _TABLE, login=login.strip().casefold())
    if row is None:
        return
    failures = row["failures"] + 1
    wait = min(2 ** max(0, failures - _FREE_TRIES), _LONGEST_WAIT) if failures >= _FREE_TRIES else 0
    until = work.context.now + timedelta(seconds=wait) if wait else None
    system.change(work, _TABLE, {"failures": failures, "wait_until": until}, equals={"user": row["user"]})
