"""Written text: one line, several lines, formatted, scanned."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, ClassVar

import nh3

from formwork.fieldtypes.bad_value import BadValue
from formwork.fieldtypes.base import FieldType, LoadContext, Settings
from formwork.fieldtypes.characters import clean_block, clean_line, plain_lines
from formwork.fieldtypes.column import ColumnKind, LogicalColumn
from formwork.fieldtypes.operators import BLANK, TEXT
from formwork.fieldtypes.pattern import MOST_MATCHED

RICH_TAGS = frozenset(
    "a b blockquote br code div em h1 h2 h3 h4 hr i li ol p pre s span strong table tbody td th thead tr u ul".split()
)
"""HTML elements formatted text may hold; everything else is taken out, scripts with their content."""


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


class TextType(FieldType):
    """One line of text."""

    name = "text"
    family = "text"
    widget = "text"
    operators = TEXT
    longest: ClassVar[int] = 255
    """Characters when the field says no `max`."""

    def schema(self) -> Mapping[str, Any]:
        """`max` characters, `pattern` (a regular expression the whole text must match)."""
        return {
            "max": {
                "type": "integer",
                "minimum": 1,
                "maximum": 4000,
                "description": "Most characters, 255 when absent.",
            },
            "pattern": {
                "type": "string",
                "maxLength": 200,
                "format": "regex",
                "description": "Regular expression the whole text must match, at most 1,000 characters of it.",
            },
        }

    def columns(self, settings: Settings) -> tuple[LogicalColumn, ...]:
        """One text column."""
        return (LogicalColumn(ColumnKind.TEXT, length=settings.get("max", self.longest), fold=True),)

    def value_kind(self, settings: Settings) -> str | None:
        """Text."""
        return "text"

    def value_schema(self, settings: Settings) -> Mapping[str, Any]:
        """A string."""
        shape = {"type": "string", "maxLength": settings.get("max", self.longest)}
        return {**shape, "pattern": f"^(?:{settings['pattern']})$"} if "pattern" in settings else shape

    def load(self, raw: object, settings: Settings, where: LoadContext) -> str | None:
        """The text in NFC; raises BadValue `not_text`, `bad_character`, `too_long`, `pattern`."""
        text = clean_line(raw, settings.get("max", self.longest))
        pattern = settings.get("pattern")
        if text is not None and pattern and (len(text) > MOST_MATCHED or not _compiled(pattern).fullmatch(text)):
            raise BadValue("pattern", "Write the text in the form this field asks for.", pattern=pattern)
        return text

    def load_plain(self, raws: Sequence[Any], settings: Settings) -> list[str] | None:
        """Printable ASCII, where no form is asked for."""
        return None if settings.get("pattern") else plain_lines(raws, settings.get("max", self.longest))


class LongTextType(TextType):
    """Text of several lines."""

    name = "long_text"
    widget = "textarea"
    operators = ("contains", *BLANK)
    sortable = False
    groupable = False
    longest = 32000

    def schema(self) -> Mapping[str, Any]:
        """`max` characters."""
        return {
            "max": {
                "type": "integer",
                "minimum": 1,
                "maximum": 100000,
                "description": f"Most characters, {self.longest} when absent.",
            }
        }

    def columns(self, settings: Settings) -> tuple[LogicalColumn, ...]:
        """One text column without a bound of its own."""
        return (LogicalColumn(ColumnKind.TEXT, fold=True),)

    def load(self, raw: object, settings: Settings, where: LoadContext) -> str | None:
        """The text with line ends as LF; raises BadValue `not_text`, `bad_character`, `too_long`."""
        return clean_block(raw, settings.get("max", self.longest))


class RichTextType(LongTextType):
    """Formatted text: a safe subset of HTML."""

    name = "rich_text"
    widget = "rich_text"
    longest = 100000

    def load(self, raw: object, settings: Settings, where: LoadContext) -> str | None:
        """The HTML with everything outside RICH_TAGS taken out; raises BadValue as long text."""
        text = clean_block(raw, settings.get("max", self.longest))
        return None if text is None else self.settle(text)

    def load_plain(self, raws: Sequence[Any], settings: Settings) -> None:
        """No HTML is plain."""
        return

    def settle(self, value: str) -> str | None:
        """The HTML with everything outside RICH_TAGS taken out, None where nothing is left."""
        safe = nh3.clean(
            value,
            tags=set(RICH_TAGS),
            attributes={"a": {"href"}},
            url_schemes={"http", "https", "mailto", "tel"},
        ).strip()
        return safe or None


class BarcodeType(TextType):
    """A scanned or printed code: visible ASCII, compared exactly."""

    name = "barcode"
    widget = "barcode"
    longest = 80

    def schema(self) -> Mapping[str, Any]:
        """No settings."""
        return {}

    def load(self, raw: object, settings: Settings, where: LoadContext) -> str | None:
        """The code; raises BadValue `bad_barcode` and those of text."""
        text = clean_line(raw, self.longest)
        if text is not None and not (text.isascii() and text.isprintable()):
            raise BadValue("bad_barcode", "A code has letters, digits and signs of the basic Latin alphabet only.")
        return text
