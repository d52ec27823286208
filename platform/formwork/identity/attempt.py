"""Failed sign-ins, counted in the database for every process: by login, known or not, and by address.

What was typed is kept as a hash only. A login nobody has is counted like any other, so that the waits do
not tell which logins there are.
"""

import hashlib
from datetime import timedelta
from ipaddress import IPv6Address, ip_address
from uuid import UUID

from formwork.identity.audit import Event, note
from formwork.kernel import LimitExceeded
from formwork.storage import Work, locks, system

_TABLE = "fw_attempt"
FREE_TRIES = 5
"""Failures of one login before it has to wait."""
_LONGEST_WAIT = 15 * 60
MOST_IN_A_ROW = 100
"""Failures of one login in a row, after which it waits a day after each (NIST SP 800-63B-4, 3.2.2; ASVS 5.0, 6.3.1).

Another password, which a link by mail or an administrator gives, begins anew at once; passkeys and providers go on.
"""
PER_ADDRESS = 30
"""Failures one address may make in a minute, whatever the logins."""
_MINUTE = timedelta(minutes=1)
KEPT = timedelta(days=1)
"""How long a login's failures are remembered after the last one."""
MOST = 50_000
"""Rows kept; beyond that a tenth goes, but for those whose wait lasts."""
_NETWORK_BITS = 64


def require_no_wait(work: Work, login: str, address: str) -> None:
    """Raise LimitExceeded `throttled` while the login or the address has to wait."""
    for key in (_by_address(address), _by_login(login)):
        row = system.find(work, _TABLE, key=key) if key else None
        if row is not None and row["wait_until"] is not None and row["wait_until"] > work.context.now:
            seconds = int((row["wait_until"] - work.context.now).total_seconds()) + 1
            raise LimitExceeded(
                f"Too many failed sign-ins. Wait {seconds} second{'s' if seconds != 1 else ''} and try again.",
                code="throttled",
                extra={"retry_after": seconds},
            )


def note_failure(work: Work, login: str, address: str = "", user: UUID | None = None) -> None:
    """Count a failed sign-in of a login and, when it is known, of an address. `user` is named where `login` is none.

    After five each further one of a login doubles its wait, up to a quarter of an hour, and after a hundred it is a
    day. An address waits for the rest of its minute when it made thirty in it.
    """
    now = work.context.now
    if key := _by_address(address):
        locks.lock_name(work, key)
        row = system.find(work, _TABLE, key=key)
        running = row is not None and row["at"] + _MINUTE > now
        began, failures = (row["at"], row["failures"] + 1) if row is not None and running else (now, 1)
        until = began + _MINUTE if failures >= PER_ADDRESS else None
        system.put(work, _TABLE, {"key": key, "failures": failures, "wait_until": until, "at": began})
    key = _by_login(login)
    locks.lock_name(work, key)
    row = system.find(work, _TABLE, key=key)
    failures = row["failures"] + 1 if row is not None else 1
    wait = _wait_after(failures)
    system.put(work, _TABLE, {"key": key, "failures": failures, "wait_until": now + wait if wait else None, "at": now})
    _make_room(work)
    _tell(work, login, failures, user)


def _wait_after(failures: int) -> timedelta:
    """How long a login waits after so many failures in a row."""
    if failures < FREE_TRIES:
        return timedelta()
    return (
        KEPT
        if failures >= MOST_IN_A_ROW
        else timedelta(seconds=min(2 ** min(failures - FREE_TRIES, 10), _LONGEST_WAIT))
    )


def _tell(work: Work, login: str, failures: int, user: UUID | None) -> None:
    """The audit names the user of a login; of one nobody has it says no more, since it may be a password."""
    if user is None:
        known = system.find(work, "fw_credential", login=login.strip().casefold())
        user = None if known is None else known["user"]
    told = {"failures": failures, "known": user is not None}
    note(work, Event.SIGN_IN_FAILED, object="user", record=user, detail=told)


def forget_failures(work: Work, login: str) -> None:
    """Begin anew for a login: somebody signed in, or the password is another one."""
    key = _by_login(login)
    if system.find(work, _TABLE, key=key) is not None:
        system.remove(work, _TABLE, equals={"key": key})


def remove_old_failures(work: Work) -> int:
    """Forget failures that are long past; gives how many rows."""
    return system.remove(work, _TABLE, before={"at": work.context.now - KEPT})


def _make_room(work: Work) -> None:
    """Take the rows that failed least, and of these the oldest, but none whose wait lasts.

    Or whoever fails with many logins would end the wait of another one.
    """
    if system.count(work, _TABLE) <= MOST:
        return
    wanted = ("key", "wait_until")
    rows = system.find_many(work, _TABLE, order=("failures", "at"), limit=max(1, MOST // 10), columns=wanted)
    now = work.context.now
    gone = [row["key"] for row in rows if row["wait_until"] is None or row["wait_until"] <= now]
    system.remove(work, _TABLE, in_={"key": gone})


def _by_login(login: str) -> str:
    return _digest(f"login:{login.strip().casefold()}")


def _by_address(address: str) -> str:
    """The key of an address; an IPv6 one counts with its network, since one line has many. Blank without one."""
    if not address:
        return ""
    try:
        found = ip_address(address)
    except ValueError:
        return _digest(f"address:{address}")
    if isinstance(found, IPv6Address) and found.ipv4_mapped is None:
        return _digest(f"address:{int(found) >> _NETWORK_BITS:x}")
    return _digest(f"address:{found.ipv4_mapped if isinstance(found, IPv6Address) else found}")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
