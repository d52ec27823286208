"""The untyped tree: what was written, with places. Equality leaves the places out."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias

from formwork.expressions.errors import START, Position


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written, never negative."""

    value: Decimal
    at: Position = field(default=START, compare=False)


@dataclass(frozen=True, slots=True)
class Text:
    """A quoted text, NFC."""

    value: str
    at: Position = field(default=START, compare=False)


@dataclass(frozen=True, slots=True)
class Word:
    """`true`, `false` or `blank` (None)."""

    value: bool | None
    at: Position = field(default=START, compare=False)


@dataclass(frozen=True, slots=True)
class Path:
    """Names joined by dots; the first may be `this` or `me`."""

    names: tuple[str, ...]
    at: Position = field(default=START, compare=False)

    def __str__(self) -> str:
        return ".".join(self.names)


@dataclass(frozen=True, slots=True)
class Call:
    """`callee(arguments)`; the callee is a function name or `me.has_role`."""

    callee: Path
    arguments: "tuple[Ast, ...]"
    at: Position = field(default=START, compare=False)


@dataclass(frozen=True, slots=True)
class Unary:
    """`not x`, `-x`, `x is blank`, `x is not blank`."""

    operator: str
    operand: "Ast"
    at: Position = field(default=START, compare=False)


@dataclass(frozen=True, slots=True)
class Operation:
    """`left operator right`: arithmetic, comparison, `contains`, `starts with`."""

    operator: str
    left: "Ast"
    right: "Ast"
    at: Position = field(default=START, compare=False)


@dataclass(frozen=True, slots=True)
class Logical:
    """Two or more terms joined by the same `and`, `or` or `&`."""

    operator: str
    terms: "tuple[Ast, ...]"
    at: Position = field(default=START, compare=False)


@dataclass(frozen=True, slots=True)
class In:
    """`item in (choices)` or `item not in (choices)`; a single choice may be a list."""

    item: "Ast"
    choices: "tuple[Ast, ...]"
    negated: bool = False
    at: Position = field(default=START, compare=False)


Ast: TypeAlias = Number | Text | Word | Path | Call | Unary | Operation | Logical | In


def children(ast: Ast) -> "tuple[Ast, ...]":
    """The direct operands of a node, in the order they were written."""
    if isinstance(ast, Unary):
        return (ast.operand,)
    if isinstance(ast, Operation):
        return (ast.left, ast.right)
    if isinstance(ast, Logical):
        return ast.terms
    if isinstance(ast, In):
        return (ast.item, *ast.choices)
    if isinstance(ast, Call):
        return ast.arguments
    return ()
