"""The formula language: parse, type-check, compile to Python. See README.md for where to start."""

from formwork.expressions.expression import Expression
from formwork.expressions.paths import Base, FieldPath, Hop, ListPath, ListUse
from formwork.expressions.row import Environment, Row
from formwork.expressions.scope import FieldHandle, ListHandle, OptionHandle, Scope
from formwork.expressions.types import Kind, Type, Value

__all__ = [
    "Base",
    "Environment",
    "Expression",
    "FieldHandle",
    "FieldPath",
    "Hop",
    "Kind",
    "ListHandle",
    "ListPath",
    "ListUse",
    "OptionHandle",
    "Row",
    "Scope",
    "Type",
    "Value",
]
