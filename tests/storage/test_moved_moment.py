"""A moment moved by a sum of durations: the sum is one term, whatever operator takes it."""

from sqlalchemy import Integer, column
from sqlalchemy.dialects import postgresql

from formwork.storage.compile.postgres_dates import moved_moment


def test_a_sum_of_durations_is_taken_apart_as_a_whole() -> None:
    total = column("first", Integer) + column("second", Integer)
    text = str(moved_moment(column("moment"), total).compile(dialect=postgresql.dialect()))
    assert "CAST(first + second AS BIGINT) / 86400" in text
    assert "CAST(first + second AS BIGINT) % 86400" in text.replace("%%", "%")
