"""The function tables of docs/language/expressions.md, written from the library itself."""

from collections.abc import Iterator, Mapping
from itertools import groupby

from formwork.expressions.functions.function import Function
from formwork.expressions.functions.library import FUNCTIONS


def reference(functions: Mapping[str, Function] = FUNCTIONS) -> str:
    """Markdown: one table per group with each function's form, meaning and examples."""
    return "\n".join(_lines(functions))


def _lines(functions: Mapping[str, Function]) -> Iterator[str]:
    for group, members in groupby(sorted(functions.values(), key=lambda f: f.group), key=lambda f: f.group):
        yield f"### {group.capitalize()}"
        yield ""
        yield "| function | meaning | examples |"
        yield "|---|---|---|"
        for function in members:
            examples = "<br>".join(f"`{text}` → {value}" for text, value in function.examples)
            yield f"| `{function.signature}` | {function.summary} | {examples} |"
        yield ""
