"""The LALR parser of the language, built once, that makes the untyped tree while it reads."""

import unicodedata
from decimal import Decimal
from functools import cache
from pathlib import Path as FilePath

from lark import Lark, Token, Transformer, v_args

from formwork.expressions.ast import Ast, Call, In, Logical, Number, Operation, Path, Text, Unary, Word
from formwork.expressions.errors import ExpressionError, Position
from formwork.expressions.types import MAX_INTEGER_DIGITS, MAX_SCALE


def _at(token: Token) -> Position:
    return Position(token.line or 1, token.column or 1)


@v_args(inline=True)
class _Builder(Transformer[Token, Ast]):
    """One method per rule; called bottom-up by the parser, so depth of nesting costs no recursion."""

    def number(self, token: Token) -> Ast:
        whole, _, decimals = str(token).partition(".")
        if len(whole.lstrip("0")) > MAX_INTEGER_DIGITS or len(decimals) > MAX_SCALE:
            raise ExpressionError(
                f"The number {str(token)[:60]} is too long: at most {MAX_INTEGER_DIGITS} digits before the point "
                f"and {MAX_SCALE} after it.",
                at=_at(token),
            )
        return Number(Decimal(str(token)), _at(token))

    def text(self, token: Token) -> Ast:
        quote = token[0]
        value = unicodedata.normalize("NFC", str(token)[1:-1].replace(quote * 2, quote))
        for character in value:
            if unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\t":
                raise ExpressionError(
                    f"The text holds the character U+{ord(character):04X}, which cannot be stored; take it out.",
                    at=_at(token),
                )
        return Text(value, _at(token))

    def true(self, token: Token) -> Ast:
        return Word(True, _at(token))

    def false(self, token: Token) -> Ast:
        return Word(False, _at(token))

    def blank(self, token: Token) -> Ast:
        return Word(None, _at(token))

    def path(self, *tokens: Token) -> Path:
        return Path(tuple(str(token) for token in tokens), _at(tokens[0]))

    def call(self, callee: Path, *arguments: Ast) -> Ast:
        return Call(callee, arguments, callee.at)

    def prefixed(self, operator: Token, operand: Ast) -> Ast:
        return Unary(str(operator), operand, _at(operator))

    def operation(self, left: Ast, operator: Token, right: Ast) -> Ast:
        return Operation(str(operator), left, right, _at(operator))

    def starts_with(self, left: Ast, operator: Token, right: Ast) -> Ast:
        return Operation("starts with", left, right, _at(operator))

    def logical(self, first: Ast, *rest: Ast | Token) -> Ast:
        operators = [term for term in rest if isinstance(term, Token)]
        terms = (term for term in rest if not isinstance(term, Token))
        return Logical(str(operators[0]), (first, *terms), _at(operators[0]))

    def choices(self, *choices: Ast) -> tuple[Ast, ...]:
        return choices

    def is_in(self, item: Ast, operator: Token, choices: tuple[Ast, ...]) -> Ast:
        return In(item, choices, False, _at(operator))

    def is_not_in(self, item: Ast, operator: Token, _in: Token, choices: tuple[Ast, ...]) -> Ast:
        return In(item, choices, True, _at(operator))

    def is_blank(self, operand: Ast, operator: Token) -> Ast:
        return Unary("is blank", operand, _at(operator))

    def is_not_blank(self, operand: Ast, operator: Token, _not: Token) -> Ast:
        return Unary("is not blank", operand, _at(operator))


@cache
def parser() -> Lark:
    """The one parser of this process; safe to share between threads."""
    text = FilePath(__file__).with_name("grammar.lark").read_text(encoding="utf-8")
    return Lark(text, parser="lalr", transformer=_Builder(), maybe_placeholders=False)
