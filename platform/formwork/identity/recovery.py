"""Recovery codes: ten that let their owner in once each when the second factor is lost.

Sixty random bits each; kept as a keyed hash whose key hangs on the master key, so a copy of the database
alone does not let anybody try them (ASVS 5.0, 6.5.2).
"""

import hmac
import secrets
from collections.abc import Sequence
from uuid import UUID

from formwork.identity.audit import Event, note
from formwork.storage import Work, sealing, system

_TABLE = "fw_recovery_code"
COUNT = 10
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without letters and digits that are taken for each other."""
_GROUPS, _IN_GROUP = 3, 4


def make_codes(work: Work, user: UUID) -> Sequence[str]:
    """Ten new codes, which end those there were. They cannot be shown again."""
    system.remove(work, _TABLE, equals={"user": user})
    codes = ["-".join(_group() for _ in range(_GROUPS)) for _ in range(COUNT)]
    now = work.context.now
    system.append(work, _TABLE, [{"user": user, "code": _digest(work, user, one), "at": now} for one in codes])
    note(work, Event.RECOVERY_CODES_MADE, object="user", record=user, detail={"codes": COUNT})
    return codes


def take_code(work: Work, user: UUID, code: str) -> bool:
    """True for a code of the user that was not used yet; it is now."""
    found = system.remove(work, _TABLE, equals={"user": user, "code": _digest(work, user, code)}) == 1
    if found:
        left = codes_left(work, user)
        note(work, Event.RECOVERY_CODE_USED, object="user", record=user, detail={"left": left}, by=user)
    return found


def codes_left(work: Work, user: UUID) -> int:
    """How many codes a user has not used."""
    return system.count(work, _TABLE, user=user)


def remove_codes(work: Work, user: UUID) -> None:
    """End every code of a user."""
    system.remove(work, _TABLE, equals={"user": user})


def _group() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(_IN_GROUP))


def _digest(work: Work, user: UUID, code: str) -> str:
    plain = "".join(sign for sign in code.casefold() if sign in _ALPHABET)
    return hmac.digest(sealing.signing_key(work, "recovery"), f"{user}:{plain}".encode(), "sha256").hex()
