"""What a fault the YAML parser stumbles over means to the person who wrote the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from formwork.definitions.reading.document import Document, unreadable

if TYPE_CHECKING:
    import yaml

_QUOTE = "Put the text in quotes."
_ALIGN = "Begin the line in the column of its neighbours, and put text that begins with a sign in quotes."
_FAULTS = (
    ("mapping values are not allowed", "a `:` stands where no key can be",
     f"{_ALIGN} Text with `: ` needs quotes too."),
    ("did not find expected ',' or ']'", "the `[` that begins{where} is not closed",
     "Close it with `]`, or put a comma between its items."),
    ("did not find expected ',' or '}'", "the `{{` that begins{where} is not closed",
     "Close it with `}`, or put a comma between its keys."),
    ("unexpected end of stream", "the quoted text that begins{where} is not closed",
     "Close it with the quote it begins with."),
    ("could not find expected ':'", "the key that begins{where} has no `:` behind it", "Write `key: value`."),
    ("unknown escape character", "a backslash begins an escape in double quotes", "Double it, or use single quotes."),
    ("alphabetic or numeric character", "`*` and `&` begin names of their own", _QUOTE),
    ("did not find expected key", "the line does not fit into the mapping that begins{where}", _ALIGN),
    ("did not find expected '-' indicator", "the line does not fit into the list that begins{where}", _ALIGN),
    ("did not find expected <document start>", "the line does not fit to those above", _ALIGN),
    ("did not find expected node content", "a value is missing", "Write one, or take the comma out."),
)  # fmt: skip
"""Words of libyaml's message, what they say here, and the mend."""


def yaml_fault(error: yaml.MarkedYAMLError, text: str, file: str) -> Document:
    """The unreadable document of a text the parser gave up on, with the place it gave up at."""
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    begin = error.context_mark
    where = f" in line {begin.line + 1}, column {begin.column + 1}," if begin else ""
    said, mend = _told(str(error.problem or ""), text, line, column)
    return unreadable(file, "bad_yaml", f"This is not YAML: {said.format(where=where)}.", mend, line, column)


def _told(problem: str, text: str, line: int, column: int) -> tuple[str, str]:
    if "cannot start any token" in problem:
        sign = text.split("\n")[line - 1][column - 1 : column]
        if sign == "\t":
            return "a tab indents nothing", "Indent with blanks."
        return f"`{sign}` cannot begin a value", _QUOTE
    for words, said, mend in _FAULTS:
        if words in problem:
            return said, mend
    return problem.replace("{", "{{").replace("}", "}}"), "Check indentation and quotes."
