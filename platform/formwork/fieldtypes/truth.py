"""Yes or no."""

from collections.abc import Mapping, Sequence
from typing import Any

from formwork.fieldtypes.bad_value import BadValue
from formwork.fieldtypes.base import FieldType, LoadContext, Settings
from formwork.fieldtypes.column import ColumnKind, LogicalColumn
from formwork.fieldtypes.operators import EQUAL

_WORDS = {
    **dict.fromkeys(("true", "1", "yes", "y", "on", "x", "sí", "si", "是", "예", "네"), True),
    **dict.fromkeys(("false", "0", "no", "n", "off", "否", "아니오", "아니요"), False),
}


class BooleanType(FieldType):
    """Yes or no; blank counts as no in conditions."""

    name = "boolean"
    family = "choice"
    widget = "checkbox"
    operators = EQUAL

    def schema(self) -> Mapping[str, Any]:
        """`consent` names the fields that note when somebody agreed, and where that came from."""
        name = {"$ref": "#/$defs/name"}
        return {
            "consent": {
                "type": "object", "properties": {"at": name, "source": name}, "required": ["at", "source"],
                "additionalProperties": False,
                "description": "Fields that note when it was given or taken back, and where that came from.",
            }
        }  # fmt: skip

    def columns(self, settings: Settings) -> tuple[LogicalColumn, ...]:
        """One boolean column."""
        return (LogicalColumn(ColumnKind.BOOLEAN),)

    def value_kind(self, settings: Settings) -> str | None:
        """Boolean."""
        return "boolean"

    def value_schema(self, settings: Settings) -> Mapping[str, Any]:
        """A JSON boolean."""
        return {"type": "boolean"}

    def load(self, raw: object, settings: Settings, where: LoadContext) -> bool | None:
        """The truth; raises BadValue `not_boolean`."""
        if raw is None or isinstance(raw, bool):
            return raw
        raise BadValue("not_boolean", "Send true or false.")

    def load_plain(self, raws: Sequence[Any], settings: Settings) -> Sequence[bool] | None:
        """JSON booleans."""
        return raws if set(map(type, raws)) == {bool} else None

    def load_text(self, text: str, settings: Settings, where: LoadContext) -> bool | None:
        """`yes`, `no`, `1`, `0`, `true`, `false`, and the words of the shipped languages."""
        word = text.strip().casefold()
        if not word:
            return None
        if word not in _WORDS:
            raise BadValue("not_boolean", "Write yes or no.")
        return _WORDS[word]
