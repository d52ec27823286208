"""unparse: the canonical text of a tree reads back as the same tree."""

import pytest
from hypothesis import given

from formwork.expressions import parse, unparse
from formwork.expressions.ast import Ast
from tests.expressions.strategies import trees


@given(trees)
def test_text_of_a_tree_reads_back_as_the_same_tree(ast: Ast) -> None:
    assert parse(unparse(ast)) == ast


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("a+b*c", "a + b * c"),
        ("(a+b)*c", "(a + b) * c"),
        ('name = "it\'s"', "name = 'it''s'"),
        ("((a and b)) or not(c)", "a and b or not c"),
        ("a not in(1,2)", "a not in (1, 2)"),
        ("x in (me.branches)", "x in me.branches"),
        ("a-(b-c)", "a - (b - c)"),
        ("- - a", "--a"),
        ("not (a = b)", "not a = b"),
        ("(a = b) = c", "(a = b) = c"),
    ],
)
def test_brackets_stand_only_where_needed(written: str, canonical: str) -> None:
    assert unparse(parse(written)) == canonical
