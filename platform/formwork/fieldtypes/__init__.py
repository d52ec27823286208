"""Field types: one file per family, each saying its settings, columns, loading, operators and widget."""

from formwork.fieldtypes.bad_value import BadValue
from formwork.fieldtypes.base import FieldType, LoadContext, Loaded
from formwork.fieldtypes.column import ColumnKind, LogicalColumn
from formwork.fieldtypes.contact import phone_text
from formwork.fieldtypes.option import Option
from formwork.fieldtypes.registry import FIELD_TYPES
from formwork.fieldtypes.value import Address, Geolocation, RecordRef

__all__ = [
    "FIELD_TYPES",
    "Address",
    "BadValue",
    "ColumnKind",
    "FieldType",
    "Geolocation",
    "LoadContext",
    "Loaded",
    "LogicalColumn",
    "Option",
    "RecordRef",
    "phone_text",
]
