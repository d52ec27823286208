"""SQLite's way of saying things: native comparison on every column, registered functions for the rest."""

from collections.abc import Hashable, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, LargeBinary, Text, case, func, select
from sqlalchemy.dialects.sqlite import pysqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine

from formwork.catalog import ColumnSpec
from formwork.expressions.functions.library import FUNCTIONS
from formwork.expressions.nodes import ArithmeticOp, Call, Literal
from formwork.expressions.types import MONEY, Kind, Type
from formwork.fieldtypes.column import ColumnKind
from formwork.storage.compile import sqlite_numbers
from formwork.storage.compile.backend import Wrap
from formwork.storage.compile.binder import Binder, Getter, Inputs
from formwork.storage.compile.id_set import as_bytes, as_places, size
from formwork.storage.compile.operand import Operand
from formwork.storage.compile.verbatim import verbatim
from formwork.storage.compile.wide import to_wide, widen
from formwork.storage.schema.types import DIGITS, scaled, to_json_text, to_microseconds

ONE, ZERO = verbatim("1"), verbatim("0")
_SECOND = timedelta(seconds=1)

_ENCODERS: dict[Kind, tuple[TypeEngine[Any], Any]] = {
    Kind.TEXT: (Text(), None),
    Kind.SELECT: (Text(), None),
    Kind.DATE: (Text(), lambda day: day.isoformat()),
    Kind.DATETIME: (BigInteger(), to_microseconds),
    Kind.TIME: (Text(), lambda moment: moment.isoformat()),
    Kind.DURATION: (BigInteger(), lambda length: length // _SECOND),
    Kind.BOOLEAN: (BigInteger(), int),
    Kind.RECORD: (LargeBinary(), lambda id: id.bytes),
}


class SqliteBackend:
    """See Backend."""

    name = "sqlite"
    schemas = False

    def __init__(self) -> None:
        self.dialect: Dialect = pysqlite.dialect()

    def column(self, sql: ColumnElement[Any], column: ColumnSpec) -> Operand:
        """See Backend."""
        if column.logical.kind is ColumnKind.DECIMAL:
            return Operand(sql, scale=column.logical.scale, bound=10**DIGITS)
        if column.logical.kind is ColumnKind.INTEGER:
            return self.whole(sql)
        return Operand(sql)

    def whole(self, sql: ColumnElement[Any]) -> Operand:
        """See Backend."""
        return Operand(sql, scale=0, bound=sqlite_numbers.INT64)

    def parameter(self, binder: Binder, key: Hashable, kind: Type, scale: int | None, getter: Getter) -> Operand:
        """See Backend."""
        if kind.is_numeric:
            return Operand(sqlite_numbers.wide_parameter(binder, getter), scale=scale, getter=getter)
        type_, encode = _ENCODERS[kind.kind]
        if encode is None:
            return Operand(binder.bind(("value", key), type_, getter))

        def draw(inputs: Inputs) -> Any:
            value = getter(inputs)
            return None if value is None else encode(value)

        return Operand(binder.bind(("value", key), type_, draw))

    def array(self, binder: Binder, key: Hashable, item: Operand, kind: Type, getter: Getter) -> ColumnElement[bool]:
        """See Backend. The set travels as one JSON text."""
        if kind.kind is Kind.RECORD:
            return self.identifiers(binder, key, item.sql, getter)
        scale = item.scale
        if not kind.is_numeric:
            encode = _ENCODERS[kind.kind][1]
        elif scale is None:
            encode = to_wide
        else:
            encode = None

        def draw(inputs: Inputs) -> str:
            values = getter(inputs) or ()
            if kind.is_numeric and scale is not None:
                return to_json_text([scaled(v, scale) for v in values if sqlite_numbers.is_exact(v, scale)])
            return to_json_text([encode(v) if encode else v for v in values])

        parameter = binder.bind(("array", key, scale), Text(), draw)
        return item.sql.in_(select(verbatim("value")).select_from(func.json_each(parameter)))

    def identifiers(
        self, binder: Binder, key: Hashable, sql: ColumnElement[Any], getter: Getter
    ) -> ColumnElement[bool]:
        """See Backend. Ids travel as one blob and are cut out of it, which calls no function of Python."""
        whole = binder.bind(("ids", key), LargeBinary(), lambda inputs: as_bytes(getter(inputs)))
        places = binder.bind(("places", key), Text(), lambda inputs: as_places(size(getter(inputs))))
        one = func.substr(whole, verbatim('"key" * 16 + 1'), verbatim("16"))
        return sql.in_(select(one).select_from(func.json_each(places)))

    def align(self, binder: Binder, operands: Sequence[Operand]) -> tuple[list[ColumnElement[Any]], Wrap]:
        """See Backend."""
        return sqlite_numbers.align(binder, operands)

    def arithmetic(self, binder: Binder, op: ArithmeticOp, left: Operand, right: Operand) -> Operand:
        """See Backend."""
        return sqlite_numbers.arithmetic(binder, op, left, right)

    def negate(self, binder: Binder, operand: Operand) -> Operand:
        """See Backend."""
        return sqlite_numbers.negate(binder, operand)

    def round(self, binder: Binder, operand: Operand, scale: int) -> Operand:
        """See Backend."""
        return sqlite_numbers.round_to(binder, operand, scale)

    def total(self, binder: Binder, operand: Operand) -> Operand:
        """See Backend."""
        return sqlite_numbers.total(binder, operand)

    def or_zero(self, operand: Operand) -> Operand:
        """See Backend."""
        zero = ZERO if operand.scale is not None else verbatim(f"'{widen(0, 0)}'")
        return Operand(func.coalesce(operand.sql, zero), scale=operand.scale, bound=operand.bound)

    def average(self, binder: Binder, operand: Operand) -> Operand:
        """See Backend."""
        return sqlite_numbers.average(binder, operand)

    def truth(self, sql: ColumnElement[Any]) -> ColumnElement[bool]:
        """See Backend."""
        return sql == ONE

    def untruth(self, sql: ColumnElement[Any]) -> ColumnElement[bool]:
        """See Backend."""
        return func.coalesce(sql, ZERO) == ZERO

    def boolean(self, predicate: ColumnElement[bool]) -> ColumnElement[Any]:
        """See Backend."""
        return case((predicate, ONE), else_=ZERO)

    def text_order(self, sql: ColumnElement[Any]) -> ColumnElement[Any]:
        """See Backend."""
        return sql

    def fold(self, sql: ColumnElement[Any]) -> ColumnElement[Any]:
        """See Backend."""
        return func.fw_fold(sql, type_=Text())

    def contains(self, text: ColumnElement[Any], part: ColumnElement[Any]) -> ColumnElement[bool]:
        """See Backend."""
        return func.instr(text, part) > ZERO

    def starts(self, text: ColumnElement[Any], part: ColumnElement[Any]) -> ColumnElement[bool]:
        """See Backend."""
        return func.substr(text, ONE, func.length(part)) == part

    def distinct(self, left: ColumnElement[Any], right: ColumnElement[Any]) -> ColumnElement[bool]:
        """See Backend."""
        return left.is_distinct_from(right)

    def call(self, binder: Binder, node: Call, arguments: Sequence[Operand]) -> Operand:
        """See Backend. Every function is one registered function that runs its Python form."""
        if node.name == "number":
            return arguments[0]
        if node.name in ("round", "money"):
            return self.round(binder, arguments[0], _written(node, 1) if node.name == "round" else MONEY.scale)
        if node.name == "power":
            arguments = (arguments[0], Operand(verbatim(f"'{widen(_written(node, 1), 0)}'")))
        given = ",".join(argument.type.kind.value for argument in node.arguments)
        signature = f"{node.name}:{given}:{node.type.kind.value}"
        function = FUNCTIONS.get(node.name)
        zone = verbatim("NULL")
        if function is not None and function.zoned:
            zone = binder.bind("zone", Text(), lambda inputs: str(inputs.context.timezone))
        values = [
            sqlite_numbers.widened(binder, operand) if argument.type.is_numeric else operand.sql
            for argument, operand in zip(node.arguments, arguments, strict=True)
        ]
        call = func.fw_call_strict if binder.strict else func.fw_call
        return Operand(call(verbatim(f"'{signature}'"), zone, *values))


def _written(node: Call, place: int) -> int:
    """A whole number that is written in the expression and decides the SQL."""
    constant = node.arguments[place]
    if not isinstance(constant, Literal) or not isinstance(constant.value, Decimal):
        raise TypeError(f"argument {place} of {node.name} is written as a number")
    return int(constant.value)
