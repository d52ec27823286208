"""The system field that says which flavour of its object a record is."""

from collections.abc import Mapping
from typing import Any

from formwork.fieldtypes.base import FieldType, LoadContext, Settings
from formwork.fieldtypes.characters import clean_line
from formwork.fieldtypes.column import ColumnKind, LogicalColumn
from formwork.fieldtypes.operators import CHOICE


class RecordTypeType(FieldType):
    """A record type's code; the catalog knows which codes an object has."""

    name = "record_type"
    family = "system"
    widget = "select"
    operators = CHOICE

    def columns(self, settings: Settings) -> tuple[LogicalColumn, ...]:
        """One text column."""
        return (LogicalColumn(ColumnKind.TEXT, length=64),)

    def value_kind(self, settings: Settings) -> str | None:
        """Text."""
        return "text"

    def value_schema(self, settings: Settings) -> Mapping[str, Any]:
        """A string."""
        return {"type": "string", "maxLength": 64}

    def load(self, raw: object, settings: Settings, where: LoadContext) -> str | None:
        """The code; raises BadValue of text."""
        return clean_line(raw, 64)
