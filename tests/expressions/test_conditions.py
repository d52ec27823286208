"""conditions: filters as chips and back."""

import pytest
from hypothesis import given

from formwork.expressions import Operand, OperandKind, conditions, join_conditions, parse, write_condition
from formwork.expressions.ast import Ast
from formwork.expressions.conditions import OPERATORS
from tests.expressions.strategies import trees


def _text(value: str) -> Operand:
    return Operand(OperandKind.TEXT, value)


@pytest.mark.parametrize(
    ("text", "path", "operator", "operands"),
    [
        ("status = 'open'", "status", "=", (_text("open"),)),
        ("status in ('a', 'b')", "status", "in", (_text("a"), _text("b"))),
        ("status not in ('a')", "status", "not in", (_text("a"),)),
        ("reader.name contains 'x'", "reader.name", "contains", (_text("x"),)),
        ("not name contains 'x'", "name", "not contains", (_text("x"),)),
        ("total >= 5.50", "total", ">=", (Operand(OperandKind.NUMBER, "5.50"),)),
        ("5 < total", "total", ">", (Operand(OperandKind.NUMBER, "5"),)),
        ("due_on > today() - 7", "due_on", ">", (Operand(OperandKind.FORMULA, "today() - 7"),)),
        ("owner = me", "owner", "=", (Operand(OperandKind.FORMULA, "me"),)),
        ("due_on is not blank", "due_on", "is not blank", ()),
        ("active", "active", "=", (Operand(OperandKind.BOOLEAN, "true"),)),
        ("not active", "active", "=", (Operand(OperandKind.BOOLEAN, "false"),)),
        ("a = 1 or b = 2", None, None, ()),
        ("exists(lines, a = 1)", None, None, ()),
        ("length(name) > 3", None, None, ()),
    ],
)
def test_one_condition(text: str, path: str | None, operator: str | None, operands: tuple[Operand, ...]) -> None:
    (found,) = conditions(parse(text))
    assert (found.path, found.operator, found.operands) == (path, operator, operands)


def test_terms_joined_by_and_are_conditions_of_their_own() -> None:
    found = conditions(parse("a = 1 and (b = 2 or c = 3) and d is blank"))
    assert [term.text for term in found] == ["a = 1", "(b = 2 or c = 3)", "d is blank"]


@given(trees)
def test_joined_again_they_are_the_same_filter(ast: Ast) -> None:
    assert parse(join_conditions(conditions(ast))) == ast


@pytest.mark.parametrize("operator", OPERATORS)
def test_what_a_builder_writes_is_read_back(operator: str) -> None:
    operands = () if operator.startswith("is ") else (_text("it's"), _text("b"))[: 2 if operator.endswith("in") else 1]
    written = write_condition("reader.name", operator, operands)
    (read,) = conditions(parse(written.text))
    assert (read.path, read.operator, read.operands) == ("reader.name", operator, operands)
