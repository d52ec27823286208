"""A filter as a list of simple conditions, for chips and filter builders, and back to text."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from formwork.expressions.ast import Ast, In, Logical, Number, Operation, Path, Text, Unary, Word
from formwork.expressions.unparse import quote, unparse_operand, unparse_term

OPERATORS = (
    "=", "!=", "<", "<=", ">", ">=", "in", "not in", "contains", "not contains", "starts with", "not starts with",
    "is blank", "is not blank",
)  # fmt: skip
"""The operators a simple condition can have, in the order a filter builder offers them."""

_COMPARISONS = ("=", "!=", "<", "<=", ">", ">=", "contains", "starts with")
_MIRRORED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


class OperandKind(StrEnum):
    """What stands behind the operator; `formula` is anything that is no plain value (`today() - 7`, `me`)."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    FORMULA = "formula"


@dataclass(frozen=True, slots=True)
class Operand:
    """One value of a condition as text: the quoted text itself, a number in digits, true or false, a formula."""

    kind: OperandKind
    text: str

    def spell(self) -> str:
        """The operand as it is written in an expression."""
        return quote(self.text) if self.kind is OperandKind.TEXT else self.text


@dataclass(frozen=True, slots=True)
class Condition:
    """One of the terms that are joined by `and`; `text` can be joined to others as it is.

    `path` and `operator` are None when the term is not of the simple form "field operator values";
    such a term can be shown by its `text` and taken away, but not edited field by field.
    """

    text: str
    path: str | None = None
    operator: str | None = None
    operands: tuple[Operand, ...] = ()


def conditions(ast: Ast) -> tuple[Condition, ...]:
    """The terms of a filter that are joined by `and` at its top, in order."""
    terms = ast.terms if isinstance(ast, Logical) and ast.operator == "and" else (ast,)
    return tuple(_condition(term) for term in terms)


def write_condition(path: str, operator: str, operands: Iterable[Operand] = ()) -> Condition:
    """The condition of a field, one of OPERATORS and its values (several for `in`, none for `is blank`)."""
    values = tuple(operands)
    written = [value.spell() for value in values]
    if operator in ("in", "not in"):
        text = f"{path} {operator} ({', '.join(written)})"
    elif operator.startswith("is "):
        text = f"{path} {operator}"
    elif operator.startswith("not "):
        text = f"not {path} {operator.removeprefix('not ')} {written[0]}"
    else:
        text = f"{path} {operator} {written[0]}"
    return Condition(text, path, operator, values)


def join_conditions(terms: Iterable[Condition]) -> str:
    """The filter that asks for all of the conditions; '' for none."""
    return " and ".join(term.text for term in terms)


def _condition(term: Ast) -> Condition:
    text = unparse_term(term)
    simple = _simple(term)
    if simple is None:
        return Condition(text)
    path, operator, values = simple
    return Condition(text, path, operator, tuple(_operand(value) for value in values))


def _simple(term: Ast) -> tuple[str, str, tuple[Ast, ...]] | None:
    match term:
        case Path():
            return str(term), "=", (Word(True),)
        case Unary(operator="not", operand=Path() as path):
            return str(path), "=", (Word(False),)
        case Unary(operator="not", operand=Operation(operator=("contains" | "starts with") as name) as inner):
            found = _simple(inner)
            return (found[0], f"not {name}", found[2]) if found else None
        case Unary(operator="is blank" | "is not blank", operand=Path() as path):
            return str(path), term.operator, ()
        case In(item=Path() as path, choices=choices):
            return str(path), "not in" if term.negated else "in", choices
        case Operation(operator=operator, left=left, right=right) if operator in _COMPARISONS:
            if isinstance(left, Path) and not _is_value(left):
                return str(left), operator, (right,)
            if isinstance(right, Path) and _is_value(left) and operator in _MIRRORED:
                return str(right), _MIRRORED[operator], (left,)
    return None


def _is_value(ast: Ast) -> bool:
    """Whether the node is a plain value, or a name that stands for the reader rather than for a field."""
    return isinstance(ast, Number | Text | Word) or (isinstance(ast, Path) and ast.names[0] in ("me", "this"))


def _operand(ast: Ast) -> Operand:
    match ast:
        case Text(value=value):
            return Operand(OperandKind.TEXT, value)
        case Number(value=Decimal() as value):
            return Operand(OperandKind.NUMBER, f"{value:f}")
        case Word(value=bool() as value):
            return Operand(OperandKind.BOOLEAN, str(value).lower())
    return Operand(OperandKind.FORMULA, unparse_operand(ast))
