"""Free JSON, and secrets."""

import json
import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from formwork.fieldtypes.bad_value import BadValue
from formwork.fieldtypes.base import FieldType, LoadContext, Settings
from formwork.fieldtypes.characters import clean_block, clean_line
from formwork.fieldtypes.column import ColumnKind, LogicalColumn
from formwork.fieldtypes.operators import BLANK

LONGEST_JSON = 64_000
"""Characters a JSON value may have when written out."""
DEEPEST_JSON = 20
"""Levels of lists and objects a JSON value may have."""
MASK = "\N{BULLET}" * 8
"""What is given back instead of a secret."""


class JsonType(FieldType):
    """A JSON value that nothing interprets."""

    name = "json"
    family = "other"
    widget = "json"
    operators = BLANK
    sortable = False
    groupable = False

    def columns(self, settings: Settings) -> tuple[LogicalColumn, ...]:
        """One JSON column."""
        return (LogicalColumn(ColumnKind.JSON),)

    def value_kind(self, settings: Settings) -> str | None:
        """Opaque."""
        return "opaque"

    def value_schema(self, settings: Settings) -> Mapping[str, Any]:
        """Anything."""
        return {}

    def load(self, raw: object, settings: Settings, where: LoadContext) -> Any:
        """The value; raises BadValue `bad_json`, `too_long`, `bad_character`, `not_exact`."""
        if raw is None or raw == "":
            return None
        value = _plain(raw, 0)
        length = len(json.dumps(value, ensure_ascii=False))
        if length > LONGEST_JSON:
            raise BadValue(
                "too_long",
                f"Shorten the JSON to {LONGEST_JSON} characters; it has {length}.",
                limit=LONGEST_JSON,
                length=length,
            )
        return value

    def load_text(self, text: str, settings: Settings, where: LoadContext) -> Any:
        """The value of JSON text."""
        if not text.strip():
            return None
        if len(text) > LONGEST_JSON:
            raise BadValue(
                "too_long",
                f"Shorten the JSON to {LONGEST_JSON} characters; it has {len(text)}.",
                limit=LONGEST_JSON,
                length=len(text),
            )
        try:
            return self.load(json.loads(text, parse_float=Decimal), settings, where)
        except (ValueError, RecursionError) as error:
            raise BadValue("bad_json", 'Write a JSON value, for example {"key": 1}.') from error


def _plain(raw: object, depth: int) -> Any:
    if depth > DEEPEST_JSON:
        raise BadValue("bad_json", f"Nest lists and objects at most {DEEPEST_JSON} levels deep.", limit=DEEPEST_JSON)
    if raw is None or isinstance(raw, bool):
        return raw
    if isinstance(raw, str):
        clean_block(raw, LONGEST_JSON)
        return raw
    if isinstance(raw, int):
        if abs(raw) >= 2**63:
            raise BadValue("out_of_range", "Send whole numbers of at most 18 digits, longer ones as text.")
        return raw
    if isinstance(raw, float | Decimal):
        number = float(raw)
        if not math.isfinite(number) or Decimal(repr(number)) != Decimal(str(raw)):
            raise BadValue("not_exact", "Send this number as text so that none of its digits is lost.")
        return number
    if isinstance(raw, Mapping):
        return {clean_line(str(key), 200) or "": _plain(value, depth + 1) for key, value in raw.items()}
    if isinstance(raw, list | tuple):
        return [_plain(item, depth + 1) for item in raw]
    raise BadValue("bad_json", "Send a JSON value.")


class SecretType(FieldType):
    """A password or token: stored encrypted, given back only as a mask."""

    name = "secret"
    family = "other"
    widget = "secret"
    operators = ()
    sortable = False
    filterable = False
    groupable = False

    def columns(self, settings: Settings) -> tuple[LogicalColumn, ...]:
        """One column of ciphertext."""
        return (LogicalColumn(ColumnKind.BYTES),)

    def value_kind(self, settings: Settings) -> str | None:
        """Opaque."""
        return "opaque"

    def value_schema(self, settings: Settings) -> Mapping[str, Any]:
        """A string, taken and never given back."""
        return {"type": "string", "maxLength": 4000, "writeOnly": True}

    def load(self, raw: object, settings: Settings, where: LoadContext) -> str | None:
        """The secret; raises BadValue `masked` for the mask itself, and those of text."""
        text = clean_block(raw, 4000)
        if text == MASK:
            raise BadValue("masked", "Send the new secret, or leave this field out to keep the old one.")
        return text

    def dump(self, value: Any) -> Any:
        """The mask."""
        return None if value is None else MASK
