"""The formula language: parse, type-check, compile to Python. See README.md for where to start."""

from formwork.expressions.check import check
from formwork.expressions.conditions import (
    Condition,
    Operand,
    OperandKind,
    conditions,
    join_conditions,
    write_condition,
)
from formwork.expressions.errors import ExpressionError, Position
from formwork.expressions.expression import Expression
from formwork.expressions.fold import fold
from formwork.expressions.limits import FILTER, FORMULA, Limits
from formwork.expressions.parse import parse
from formwork.expressions.paths import Base, FieldPath, Hop, ListPath, ListUse
from formwork.expressions.python import compile_node, compile_python
from formwork.expressions.row import Environment, Row
from formwork.expressions.scope import FieldHandle, ListHandle, OptionHandle, Scope
from formwork.expressions.types import Kind, Type, Value
from formwork.expressions.unparse import quote, unparse

__all__ = [
    "FILTER",
    "FORMULA",
    "Base",
    "Condition",
    "Environment",
    "Expression",
    "ExpressionError",
    "FieldHandle",
    "FieldPath",
    "Hop",
    "Kind",
    "Limits",
    "ListHandle",
    "ListPath",
    "ListUse",
    "Operand",
    "OperandKind",
    "OptionHandle",
    "Position",
    "Row",
    "Scope",
    "Type",
    "Value",
    "check",
    "compile_node",
    "compile_python",
    "conditions",
    "fold",
    "join_conditions",
    "parse",
    "quote",
    "unparse",
    "write_condition",
]
