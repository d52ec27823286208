"""Numbers on SQLite: scaled 64-bit integers where they fit, wide text and registered functions elsewhere."""

from collections.abc import Sequence
from decimal import Context, Decimal
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Text, func, null
from sqlalchemy.sql.functions import Function

from formwork.expressions.nodes import ArithmeticOp
from formwork.storage.compile.backend import Wrap
from formwork.storage.compile.binder import Binder, Getter, Inputs
from formwork.storage.compile.operand import Operand
from formwork.storage.compile.slots import NARROW_LIMIT, NARROW_SCALES
from formwork.storage.compile.verbatim import verbatim
from formwork.storage.compile.wide import to_wide
from formwork.storage.schema.types import DIGITS, scaled

INT64 = 2**63 - 1
_EXACT = Context(prec=60)
_FUNCTIONS = {ArithmeticOp.MULTIPLY: "fw_multiply", ArithmeticOp.DIVIDE: "fw_divide"}
_SUMS = {ArithmeticOp.ADD: "fw_add", ArithmeticOp.SUBTRACT: "fw_subtract"}


def align(binder: Binder, operands: Sequence[Operand]) -> tuple[list[ColumnElement[Any]], Wrap]:
    """All numbers as scaled integers of one scale if every one fits, as wide text otherwise."""
    filled = [one for one in operands if not one.null]
    scale = max((one.scale for one in filled if one.scale is not None), default=0)
    if all(_fits(one, scale) for one in filled):
        bound = max((_bound_at(one, scale) for one in filled), default=0)
        return [at_scale(binder, one, scale) for one in operands], lambda sql: Operand(sql, scale=scale, bound=bound)
    return [widened(binder, one) for one in operands], Operand


def at_scale(binder: Binder, operand: Operand, scale: int) -> ColumnElement[Any]:
    """The number as a scaled integer of that scale, which it must fit."""
    if operand.null:
        return null()
    if operand.getter is not None:
        return _scaled_parameter(binder, operand.getter, scale)
    shift = scale - (operand.scale or 0)
    return operand.sql * verbatim(str(10**shift)) if shift else operand.sql


def widened(binder: Binder, operand: Operand) -> ColumnElement[Any]:
    """The number as wide text."""
    if operand.null:
        return null()
    if operand.getter is not None:
        return wide_parameter(binder, operand.getter)
    if operand.scale is None:
        return operand.sql
    return _function(binder, "fw_widen", operand.sql, verbatim(str(operand.scale)))


def arithmetic(binder: Binder, op: ArithmeticOp, left: Operand, right: Operand) -> Operand:
    """Sums of one scale are native when the result cannot leave 64 bits; all else is a registered function."""
    if op in _FUNCTIONS:
        return Operand(_function(binder, _FUNCTIONS[op], widened(binder, left), widened(binder, right)))
    (one, other), wrap = align(binder, (left, right))
    form = wrap(one)
    if form.scale is None or form.bound * 2 > INT64:
        return Operand(_function(binder, _SUMS[op], widened(binder, left), widened(binder, right)))
    return Operand(one + other if op is ArithmeticOp.ADD else one - other, scale=form.scale, bound=form.bound * 2)


def negate(binder: Binder, operand: Operand) -> Operand:
    """Native for scaled integers."""
    if operand.getter is None and operand.scale is not None:
        return Operand(-operand.sql, scale=operand.scale, bound=operand.bound)
    return Operand(_function(binder, "fw_negate", widened(binder, operand)))


def round_to(binder: Binder, operand: Operand, scale: int) -> Operand:
    """Nothing to do for a number with no more decimals."""
    if operand.null or (operand.scale is not None and operand.scale <= scale):
        return operand
    return Operand(_function(binder, "fw_round", widened(binder, operand), verbatim(str(scale))))


def total(binder: Binder, operand: Operand) -> Operand:
    """SUM, native for scaled integers; SQLite itself refuses one that leaves 64 bits."""
    if operand.getter is None and operand.scale is not None:
        return Operand(func.sum(operand.sql), scale=operand.scale, bound=INT64)
    return Operand(_function(binder, "fw_total", widened(binder, operand)))


def average(binder: Binder, operand: Operand) -> Operand:
    """Sum through count, by the registered division."""
    count = Operand(func.count(total_argument(binder, operand)), scale=0, bound=INT64)
    return arithmetic(binder, ArithmeticOp.DIVIDE, total(binder, operand), count)


def total_argument(binder: Binder, operand: Operand) -> ColumnElement[Any]:
    """The number as any SQL value, for counting."""
    return operand.sql if operand.getter is None and not operand.null else widened(binder, operand)


def is_exact(value: Decimal, scale: int) -> bool:
    """Whether a scaled integer of that scale can hold the number as it is."""
    return abs(value) < 10 ** (DIGITS - scale) and value == value.quantize(Decimal(1).scaleb(-scale), context=_EXACT)


def _fits(operand: Operand, scale: int) -> bool:
    if operand.scale is None or (operand.getter is not None and scale > NARROW_SCALES[-1]):
        return False
    return _bound_at(operand, scale) <= INT64


def _bound_at(operand: Operand, scale: int) -> int:
    if operand.getter is not None:
        return NARROW_LIMIT * int(10**scale)
    return operand.bound * int(10 ** (scale - (operand.scale or 0)))


def _scaled_parameter(binder: Binder, getter: Getter, scale: int) -> ColumnElement[Any]:
    def encode(inputs: Inputs) -> int | None:
        value = getter(inputs)
        return None if value is None else scaled(value, scale)

    return binder.bind(("scaled", scale, getter), BigInteger(), encode)


def wide_parameter(binder: Binder, getter: Getter) -> ColumnElement[Any]:
    """A number bound as wide text."""

    def encode(inputs: Inputs) -> str | None:
        value = getter(inputs)
        return None if value is None else to_wide(value)

    return binder.bind(("wide", getter), Text(), encode)


def _function(binder: Binder, name: str, *arguments: ColumnElement[Any]) -> Function[Any]:
    strict = "_strict" if binder.strict else ""
    return getattr(func, name + strict)(*arguments, type_=Text())  # type: ignore[no-any-return]
