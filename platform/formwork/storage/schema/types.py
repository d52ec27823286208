"""Physical column types: the same Python values on both databases, native comparison on each.

| kind     | PostgreSQL        | SQLite                                  |
|----------|-------------------|-----------------------------------------|
| text     | text COLLATE "C"  | TEXT (BINARY)                           |
| integer  | bigint            | BIGINT                                  |
| decimal  | numeric(18, s)    | BIGINT, the value times 10^s            |
| boolean  | boolean           | BOOLEAN, 0 or 1                         |
| date     | date              | TEXT, ISO 8601                          |
| datetime | timestamptz       | BIGINT, microseconds since 1970-01-01 Z |
| time     | time              | TEXT, ISO 8601                          |
| duration | bigint seconds    | BIGINT seconds                          |
| uuid     | uuid              | BLOB of 16 bytes                        |
| json     | jsonb             | TEXT                                    |
| bytes    | bytea             | BLOB                                    |
"""

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import BigInteger, Boolean, Dialect, LargeBinary, Numeric, Text
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DontWrapMixin
from sqlalchemy.types import TypeDecorator, TypeEngine

from formwork.fieldtypes.column import ColumnKind, LogicalColumn
from formwork.kernel import Invalid

DIGITS = 18
"""Digits of a stored decimal, before and after the point together."""
_LIMIT = 10**DIGITS
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)


class Overflow(Invalid, DontWrapMixin):
    """A number has more digits than a column holds."""

    default_code = "overflow"


def scaled(value: Decimal, scale: int) -> int:
    """The value times 10^scale, rounded half-up; raises Overflow past 18 digits."""
    number = int(_EXACT.scaleb(value, scale).to_integral_value(ROUND_HALF_UP))
    if not -_LIMIT < number < _LIMIT:
        raise Overflow("A number has more than 18 digits. Use a smaller one.")
    return number


def unscaled(number: int, scale: int) -> Decimal:
    """The decimal with exactly `scale` decimals that a scaled integer stands for."""
    return Decimal(number).scaleb(-scale, _EXACT)


def to_microseconds(moment: datetime) -> int:
    """Microseconds since the epoch of an aware datetime."""
    return (moment - _EPOCH) // _MICROSECOND


def from_microseconds(number: int) -> datetime:
    """The aware UTC datetime of microseconds since the epoch."""
    return _EPOCH + timedelta(microseconds=number)


def to_json_text(value: object) -> str:
    """Compact JSON text; refuses NaN and infinities."""
    if type(value) is JsonText:
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


class JsonText(str):
    """JSON that is written already, for a JSON column."""

    __slots__ = ()


def write_json(value: object) -> JsonText:
    """The JSON of plain values, as fast as it is had."""
    try:
        return JsonText(orjson.dumps(value).decode())
    except TypeError:
        return JsonText(to_json_text(value))


class IdType(TypeDecorator[UUID]):
    """Record and principal ids."""

    impl = LargeBinary(16)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """See TypeDecorator."""
        return dialect.type_descriptor(postgresql.UUID(as_uuid=True) if _is_postgres(dialect) else LargeBinary(16))

    def process_bind_param(self, value: UUID | None, dialect: Dialect) -> Any:
        """See TypeDecorator."""
        return value if value is None or _is_postgres(dialect) else value.bytes

    def process_result_value(self, value: Any, dialect: Dialect) -> UUID | None:
        """See TypeDecorator."""
        return value if value is None or _is_postgres(dialect) else UUID(bytes=value)


class DecimalType(TypeDecorator[Decimal]):
    """Exact numbers of at most 18 digits with a fixed number of decimals."""

    impl = BigInteger
    cache_ok = True

    def __init__(self, scale: int) -> None:
        super().__init__()
        self.scale = scale

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """See TypeDecorator."""
        return dialect.type_descriptor(Numeric(DIGITS, self.scale) if _is_postgres(dialect) else BigInteger())

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        """See TypeDecorator."""
        if value is None:
            return None
        number = scaled(value, self.scale)
        return unscaled(number, self.scale) if _is_postgres(dialect) else number

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """See TypeDecorator."""
        return value if value is None or _is_postgres(dialect) else unscaled(value, self.scale)


class DatetimeType(TypeDecorator[datetime]):
    """Moments: aware UTC datetimes with microseconds."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """See TypeDecorator."""
        return dialect.type_descriptor(postgresql.TIMESTAMP(timezone=True) if _is_postgres(dialect) else BigInteger())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """See TypeDecorator."""
        return value if value is None or _is_postgres(dialect) else to_microseconds(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """See TypeDecorator."""
        if value is None:
            return None
        return value.astimezone(UTC) if _is_postgres(dialect) else from_microseconds(value)


class DateType(TypeDecorator[date]):
    """Calendar days."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """See TypeDecorator."""
        return dialect.type_descriptor(postgresql.DATE() if _is_postgres(dialect) else Text())

    def process_bind_param(self, value: date | None, dialect: Dialect) -> Any:
        """See TypeDecorator."""
        return value if value is None or _is_postgres(dialect) else value.isoformat()

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:
        """See TypeDecorator."""
        return value if value is None or _is_postgres(dialect) else date.fromisoformat(value)


class TimeType(TypeDecorator[time]):
    """Times of day without a zone."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """See TypeDecorator."""
        return dialect.type_descriptor(postgresql.TIME() if _is_postgres(dialect) else Text())

    def process_bind_param(self, value: time | None, dialect: Dialect) -> Any:
        """See TypeDecorator."""
        return value if value is None or _is_postgres(dialect) else value.isoformat()

    def process_result_value(self, value: Any, dialect: Dialect) -> time | None:
        """See TypeDecorator."""
        return value if value is None or _is_postgres(dialect) else time.fromisoformat(value)


class DurationType(TypeDecorator[timedelta]):
    """Spans of whole seconds."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: timedelta | None, dialect: Dialect) -> Any:
        """See TypeDecorator."""
        return None if value is None else value // timedelta(seconds=1)

    def process_result_value(self, value: Any, dialect: Dialect) -> timedelta | None:
        """See TypeDecorator."""
        return None if value is None else timedelta(seconds=value)


class JsonType(TypeDecorator[Any]):
    """JSON values; None is SQL NULL."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """See TypeDecorator."""
        if _is_postgres(dialect):
            return dialect.type_descriptor(postgresql.JSONB(none_as_null=True))
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """See TypeDecorator."""
        return value if value is None or _is_postgres(dialect) else to_json_text(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """See TypeDecorator."""
        return value if value is None or _is_postgres(dialect) else json.loads(value)


class TextType(TypeDecorator[str]):
    """Text compared by code point on both databases."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """See TypeDecorator."""
        return dialect.type_descriptor(Text(collation="C") if _is_postgres(dialect) else Text())


def column_type(logical: LogicalColumn) -> TypeEngine[Any]:
    """The physical type of a logical column."""
    if logical.kind is ColumnKind.DECIMAL:
        return DecimalType(logical.scale)
    return _TYPES[logical.kind]


_TYPES: dict[ColumnKind, TypeEngine[Any]] = {
    ColumnKind.TEXT: TextType(),
    ColumnKind.INTEGER: BigInteger(),
    ColumnKind.BOOLEAN: Boolean(create_constraint=False),
    ColumnKind.DATE: DateType(),
    ColumnKind.DATETIME: DatetimeType(),
    ColumnKind.TIME: TimeType(),
    ColumnKind.DURATION: DurationType(),
    ColumnKind.UUID: IdType(),
    ColumnKind.JSON: JsonType(),
    ColumnKind.BYTES: LargeBinary(),
}


def _is_postgres(dialect: Dialect) -> bool:
    return dialect.name == "postgresql"
