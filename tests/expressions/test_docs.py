"""docs/language/expressions.md: its examples are true and its function tables are the library."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from formwork.expressions import ExpressionError, check, compile_python
from formwork.expressions.functions.library import FUNCTIONS
from formwork.expressions.functions.reference import reference
from formwork.expressions.functions.text import text_of
from tests.expressions.world import ENVIRONMENT, WorldScope, example_row

PAGE = Path(__file__).parents[2] / "docs/language/expressions.md"
TEXT = PAGE.read_text(encoding="utf-8")


def examples(fence: str) -> list[tuple[str, str]]:
    """The (expression, answer) pairs of the page in blocks of one fence."""
    blocks = re.findall(rf"^```{fence}\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
    lines = (line for block in blocks for line in block.splitlines() if line.strip())
    return [(written.rstrip(), answer.strip()) for written, _, answer in (line.partition("→") for line in lines)]


def _shown(text: str) -> str:
    row = example_row()
    environment = replace(ENVIRONMENT, old=replace(row, values={**row.values, "status": "new"}))
    value = compile_python(check(text, WorldScope("loan")))(row, environment)
    return "blank" if value is None else text_of(environment, value)


@pytest.mark.parametrize(("text", "answer"), examples("formula"))
def test_example_of_the_page(text: str, answer: str) -> None:
    assert _shown(text).strip() == answer


@pytest.mark.parametrize(("text", "message"), examples("formula-error"))
def test_mistake_of_the_page(text: str, message: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        check(text, WorldScope("loan"))
    assert caught.value.message == message


@pytest.mark.parametrize(
    ("text", "answer"), [example for function in FUNCTIONS.values() for example in function.examples]
)
def test_example_of_a_function(text: str, answer: str) -> None:
    assert _shown(text) == answer


def test_every_function_has_an_example_and_stands_on_the_page() -> None:
    assert all(function.examples for function in FUNCTIONS.values())
    table = TEXT.partition("<!-- functions -->\n")[2].partition("<!-- end of functions -->")[0]
    assert table.strip() == reference().strip(), "Copy the output of functions.reference.reference() into the page."
