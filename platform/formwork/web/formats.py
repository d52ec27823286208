"""How values look to one reader: numbers, money, dates and times by their locale and time zone."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from babel import dates, numbers

from formwork.web.language import say as _


@lru_cache(maxsize=1024)
def _money_shape(locale: str, currency: str) -> tuple[str, str, int]:
    """How money of a currency is written: around a positive and around a negative number, and its decimals."""
    places = numbers.get_currency_precision(currency)
    one = numbers.format_decimal(1, format="#,##0" + ("." + "0" * places if places else ""), locale=locale)
    shapes = [
        numbers.format_currency(value, currency, locale=locale).replace("{", "").replace("}", "").replace(one, "{}", 1)
        for value in (1, -1)
    ]
    return shapes[0], shapes[1], places


@dataclass(frozen=True, slots=True)
class Formats:
    """One reader's formats. `locale` is a product code (en, es, zh, ko), `now` an aware UTC datetime."""

    locale: str
    timezone: ZoneInfo
    currency: str
    now: datetime

    def local(self, moment: datetime) -> datetime:
        """The moment in the reader's zone."""
        return moment.astimezone(self.timezone)

    def number(self, value: Decimal | int, places: int | None = None) -> str:
        """A grouped number; `places` fixes the decimals, None shows as many as the value has."""
        if places is None:
            exponent = Decimal(value).normalize().as_tuple().exponent
            places = max(0, -exponent) if isinstance(exponent, int) else 0
        value = Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
        pattern = "#,##0" + ("." + "0" * places if places else "")
        return numbers.format_decimal(value, format=pattern, locale=self.locale, decimal_quantization=True)

    def amount(self, value: Decimal, currency: str = "") -> str:
        """Money without its currency, at that currency's own number of decimals; two where it is not known."""
        return self.number(value, _money_shape(self.locale, currency)[2] if currency else 2)

    def money(self, value: Decimal, currency: str = "") -> str:
        """Money with its currency, at that currency's own number of decimals."""
        positive, negative, places = _money_shape(self.locale, currency or self.currency)
        return (negative if value < 0 else positive).format(self.number(abs(value), places))

    def currency_sign(self, currency: str = "") -> str:
        """The sign or code of a currency, for the unit beside an input."""
        return numbers.get_currency_symbol(currency or self.currency, locale=self.locale)

    def percent(self, value: Decimal) -> str:
        """A share stored as 0..1, shown times 100 with up to four decimals."""
        return f"{self.number((value * 100).normalize())} %"

    def day(self, value: date) -> str:
        """A calendar day in full, `18 Nov 2026`."""
        if self.locale == "en":
            return dates.format_date(value, "d MMM y", locale="en_GB")
        return dates.format_date(value, "medium", locale=self.locale)

    def short_day(self, value: date) -> str:
        """A day without its year when that is the current one."""
        if value.year != self.local(self.now).year:
            return self.day(value)
        if self.locale == "en":
            return dates.format_date(value, "d MMM", locale="en_GB")
        return dates.format_skeleton("MMMd", datetime(value.year, value.month, value.day), locale=self.locale)

    def moment(self, value: datetime) -> str:
        """Day and time in the reader's zone."""
        here = self.local(value)
        return f"{self.day(here.date())} {self.clock(here.time())}"

    def clock(self, value: time) -> str:
        """A time of day, to the minute, on 24 hours."""
        return value.strftime("%H:%M")

    def duration(self, value: timedelta) -> str:
        """Hours and minutes, `2 h 30 min`."""
        minutes, seconds = divmod(int(value.total_seconds()), 60)
        hours, minutes = divmod(minutes, 60)
        shown = []
        if hours:
            shown.append(self._span(timedelta(hours=hours), "hour"))
        if minutes:
            shown.append(self._span(timedelta(minutes=minutes), "minute"))
        if seconds:
            shown.append(self._span(timedelta(seconds=seconds), "second"))
        return " ".join(shown) or self.number(0)

    def _span(self, value: timedelta, unit: Literal["hour", "minute", "second"]) -> str:
        locale = "en_GB" if self.locale == "en" else self.locale
        return dates.format_timedelta(value, granularity=unit, threshold=10**9, format="short", locale=locale)

    def ago(self, value: datetime) -> str:
        """Relative time while it is recent (`12 minutes ago`, `yesterday`), a day afterwards."""
        passed = self.now - value
        here, today = self.local(value), self.local(self.now).date()
        if timedelta(0) <= passed < timedelta(seconds=60):
            return _("just now")
        if timedelta(0) <= passed < timedelta(hours=12):
            locale = "en_GB" if self.locale == "en" else self.locale
            return dates.format_timedelta(-passed, add_direction=True, format="short", locale=locale)
        if here.date() == today:
            return self.clock(here.time())
        if here.date() == today - timedelta(days=1):
            return _("yesterday")
        return self.short_day(here.date())

    def heading_day(self, value: date) -> str:
        """A day as the heading of a timeline: today, yesterday, or weekday and day."""
        today = self.local(self.now).date()
        if value == today:
            return _("Today")
        if value == today - timedelta(days=1):
            return _("Yesterday")
        weekday = dates.format_date(value, "EEEE", locale=self.locale)
        return _("%(weekday)s, %(day)s", weekday=weekday, day=self.short_day(value))

    def heading_day_long(self, value: date) -> str:
        """A day with its weekday, in full."""
        return dates.format_date(value, "full", locale="en_GB" if self.locale == "en" else self.locale)
