"""Functions on dates and moments. A day is a day of the tenant's time zone; a week begins on Monday."""

import calendar
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from formwork.expressions import decimals
from formwork.expressions.ast import Ast
from formwork.expressions.comparison import as_day
from formwork.expressions.functions.function import (
    CallSite,
    Function,
    Parameter,
    check_argument,
    count_arguments,
    plain,
)
from formwork.expressions.nodes import Call, Negate, Node, Now, Today
from formwork.expressions.row import Environment
from formwork.expressions.types import DATE, DATETIME, DURATION, INTEGER, Kind

NUMBERS = (Kind.NUMBER, Kind.PERCENT)
DAYS = (Kind.DATE, Kind.DATETIME)
MAX_DAYS = 4_000_000
"""More days than the calendar has, from 0001-01-01 to 9999-12-31; a step further than that is blank."""

_DAY = Parameter("date", DAYS)
_MOMENT = Parameter("moment", (Kind.DATETIME,))
_NUMBER = Parameter("number", NUMBERS)
_SECOND = timedelta(seconds=1)


def _day(site: CallSite, argument: Ast) -> Node:
    return as_day(check_argument(site, _DAY, argument))


def _build_now(site: CallSite) -> Node:
    count_arguments(site, 0, 0)
    return Now()


def _build_today(site: CallSite) -> Node:
    count_arguments(site, 0, 0)
    return Today()


def _build_date_of(site: CallSite) -> Node:
    count_arguments(site, 1, 1)
    return _day(site, site.arguments[0])


def _build_part(site: CallSite) -> Node:
    count_arguments(site, 1, 1)
    return Call(site.name, (_day(site, site.arguments[0]),), INTEGER)


def _build_bound(site: CallSite) -> Node:
    count_arguments(site, 0, 1)
    return Call(site.name, (_day(site, site.arguments[0]) if site.arguments else Today(),), DATE)


def _build_days(site: CallSite) -> Node:
    count_arguments(site, 2, 2)
    later, earlier = (_day(site, argument) for argument in site.arguments)
    return Call("days", (later, earlier), INTEGER)


def add_days(day: Node, count: Node) -> Node:
    """The node that moves a date or datetime by days."""
    return Call("add_days", (day, count), day.type)


def _build_add_days(site: CallSite) -> Node:
    count_arguments(site, 2, 2)
    day, count = site.arguments
    return add_days(check_argument(site, _DAY, day), check_argument(site, _NUMBER, count))


def add_duration(moment: Node, length: Node) -> Node:
    """The node that moves a datetime by a duration."""
    return Call("add_duration", (moment, length), DATETIME)


def subtract_duration(moment: Node, length: Node) -> Node:
    """The node that moves a datetime back by a duration."""
    return add_duration(moment, Negate(length, DURATION))


def elapsed(later: Node, earlier: Node) -> Node:
    """The node of the time between two datetimes: whole seconds, rounded down."""
    return Call("elapsed", (later, earlier), DURATION)


def _run_date_of(environment: Environment, moment: datetime) -> date | None:
    try:
        return moment.astimezone(environment.timezone).date()
    except OverflowError:
        return None


def _run_days(later: date, earlier: date) -> Decimal:
    return Decimal((later - earlier).days)


def _run_elapsed(later: datetime, earlier: datetime) -> timedelta:
    return timedelta(seconds=(later - earlier) // _SECOND)


def _steps(unit: timedelta) -> Callable[[datetime, datetime], Decimal]:
    def run(later: datetime, earlier: datetime) -> Decimal:
        return Decimal((later - earlier) // unit)

    return run


def _run_add_duration(moment: datetime, length: timedelta) -> datetime | None:
    try:
        return moment + length
    except OverflowError:
        return None


def _run_add_days(day: date, count: Decimal) -> date | None:
    if abs(count) > MAX_DAYS:
        return None
    if isinstance(day, datetime):
        step = timedelta(seconds=int(decimals.round_to(count * 86_400, 0)))
    else:
        step = timedelta(days=int(decimals.floor(count)))
    try:
        return day + step
    except OverflowError:
        return None


def _run_add_months(day: date, count: Decimal) -> date | None:
    if abs(count) > MAX_DAYS:
        return None
    return _month_day(day.year * 12 + day.month - 1 + int(decimals.floor(count)), day.day)


def _month_day(month: int, day: int) -> date | None:
    """The day of a month counted from year 0, or the month's last day when it has none so high."""
    year, index = divmod(month, 12)
    if not 1 <= year <= 9999:
        return None
    return date(year, index + 1, min(day, calendar.monthrange(year, index + 1)[1]))


def _run_date(year: Decimal, month: Decimal, day: Decimal) -> date | None:
    if not all(value == value.to_integral_value() and 1 <= value <= 9999 for value in (year, month, day)):
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _run_start_of_week(day: date) -> date:
    return day - timedelta(days=min(day.weekday(), day.toordinal() - 1))


def _run_end_of_month(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


FUNCTIONS = (
    Function(
        "today", "dates", "today()", "The current day in the tenant's time zone.",
        _build_today, None, (("today()", "2026-03-15"),),
    ),
    Function(
        "now", "dates", "now()", "The current moment.", _build_now, None, (("now()", "2026-03-15 10:30"),),
    ),
    Function(
        "date_of", "dates", "date_of(datetime)", "The day of a moment in the tenant's time zone.",
        _build_date_of, _run_date_of, (("date_of('2026-03-15T23:30:00Z')", "2026-03-16"),), zoned=True,
    ),
    Function(
        "date", "dates", "date(year, month, day)", "The date of these three numbers; blank when there is no such day.",
        plain((Parameter("year", NUMBERS), Parameter("month", NUMBERS), Parameter("day", NUMBERS)), DATE), _run_date,
        (("date(2026, 2, 28)", "2026-02-28"), ("date(2026, 2, 30)", "blank")),
    ),
    Function(
        "year", "dates", "year(date)", "The year.",
        _build_part, lambda day: Decimal(day.year), (("year(today())", "2026"),),
    ),
    Function(
        "quarter", "dates", "quarter(date)", "The quarter, 1 to 4.",
        _build_part, lambda day: Decimal((day.month + 2) // 3), (("quarter(today())", "1"),),
    ),
    Function(
        "month", "dates", "month(date)", "The month, 1 to 12.",
        _build_part, lambda day: Decimal(day.month), (("month(today())", "3"),),
    ),
    Function(
        "day", "dates", "day(date)", "The day of the month, 1 to 31.",
        _build_part, lambda day: Decimal(day.day), (("day(today())", "15"),),
    ),
    Function(
        "weekday", "dates", "weekday(date)", "The day of the week: 1 is Monday, 7 is Sunday.",
        _build_part, lambda day: Decimal(day.isoweekday()), (("weekday(today())", "7"),),
    ),
    Function(
        "days", "dates", "days(later, earlier)", "Days from the second to the first; negative the other way round.",
        _build_days, _run_days, (("days(today(), '2026-03-01')", "14"),),
    ),
    Function(
        "hours", "dates", "hours(later, earlier)", "Whole hours from the second to the first, rounded down.",
        plain((_MOMENT, _MOMENT), INTEGER), _steps(timedelta(hours=1)),
        (("hours('2026-03-15T12:00:00Z', '2026-03-15T09:30:00Z')", "2"),),
    ),
    Function(
        "minutes", "dates", "minutes(later, earlier)", "Whole minutes from the second to the first, rounded down.",
        plain((_MOMENT, _MOMENT), INTEGER), _steps(timedelta(minutes=1)),
        (("minutes('2026-03-15T12:00:00Z', '2026-03-15T09:30:30Z')", "149"),),
    ),
    Function(
        "seconds", "dates", "seconds(duration)", "The duration as a number of seconds.",
        plain((Parameter("duration", (Kind.DURATION,)),), INTEGER), lambda length: Decimal(length // _SECOND),
        (("seconds('PT1H30M')", "5400"),),
    ),
    Function(
        "add_days", "dates", "add_days(date, days)",
        "The date so many days later (part days are rounded down), or the moment so many times 24 hours later. "
        "The operators `+` and `-` do the same. Blank beyond the years 1 to 9999.",
        _build_add_days, _run_add_days, (("add_days('2026-02-27', 2)", "2026-03-01"), ("today() - 15", "2026-02-28")),
    ),
    Function(
        "add_months", "dates", "add_months(date, months)",
        "The same day so many months later, or the last day of that month when it has none so high.",
        plain((Parameter("date", (Kind.DATE,)), _NUMBER), DATE), _run_add_months,
        (("add_months('2026-01-31', 1)", "2026-02-28"), ("add_months('2026-03-31', -1)", "2026-02-28")),
    ),
    Function(
        "start_of_week", "dates", "start_of_week(date)", "The Monday of the week; of this one when left out.",
        _build_bound, _run_start_of_week, (("start_of_week()", "2026-03-09"),),
    ),
    Function(
        "start_of_month", "dates", "start_of_month(date)", "The first day of the month; of this month when left out.",
        _build_bound, lambda day: day.replace(day=1), (("start_of_month()", "2026-03-01"),),
    ),
    Function(
        "start_of_quarter", "dates", "start_of_quarter(date)", "The first day of the quarter; of this when left out.",
        _build_bound, lambda day: day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1),
        (("start_of_quarter()", "2026-01-01"),),
    ),
    Function(
        "start_of_year", "dates", "start_of_year(date)", "The first day of the year; of this year when left out.",
        _build_bound, lambda day: day.replace(month=1, day=1), (("start_of_year()", "2026-01-01"),),
    ),
    Function(
        "end_of_month", "dates", "end_of_month(date)", "The last day of the month; of this month when left out.",
        _build_bound, _run_end_of_month,
        (("end_of_month()", "2026-03-31"), ("end_of_month('2024-02-10')", "2024-02-29")),
    ),
)  # fmt: skip

OPERATORS: Mapping[str, Callable[..., object]] = {"elapsed": _run_elapsed, "add_duration": _run_add_duration}
"""Python forms of the calls that only operators make: datetime - datetime, datetime ± duration."""
