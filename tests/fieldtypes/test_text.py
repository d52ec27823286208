"""Stored text is NFC without control characters; HTML is safe."""

import unicodedata
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formwork.fieldtypes.bad_value import BadValue
from formwork.fieldtypes.base import JSON_INPUT, LoadContext
from formwork.fieldtypes.contact import phone_text
from formwork.fieldtypes.pattern import pattern_fault
from formwork.fieldtypes.registry import FIELD_TYPES


@given(
    st.text(max_size=300),
    st.sampled_from(["text", "long_text", "barcode", "email", "url", "phone", "tags", "rich_text"]),
)
def test_any_text_is_stored_clean_or_refused(raw: str, name: str) -> None:
    try:
        loaded = FIELD_TYPES[name].load_text(raw, {}, JSON_INPUT)
    except BadValue:
        return
    for text in loaded if isinstance(loaded, tuple) else (loaded,):
        if text is not None:
            assert text == text.strip() != ""
            assert unicodedata.is_normalized("NFC", text)
            assert not any(unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\t\n" for sign in text)


@pytest.mark.parametrize(("raw", "position"), [("ab\x00", 3), ("\ud800x", 1), ("a\tb", 2), ("a\x9fb", 2)])
def test_a_bad_character_is_named_by_its_place(raw: str, position: int) -> None:
    with pytest.raises(BadValue) as caught:
        FIELD_TYPES["text"].load(raw, {}, JSON_INPUT)
    assert caught.value.code == "bad_character"
    assert caught.value.values["position"] == position


def test_long_text_keeps_its_lines() -> None:
    assert FIELD_TYPES["long_text"].load("a\tb\r\nc\rd", {}, JSON_INPUT) == "a\tb\nc\nd"


@pytest.mark.parametrize(
    "raw",
    [
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "<svg/onload=alert(1)>",
        "<style>*{}</style>",
    ],
)
def test_html_that_acts_is_taken_out(raw: str) -> None:
    loaded = FIELD_TYPES["rich_text"].load(raw, {}, JSON_INPUT) or ""
    assert not any(word in loaded for word in ("alert", "onerror", "javascript", "style", "svg"))
    assert (FIELD_TYPES["rich_text"].settle(raw) or "") == loaded, "what an expression gave is no safer"


def test_a_host_alone_becomes_an_address_when_typed() -> None:
    assert FIELD_TYPES["url"].load_text("example.com/a", {}, JSON_INPUT) == "https://example.com/a"


def test_phone_numbers_are_shown_as_people_read_them() -> None:
    assert phone_text("+34911234567") == "+34 911 23 45 67"
    assert phone_text("+34911234567", "ES") == "911 23 45 67"
    assert phone_text("+442079460111", "ES") == "+44 20 7946 0111"
    assert phone_text("ask at the desk") == "ask at the desk"


def test_phone_numbers_take_the_region_of_the_reader() -> None:
    assert FIELD_TYPES["phone"].load_text("911 234 567", {}, LoadContext(region="ES")) == "+34911234567"
    with pytest.raises(BadValue):
        FIELD_TYPES["phone"].load_text("911 234 567", {}, LoadContext())


@pytest.mark.parametrize("pattern", [
    "(a+)+", "(a|aa)*", "((ab)*)+c", "(", "[a", "(x{2,}y)*", "(?x)(a+) +b", "(?i)a", "(?i:a)b", "(a?){22}a{22}",
    "(.*,)(.*,)(.*,)x", r"\s*\s*\s*x", "(?:a+)(?#)+b", "a?" * 30 + "a" * 30, "(ab|a|b)" * 20 + "b", r"(a+)\1\1",
    "(?=a+b)a", r"(\w+@){2}", "a*a*b" * 5 + "x", r"[一-龥]*\w*[\u0900-\u0970]*x", "a{9999999999999999}",
])  # fmt: skip
def test_a_pattern_that_may_take_forever_is_refused(pattern: str) -> None:
    assert pattern_fault(pattern)


@pytest.mark.parametrize("pattern", [
    "", r"[A-Z]{2}-\d+", r"(19|20)\d\d", r"(ab)+", r"\(+\)+", "[(+)]*", r"(a+)?b", "[A-Z]{3}", r"\S+",
    "^[a-z][a-z0-9_]{0,40}$", r"[^@\s]+@[^@\s]+\.[^@\s]+", r"\d{1,3}(\.\d{1,3}){0}\.\d{1,3}\.\d{1,3}",
    r"\s*\d+\s*-\s*\d+\s*", r"(?:[a-z]{2}-){3}\d+", r"(?!0)\d+", r"(https?://)?[\w.-]+(/.*)?",
    r"[0-9A-F]{8}(-?[0-9A-F]{4})?",
])  # fmt: skip
def test_a_pattern_that_is_quick_is_taken(pattern: str) -> None:
    assert not pattern_fault(pattern)


def test_a_pattern_is_quick_on_the_longest_text_it_is_tried_on() -> None:
    assert not pattern_fault(".*,.*x")
    began = process_time()
    for length in (1_000, 4_000):
        with pytest.raises(BadValue):
            FIELD_TYPES["text"].load("," * length, {"pattern": ".*,.*x", "max": 4000}, JSON_INPUT)
    assert process_time() - began < 1
