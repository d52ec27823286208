"""Calendar arithmetic in PostgreSQL that ends where Python's calendar ends: beyond the years 1 to 9999 is blank."""

from typing import Any, TypeAlias

from sqlalchemy import BigInteger, ColumnElement, Date, DateTime, Integer, and_, case, cast, extract, func, null

from formwork.expressions.functions.dates import MAX_DAYS
from formwork.storage.compile.verbatim import verbatim

Sql: TypeAlias = ColumnElement[Any]

_FIRST_DAY = verbatim("date '0001-01-01'")
_LAST_NUMBER = verbatim("3652058")
"""Days from the first day of the calendar to 9999-12-31."""
_LAST_SECOND = verbatim("315537897600")
"""Seconds from the first moment of the calendar to the moment after its last."""
_FIRST_MOMENT = verbatim("timestamp '0001-01-01 00:00:00'")
_UTC = verbatim("'UTC'")


def at_zone(moment: Sql, zone: Sql) -> Sql:
    """The wall clock of a moment in a zone."""
    return func.timezone(zone, moment, type_=DateTime())


def whole_seconds(later: Sql, earlier: Sql) -> Sql:
    """Seconds between two moments, rounded down, as bigint."""
    return cast(func.floor(extract("epoch", later.op("-")(earlier))), BigInteger())


def moved_day(day: Sql, count: Sql) -> Sql:
    """The date so many days later; part days are rounded down."""
    number = cast(day.op("-")(_FIRST_DAY), BigInteger()) + _limited(func.floor(count), MAX_DAYS)
    inside = number.between(verbatim("0"), _LAST_NUMBER)
    return case((inside, _FIRST_DAY.op("+")(cast(number, Integer()))), else_=null())


def moved_months(day: Sql, count: Sql) -> Sql:
    """The same day so many months later, or the last one of that month."""
    months = _limited(func.floor(count), MAX_DAYS)
    index = cast(extract("year", day) * 12 + extract("month", day) - 1, BigInteger()) + months
    inside = index.between(verbatim("12"), verbatim("119999"))
    step = cast(months, Integer()) * verbatim("interval '1 month'")
    return case((inside, cast(cast(day, DateTime()) + step, Date())), else_=null())


def moved_moment(moment: Sql, seconds: Sql) -> Sql:
    """The moment so many seconds later."""
    clock = at_zone(moment, _UTC)
    whole = cast(seconds, BigInteger())  # a term of its own: a sum of durations must not meet `/` and `%` bare
    since = cast(func.floor(extract("epoch", clock.op("-")(_FIRST_MOMENT))), BigInteger())
    target = since + _limited(seconds, MAX_DAYS * 86_400)
    inside = and_(target >= verbatim("0"), target < _LAST_SECOND)
    days = (whole.op("/")(verbatim("86400"))) * verbatim("interval '1 day'")
    rest = (whole.op("%")(verbatim("86400"))) * verbatim("interval '1 second'")
    moved = func.timezone(_UTC, clock.op("+")(days).op("+")(rest), type_=DateTime(timezone=True))
    return case((inside, moved), else_=null())


def real_day(year: Sql, month: Sql, day: Sql) -> Sql:
    """The date of three numbers, NULL when there is no such day."""
    limits = ((year, 9999), (month, 12), (day, 31))
    whole = and_(*(and_(n == func.trunc(n), n.between(1, most)) for n, most in limits))
    first = func.make_date(cast(year, Integer()), cast(month, Integer()), 1)
    month_days = extract("day", cast(first, DateTime()) + verbatim("interval '1 month - 1 day'"))
    made = func.make_date(cast(year, Integer()), cast(month, Integer()), cast(day, Integer()))
    return case((whole, case((day <= month_days, made), else_=null())), else_=null())


def _limited(count: Sql, most: int) -> Sql:
    """A count of at most that size as bigint, NULL beyond."""
    limit = verbatim(str(most))
    return case((func.abs(count) <= limit, cast(count, BigInteger())), else_=null())
