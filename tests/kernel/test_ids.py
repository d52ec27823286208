"""Ids are UUIDs of version 7 and sort by the moment they were made."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formwork.kernel import new_id, parse_id


def test_ids_rise() -> None:
    made = [new_id() for _ in range(10_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)
    assert {each.version for each in made} == {7}


@given(st.uuids())
def test_both_spellings_are_read(each: object) -> None:
    assert parse_id(str(each)) == each
    assert parse_id(str(each).replace("-", "")) == each


@pytest.mark.parametrize("text", ["", "x" * 36, "x" * 32, "1234", "{" + "a" * 32 + "}", "a" * 37])
def test_what_is_no_id_is_none(text: str) -> None:
    assert parse_id(text) is None
