"""parse: shapes, precedence, and errors that say what was expected where."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formwork.expressions import FILTER, FORMULA, ExpressionError, parse
from formwork.expressions.ast import Call, In, Logical, Number, Operation, Path, Text, Unary


def test_products_bind_tighter_than_sums_and_sums_tighter_than_comparisons() -> None:
    ast = parse("a + b * 2 > c and d")
    product = Operation("*", Path(("b",)), Number(Decimal(2)))
    comparison = Operation(">", Operation("+", Path(("a",)), product), Path(("c",)))
    assert ast == Logical("and", (comparison, Path(("d",))))


def test_not_reaches_over_the_whole_comparison() -> None:
    assert parse("not a = b") == Unary("not", Operation("=", Path(("a",)), Path(("b",))))


def test_words_of_the_language_may_begin_names() -> None:
    assert parse("starts_at is blank") == Unary("is blank", Path(("starts_at",)))
    assert parse("inverse in (order, android)") == In(Path(("inverse",)), (Path(("order",)), Path(("android",))))


def test_function_names_are_ordinary_names_too() -> None:
    assert parse("date(date, 1, 1)") == Call(Path(("date",)), (Path(("date",)), Number(Decimal(1)), Number(Decimal(1))))


def test_places_are_lines_and_columns() -> None:
    ast = parse("a\n  + b")
    assert isinstance(ast, Operation)
    assert (ast.at.line, ast.at.column) == (2, 3)
    assert (ast.right.at.line, ast.right.at.column) == (2, 5)


def test_quotes_double_and_text_is_composed() -> None:
    assert parse("'it''s'") == Text("it's") == parse('"it\'s"')
    assert parse("'e\u0301'") == Text("é")


@pytest.mark.parametrize(
    ("text", "line", "column", "part"),
    [
        ("", 1, 1, "empty"),
        ("a +", 1, 4, "expected a field, a value or a function"),
        ("a\n+ * b", 2, 3, "Unexpected `*`"),
        ("(a", 1, 3, "expected `)`"),
        ("'abc", 1, 1, "not closed"),
        ("a b", 1, 3, "expected an operator"),
        ("a <> b", 1, 3, "write `!=`"),
        ("a < b < c", 1, 7, "Unexpected `<`"),
        ("a is 3", 1, 6, "expected `blank`"),
        ("a starts b", 1, 10, "expected `with`"),
        ("a OR b", 1, 3, "lower case"),
        ("a in ()", 1, 7, "expected a field, a value"),
        ("a; drop", 1, 2, "without `;`"),
        ("a -- b # c", 1, 8, "has no meaning"),
        ("1234567890123456789", 1, 1, "too long"),
        ("0.12345678901", 1, 1, "too long"),
        ("'a\x00b'", 1, 1, "U+0000"),
        ("'a\ud800b'", 1, 1, "U+D800"),
    ],
)
def test_errors_name_place_and_expectation(text: str, line: int, column: int, part: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert part in caught.value.sentence


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("not " * 11 + "a", "levels of and, or and not"),
        ("(" * 10 + "a or (b and (c" + "))" + ")" * 10, None),
        (" or ".join(["a = 1"] * 101), "conditions"),
        (" or ".join(["a = 1"] * 100), None),
        (f"a in ({', '.join(['1'] * 1001)})", "values in one `in`"),
        (f"a in ({', '.join(['1'] * 1000)})", None),
        ("a.b.c.d.e.f.g.h = 1", "steps in one path"),
        ("-" * 51 + "a", "levels of nesting"),
        ("f(" * 600 + "a" + ")" * 600, "levels of nesting"),
        ("'" + "a" * 50_000 + "'", "characters"),
    ],
)
def test_a_filter_past_a_limit_is_refused_naming_it(text: str, limit: str | None) -> None:
    if limit is None:
        parse(text, FILTER)
        return
    with pytest.raises(ExpressionError) as caught:
        parse(text, FILTER)
    assert (caught.value.code, caught.value.extra["limit"]) == ("expression_limit", limit)


def test_a_formula_has_its_own_limits() -> None:
    parse("a = 1 or " * 440 + "b = 1", FORMULA)
    with pytest.raises(ExpressionError):
        parse("'" + "a" * 4000 + "'")


@given(st.text("ab1'\"()+-*/=<>!&., \n#\\%;$éand or not in is blank", max_size=40))
def test_any_text_is_a_tree_or_an_error_with_a_place(text: str) -> None:
    try:
        parse(text)
    except ExpressionError as error:
        assert error.line >= 1  # noqa: PT017 - either outcome is right
        assert 1 <= error.column <= len(text) + 1  # noqa: PT017
