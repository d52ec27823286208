"""What differs between the databases when a statement is built: forms of values, parameters, arithmetic, functions."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Protocol, TypeAlias

from sqlalchemy import ColumnElement
from sqlalchemy.engine import Dialect

from formwork.catalog import ColumnSpec
from formwork.expressions.nodes import ArithmeticOp, Call
from formwork.expressions.types import Type
from formwork.storage.compile.binder import Binder, Getter
from formwork.storage.compile.operand import Operand

Wrap: TypeAlias = Callable[[ColumnElement[Any]], Operand]
"""Makes the operand of a SQL value whose form was agreed on."""


class Backend(Protocol):
    """One database's way of saying things."""

    name: str
    dialect: Dialect
    schemas: bool
    """Whether tables carry the tenant's schema."""

    def column(self, sql: ColumnElement[Any], column: ColumnSpec) -> Operand:
        """The value of a stored column."""

    def parameter(self, binder: Binder, key: Hashable, kind: Type, scale: int | None, getter: Getter) -> Operand:
        """A value known when the statement runs. `scale` bounds the decimals of a number, None = unknown."""

    def array(self, binder: Binder, key: Hashable, item: Operand, kind: Type, getter: Getter) -> ColumnElement[bool]:
        """TRUE when `item` is among the values of a tuple `getter` gives."""

    def identifiers(
        self, binder: Binder, key: Hashable, sql: ColumnElement[Any], getter: Getter
    ) -> ColumnElement[bool]:
        """TRUE when the id `sql` is among the ids `getter` gives, a collection."""

    def align(self, binder: Binder, operands: Sequence[Operand]) -> tuple[list[ColumnElement[Any]], Wrap]:
        """Numbers in one common form that compares, sorts and unites natively."""

    def arithmetic(self, binder: Binder, op: ArithmeticOp, left: Operand, right: Operand) -> Operand:
        """A sum, difference, product or quotient of numbers; blank when a side is, or the divisor is zero."""

    def negate(self, binder: Binder, operand: Operand) -> Operand:
        """The number with the other sign."""

    def round(self, binder: Binder, operand: Operand, scale: int) -> Operand:
        """The number rounded half-up to `scale` decimals."""

    def total(self, binder: Binder, operand: Operand) -> Operand:
        """The aggregate sum of numbers; NULL of nothing."""

    def or_zero(self, operand: Operand) -> Operand:
        """The number, 0 when it is NULL."""

    def average(self, binder: Binder, operand: Operand) -> Operand:
        """The aggregate mean of numbers, rounded as a division is; NULL of nothing."""

    def whole(self, sql: ColumnElement[Any]) -> Operand:
        """A native integer as a number."""

    def truth(self, sql: ColumnElement[Any]) -> ColumnElement[bool]:
        """A stored boolean as a predicate."""

    def untruth(self, sql: ColumnElement[Any]) -> ColumnElement[bool]:
        """TRUE when a stored boolean is false or blank."""

    def boolean(self, predicate: ColumnElement[bool]) -> ColumnElement[Any]:
        """A predicate as a value that is never NULL."""

    def text_order(self, sql: ColumnElement[Any]) -> ColumnElement[Any]:
        """Text that compares and sorts by code point."""

    def fold(self, sql: ColumnElement[Any]) -> ColumnElement[Any]:
        """Text with case and accents folded away."""

    def contains(self, text: ColumnElement[Any], part: ColumnElement[Any]) -> ColumnElement[bool]:
        """TRUE when one text is inside another."""

    def starts(self, text: ColumnElement[Any], part: ColumnElement[Any]) -> ColumnElement[bool]:
        """TRUE when a text begins with another."""

    def distinct(self, left: ColumnElement[Any], right: ColumnElement[Any]) -> ColumnElement[bool]:
        """TRUE when the values differ or exactly one is NULL; never NULL."""

    def call(self, binder: Binder, node: Call, arguments: Sequence[Operand]) -> Operand:
        """A function of the library."""
