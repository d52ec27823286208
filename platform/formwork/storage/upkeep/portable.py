"""Cells as JSON that means the same on either database: the lines of a backup."""

import base64
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import LargeBinary
from sqlalchemy.types import TypeEngine

from formwork.storage.schema.types import DatetimeType, DateType, DecimalType, DurationType, IdType, TimeType

Convert: TypeAlias = Callable[[Any], Any]
_SECOND = timedelta(seconds=1)


def to_portable(type_: TypeEngine[Any]) -> Convert | None:
    """How a cell of this type is written, None when JSON has it as it is. Blanks stay null."""
    match type_:
        case IdType() | DecimalType():
            return str
        case DatetimeType() | DateType() | TimeType():
            return lambda value: value.isoformat()
        case DurationType():
            return lambda value: value // _SECOND
        case LargeBinary():
            return lambda value: base64.b64encode(value).decode()
    return None


def from_portable(type_: TypeEngine[Any]) -> Convert | None:
    """How a written cell is read back."""
    match type_:
        case IdType():
            return UUID
        case DecimalType():
            return Decimal
        case DatetimeType():
            return datetime.fromisoformat
        case DateType():
            return date.fromisoformat
        case TimeType():
            return time.fromisoformat
        case DurationType():
            return lambda value: timedelta(seconds=value)
        case LargeBinary():
            return base64.b64decode
    return None
