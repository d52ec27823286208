"""Passwords that are tried first: a list that is always there, and a file of breached ones where there is one.

Nothing is asked over the network (NIST SP 800-63B, 3.1.1.2; ASVS 5.0, 6.2.4 and 6.2.12). The list is zxcvbn's: the
30,000 most frequent of real leaks. The file is that of Have I Been Pwned, "ordered by hash": a line `<SHA-1>:<count>`
for each, sorted.
"""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from formwork.kernel import Unavailable
from formwork.kernel.library import on_first_use

if TYPE_CHECKING:
    from zxcvbn import frequency_lists
else:
    frequency_lists = on_first_use("zxcvbn.frequency_lists")

_NEAR = 4_096
"""Bytes that are read line by line once a search has come so near."""


def is_known(password: str, breached: Path | None = None) -> bool:
    """True for a password on the list, whatever its case, or in the file.

    Raises Unavailable `bad_setting` when the file cannot be read: a check that was asked for is never skipped.
    """
    return password.casefold() in _frequent() or (breached is not None and _is_in(breached, password))


@lru_cache(maxsize=1)
def _frequent() -> frozenset[str]:
    return frozenset(one.casefold() for one in frequency_lists.FREQUENCY_LISTS["passwords"])


def _is_in(file: Path, password: str) -> bool:
    wanted = hashlib.sha1(password.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest().upper().encode()
    try:
        with file.open("rb") as lines:
            return _found(lines, wanted, file.stat().st_size)
    except OSError as error:
        message = f"The file of breached passwords cannot be read ({error.strerror}). Correct the setting."
        raise Unavailable(message, code="bad_setting") from error


def _found(lines: BinaryIO, wanted: bytes, size: int) -> bool:
    """Whether a line begins with a hash; `low` is the start of a line that is not behind it."""
    low, high = 0, size
    while high - low > _NEAR:
        lines.seek((low + high) // 2)
        lines.readline()
        begin = lines.tell()
        if begin >= high:
            break
        if lines.readline()[: len(wanted)].upper() <= wanted:
            low = begin
        else:
            high = begin
    lines.seek(low)
    for line in lines:
        found = line[: len(wanted)].upper()
        if found >= wanted:
            return found == wanted
    return False
