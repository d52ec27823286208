"""Options by code or label, tags, truth."""

import pytest

from formwork.fieldtypes.bad_value import BadValue
from formwork.fieldtypes.base import JSON_INPUT
from formwork.fieldtypes.option import Option
from formwork.fieldtypes.registry import FIELD_TYPES

SETTINGS = {"options": {"new": Option("new", "Brand new"), "old": Option("old", "Old", active=False)}}


def test_a_label_is_taken_where_people_write() -> None:
    select = FIELD_TYPES["select"]
    assert select.load_text("brand NEW", SETTINGS, JSON_INPUT) == "new"
    with pytest.raises(BadValue):
        select.load("Brand new", SETTINGS, JSON_INPUT)
    assert FIELD_TYPES["multi_select"].load_text("Old; brand new;", SETTINGS, JSON_INPUT) == ("old", "new")


def test_the_refusal_names_the_active_options_only() -> None:
    with pytest.raises(BadValue) as caught:
        FIELD_TYPES["select"].load("other", SETTINGS, JSON_INPUT)
    assert caught.value.message == "Choose one of: new."


@pytest.mark.parametrize("word", ["yes", "TRUE", "1", "sí", "是", "예"])
def test_yes_in_every_shipped_language(word: str) -> None:
    assert FIELD_TYPES["boolean"].load_text(word, {}, JSON_INPUT) is True


@pytest.mark.parametrize("word", ["no", "False", "0", "否", "아니오"])
def test_no_in_every_shipped_language(word: str) -> None:
    assert FIELD_TYPES["boolean"].load_text(word, {}, JSON_INPUT) is False


def test_a_list_has_an_end() -> None:
    with pytest.raises(BadValue) as caught:
        FIELD_TYPES["tags"].load([str(number) for number in range(201)], {}, JSON_INPUT)
    assert caught.value.code == "too_many"
