"""One of a list, several of a list, free tags."""

from collections.abc import Mapping, Sequence
from typing import Any

from formwork.fieldtypes.bad_value import BadValue
from formwork.fieldtypes.base import FieldType, LoadContext, Settings
from formwork.fieldtypes.characters import clean_line
from formwork.fieldtypes.column import ColumnKind, LogicalColumn
from formwork.fieldtypes.operators import CHOICE, MANY
from formwork.fieldtypes.option import Option

CODE_PATTERN = "^[a-z0-9][a-z0-9_.+-]{0,60}$"
"""What an option code looks like."""

MOST_ITEMS = 200
"""Items a multi_select or tags field takes at most."""

_OPTION = {
    "oneOf": [
        {"type": "string", "minLength": 1, "maxLength": 120},
        {
            "type": "object",
            "properties": {
                "label": {"type": "string", "minLength": 1, "maxLength": 120},
                "hue": {"$ref": "#/$defs/hue"},
                "icon": {"type": "string"},
                "active": {"type": "boolean"},
            },
            "additionalProperties": {"type": ["string", "number", "boolean"]},
        },
    ]
}
OPTIONS_DEF: Mapping[str, Any] = {
    "type": "object",
    "minProperties": 1,
    "propertyNames": {"pattern": CODE_PATTERN},
    "additionalProperties": _OPTION,
    "description": "Code to label, or to {label, hue, icon, active, and attributes reached as field.attribute}.",
}
OPTIONS_SCHEMA: Mapping[str, Any] = {"$ref": "#/$defs/options"}
"""Where a field's schema takes options; OPTIONS_DEF is what it points at."""


def _code(raw: object, settings: Settings) -> str | None:
    text = clean_line(raw, 120)
    if text is not None and text not in settings["options"]:
        raise _unknown(settings)
    return text


def _code_or_label(text: str, settings: Settings) -> str | None:
    plain = clean_line(text, 120)
    if plain is None or plain in settings["options"]:
        return plain
    options: Mapping[str, Option] = settings["options"]
    folded = plain.casefold()
    hits = [option.code for option in options.values() if folded in (option.code.casefold(), option.label.casefold())]
    if len(hits) != 1:
        raise _unknown(settings)
    return hits[0]


def _unknown(settings: Settings) -> BadValue:
    codes = [code for code, option in settings["options"].items() if option.active]
    shown = ", ".join(codes[:20]) + (" …" if len(codes) > 20 else "")
    return BadValue("unknown_option", f"Choose one of: {shown}.", options=shown)


def _items(raw: object) -> Sequence[object]:
    if not isinstance(raw, list | tuple):
        raise BadValue("not_a_list", "Send a list.")
    if len(raw) > MOST_ITEMS:
        raise BadValue("too_many", f"Send at most {MOST_ITEMS} items.", limit=MOST_ITEMS)
    return raw


class SelectType(FieldType):
    """One option, stored as its code. Whether it is still active is asked when records are written."""

    name = "select"
    family = "choice"
    widget = "select"
    operators = CHOICE

    def schema(self) -> Mapping[str, Any]:
        """`options`."""
        return {"options": OPTIONS_SCHEMA}

    def required_settings(self) -> tuple[str, ...]:
        """`options`."""
        return ("options",)

    def columns(self, settings: Settings) -> tuple[LogicalColumn, ...]:
        """One text column."""
        return (LogicalColumn(ColumnKind.TEXT, length=64),)

    def value_kind(self, settings: Settings) -> str | None:
        """Select."""
        return "select"

    def value_schema(self, settings: Settings) -> Mapping[str, Any]:
        """One of the codes."""
        return {"type": "string", "enum": list(settings["options"])}

    def load(self, raw: object, settings: Settings, where: LoadContext) -> str | None:
        """The code; raises BadValue `unknown_option`."""
        return _code(raw, settings)

    def load_plain(self, raws: Sequence[Any], settings: Settings) -> Sequence[str] | None:
        """Codes of options."""
        return raws if set(map(type, raws)) == {str} and set(raws) <= settings["options"].keys() else None

    def load_text(self, text: str, settings: Settings, where: LoadContext) -> str | None:
        """The code of a code or, whatever its case, of a label."""
        return _code_or_label(text, settings)


class MultiSelectType(FieldType):
    """Several options."""

    name = "multi_select"
    family = "choice"
    widget = "multi_select"
    operators = MANY
    sortable = False
    groupable = False
    side_table = True

    def schema(self) -> Mapping[str, Any]:
        """`options`."""
        return {"options": OPTIONS_SCHEMA}

    def required_settings(self) -> tuple[str, ...]:
        """`options`."""
        return ("options",)

    def columns(self, settings: Settings) -> tuple[LogicalColumn, ...]:
        """The code of one item."""
        return (LogicalColumn(ColumnKind.TEXT, length=64),)

    def value_kind(self, settings: Settings) -> str | None:
        """List."""
        return "list"

    def item_kind(self, settings: Settings) -> str | None:
        """Select."""
        return "select"

    def value_schema(self, settings: Settings) -> Mapping[str, Any]:
        """A list of codes."""
        return {"type": "array", "items": {"type": "string", "enum": list(settings["options"])}, "maxItems": MOST_ITEMS}

    def load(self, raw: object, settings: Settings, where: LoadContext) -> tuple[str, ...] | None:
        """The codes without repetition; raises BadValue `unknown_option`, `not_a_list`, `too_many`."""
        if raw is None or raw == "":
            return None
        codes = [_code(item, settings) for item in _items(raw)]
        return tuple(dict.fromkeys(code for code in codes if code)) or None

    def load_text(self, text: str, settings: Settings, where: LoadContext) -> tuple[str, ...] | None:
        """Codes or labels between `;` (or `,`)."""
        codes = [_code_or_label(item, settings) for item in _split(text)]
        return tuple(dict.fromkeys(code for code in codes if code)) or None

    def dump(self, value: Any) -> Any:
        """A list of codes."""
        return list(value or ())


def _split(text: str) -> list[str]:
    items = text.split(";" if ";" in text else ",")
    _items(items)
    return items


class TagsType(FieldType):
    """Free words, each of at most 60 characters, without comma or semicolon."""

    name = "tags"
    family = "choice"
    widget = "tags"
    operators = MANY
    sortable = False
    groupable = False
    side_table = True

    def columns(self, settings: Settings) -> tuple[LogicalColumn, ...]:
        """One word."""
        return (LogicalColumn(ColumnKind.TEXT, length=60, fold=True),)

    def value_kind(self, settings: Settings) -> str | None:
        """List."""
        return "list"

    def item_kind(self, settings: Settings) -> str | None:
        """Text."""
        return "text"

    def value_schema(self, settings: Settings) -> Mapping[str, Any]:
        """A list of words."""
        return {"type": "array", "items": {"type": "string", "maxLength": 60}, "maxItems": MOST_ITEMS}

    def load(self, raw: object, settings: Settings, where: LoadContext) -> tuple[str, ...] | None:
        """The words, the same word in other case once; raises BadValue `bad_tag`, `not_a_list`, `too_many`."""
        if raw is None or raw == "":
            return None
        words: dict[str, str] = {}
        for item in _items(raw):
            word = clean_line(item, 60)
            if word is None:
                continue
            if "," in word or ";" in word:
                raise BadValue("bad_tag", "Write each tag as an item of its own, without comma or semicolon.")
            words.setdefault(word.casefold(), word)
        return tuple(words.values()) or None

    def load_text(self, text: str, settings: Settings, where: LoadContext) -> tuple[str, ...] | None:
        """Words between `;` (or `,`)."""
        return self.load(_split(text), settings, where)

    def dump(self, value: Any) -> Any:
        """A list of words."""
        return list(value or ())
