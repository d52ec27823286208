"""The name of an uploaded file as it may be shown: what a browser sent, without anything that misleads."""

import re
import unicodedata

LONGEST = 200
"""Characters of a name."""
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_HIDING = frozenset("\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
"""Marks that change the direction of a text or cannot be seen: `exe.gpj` would read `jpg.exe`."""
_FORBIDDEN = frozenset('<>:"|?*')
"""Not in a file name on Windows (Win32 naming rules)."""


def clean_name(sent: str) -> str:
    """The last part of what was sent as one safe file name, "file" when nothing is left of it."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", sent))[-1]
    kept = "".join("_" if sign in _FORBIDDEN else sign for sign in last if _is_kept(sign))
    kept = " ".join(kept.split()).strip(". ")
    if _RESERVED.fullmatch(kept):
        kept = f"_{kept}"
    stem, dot, extension = kept.rpartition(".")
    if len(kept) > LONGEST:
        kept = f"{stem[: LONGEST - len(extension) - 1]}.{extension}" if dot and len(extension) < 20 else kept[:LONGEST]
    return kept or "file"


def extension_of(name: str) -> str:
    """What stands behind the last dot, in small letters; "" without one."""
    stem, dot, extension = name.rpartition(".")
    return extension.lower() if dot and stem else ""


def _is_kept(sign: str) -> bool:
    return unicodedata.category(sign) not in ("Cc", "Cs", "Co", "Cn", "Zl", "Zp") and sign not in _HIDING
