"""Numbers on PostgreSQL: numeric, cut to 18 digits before the point and 10 after; whole columns stay bigint."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Numeric, cast, func, null

from formwork.expressions.nodes import ArithmeticOp
from formwork.expressions.types import MAX_INTEGER_DIGITS, MAX_SCALE
from formwork.storage.compile.backend import Wrap
from formwork.storage.compile.binder import Binder, Getter, Inputs
from formwork.storage.compile.operand import Operand
from formwork.storage.compile.tenant_function import number_function

FIXED = Numeric(MAX_INTEGER_DIGITS + MAX_SCALE, MAX_SCALE)
"""numeric(28,10): casting to it rounds half away from zero and refuses 19 digits before the point."""
EXACT = Numeric(70, 40)
"""Decimals enough that a quotient, root or logarithm is rounded once only, when it is cast to FIXED."""


def align(binder: Binder, operands: Sequence[Operand]) -> tuple[list[ColumnElement[Any]], Wrap]:
    """Whole numbers stay bigint beside whole numbers; otherwise all are numeric."""
    filled = [one for one in operands if not one.null]
    if filled and all(one.whole or (one.getter is not None and one.scale == 0) for one in filled):
        return [whole_form(binder, one) for one in operands], lambda sql: Operand(sql, scale=0, whole=True)
    return [one.sql for one in operands], Operand


def whole_form(binder: Binder, operand: Operand) -> ColumnElement[Any]:
    """A whole number as bigint, so that an index on a bigint column serves."""
    getter = operand.getter
    return operand.sql if getter is None else binder.bind(("whole", getter), BigInteger(), _whole(getter))


def numeric(operand: Operand) -> ColumnElement[Any]:
    """The number as numeric."""
    if operand.null:
        return cast(null(), FIXED)
    return cast(operand.sql, Numeric()) if operand.whole else operand.sql


def fixed(binder: Binder, number: ColumnElement[Any]) -> ColumnElement[Any]:
    """The number rounded to 10 decimals; past 18 digits an error in a strict statement, else blank."""
    return cast(number, FIXED) if binder.strict else number_function("fw_fixed", number)


def arithmetic(binder: Binder, op: ArithmeticOp, left: Operand, right: Operand) -> Operand:
    """Exact, then rounded once."""
    one, other = numeric(left), numeric(right)
    match op:
        case ArithmeticOp.ADD:
            return Operand(fixed(binder, one + other))
        case ArithmeticOp.SUBTRACT:
            return Operand(fixed(binder, one - other))
        case ArithmeticOp.MULTIPLY:
            return Operand(fixed(binder, one * other))
    return Operand(fixed(binder, cast(one, EXACT).op("/")(func.nullif(other, 0))))


def total(binder: Binder, operand: Operand) -> Operand:
    """SUM as numeric."""
    return Operand(fixed(binder, func.sum(numeric(operand))))


def average(binder: Binder, operand: Operand) -> Operand:
    """Sum through count."""
    value = numeric(operand)
    mean = cast(func.sum(value), EXACT).op("/")(func.nullif(func.count(value), 0))
    return Operand(fixed(binder, mean))


def _whole(getter: Getter) -> Getter:
    def draw(inputs: Inputs) -> int | None:
        value = getter(inputs)
        return None if value is None else int(value)

    return draw
