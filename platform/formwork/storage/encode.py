"""Python values to what the driver takes, column by column, without a detour per cell."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeAlias

from sqlalchemy import BigInteger
from sqlalchemy.types import TypeEngine

from formwork.storage.schema.types import (
    DatetimeType,
    DateType,
    DecimalType,
    DurationType,
    IdType,
    JsonType,
    TimeType,
    scaled,
    to_json_text,
    to_microseconds,
)

Encode: TypeAlias = Callable[[Any], Any]
_SECOND = timedelta(seconds=1)


def encode_column(type_: TypeEngine[Any], values: list[Any], *, is_postgres: bool) -> list[Any]:
    """The driver's values of one column, blanks kept."""
    return encode_values(encoder(type_, is_postgres=is_postgres), values)


def encoder(type_: TypeEngine[Any], *, is_postgres: bool) -> Encode | None:
    """What turns a value of this type into the driver's; None when the driver takes it as it is."""
    return _postgres(type_) if is_postgres else _sqlite(type_)


def encode_values(encode: Encode | None, values: list[Any]) -> list[Any]:
    """The driver's values, blanks kept. One value all through (a moment, an author) is turned once."""
    if encode is None:
        return values
    first = values[0] if values else None
    if len(values) > 1 and values[-1] is first and all(value is first for value in values):
        return [None if first is None else encode(first)] * len(values)
    return [None if value is None else encode(value) for value in values]


def _postgres(type_: TypeEngine[Any]) -> Encode | None:
    """psycopg takes most values as they are; numeric columns round half away from zero by themselves."""
    match type_:
        case JsonType():
            return to_json_text
        case DurationType():
            return lambda value: value // _SECOND
        case BigInteger():
            return int
    return None


def _sqlite(type_: TypeEngine[Any]) -> Encode | None:
    match type_:
        case BigInteger():
            return int
        case IdType():
            return lambda value: value.bytes
        case DecimalType(scale=scale):
            return lambda value: scaled(value, scale)
        case DatetimeType():
            return to_microseconds
        case DateType() | TimeType():
            return lambda value: value.isoformat()
        case DurationType():
            return lambda value: value // _SECOND
        case JsonType():
            return to_json_text
    return None
