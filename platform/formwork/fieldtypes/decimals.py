"""Exact decimals: read from JSON or text, never rounded, never through a float."""

import re
from decimal import Decimal

from formwork.fieldtypes.bad_value import BadValue
from formwork.fieldtypes.base import LoadContext

PRECISION = 18
"""Digits a stored decimal has in all; 18 fit a 64-bit integer."""

_PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_LONGEST = 80
UNITS = tuple(Decimal(1).scaleb(-scale) for scale in range(PRECISION + 1))
"""The last decimal of each scale."""
_MARKS = {"es": ",", "en": ".", "zh": ".", "ko": "."}


def read_decimal(raw: object) -> Decimal:
    """The number a JSON value spells: int, Decimal, decimal text, or a float that is exact in 15 digits.

    Raises BadValue `not_a_number` (NaN, Infinity and yes/no included) or `not_exact`.
    """
    if isinstance(raw, bool):
        raise _not_a_number()
    if isinstance(raw, int):
        return Decimal(raw)
    if isinstance(raw, Decimal):
        number = raw
    elif isinstance(raw, float):
        number = Decimal(repr(raw))
        if number.is_finite() and len(number.as_tuple().digits) > 15:
            raise BadValue("not_exact", "Send this number as text so that none of its digits is lost.")
    elif isinstance(raw, str):
        text = raw.strip()
        if len(text) > _LONGEST or not _PLAIN.fullmatch(text):
            raise _not_a_number()
        number = Decimal(text)
    else:
        raise _not_a_number()
    if not number.is_finite():
        raise _not_a_number()
    return number


def read_localised(text: str, where: LoadContext) -> Decimal:
    """The number a person typed, with the decimal mark and thousands groups of `where`.

    Raises BadValue `not_a_number`.
    """
    mark = where.decimal_mark or _MARKS.get(where.locale.split("-")[0].split("_")[0], ".")
    group = "." if mark == "," else ","
    plain = text.strip().replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
    plain = plain.replace("\N{MINUS SIGN}", "-")
    whole, point, decimals = plain.partition(mark)
    if re.fullmatch(rf"[+-]?\d{{1,3}}([{re.escape(group)} ']\d{{3}})+", whole, re.ASCII):
        whole = re.sub(rf"[{re.escape(group)} ']", "", whole)
    joined = whole + ("." if point else "") + decimals
    if (
        len(joined) > _LONGEST
        or not _PLAIN.fullmatch(joined)
        or (mark == "," and "." in plain and "." in whole + decimals)
    ):
        raise BadValue(
            "not_a_number",
            f"Write a number with `{mark}` before the decimals, for example 1234{mark}5.",
            mark=mark,
        )
    return Decimal(joined)


def fit(number: Decimal, scale: int) -> Decimal:
    """The number with exactly `scale` decimals; raises BadValue `too_many_decimals` or `out_of_range`."""
    if number and number.adjusted() >= PRECISION - scale:
        digits = PRECISION - scale
        raise BadValue("out_of_range", f"Write at most {digits} digits before the decimals.", digits=digits)
    fitted = number.quantize(UNITS[scale])
    if fitted != number:
        raise BadValue("too_many_decimals", f"Write at most {scale} decimals.", scale=scale)
    return fitted


def check_bounds(number: Decimal | int, low: object, high: object) -> None:
    """Raise BadValue `too_small` or `too_large` when the number is outside `low` to `high` (None = open)."""
    if low is not None and number < Decimal(str(low)):
        raise BadValue("too_small", f"Enter {low} or more.", min=str(low))
    if high is not None and number > Decimal(str(high)):
        raise BadValue("too_large", f"Enter {high} or less.", max=str(high))


def dump_decimal(number: Decimal) -> str:
    """The number as JSON text: its stored decimals, without zeros beyond the second (`12.50`, `0.25`, `3`)."""
    text = str(number)
    if "E" in text:
        text = format(number, "f")
    whole, point, decimals = text.partition(".")
    if len(decimals) > 2:
        decimals = decimals[:2] + decimals[2:].rstrip("0")
    return whole + point + decimals


def _not_a_number() -> BadValue:
    return BadValue("not_a_number", "Send a number, as text or as a JSON number.")
