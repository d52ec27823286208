"""Whole numbers, decimals, shares, amounts of money, ratings."""

import re
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from formwork.fieldtypes.bad_value import BadValue
from formwork.fieldtypes.base import FieldType, LoadContext, Settings
from formwork.fieldtypes.column import ColumnKind, LogicalColumn
from formwork.fieldtypes.decimals import PRECISION, UNITS, check_bounds, dump_decimal, fit, read_decimal, read_localised
from formwork.fieldtypes.operators import NUMBER

_BOUND = {"type": "number"}
_LARGEST = 2**63 - 1
_PLAIN = re.compile(r"-?[0-9]{1,10}(?:\.[0-9]{1,2})?")
"""Numbers that fit every scale from 2 to 8 as they are."""


class IntegerType(FieldType):
    """A whole number of 64 bits."""

    name = "integer"
    family = "number"
    widget = "number"
    operators = NUMBER

    def schema(self) -> Mapping[str, Any]:
        """`min` and `max`."""
        return {
            "min": {"type": "integer", "description": "Smallest value."},
            "max": {"type": "integer", "description": "Largest value."},
        }

    def columns(self, settings: Settings) -> tuple[LogicalColumn, ...]:
        """One integer column."""
        return (LogicalColumn(ColumnKind.INTEGER),)

    def value_kind(self, settings: Settings) -> str | None:
        """Number."""
        return "number"

    def value_schema(self, settings: Settings) -> Mapping[str, Any]:
        """A JSON integer."""
        bounds = {"minimum": settings.get("min"), "maximum": settings.get("max")}
        return {"type": "integer", **{key: value for key, value in bounds.items() if value is not None}}

    def load(self, raw: object, settings: Settings, where: LoadContext) -> int | None:
        """The number; raises BadValue `not_a_number`, `not_whole`, `too_small`, `too_large`, `out_of_range`."""
        if raw is None or raw == "":
            return None
        if isinstance(raw, int) and not isinstance(raw, bool):
            return self._whole(raw, settings)
        return self._whole(read_decimal(raw), settings)

    def load_plain(self, raws: Sequence[Any], settings: Settings) -> Sequence[int] | None:
        """Whole numbers within their bounds."""
        if set(map(type, raws)) != {int} or not -_LARGEST <= min(raws) <= max(raws) <= _LARGEST:
            return None
        return raws if _is_within(raws, *self.bounds(settings)) else None

    def bounds(self, settings: Settings) -> tuple[Any, Any]:
        """The smallest and the largest value, None = open."""
        return settings.get("min"), settings.get("max")

    def load_text(self, text: str, settings: Settings, where: LoadContext) -> int | None:
        """As `load`, with the thousands groups of `where`."""
        return self._whole(read_localised(text, where), settings) if text.strip() else None

    def _whole(self, number: Decimal | int, settings: Settings) -> int:
        if (isinstance(number, Decimal) and number.adjusted() > PRECISION) or not -_LARGEST <= number <= _LARGEST:
            raise BadValue("out_of_range", "Enter a whole number of at most 18 digits.", digits=PRECISION)
        whole = int(number)
        if whole != number:
            raise BadValue("not_whole", "Enter a whole number, without decimals.")
        check_bounds(whole, *self.bounds(settings))
        return whole


class RatingType(IntegerType):
    """Stars: 1 to `max`."""

    name = "rating"
    widget = "rating"

    def schema(self) -> Mapping[str, Any]:
        """`max` stars, 5 when absent."""
        return {
            "max": {"type": "integer", "minimum": 2, "maximum": 10, "description": "Number of stars, 5 when absent."}
        }

    def value_schema(self, settings: Settings) -> Mapping[str, Any]:
        """A JSON integer from 1."""
        return {"type": "integer", "minimum": 1, "maximum": settings.get("max", 5)}

    def bounds(self, settings: Settings) -> tuple[Any, Any]:
        """One star to all of them."""
        return 1, settings.get("max", 5)


class NumberType(FieldType):
    """A decimal number with a fixed number of decimals."""

    name = "number"
    family = "number"
    widget = "number"
    operators = NUMBER
    kind: ClassVar[str] = "number"

    def schema(self) -> Mapping[str, Any]:
        """`precision` (decimals), `min` and `max`."""
        return {
            "precision": {"type": "integer", "minimum": 0, "maximum": 6, "description": "Decimals, 2 when absent."},
            "min": {**_BOUND, "description": "Smallest value."},
            "max": {**_BOUND, "description": "Largest value."},
        }

    def scale(self, settings: Settings) -> int:
        """Decimals that are stored."""
        decimals: int = settings.get("precision", 2)
        return decimals

    def columns(self, settings: Settings) -> tuple[LogicalColumn, ...]:
        """One decimal column of 18 digits."""
        return (LogicalColumn(ColumnKind.DECIMAL, precision=PRECISION, scale=self.scale(settings)),)

    def value_kind(self, settings: Settings) -> str | None:
        """Number, money or percent."""
        return self.kind

    def value_schema(self, settings: Settings) -> Mapping[str, Any]:
        """A decimal written as text; JSON numbers are taken too."""
        decimals = self.scale(settings)
        return {
            "type": "string",
            "format": "decimal",
            "pattern": rf"^-?\d{{1,{PRECISION - decimals}}}(\.\d{{1,{decimals or 1}}})?$",
        }

    def load(self, raw: object, settings: Settings, where: LoadContext) -> Decimal | None:
        """The number with its decimals filled up.

        Raises BadValue `not_a_number`, `not_exact`, `too_many_decimals`, `out_of_range`, `too_small`, `too_large`.
        """
        if raw is None or raw == "":
            return None
        return self._fitted(read_decimal(raw), settings)

    def load_plain(self, raws: Sequence[Any], settings: Settings) -> list[Decimal] | None:
        """Short decimals written as text, within their bounds."""
        scale = self.scale(settings)
        if set(map(type, raws)) != {str} or not 2 <= scale <= 8 or not all(map(_PLAIN.fullmatch, raws)):
            return None
        unit = UNITS[scale]
        known = {raw: Decimal(raw).quantize(unit) for raw in set(raws)}
        fits = _is_within(known.values(), settings.get("min"), settings.get("max"))
        return [known[raw] for raw in raws] if fits else None

    def load_text(self, text: str, settings: Settings, where: LoadContext) -> Decimal | None:
        """As `load`, with the decimal mark and groups of `where`."""
        return self._fitted(read_localised(text, where), settings) if text.strip() else None

    def dump(self, value: Any) -> Any:
        """Decimal text."""
        return None if value is None else dump_decimal(value)

    def _fitted(self, number: Decimal, settings: Settings) -> Decimal:
        fitted = fit(number, self.scale(settings))
        check_bounds(fitted, settings.get("min"), settings.get("max"))
        return fitted


class MoneyType(NumberType):
    """An amount in the record's currency: 4 decimals stored, 2 shown."""

    name = "money"
    family = "money"
    widget = "money"
    kind = "money"

    def schema(self) -> Mapping[str, Any]:
        """`min` and `max`."""
        return {
            "min": {**_BOUND, "description": "Smallest amount."},
            "max": {**_BOUND, "description": "Largest amount."},
        }

    def scale(self, settings: Settings) -> int:
        """Four."""
        return 4


class PercentType(NumberType):
    """A share: 0.25 is 25 %. Stored with 6 decimals, shown times 100."""

    name = "percent"
    widget = "percent"
    kind = "percent"

    def schema(self) -> Mapping[str, Any]:
        """`min` and `max` as fractions."""
        return {
            "min": {**_BOUND, "description": "Smallest share, 0.1 is 10 %."},
            "max": {**_BOUND, "description": "Largest share, 1 is 100 %."},
        }

    def scale(self, settings: Settings) -> int:
        """Six."""
        return 6

    def load_text(self, text: str, settings: Settings, where: LoadContext) -> Decimal | None:
        """`25` and `25 %` are 0.25, unless `where` says that files hold fractions."""
        bare = text.strip().removesuffix("%").rstrip()
        if not bare:
            return super().load_text(text, settings, where)
        number = read_localised(bare, where)
        if where.percent == "hundred" or bare != text.strip():
            number = number.scaleb(-2)
        return self._fitted(number, settings)


def _is_within(numbers: Collection[Decimal | int], low: object, high: object) -> bool:
    """True when `check_bounds` would take each of them."""
    try:
        check_bounds(min(numbers), low, None)
        check_bounds(max(numbers), None, high)
    except BadValue:
        return False
    return True
