"""Sorting with blanks last in both directions, and the condition that a page starts behind a row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, tuple_
from sqlalchemy.sql.elements import UnaryExpression

from formwork.expressions.fold import fold
from formwork.expressions.types import NUMERIC, Kind, Type
from formwork.storage.compile.binder import Getter, Inputs


@dataclass(frozen=True, slots=True)
class SortKey:
    """One key in SQL. `filled` keys are never NULL. `value` is the parameter of a page's start."""

    sql: ColumnElement[Any]
    descending: bool
    filled: bool
    value: ColumnElement[Any] | None = None


def order_by(keys: Sequence[SortKey], *, backward: bool) -> list[UnaryExpression[Any]]:
    """The ORDER BY terms; reading backward turns every one round."""
    terms: list[UnaryExpression[Any]] = []
    for key in keys:
        falling = key.descending != backward
        term = key.sql.desc() if falling else key.sql.asc()
        if not key.filled:
            term = term.nulls_first() if backward else term.nulls_last()
        terms.append(term)
    return terms


def starts_behind(keys: Sequence[SortKey], blanks: Sequence[bool], *, backward: bool) -> ColumnElement[bool]:
    """TRUE for rows behind the one whose key values are bound; `blanks` tells which of those are NULL."""
    if not any(blanks) and all(key.filled for key in keys) and len({key.descending for key in keys}) == 1:
        row, start = tuple_(*(key.sql for key in keys)), tuple_(*(key.value for key in keys))
        return row < start if keys[0].descending != backward else row > start
    alternatives = []
    equal: list[ColumnElement[bool]] = []
    for key, blank in zip(keys, blanks, strict=True):
        alternatives.append(and_(*equal, _behind(key, blank, backward=backward)))
        equal.append(key.sql.is_(None) if blank else key.sql == key.value)
    return or_(*alternatives)


def _behind(key: SortKey, blank: bool, *, backward: bool) -> ColumnElement[bool]:
    if blank:
        return key.sql.is_not(None) if backward else false()
    falling = key.descending != backward
    beyond = key.sql < key.value if falling else key.sql > key.value
    return beyond if backward or key.filled else or_(beyond, key.sql.is_(None))


def after_getter(place: int, kind: Type, *, folded: bool) -> Getter:
    """Draws one value of the query's `after`; one that came as text is read as the kind it stands for."""
    read = _FROM_TEXT.get(kind.kind)

    def draw(inputs: Inputs) -> Any:
        value = inputs.query.after[place]  # type: ignore[union-attr,index]
        if type(value) is int and kind.is_numeric:
            return Decimal(value)
        if isinstance(value, str):
            return read(value) if read is not None else fold(value) if folded else value
        return value

    return draw


_FROM_TEXT: dict[Kind, Callable[[str], Any]] = {
    Kind.DATE: date.fromisoformat,
    Kind.DATETIME: datetime.fromisoformat,
    Kind.TIME: time.fromisoformat,
    Kind.RECORD: UUID,
    **dict.fromkeys(NUMERIC, Decimal),
}
