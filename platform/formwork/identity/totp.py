"""Authenticator apps: codes of the time (RFC 6238: SHA-1, six digits, thirty seconds), each taken once."""

import hmac
from typing import TYPE_CHECKING
from uuid import UUID

from formwork.identity.audit import Event, note
from formwork.kernel import Conflict, Invalid, Problem
from formwork.kernel.library import on_first_use
from formwork.storage import Work, sealing, system

if TYPE_CHECKING:
    import pyotp
else:
    pyotp = on_first_use("pyotp")

_TABLE = "fw_totp"
_STEP = 30
_DIGITS = 6
_AROUND = (-1, 0, 1)
"""Steps whose codes are taken beside the present one: clocks differ (RFC 6238, 5.2)."""


def begin_totp(work: Work, user: UUID) -> None:
    """Make a secret that becomes a factor once a code of it is shown; raises Conflict when there is a factor already.

    A secret that was begun and never confirmed gives way to the new one.
    """
    if has_totp(work, user):
        message = "You have an authenticator app already. Remove it first."
        raise Conflict(message, code="factor_present")
    sealed = sealing.seal_secret(work, _place(user), pyotp.random_base32().encode())
    now = work.context.now
    system.put(
        work, _TABLE, {"user": user, "secret": sealed, "at": now, "confirmed_at": None, "last_step": 0}
    )  # fmt: skip


def begun_totp(work: Work, user: UUID) -> str | None:
    """The secret in base 32 that waits for its first code, None when there is none."""
    row = system.find(work, _TABLE, user=user)
    if row is None or row["confirmed_at"] is not None:
        return None
    return sealing.open_secret(work, _place(user), row["secret"]).decode()


def totp_address(secret: str, login: str, issuer: str) -> str:
    """The `otpauth:` address an app reads as a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=issuer)


def confirm_totp(work: Work, user: UUID, code: str) -> None:
    """Make the secret that was begun a factor; raises Invalid `bad_code` when the code is not of it."""
    row = system.find(work, _TABLE, user=user)
    if row is None or row["confirmed_at"] is not None:
        raise Conflict("Begin anew: there is no key that waits for its first code.", code="factor_present")
    step = _step_of(work, user, row["secret"], code, 0)
    if step is None:
        raise bad_code()
    values = {"confirmed_at": work.context.now, "last_step": step}
    system.change(work, _TABLE, values, equals={"user": user, "confirmed_at": None})
    note(work, Event.FACTOR_ADDED, object="user", record=user, detail={"kind": "totp"})


def take_totp(work: Work, user: UUID, code: str) -> bool:
    """True for a code of now that was not taken before. Of two who show the same code at once one is let in."""
    row = system.find(work, _TABLE, user=user)
    if row is None or row["confirmed_at"] is None:
        return False
    step = _step_of(work, user, row["secret"], code, row["last_step"])
    if step is None:
        return False
    return system.change(work, _TABLE, {"last_step": step}, equals={"user": user}, before={"last_step": step}) == 1


def has_totp(work: Work, user: UUID) -> bool:
    """True when the user has an authenticator app that showed a code."""
    row = system.find(work, _TABLE, user=user)
    return row is not None and row["confirmed_at"] is not None


def remove_totp(work: Work, user: UUID) -> bool:
    """Take the authenticator app away; False when there was none."""
    confirmed = has_totp(work, user)
    system.remove(work, _TABLE, equals={"user": user})
    if confirmed:
        note(work, Event.FACTOR_REMOVED, object="user", record=user, detail={"kind": "totp"})
    return confirmed


def bad_code() -> Invalid:
    """The one refusal of a code, whatever is wrong with it."""
    message = "This code is not right or was used already. Take the one your app shows now."
    return Invalid(message, code="bad_code", problems=[Problem("/code", "bad_code", message)])


def _step_of(work: Work, user: UUID, sealed: bytes, code: str, after: int) -> int | None:
    """The step a code belongs to, None when it is of no step near now that is later than `after`."""
    if len(code) != _DIGITS or not (code.isascii() and code.isdecimal()):
        return None
    totp = pyotp.TOTP(sealing.open_secret(work, _place(user), sealed).decode())
    now = int(work.context.now.timestamp()) // _STEP
    found = [now + by for by in _AROUND if hmac.compare_digest(totp.generate_otp(now + by), code)]
    return next((step for step in found if step > after), None)


def _place(user: UUID) -> str:
    return f"totp.{user}"
