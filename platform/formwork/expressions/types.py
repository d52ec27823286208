"""The types of the formula language.

A `Type` is a value: two equal types are the same type. `scale` is an upper bound of the decimals a
number can have (a field's own scale, the sum of both for a product, at most `MAX_SCALE`).
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

MAX_SCALE = 10
"""Decimals an intermediate number keeps; rounded half-up (away from zero) after every `*` and `/`."""

MAX_INTEGER_DIGITS = 18
"""Digits a number may have before the point; more is an `overflow`."""

Scalar: TypeAlias = str | Decimal | date | datetime | time | timedelta | bool | UUID
Value: TypeAlias = Scalar | tuple[Scalar, ...] | None
"""What an expression can give. None is blank; text is never empty; a datetime is aware and UTC; a
duration is a timedelta of whole seconds; a list is a tuple."""


class Kind(StrEnum):
    """The families of values. `parts` (an address, a place) is only reached part by part; `opaque`
    (files, JSON, secrets) can only be asked `is blank`; `blank` is the type of the word itself."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    PERCENT = "percent"
    DATE = "date"
    DATETIME = "datetime"
    TIME = "time"
    DURATION = "duration"
    BOOLEAN = "boolean"
    SELECT = "select"
    RECORD = "record"
    LIST = "list"
    PARTS = "parts"
    OPAQUE = "opaque"
    BLANK = "blank"


NUMERIC = frozenset({Kind.NUMBER, Kind.MONEY, Kind.PERCENT})
ORDERED = NUMERIC | {Kind.TEXT, Kind.DATE, Kind.DATETIME, Kind.TIME, Kind.DURATION}


@dataclass(frozen=True, slots=True)
class Type:
    """One type.

    `scale` matters for numbers, `codes` (the option codes) for select, `objects` for records (the
    objects it may point at; empty means any), `item` for lists and `currency` for money: the record whose
    currency it is, as currencies.py tells it.
    """

    kind: Kind
    scale: int = 0
    codes: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    item: "Type | None" = None
    currency: str = ""

    @property
    def is_numeric(self) -> bool:
        """Whether arithmetic is possible: number, money or percent."""
        return self.kind in NUMERIC

    def __str__(self) -> str:
        if self.kind is Kind.RECORD:
            return "record of " + " or ".join(self.objects) if self.objects else "record"
        if self.item is not None:
            return f"list of {self.item}"
        return "yes/no" if self.kind is Kind.BOOLEAN else self.kind.value


TEXT = Type(Kind.TEXT)
NUMBER = Type(Kind.NUMBER, scale=MAX_SCALE)
INTEGER = Type(Kind.NUMBER, scale=0)
MONEY = Type(Kind.MONEY, scale=4)
PERCENT = Type(Kind.PERCENT, scale=6)
DATE = Type(Kind.DATE)
DATETIME = Type(Kind.DATETIME)
TIME = Type(Kind.TIME)
DURATION = Type(Kind.DURATION)
BOOLEAN = Type(Kind.BOOLEAN)
PARTS = Type(Kind.PARTS)
OPAQUE = Type(Kind.OPAQUE)
BLANK = Type(Kind.BLANK)


def number(scale: int) -> Type:
    """A number with at most `scale` decimals."""
    return Type(Kind.NUMBER, scale=min(scale, MAX_SCALE))


def money(scale: int) -> Type:
    """An amount of money with at most `scale` decimals (a field has 4)."""
    return Type(Kind.MONEY, scale=min(scale, MAX_SCALE))


def select(codes: tuple[str, ...]) -> Type:
    """A select whose value is one of `codes`."""
    return Type(Kind.SELECT, codes=codes)


def record(*objects: str) -> Type:
    """A record of one of `objects`; of any object when none is named."""
    return Type(Kind.RECORD, objects=objects)


USER = record("user")


def list_of(item: Type) -> Type:
    """Several values of one type (multi_select, tags, user_list, many_to_many)."""
    return Type(Kind.LIST, item=item)
