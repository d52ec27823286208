"""The characters a stored text may have. SECURITY: NUL, surrogates and controls are refused, not removed."""

import re
import unicodedata
from collections.abc import Sequence

from formwork.fieldtypes.bad_value import BadValue

_LINE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_BLOCK = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def clean_line(raw: object, longest: int) -> str | None:
    """One line of text in NFC without outer blanks, None when nothing is left.

    `longest` counts characters. Raises BadValue `not_text`, `bad_character` or `too_long`.
    """
    if type(raw) is str and raw.isascii() and raw.isprintable() and 0 < len(text := raw.strip()) <= longest:
        return text  # nothing to refuse and nothing to compose: most texts end here
    return _clean(raw, longest, _LINE)


def plain_lines(raws: Sequence[str], longest: int) -> list[str] | None:
    """What `clean_line` gives for a column of printable ASCII texts, None when one of them has to be looked at."""
    try:
        joined = "".join(raws)
    except TypeError:
        return None
    if not (joined.isascii() and joined.isprintable()):
        return None
    texts = [raw.strip() for raw in raws]
    return texts if all(texts) and max(map(len, texts), default=0) <= longest else None


def clean_block(raw: object, longest: int) -> str | None:
    """Text of several lines: tabs and line ends stay (CR LF becomes LF). Otherwise as `clean_line`."""
    if isinstance(raw, str):
        if raw.isascii() and raw.isprintable() and 0 < len(text := raw.strip()) <= longest:
            return text
        raw = raw.replace("\r\n", "\n").replace("\r", "\n")
    return _clean(raw, longest, _BLOCK)


def _clean(raw: object, longest: int, refused: re.Pattern[str]) -> str | None:
    if raw is None:
        return None
    if not isinstance(raw, str):
        raise BadValue("not_text", "Send a text.")
    if found := refused.search(raw):
        position = found.start() + 1
        raise BadValue(
            "bad_character",
            f"Remove the control or broken character at position {position}.",
            position=position,
        )
    text = raw.strip()
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if len(text) > longest:
        raise BadValue(
            "too_long",
            f"Shorten the text to {longest} characters; it has {len(text)}.",
            limit=longest,
            length=len(text),
        )
    return text or None
