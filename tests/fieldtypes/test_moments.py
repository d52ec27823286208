"""Days and moments: impossible ones are refused, local ones become UTC."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formwork.fieldtypes.bad_value import BadValue
from formwork.fieldtypes.base import JSON_INPUT, LoadContext
from formwork.fieldtypes.registry import FIELD_TYPES

MADRID = LoadContext(zone=ZoneInfo("Europe/Madrid"), locale="es")
MOMENT = FIELD_TYPES["datetime"]
LENGTH = FIELD_TYPES["duration"]


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=45))])))
def test_a_moment_comes_back_as_it_was_sent(moment: datetime) -> None:
    try:
        loaded = MOMENT.load(moment.isoformat(), {}, JSON_INPUT)
    except BadValue:
        return  # at the ends of the calendar there is no UTC
    assert loaded == moment
    assert MOMENT.load(MOMENT.dump(loaded), {}, JSON_INPUT) == loaded
    assert MOMENT.dump(loaded).endswith("Z")


def test_the_hour_the_clocks_skip_is_refused() -> None:
    with pytest.raises(BadValue) as caught:
        MOMENT.load("2026-03-29T02:30", {}, MADRID)
    assert caught.value.code == "time_gap"
    assert caught.value.values == {"zone": "Europe/Madrid"}


def test_of_the_hour_that_comes_twice_the_first_is_taken() -> None:
    assert MOMENT.load("2026-10-25T02:30", {}, MADRID) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2026-03-31 09:05", "31/03/2026 9:05", "31.3.2026 09:05:00"])
def test_people_write_moments_their_way(text: str) -> None:
    assert MOMENT.load_text(text, {}, MADRID) == datetime(2026, 3, 31, 7, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("31/03/2026", LoadContext(locale="es")),
        ("03/31/2026", LoadContext(date_order="mdy")),
        ("2026년 3월 31일", LoadContext(locale="ko")),
        ("2026年3月31日", LoadContext(locale="zh")),
        ("2026-3-31", LoadContext()),
    ],
)  # fmt: skip
def test_people_write_days_their_way(text: str, where: LoadContext) -> None:
    assert FIELD_TYPES["date"].load_text(text, {}, where).isoformat() == "2026-03-31"


@pytest.mark.parametrize("text", ["31/03/2026", "3/4/26", "2026-02-30", "tomorrow", "20260331"])
def test_a_day_that_could_be_another_is_refused(text: str) -> None:
    with pytest.raises(BadValue) as caught:
        FIELD_TYPES["date"].load_text(text, {}, LoadContext(locale="en"))
    assert caught.value.code == "bad_date"


@given(st.timedeltas(min_value=timedelta(days=-36000), max_value=timedelta(days=36000)))
def test_a_length_of_time_comes_back_as_it_was_sent(length: timedelta) -> None:
    whole = timedelta(seconds=int(length.total_seconds()))
    assert LENGTH.load(LENGTH.dump(whole), {}, JSON_INPUT) == whole


@pytest.mark.parametrize("text", ["1:30", "1h 30m", "PT90M", "90 min", "1h30m0s"])
def test_people_write_lengths_their_way(text: str) -> None:
    assert LENGTH.load_text(text, {}, LoadContext()) == timedelta(minutes=90)
