"""Text to untyped tree, with errors that name the place and what was expected."""

from functools import lru_cache

from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken, VisitError

from formwork.expressions.ast import Ast
from formwork.expressions.errors import ExpressionError, Position
from formwork.expressions.grammar import parser
from formwork.expressions.limits import FORMULA, Limits, check_limits, check_size

_HINTS = {
    "==": "write `=` to compare",
    "<>": "write `!=` for not equal",
    "&&": "write `and`",
    "||": "write `or`",
    "!": "write `not`, or `!=` for not equal",
    "^": "write `power(x, n)`",
    "%": "write a percentage as a number: 0.3 for 30 %",
    "[": "lists are written in round brackets: `status in ('a', 'b')`",
    "{": "there are no braces in this language",
    ";": "an expression is one formula without `;`",
}
_KEYWORDS = frozenset({"and", "or", "not", "in", "is", "contains", "starts", "with", "blank", "true", "false"})
_OPERAND = frozenset({"NAME", "NUMBER", "TEXT", "THIS", "ME"})


def parse(text: str, limits: Limits = FORMULA) -> Ast:
    """The untyped tree of `text`; raises ExpressionError when it cannot be read or exceeds `limits`."""
    check_size(text, limits)
    ast = _parse(text)
    check_limits(ast, limits)
    return ast


@lru_cache(maxsize=4096)
def _parse(text: str) -> Ast:
    if not text.strip():
        raise ExpressionError("The expression is empty; write one.")
    try:
        return parser().parse(text)  # type: ignore[return-value]  # the builder makes Ast, lark says Tree
    except UnexpectedInput as error:
        raise _explain(text, error) from None
    except VisitError as error:
        if isinstance(error.orig_exc, ExpressionError):
            raise error.orig_exc from None
        raise


def _explain(text: str, error: UnexpectedInput) -> ExpressionError:
    """A sentence about what stands there and what could have."""
    if isinstance(error, UnexpectedEOF) or (isinstance(error, UnexpectedToken) and error.token.type == "$END"):
        lines = text.split("\n")
        expected = _expected(error)
        return ExpressionError(
            f"The expression ends too early: expected {expected}.", at=Position(len(lines), len(lines[-1]) + 1)
        )
    at = Position(error.line, error.column)
    place = sum(len(line) + 1 for line in text.split("\n")[: at.line - 1]) + at.column - 1
    rest = text[place:]
    for sign, hint in _HINTS.items():
        begin = place if text.startswith(sign, place) else place - len(sign) + 1
        if begin >= 0 and text.startswith(sign, begin):
            column = at.column - (place - begin)
            return ExpressionError(f"`{sign}` is not an operator: {hint}.", at=Position(at.line, column))
    if isinstance(error, UnexpectedCharacters):
        if rest[0] in "'\"":
            return ExpressionError(f"The text that begins here is not closed with {rest[0]}.", at=at)
        return ExpressionError(f"The character {rest[0]!r} has no meaning here.", at=at)
    word = str(getattr(error, "token", rest[:1]))
    if word.lower() in _KEYWORDS and word not in _KEYWORDS:
        return ExpressionError(f"Unexpected `{word}`: operators are written in lower case, `{word.lower()}`.", at=at)
    return ExpressionError(f"Unexpected `{word[:60]}`: expected {_expected(error)}.", at=at)


def _expected(error: UnexpectedInput) -> str:
    terminals = set(getattr(error, "accepts", None) or getattr(error, "expected", None) or ())
    if terminals & _OPERAND >= {"NAME", "NUMBER"}:
        return "a field, a value or a function"
    if terminals == {"NAME"}:
        return "a name"
    words = []
    if "RPAR" in terminals:
        words.append("`)`")
    if "COMMA" in terminals:
        words.append("`,`")
    if {"AND", "OR"} & terminals or "PLUS" in terminals:
        words.append("an operator")
    if "WITH" in terminals:
        words.append("`with`")
    if "BLANK" in terminals:
        words.append("`blank`")
    if "IN" in terminals and len(terminals) == 1:
        words.append("`in`")
    return " or ".join(words) if words else "the end of the expression"
