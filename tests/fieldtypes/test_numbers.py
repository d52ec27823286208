"""Numbers are exact or refused."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formwork.fieldtypes.bad_value import BadValue
from formwork.fieldtypes.base import JSON_INPUT, LoadContext
from formwork.fieldtypes.decimals import dump_decimal
from formwork.fieldtypes.registry import FIELD_TYPES

SPANISH = LoadContext(locale="es")


def code_of(name: str, raw: object, where: LoadContext = JSON_INPUT, **settings: object) -> str:
    with pytest.raises(BadValue) as caught:
        if where is JSON_INPUT:
            FIELD_TYPES[name].load(raw, settings, where)
        else:
            FIELD_TYPES[name].load_text(str(raw), settings, where)
    return caught.value.code


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**13), max_value=10**13))
def test_money_comes_back_as_it_was_sent(amount: Decimal) -> None:
    money = FIELD_TYPES["money"]
    loaded = money.load(str(amount), {}, JSON_INPUT)
    assert loaded == amount
    assert money.load(money.dump(loaded), {}, JSON_INPUT) == loaded


@given(
    st.text(max_size=30) | st.floats() | st.integers() | st.decimals() | st.booleans() | st.none(), st.integers(0, 6)
)
def test_a_number_is_loaded_exactly_or_refused(raw: object, precision: int) -> None:
    try:
        loaded = FIELD_TYPES["number"].load(raw, {"precision": precision}, JSON_INPUT)
    except BadValue:
        return
    if loaded is not None:
        assert isinstance(loaded, Decimal)
        assert -loaded.as_tuple().exponent == precision  # type: ignore[operator]
        assert loaded == (Decimal(repr(raw)) if isinstance(raw, float) else Decimal(str(raw).strip()))


def test_a_digit_far_behind_is_not_rounded_away() -> None:
    assert code_of("number", "1." + "0" * 40 + "1") == "too_many_decimals"
    assert code_of("number", Decimal("1." + "0" * 60 + "1")) == "too_many_decimals"
    assert code_of("number", 0.1 + 0.2) == "not_exact"


@pytest.mark.parametrize(
    "raw", ["NaN", "Infinity", "-inf", float("nan"), float("inf"), Decimal("sNaN"), "", True, [], {}]
)
def test_what_is_no_number(raw: object) -> None:
    if raw == "":
        assert FIELD_TYPES["money"].load(raw, {}, JSON_INPUT) is None
    else:
        assert code_of("money", raw) == "not_a_number"


@pytest.mark.parametrize(
    ("text", "where", "value"),
    [
        ("1.234,50", SPANISH, "1234.50"),
        ("1234,5", SPANISH, "1234.50"),
        ("1,234.5", LoadContext(), "1234.50"),
        ("1 234.5", LoadContext(), "1234.50"),
        ("\N{MINUS SIGN}3", LoadContext(), "-3.00"),
        ("1,5", LoadContext(decimal_mark=","), "1.50"),
    ],
)
def test_people_write_numbers_their_way(text: str, where: LoadContext, value: str) -> None:
    assert FIELD_TYPES["number"].load_text(text, {}, where) == Decimal(value)


@pytest.mark.parametrize("text", ["1.5", "1.23,4", "12.34.567", "1,2,3", "x", "1e"])
def test_a_mark_of_another_country_is_refused(text: str) -> None:
    assert code_of("number", text, SPANISH) == "not_a_number"


@pytest.mark.parametrize(
    ("text", "where", "value"),
    [
        ("25 %", LoadContext(), "0.25"),
        ("25", LoadContext(), "0.25"),
        ("12,5%", SPANISH, "0.125"),
        ("0.25", LoadContext(percent="fraction"), "0.25"),
        ("25%", LoadContext(percent="fraction"), "0.25"),
    ],
)
def test_percent_as_people_and_files_write_it(text: str, where: LoadContext, value: str) -> None:
    assert FIELD_TYPES["percent"].load_text(text, {}, where) == Decimal(value)


def test_integers_stop_at_64_bits() -> None:
    assert FIELD_TYPES["integer"].load(2**63 - 1, {}, JSON_INPUT) == 2**63 - 1
    assert code_of("integer", 2**63) == "out_of_range"
    assert code_of("integer", "1e-999") == "not_whole"


def test_zeros_behind_the_second_decimal_are_dropped() -> None:
    assert [dump_decimal(Decimal(text)) for text in ("12.5000", "0.250000", "3", "1.2345", "3.000")] == [
        "12.50", "0.25", "3", "1.2345", "3.00",
    ]  # fmt: skip
