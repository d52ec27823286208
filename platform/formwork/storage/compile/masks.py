"""Fields that are open on records of some types only: elsewhere they read as blank, wherever they are read."""

from dataclasses import replace

from sqlalchemy import ColumnElement, Text, and_, case, or_

from formwork.catalog import TypeMask
from formwork.storage.compile.frame import Source
from formwork.storage.compile.operand import Operand
from formwork.storage.compile.walker import Walker

_TYPE = "record_type"


def condition(walker: Walker, source: Source, mask: TypeMask) -> ColumnElement[bool]:
    """TRUE for records of a source on which the field is open. Never NULL where it is false for the others."""
    column = source.column(_TYPE)
    codes = [walker.binder.constant(code, Text()) for code in sorted(mask.types)]
    if mask.on:
        return column.in_(codes)
    return or_(column.is_(None), column.not_in(codes))


def masked(operand: Operand, shown: ColumnElement[bool]) -> Operand:
    """A value as its reader reads it: blank where it is not shown."""
    if operand.null:
        return operand
    return replace(
        operand,
        sql=case((shown, operand.sql)),
        fold=None if operand.fold is None else case((shown, operand.fold)),
        there=None if operand.there is None else and_(shown, operand.there),
    )
