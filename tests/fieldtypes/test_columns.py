"""Property: a column is read exactly as its values are, one by one, whatever short cut its type takes."""

import json
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from formwork.fieldtypes import FIELD_TYPES, BadValue, FieldType, LoadContext, Option
from formwork.fieldtypes.base import JSON_INPUT
from tests.support.seeds import scaled

SETTINGS: dict[str, list[dict[str, Any]]] = {
    "text": [{}, {"max": 4}, {"pattern": "[a-z]+"}],
    "long_text": [{}, {"max": 4}],
    "integer": [{}, {"min": 0, "max": 9}],
    "rating": [{}, {"max": 3}],
    "number": [{"precision": digits} for digits in (0, 2, 6)] + [{"precision": 2, "min": 1, "max": 20.5}],
    "money": [{}, {"min": 0}],
    "percent": [{}, {"max": 1}],
    "select": [{"options": {code: Option(code, code.title(), active=code != "no") for code in ("yes", "no", "2")}}],
    "polymorphic_lookup": [{"to": ("loan", "book")}],
    "phone": [{}, {"country": "ES"}],
}
SETTINGS["multi_select"] = SETTINGS["select"]
IDS = ["01a20394-b778-745a-bef7-e902062dd174", "01A20394B778745ABEF7E902062DD174", "01a20394"]
PLAIN: dict[str, list[Any]] = {
    "text": ["Ana", " Ana ", "a-1", "abcde"],
    "long_text": ["a line", "two\nlines", "tab\there"],
    "rich_text": ["<b>bold</b>", "a < b", "<script>x</script>"],
    "integer": [0, 7, -3, 2**62, 2**63, True, "12"],
    "rating": [1, 3, 5, 0, 6],
    "number": ["1", "-2.50", "12.345", "20.51", "99999999999", 7, "1e3"],
    "money": ["1", "-2.50", "0.12345", 7],
    "percent": ["0.25", "1", "2.00"],
    "date": ["2026-02-28", "2026-02-30", "2026-2-1", "20260201", "2026-W01-1", "0000-01-01"],
    "datetime": [
        "2026-01-02T03:04:05Z", "2026-01-02T03:04Z", "2026-01-02T03:04:05.678Z", "2026-01-02 03:04:05+02:00",
        "2026-01-02T24:00:00Z", "2026-01-02T03:04:05", "2026-13-02T03:04:05Z",
    ],
    "boolean": [True, False, 1, "true"],
    "select": ["yes", "no", "2", "Yes", " yes"],
    "multi_select": [["yes"], ["yes", "x"], "yes"],
    "email": ["a@example.com", "A.B@Example.COM", "a@b", "a..b@example.com", "ä@example.com"],
    "url": ["https://example.com", "http://e.com/a?b#c", "ftp://example.com", "https:///x", "HTTPS://example.com:80"],
    "phone": ["+34 911 234 567", "911 234 567", "12"],
    "lookup": IDS,
    "polymorphic_lookup": [{"object": "loan", "id": IDS[0]}, {"object": "shelf", "id": IDS[0]}, "x"],
    "json": [{"a": [1]}, [1, 2], "text", 1.5],
}  # fmt: skip
ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 12), st.just(""), st.just("\0"), st.text(max_size=6), st.just([]),
    st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-30, max_value=30), st.just(1.5),
)  # fmt: skip


def read(type_: FieldType, raw: object, settings: dict[str, Any], where: LoadContext) -> tuple[str, str]:
    """What `load` says: a value with its Python type, or a refusal with its code and figures."""
    try:
        return "value", repr(type_.load(raw, settings, where))
    except BadValue as error:
        return "refused", repr((error.code, error.message, error.values))


@st.composite
def columns(draw: st.DrawFn) -> tuple[FieldType, dict[str, Any], list[Any]]:
    """A type, settings of it, and a column: of its plain values only, or with anything among them."""
    name = draw(st.sampled_from(sorted(FIELD_TYPES)))
    settings = draw(st.sampled_from(SETTINGS.get(name, [{}])))
    plain = st.sampled_from(PLAIN.get(name, ["a", "1", 2]))
    one = draw(st.sampled_from([plain, plain.filter(lambda raw: raw is not True), st.one_of(plain, ANYTHING)]))
    blanks = st.one_of(one, st.none()) if draw(st.booleans()) else one
    return FIELD_TYPES[name], settings, draw(st.lists(blanks, min_size=1, max_size=6))


@settings(max_examples=scaled(300))
@given(columns())
def test_a_column_is_read_as_its_values_are(column: tuple[FieldType, dict[str, Any], list[Any]]) -> None:
    type_, settings, raws = column
    expected = [read(type_, raw, settings, JSON_INPUT) for raw in raws]
    loaded = type_.load_all(raws, settings, JSON_INPUT)
    found = [
        ("refused", repr((error.code, error.message, error.values)))
        if (error := loaded.refused.get(place)) is not None
        else ("value", repr(value))
        for place, value in enumerate(loaded.values)
    ]
    assert found == expected, json.dumps(raws, default=str)
    assert all(loaded.values[place] is None for place in loaded.refused)


def test_the_commonest_columns_take_the_short_cut() -> None:
    plain = {
        "text": ["Ana", "Ben"], "long_text": ["a", "b"], "integer": [1, 2], "money": ["1.25", "3"], "boolean": [True],
        "date": ["2026-02-28"], "datetime": ["2026-01-02T03:04:05Z"], "email": ["a@example.com"],
        "url": ["https://example.com"],
    }  # fmt: skip
    for name, raws in plain.items():
        assert FIELD_TYPES[name].load_plain(raws, {}) is not None, name
    assert FIELD_TYPES["money"].load_all([None, "1.5"], {}, JSON_INPUT).values == [None, Decimal("1.5000")]
