"""Signing in with login and password: one answer for every failure, and a growing wait."""

from uuid import UUID

from formwork.identity.attempt import forget_failures, require_no_wait
from formwork.identity.audit import Event, note
from formwork.identity.password import NOBODY, check_password
from formwork.kernel import Unauthenticated
from formwork.storage import Work, rows, system

_TABLE = "fw_credential"


def log_in(work: Work, login: str, password: str, address: str = "") -> UUID:
    """The user of a login and password, asked for from an address (blank when there is none).

    Raises Unauthenticated with one text for unknown login, wrong password and disabled user, and
    LimitExceeded `throttled` while the login or the address has to wait, whatever the password and
    whether or not there is such a login. The caller notes a failure in a transaction of its own
    (see `note_failure` of attempt.py).
    """
    require_no_wait(work, login, address)
    row = system.find(work, _TABLE, login=login.strip().casefold())
    good = check_password(password, row["password"] if row is not None else NOBODY)
    if row is None or not good or row["disabled"] or not _is_active(work, row["user"]):
        raise Unauthenticated("Login or password is not right.", code="bad_login")
    forget_failures(work, login)
    user: UUID = row["user"]
    note(work, Event.SIGN_IN, object="user", record=user, by=user)
    return user


def _is_active(work: Work, user: UUID) -> bool:
    found = rows.load(work, "user", [user], ["active"]).get(user)
    return found is not None and found["active"] is not False
