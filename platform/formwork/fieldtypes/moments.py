"""Days, moments, times of day and lengths of time."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar

from formwork.fieldtypes.bad_value import BadValue
from formwork.fieldtypes.base import FieldType, LoadContext, Settings
from formwork.fieldtypes.column import ColumnKind, LogicalColumn
from formwork.fieldtypes.local_time import to_utc
from formwork.fieldtypes.operators import MOMENT

M = TypeVar("M", date, datetime)
_ORDERS = {"es": "dmy", "zh": "ymd", "ko": "ymd", "en": "ymd"}
_PARTS = re.compile(r"(\d{1,4})\s*[-/.年년]\s*(\d{1,2})\s*[-/.月월]\s*(\d{1,4})\s*[.日일]?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}", re.ASCII)
_PLAIN_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{3}|\.\d{6})?)?Z", re.ASCII)
"""Moments that are written in UTC already."""
_BOUNDS = {
    "min": {"type": "string", "description": "Earliest value, an expression such as `today()`."},
    "max": {"type": "string", "description": "Latest value, an expression."},
}


def read_date(text: str, where: LoadContext) -> date:
    """The day a person wrote: ISO 8601, or in the order of `where`. Raises BadValue `bad_date`."""
    plain = text.strip()
    found = _PARTS.fullmatch(plain)
    order = where.date_order or _ORDERS.get(where.locale.split("-")[0].split("_")[0], "ymd")
    if found is None:
        raise _bad_date(order)
    numbers = [int(part) for part in found.groups()]
    if len(found.group(1)) == 4:
        order = "ymd"
    elif order == "ymd" or len(found.group(3)) != 4:
        raise _bad_date(order)
    year, month, day = (numbers[order.index(letter)] for letter in "ymd")
    try:
        return date(year, month, day)
    except ValueError as error:
        raise _no_such_day() from error


def _no_such_day() -> BadValue:
    return BadValue("bad_date", "This day does not exist; check month and day.")


def _bad_date(order: str) -> BadValue:
    shape = {"ymd": "2026-03-31", "dmy": "31/03/2026", "mdy": "03/31/2026"}[order]
    return BadValue("bad_date", f"Write the date like {shape}.", example=shape)


class DateType(FieldType):
    """A calendar day, without time or zone."""

    name = "date"
    family = "time"
    widget = "date"
    operators = MOMENT

    def schema(self) -> Mapping[str, Any]:
        """`min` and `max` as expressions."""
        return _BOUNDS

    def columns(self, settings: Settings) -> tuple[LogicalColumn, ...]:
        """One date column."""
        return (LogicalColumn(ColumnKind.DATE),)

    def value_kind(self, settings: Settings) -> str | None:
        """Date."""
        return "date"

    def value_schema(self, settings: Settings) -> Mapping[str, Any]:
        """An ISO 8601 day."""
        return {"type": "string", "format": "date"}

    def load(self, raw: object, settings: Settings, where: LoadContext) -> date | None:
        """The day of `2026-03-31`; raises BadValue `bad_date`."""
        if raw is None or raw == "":
            return None
        if isinstance(raw, date) and not isinstance(raw, datetime):
            return raw
        if not isinstance(raw, str) or not _DAY.fullmatch(raw):
            raise _bad_date("ymd")
        try:
            return date.fromisoformat(raw)
        except ValueError as error:
            raise _no_such_day() from error

    def load_plain(self, raws: Sequence[Any], settings: Settings) -> list[date] | None:
        """Days that exist, in the one spelling."""
        return _read_all(raws, _DAY, date)

    def load_text(self, text: str, settings: Settings, where: LoadContext) -> date | None:
        """As `load`, also in the date order of `where`."""
        return read_date(text, where) if text.strip() else None

    def dump(self, value: Any) -> Any:
        """ISO 8601."""
        return None if value is None else value.isoformat()


class DatetimeType(FieldType):
    """A moment, kept in UTC."""

    name = "datetime"
    family = "time"
    widget = "datetime"
    operators = MOMENT

    def schema(self) -> Mapping[str, Any]:
        """`min` and `max` as expressions."""
        return _BOUNDS

    def columns(self, settings: Settings) -> tuple[LogicalColumn, ...]:
        """One datetime column."""
        return (LogicalColumn(ColumnKind.DATETIME),)

    def value_kind(self, settings: Settings) -> str | None:
        """Datetime."""
        return "datetime"

    def value_schema(self, settings: Settings) -> Mapping[str, Any]:
        """RFC 3339 with an offset; given back in Z."""
        return {"type": "string", "format": "date-time"}

    def load(self, raw: object, settings: Settings, where: LoadContext) -> datetime | None:
        """The moment in UTC; raises BadValue `bad_datetime`, `needs_offset`, `time_gap`."""
        if raw is None or raw == "":
            return None
        if isinstance(raw, datetime):
            return to_utc(raw, where)
        if not isinstance(raw, str) or not _MOMENT.match(raw):
            raise _bad_datetime()
        try:
            moment = datetime.fromisoformat(raw.strip())
        except ValueError as error:
            raise _bad_datetime() from error
        return to_utc(moment, where)

    def load_plain(self, raws: Sequence[Any], settings: Settings) -> list[datetime] | None:
        """Moments written in UTC."""
        return _read_all(raws, _PLAIN_MOMENT, datetime)

    def load_text(self, text: str, settings: Settings, where: LoadContext) -> datetime | None:
        """As `load`, also a date in the order of `where` followed by a time (midnight when there is none)."""
        plain = text.strip()
        if not plain or re.match(r"\d{4}-\d{2}-\d{2}[T ]\d", plain, re.ASCII):
            return self.load(plain, settings, where)
        day, _, clock = plain.partition(" ")
        return to_utc(datetime.combine(read_date(day, where), read_time(clock or "00:00")), where)

    def dump(self, value: Any) -> Any:
        """ISO 8601 in Z."""
        return None if value is None else value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _read_all(raws: Sequence[Any], form: re.Pattern[str], kind: type[M]) -> list[M] | None:
    """The days or moments of a column of texts of one form, None when one is of another or does not exist."""
    if set(map(type, raws)) != {str} or not all(map(form.fullmatch, raws)):
        return None
    try:
        known = {raw: kind.fromisoformat(raw) for raw in set(raws)}
    except ValueError:
        return None
    return [known[raw] for raw in raws]


def _bad_datetime() -> BadValue:
    return BadValue("bad_datetime", "Write the moment like 2026-03-31T14:30:00Z.")


def read_time(text: str) -> time:
    """The time of day of `14:30` or `14:30:05`; raises BadValue `bad_time`."""
    try:
        if not re.fullmatch(r"\d{1,2}:\d{2}(:\d{2}(\.\d{1,6})?)?", text.strip(), re.ASCII):
            raise ValueError(text)
        return time.fromisoformat(text.strip().rjust(5, "0") if len(text.strip()) < 5 else text.strip())
    except ValueError as error:
        raise BadValue("bad_time", "Write the time of day like 14:30.") from error


class TimeType(FieldType):
    """A time of day, without zone."""

    name = "time"
    family = "time"
    widget = "time"
    operators = MOMENT

    def columns(self, settings: Settings) -> tuple[LogicalColumn, ...]:
        """One time column."""
        return (LogicalColumn(ColumnKind.TIME),)

    def value_kind(self, settings: Settings) -> str | None:
        """Time."""
        return "time"

    def value_schema(self, settings: Settings) -> Mapping[str, Any]:
        """ISO 8601 without offset."""
        return {"type": "string", "pattern": r"^\d{2}:\d{2}(:\d{2})?"}

    def load(self, raw: object, settings: Settings, where: LoadContext) -> time | None:
        """The time; raises BadValue `bad_time`."""
        if raw is None or raw == "":
            return None
        if isinstance(raw, time) and raw.tzinfo is None:
            return raw
        if not isinstance(raw, str):
            raise BadValue("bad_time", "Write the time of day like 14:30.")
        return read_time(raw) if raw.strip() else None

    def dump(self, value: Any) -> Any:
        """ISO 8601, at least to the second."""
        return None if value is None else value.isoformat()


_ISO = re.compile(r"(-)?P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", re.ASCII)
_CLOCK = re.compile(r"()()()(\d{1,5}):(\d{2})(?::(\d{2}))?", re.ASCII)
_WORDS = re.compile(r"(-)?\s*()(?:(\d+)\s*d)?\s*(?:(\d+)\s*h)?\s*(?:(\d+)\s*m(?:in)?)?\s*(?:(\d+)\s*s)?", re.ASCII)


class DurationType(FieldType):
    """A length of time in whole seconds."""

    name = "duration"
    family = "time"
    widget = "duration"
    operators = MOMENT

    def columns(self, settings: Settings) -> tuple[LogicalColumn, ...]:
        """One column of seconds."""
        return (LogicalColumn(ColumnKind.DURATION),)

    def value_kind(self, settings: Settings) -> str | None:
        """Duration."""
        return "duration"

    def value_schema(self, settings: Settings) -> Mapping[str, Any]:
        """ISO 8601 without years and months."""
        return {"type": "string", "format": "duration"}

    def load(self, raw: object, settings: Settings, where: LoadContext) -> timedelta | None:
        """The length of `PT1H30M`; raises BadValue `bad_duration`."""
        if raw is None or raw == "":
            return None
        if isinstance(raw, timedelta) and not raw.microseconds:
            return raw
        found = _ISO.fullmatch(raw) if isinstance(raw, str) and len(raw) <= 40 else None
        return _length(found)

    def load_text(self, text: str, settings: Settings, where: LoadContext) -> timedelta | None:
        """As `load`, also `1:30` (hours and minutes) and `1h 30m`."""
        plain = text.strip()
        if not plain:
            return None
        if len(plain) > 40:
            return _length(None)
        return _length(_ISO.fullmatch(plain) or _CLOCK.fullmatch(plain) or _WORDS.fullmatch(plain))

    def dump(self, value: Any) -> Any:
        """ISO 8601 in hours, minutes and seconds."""
        if value is None:
            return None
        seconds = int(value.total_seconds())
        hours, rest = divmod(abs(seconds), 3600)
        minutes, rest = divmod(rest, 60)
        parts = "".join(f"{count}{unit}" for count, unit in ((hours, "H"), (minutes, "M"), (rest, "S")) if count)
        return f"{'-' if seconds < 0 else ''}PT{parts or '0S'}"


def _length(found: re.Match[str] | None) -> timedelta:
    if found is None or not any(found.groups()[1:]):
        raise BadValue("bad_duration", "Write the length of time like PT1H30M, 1:30 or 1h 30m.")
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:])
    total = weeks * 604800 + days * 86400 + hours * 3600 + minutes * 60 + seconds
    if total > 3_155_760_000:
        raise BadValue("out_of_range", "Write a length of time of at most 100 years.")
    return timedelta(seconds=-total if found.group(1) else total)
