"""Exact arithmetic of the language: fixed point, 18 digits before the point and 10 after, half-up.

Storage registers these very functions on SQLite; PostgreSQL computes the same with numeric. They
raise decimal.Overflow or decimal.InvalidOperation (both ArithmeticError) when a result has more than
18 digits before the point.
"""

from collections.abc import Iterable
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal, InvalidOperation, Overflow

from formwork.expressions.types import MAX_INTEGER_DIGITS, MAX_SCALE

CONTEXT = Context(
    prec=60, rounding=ROUND_HALF_UP, Emax=MAX_INTEGER_DIGITS - 1, Emin=-60, traps=[Overflow, InvalidOperation]
)
"""60 digits, so that one rounding to 10 decimals is the only rounding there is."""

_EXACT = Context(prec=320, rounding=ROUND_HALF_UP, Emax=400, Emin=-400, traps=[Overflow, InvalidOperation])

QUANTA = {n: Decimal(1).scaleb(-n) for n in range(-MAX_INTEGER_DIGITS, MAX_SCALE + 1)}
"""The unit of the n-th decimal, for n from -18 to 10."""

ZERO = Decimal(0)
_UNIT = QUANTA[MAX_SCALE]
_ONE = Decimal(1)
_add, _subtract, _multiply, _divide = CONTEXT.add, CONTEXT.subtract, CONTEXT.multiply, CONTEXT.divide
_quantize = CONTEXT.quantize


def add(left: Decimal, right: Decimal) -> Decimal:
    """The exact sum."""
    return _add(left, right)


def subtract(left: Decimal, right: Decimal) -> Decimal:
    """The exact difference."""
    return _subtract(left, right)


def multiply(left: Decimal, right: Decimal) -> Decimal:
    """The product, rounded half-up to 10 decimals."""
    return _quantize(_multiply(left, right), _UNIT)


def divide(left: Decimal, right: Decimal) -> Decimal | None:
    """The quotient, rounded half-up to 10 decimals; None when `right` is zero."""
    return _quantize(_divide(left, right), _UNIT) if right else None


def round_to(value: Decimal, decimals: int) -> Decimal:
    """`value` rounded half-up (away from zero on ties) to that many decimals; negative counts before the point."""
    rounded = _quantize(value, QUANTA[decimals])
    if not rounded:
        return ZERO
    return _quantize(rounded, _ONE) if decimals < 0 else rounded


def floor(value: Decimal) -> Decimal:
    """The largest whole number not above `value`."""
    return CONTEXT.plus(value.to_integral_value(ROUND_FLOOR))


def ceil(value: Decimal) -> Decimal:
    """The smallest whole number not below `value`."""
    return CONTEXT.plus(value.to_integral_value(ROUND_CEILING))


def modulo(value: Decimal, divisor: Decimal) -> Decimal | None:
    """What is left of `value` after whole divisors, with the divisor's sign; None when it is zero."""
    if not divisor:
        return None
    rest = CONTEXT.remainder(value, divisor)
    return _add(rest, divisor) if rest and (rest < 0) != (divisor < 0) else rest


def power(value: Decimal, exponent: int) -> Decimal:
    """`value` multiplied by itself, computed exactly and rounded once to 10 decimals. `exponent` is 0 to 10."""
    result = _ONE
    for _ in range(exponent):
        result = _EXACT.multiply(result, value)
    return CONTEXT.plus(_EXACT.quantize(result, _UNIT))


def log10(value: Decimal) -> Decimal | None:
    """The decimal logarithm rounded to 10 decimals; None when `value` is not above zero."""
    return _quantize(CONTEXT.log10(value), _UNIT) if value > 0 else None


def sqrt(value: Decimal) -> Decimal | None:
    """The square root rounded to 10 decimals; None when `value` is below zero."""
    return _quantize(CONTEXT.sqrt(value), _UNIT) if value >= 0 else None


def total(values: Iterable[Decimal]) -> Decimal:
    """The exact sum; 0 of nothing."""
    result = ZERO
    for value in values:
        result = _add(result, value)
    return result
