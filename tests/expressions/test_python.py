"""The Python back end: totality, blanks, exact numbers."""

from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from formwork.expressions import check, compile_python, unparse
from formwork.expressions.types import Kind
from formwork.kernel import Invalid
from tests.expressions.strategies import KINDS, expressions, worlds
from tests.expressions.world import ENVIRONMENT, MemoryRow, World, WorldScope, example_row, uuid

_PYTHON = {
    "number": Decimal,
    "money": Decimal,
    "text": str,
    "date": date,
    "datetime": datetime,
    "time": time,
    "duration": timedelta,
    "boolean": bool,
}


def value_of(text: str, row: MemoryRow | None = None, old: MemoryRow | None = None) -> object:
    run = compile_python(check(text, WorldScope("loan", asks="loan")))
    row = row or example_row()
    return run(row, replace(ENVIRONMENT, this=row, old=old))


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data(), st.sampled_from(KINDS), worlds())
def test_every_typed_expression_has_a_value_of_its_type(data: st.DataObject, kind: str, world: World) -> None:
    ast = data.draw(expressions(kind), label="expression")
    expression = check(unparse(ast), WorldScope("loan"))
    assert expression.type.kind in (Kind(kind), Kind.PERCENT, Kind.SELECT)
    value = None
    with suppress(Invalid):
        value = compile_python(expression)(world.row("loan", uuid(1)), ENVIRONMENT)
        assert (value is True or value is False) == (kind == "boolean")
    assert value is None or isinstance(value, _PYTHON[kind])
    assert value != ""


@pytest.mark.parametrize("missing", ["note", "fee", "back_at", "opens", "length"])
def test_comparison_with_a_blank_side_is_false_but_unlike_is_true(missing: str) -> None:
    for operator in ("=", "<", "<=", ">", ">="):
        assert value_of(f"{missing} {operator} {missing}") is False
    assert value_of(f"{missing} != {missing}") is False
    filled = {"note": "title", "fee": "total", "back_at": "taken_at", "opens": "'09:30'", "length": "'PT1H'"}[missing]
    assert value_of(f"{missing} != {filled}") is True
    assert value_of(f"not {missing} = {filled}") is True


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.1 + 0.2", "0.3"),
        ("1 / 3", "0.3333333333"),
        ("2 / 3", "0.6666666667"),
        ("-2 / 3", "-0.6666666667"),
        ("0.00001 * 0.000005", "0.0000000001"),
        ("round(-0.5)", "-1"),
        ("weight / 0", None),
        ("fee + total", None),
        ("999999999999999999 + 0.9999999999", "999999999999999999.9999999999"),
        ("power(0.5, 10)", "0.0009765625"),
        ("floor(-0.1)", "-1"),
        ("ceil(-0.1)", "0"),
        ("mod(5, -3)", "-1"),
    ],
)
def test_numbers_are_exact(text: str, expected: str | None) -> None:
    assert value_of(text) == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize("text", ["999999999999999999 + 1", "power(999999999, 3)", "ceil(999999999999999999.1)"])
def test_a_number_past_18_digits_is_an_overflow(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        value_of(text)
    assert caught.value.code == "overflow"


def test_this_is_the_record_that_asks() -> None:
    assert value_of("reader = this.reader and id = this") is True


def test_changed_and_prior_look_at_the_record_before_the_save() -> None:
    row = example_row()
    old = replace(row, values={**row.values, "status": "new", "topics": ("sea", "art")})
    assert value_of("changed(status) and prior(status) = 'new'", row, old) is True
    assert value_of("changed(topics) or changed(address) or changed(total)", row, old) is False
    assert value_of("changed(note)", row, None) is False
    assert value_of("changed(title)", row, None) is True
    assert value_of("prior(title)", row, None) is None


def test_a_missing_record_on_the_way_makes_a_path_blank() -> None:
    row = example_row()
    alone = replace(row, values={**row.values, "reader": uuid(99)})
    assert value_of("reader.name is blank and not reader.active", alone) is True
    assert value_of("count(reader.loans)", alone) == 0


def test_integers_of_a_row_count_as_numbers() -> None:
    assert value_of("pages / 4") == Decimal("77.5")


def test_matching_folds_case_and_accents() -> None:
    assert value_of("reader.name contains 'MULL' and address.city starts with 'cad'") is True
    assert value_of("reader.name = 'zoë müller'") is False
    assert value_of("title contains ''") is False
