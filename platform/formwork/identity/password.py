"""Passwords: what is accepted, and how they are kept (Argon2id)."""

from pathlib import Path
from threading import BoundedSemaphore
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from formwork.identity.attempt import forget_failures, require_no_wait
from formwork.identity.audit import Event, note
from formwork.identity.known_password import is_known
from formwork.identity.link import end_links_of
from formwork.identity.session_end import end_sessions_of
from formwork.identity.ticket import withdraw_tickets
from formwork.kernel import Invalid, Problem
from formwork.storage import Work, system

SHORTEST = 8
LONGEST = 128
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""OWASP's least: Argon2id with 19 MiB, two passes, one lane."""
AT_ONCE = 4
_AT_ONCE = BoundedSemaphore(AT_ONCE)
"""Hashes computed at the same time, so that a burst of sign-ins cannot take all memory."""


def hash_password(password: str) -> str:
    """The encoded hash of a password."""
    with _AT_ONCE:
        return _HASHER.hash(password)


def check_password(password: str, encoded: str) -> bool:
    """True when the password is the one that was hashed."""
    with _AT_ONCE:
        try:
            return _HASHER.verify(encoded, password)
        except (VerifyMismatchError, InvalidHashError):
            return False


NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$/L/4P+Q3smJz6P/dUTbmFQ$7s/6BwTwC572imAw1zGYuBE4eSKvpH4Zt8cpmVcLeuU"
"""Checked when a login is unknown, so that both answers take the same time. Made once with these parameters."""


def set_password(work: Work, user: UUID, login: str, password: str, breached: Path | None = None) -> int:
    """Give a user a password; raises Invalid `weak_password` saying what is wrong with it.

    Their sessions end, and gives how many; so does whatever else the old one opened. `breached` is the file of
    breached passwords of the setting.
    """
    require_good(password, login, breached)
    system.put(
        work,
        "fw_credential",
        {
            "user": user, "login": login.strip().casefold(), "password": hash_password(password),
            "changed_at": work.context.now, "failures": 0, "wait_until": None, "must_change": False, "disabled": False,
        },
    )  # fmt: skip
    forget_failures(work, login)
    end_links_of(work, user)
    withdraw_tickets(work, user)
    note(work, Event.PASSWORD_SET, object="user", record=user)
    return end_sessions_of(work, user)


def change_password(work: Work, user: UUID, current: str, fresh: str, breached: Path | None) -> None:
    """Let a user who knows the present password have another one. Every session ends; the caller begins one anew.

    Raises Invalid at `/current` (`wrong_password`) or `/password` (`weak_password`), LimitExceeded while the login
    has to wait. The caller notes a wrong password as a failed sign-in, in a transaction of its own.
    """
    set_password(work, user, prove_password(work, user, current), fresh, breached)


def prove_password(work: Work, user: UUID, current: str) -> str:
    """The login of a user who knows the present password.

    Raises Invalid at `/current` (`wrong_password`), LimitExceeded while the login has to wait.
    """
    row = system.find(work, "fw_credential", user=user)
    if row is None:
        raise Invalid("You sign in without a password here.", code="wrong_password")
    require_no_wait(work, row["login"], "")
    if not check_password(current, row["password"]):
        message = "This is not your present password."
        raise Invalid(message, code="wrong_password", problems=[Problem("/current", "wrong_password", message)])
    login: str = row["login"]
    return login


def has_password(work: Work, user: UUID) -> bool:
    """True when the user may sign in with a password."""
    return system.find(work, "fw_credential", user=user) is not None


def require_good(password: str, login: str, breached: Path | None = None) -> None:
    """Refuse a password that is too short, too long, the login itself or known; there are no rules of composition."""
    message, figures = _weakness(password, login, breached)
    if message:
        raise Invalid(message, code="weak_password", problems=[Problem("/password", "weak_password", message, figures)])


def _weakness(password: str, login: str, breached: Path | None) -> tuple[str, dict[str, int]]:
    """What is wrong with a password, blank when nothing is, and the figures of that."""
    if len(password) < SHORTEST:
        return f"Use at least {SHORTEST} characters; a short sentence is easy to remember.", {"least": SHORTEST}
    if len(password) > LONGEST:
        return f"Use at most {LONGEST} characters.", {"most": LONGEST}
    if password.casefold() == login.casefold() or is_known(password, breached):
        return "This password is the login or known from leaks. Use another one; a short sentence is easy.", {}
    return "", {}
