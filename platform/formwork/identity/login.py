"""Signing in with login and password: one answer for every failure, and a growing wait."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from formwork.identity.actor import USER
from formwork.identity.attempt import forget_failures, require_no_wait
from formwork.identity.audit import Event, note
from formwork.identity.password import NOBODY, check_password
from formwork.identity.session import start_session
from formwork.kernel import Unauthenticated
from formwork.storage import Work, rows, system

_TABLE = "fw_credential"
_NO_USER = UUID(int=0)
"""Looked for when a login is unknown, so that both answers take the same statements."""


def log_in(work: Work, login: str, password: str, address: str = "") -> UUID:
    """The user of a login and password, asked for from an address (blank when there is none).

    Raises Unauthenticated with one text for unknown login, wrong password and disabled user, and
    LimitExceeded `throttled` while the login or the address has to wait, whatever the password and
    whether or not there is such a login. The caller notes a failure in a transaction of its own
    (see `note_failure` of attempt.py), and lets in whoever took every step (see `let_in`).
    """
    require_no_wait(work, login, address)
    row = system.find(work, _TABLE, login=login.strip().casefold())
    good = check_password(password, row["password"] if row is not None else NOBODY)
    user: UUID = row["user"] if row is not None else _NO_USER
    active = may_sign_in(work, user)
    if row is None or not good or row["disabled"] or not active:
        raise Unauthenticated("Login or password is not right.", code="bad_login")
    forget_failures(work, login)
    return user


def may_sign_in(work: Work, user: UUID) -> bool:
    """True for a user who is there and active."""
    found = rows.load(work, USER, [user], ["active"]).get(user)
    return found is not None and found["active"] is not False


def let_in(
    work: Work, user: UUID, hours: int, how: str, factor: str = "", data: Mapping[str, Any] | None = None
) -> str:
    """The token of a new session of somebody who took every step.

    `how` names the first step (`password`, `passkey`, `provider`), `factor` the second one that was shown, `data` says
    where the session begins.
    """
    token = start_session(work, user, hours, data, factor)
    note(work, Event.SIGN_IN, object="user", record=user, by=user, detail={"how": how, "factor": factor})
    return token
