"""Wide numbers: how SQLite holds a number that fits no 64-bit integer, as text that sorts and compares right.

The text is 10**28 plus the number times 10**10, in 29 digits. Numbers of the language have at most 18
digits before the point and 10 after, so every one has exactly one such text.
"""

from decimal import ROUND_HALF_UP, Context, Decimal

from formwork.expressions.types import MAX_SCALE
from formwork.storage.schema.types import Overflow

_OFFSET = 10**28
_UNIT = 10**MAX_SCALE
_WIDE = Context(prec=60, rounding=ROUND_HALF_UP)


def to_wide(value: Decimal) -> str:
    """The text of a number of at most 10 decimals; raises Overflow past 18 digits before the point."""
    return encode(int(_WIDE.to_integral_value(_WIDE.scaleb(value, MAX_SCALE))))


def from_wide(text: str) -> Decimal:
    """The number a wide text stands for, with 10 decimals."""
    return Decimal(int(text) - _OFFSET).scaleb(-MAX_SCALE, _WIDE)


def widen(number: int, scale: int) -> str:
    """The wide text of a scaled integer; raises Overflow."""
    return encode(int(number) * 10 ** (MAX_SCALE - scale))


def encode(units: int) -> str:
    """The wide text of a number counted in units of 10**-10; raises Overflow."""
    if not -_OFFSET < units < _OFFSET:
        raise Overflow("A number has more than 18 digits before the point. Use a smaller one.")
    return f"{units + _OFFSET:029d}"


def decode(text: str) -> int:
    """The number of a wide text, counted in units of 10**-10."""
    return int(text) - _OFFSET
