"""Texts that a spreadsheet would run as formulas, made harmless, and back (SECURITY: E1)."""

import unicodedata

_STARTS = frozenset("=+-@\t\r\n")
_INVISIBLE = frozenset("\ufeff\u200b\u200c\u200d\u2060")
MARK = "'"
"""Put before a text that would be a formula; reading such a file back takes it away."""


def is_formula(text: str) -> bool:
    """True when some spreadsheet might take the text, or a line of it, for a formula."""
    for line in text.split("\n") if "\n" in text else (text,):
        seen = line.lstrip("".join(_INVISIBLE) + " \u00a0\u3000")
        if seen and unicodedata.normalize("NFKC", seen[0])[:1] in _STARTS:
            return True
    return bool(text) and text[0] in _STARTS


def safe_text(text: str) -> str:
    """The text with an apostrophe before it when it would be a formula, or begins with one that reading takes."""
    return MARK + text if is_formula(text) or (text.startswith(MARK) and is_formula(text.lstrip(MARK))) else text


def plain_text(text: str) -> str:
    """What `safe_text` was given."""
    return text[1:] if text.startswith(MARK) and safe_text(text[1:]) == text else text
