"""The value an expression gives, in the type its field stores: decimals rounded half-up, whole numbers whole."""

from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from formwork.catalog import FieldSpec
from formwork.fieldtypes import ColumnKind


def stored_value(field: FieldSpec, value: Any, zone: ZoneInfo) -> Any:
    """The Python value `field` keeps for what an expression gave; `zone` places days in time."""
    if value is None or value == "" or not field.columns:
        return None if value == "" else value
    column = field.columns[0].logical
    match column.kind:
        case ColumnKind.INTEGER if isinstance(value, Decimal):
            return int(value.quantize(Decimal(1), ROUND_HALF_UP))
        case ColumnKind.DECIMAL if isinstance(value, Decimal | int):
            return Decimal(value).quantize(Decimal(1).scaleb(-column.scale), ROUND_HALF_UP)
        case ColumnKind.DATETIME if isinstance(value, date) and not isinstance(value, datetime):
            return datetime.combine(value, time(), zone)
        case ColumnKind.DATE if isinstance(value, datetime):
            return value.astimezone(zone).date()
        case ColumnKind.TEXT:
            return field.field_type.settle(value)
        case _:
            return value
