"""JSON is bounded, secrets are masked, references have one refusal, marshmallow sees the same values."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from marshmallow import ValidationError

from formwork.fieldtypes.bad_value import BadValue
from formwork.fieldtypes.base import JSON_INPUT
from formwork.fieldtypes.marshalling import marshmallow_field
from formwork.fieldtypes.registry import FIELD_TYPES
from formwork.fieldtypes.structured import MASK


def nested(levels: int) -> object:
    value: object = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (nested(30), "bad_json"),
        (["x" * 70_000], "too_long"),
        ({"a": "\x00"}, "bad_character"),
        ([Decimal("0.1234567890123456789")], "not_exact"),
        ([float("nan")], "not_exact"),
    ],
)
def test_json_is_bounded(raw: object, code: str) -> None:
    with pytest.raises(BadValue) as caught:
        FIELD_TYPES["json"].load(raw, {}, JSON_INPUT)
    assert caught.value.code == code


def test_json_text_is_read() -> None:
    assert FIELD_TYPES["json"].load_text('{"a": [1, 2.5]}', {}, JSON_INPUT) == {"a": [1, 2.5]}
    with pytest.raises(BadValue):
        FIELD_TYPES["json"].load_text("{a}", {}, JSON_INPUT)
    with pytest.raises(BadValue):
        FIELD_TYPES["json"].load_text("[" * 60_000, {}, JSON_INPUT)


def test_a_secret_is_never_given_back() -> None:
    assert FIELD_TYPES["secret"].dump("s3cret") == MASK
    assert FIELD_TYPES["secret"].dump(None) is None


@pytest.mark.parametrize("raw", ["x", 5, "0195e7a2", {"object": "book"}, []])
def test_every_bad_reference_gets_the_same_words(raw: object) -> None:
    with pytest.raises(BadValue) as caught:
        FIELD_TYPES["lookup"].load(raw, {"to": "book"}, JSON_INPUT)
    assert (caught.value.code, caught.value.values) == ("bad_reference", {})


def test_computed_values_are_dumped_by_their_kind() -> None:
    dump = FIELD_TYPES["formula"].dump
    assert dump(Decimal("1.5000")) == "1.50"
    assert dump(datetime(2026, 1, 2, 3, tzinfo=UTC)) == "2026-01-02T03:00:00Z"
    assert dump("x") == "x"


def test_marshmallow_loads_and_refuses_alike() -> None:
    field = marshmallow_field(FIELD_TYPES["money"], {"min": 0}, JSON_INPUT)
    assert field.deserialize("12.5") == Decimal("12.5")
    assert field.deserialize(None) is None
    with pytest.raises(ValidationError) as caught:
        field.deserialize("-1")
    (refused,) = caught.value.messages
    assert isinstance(refused, BadValue)
    assert refused.problem("/price").pointer == "/price"
    assert {"type": "null"} in field.shape["anyOf"]
    assert marshmallow_field(FIELD_TYPES["formula"], {}, JSON_INPUT).dump_only
