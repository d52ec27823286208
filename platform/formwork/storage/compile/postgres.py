"""PostgreSQL's way of saying things: native types, arrays for sets, functions of the tenant's schema for Unicode."""

from collections.abc import Hashable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Boolean,
    ColumnElement,
    Date,
    DateTime,
    Numeric,
    Text,
    Time,
    Uuid,
    any_,
    collate,
    func,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine

from formwork.catalog import ColumnSpec
from formwork.expressions.nodes import ArithmeticOp, Call
from formwork.expressions.types import Kind, Type
from formwork.fieldtypes.column import ColumnKind
from formwork.storage.compile import postgres_calls, postgres_numbers
from formwork.storage.compile.backend import Wrap
from formwork.storage.compile.binder import Binder, Getter, Inputs
from formwork.storage.compile.id_set import as_array
from formwork.storage.compile.operand import Operand
from formwork.storage.compile.tenant_function import text_function
from formwork.storage.compile.verbatim import verbatim

_SECOND = timedelta(seconds=1)
TRUE, FALSE, ZERO = verbatim("true"), verbatim("false"), verbatim("0")

_TYPES: dict[Kind, TypeEngine[Any]] = {
    Kind.TEXT: Text(),
    Kind.SELECT: Text(),
    Kind.NUMBER: Numeric(),
    Kind.MONEY: Numeric(),
    Kind.PERCENT: Numeric(),
    Kind.DATE: Date(),
    Kind.DATETIME: DateTime(timezone=True),
    Kind.TIME: Time(),
    Kind.DURATION: BigInteger(),
    Kind.BOOLEAN: Boolean(),
    Kind.RECORD: Uuid(),
}


class _CastNumeric(Numeric[Any]):
    """A number that says its type where it is a parameter; a blank alone would tell the server nothing."""

    render_bind_cast = True


class _CastBoolean(Boolean):
    """A truth that says its type where it is a parameter."""

    render_bind_cast = True


class _Dialect(PGDialect_psycopg):
    """SQLAlchemy casts parameters of every other type already."""

    supports_statement_cache = True
    colspecs = {**PGDialect_psycopg.colspecs, Numeric: _CastNumeric, Boolean: _CastBoolean}


class PostgresBackend:
    """See Backend."""

    name = "postgresql"
    schemas = True

    def __init__(self) -> None:
        self.dialect: Dialect = _Dialect()  # type: ignore[no-untyped-call]

    def column(self, sql: ColumnElement[Any], column: ColumnSpec) -> Operand:
        """See Backend."""
        return self.whole(sql) if column.logical.kind is ColumnKind.INTEGER else Operand(sql)

    def whole(self, sql: ColumnElement[Any]) -> Operand:
        """See Backend."""
        return Operand(sql, scale=0, whole=True)

    def parameter(self, binder: Binder, key: Hashable, kind: Type, scale: int | None, getter: Getter) -> Operand:
        """See Backend."""
        draw = _seconds(getter) if kind.kind is Kind.DURATION else getter
        sql = binder.bind(("value", key), _TYPES[kind.kind], draw)
        return Operand(sql, scale=scale, getter=getter if kind.is_numeric else None)

    def array(self, binder: Binder, key: Hashable, item: Operand, kind: Type, getter: Getter) -> ColumnElement[bool]:
        """See Backend. The set travels as one array."""
        if item.whole:

            def draw_whole(inputs: Inputs) -> list[int]:
                return [int(v) for v in getter(inputs) or () if v == v.to_integral_value() and abs(v) < 2**63]

            return item.sql == any_(binder.bind(("array", key, "whole"), ARRAY(BigInteger()), draw_whole))

        def draw(inputs: Inputs) -> list[Any]:
            values = getter(inputs) or ()
            return [value // _SECOND for value in values] if kind.kind is Kind.DURATION else list(values)

        return item.sql == any_(binder.bind(("array", key), ARRAY(_TYPES[kind.kind]), draw))

    def identifiers(
        self, binder: Binder, key: Hashable, sql: ColumnElement[Any], getter: Getter
    ) -> ColumnElement[bool]:
        """See Backend. The ids travel as the text of an array, whose parameter says its type."""
        return sql == any_(self.id_array(binder, key, getter))

    def id_array(self, binder: Binder, key: Hashable, getter: Getter) -> BindParameter[Any]:
        """The parameter of a set of ids."""
        return binder.bind(("ids", key), ARRAY(Uuid()), lambda inputs: as_array(getter(inputs)))

    def align(self, binder: Binder, operands: Sequence[Operand]) -> tuple[list[ColumnElement[Any]], Wrap]:
        """See Backend."""
        return postgres_numbers.align(binder, operands)

    def arithmetic(self, binder: Binder, op: ArithmeticOp, left: Operand, right: Operand) -> Operand:
        """See Backend."""
        return postgres_numbers.arithmetic(binder, op, left, right)

    def negate(self, binder: Binder, operand: Operand) -> Operand:
        """See Backend."""
        return Operand(-postgres_numbers.numeric(operand))

    def round(self, binder: Binder, operand: Operand, scale: int) -> Operand:
        """See Backend."""
        return operand if operand.whole and scale >= 0 else Operand(postgres_calls.rounded(binder, operand, scale))

    def total(self, binder: Binder, operand: Operand) -> Operand:
        """See Backend."""
        return postgres_numbers.total(binder, operand)

    def or_zero(self, operand: Operand) -> Operand:
        """See Backend."""
        return Operand(func.coalesce(operand.sql, ZERO))

    def average(self, binder: Binder, operand: Operand) -> Operand:
        """See Backend."""
        return postgres_numbers.average(binder, operand)

    def truth(self, sql: ColumnElement[Any]) -> ColumnElement[bool]:
        """See Backend."""
        return sql

    def untruth(self, sql: ColumnElement[Any]) -> ColumnElement[bool]:
        """See Backend."""
        return sql.is_not(TRUE)

    def boolean(self, predicate: ColumnElement[bool]) -> ColumnElement[Any]:
        """See Backend."""
        return func.coalesce(predicate, FALSE, type_=Boolean())

    def text_order(self, sql: ColumnElement[Any]) -> ColumnElement[Any]:
        """See Backend."""
        return collate(sql, "C")

    def fold(self, sql: ColumnElement[Any]) -> ColumnElement[Any]:
        """See Backend."""
        return text_function("fw_fold", sql)

    def contains(self, text: ColumnElement[Any], part: ColumnElement[Any]) -> ColumnElement[bool]:
        """See Backend."""
        return func.strpos(text, part) > ZERO

    def starts(self, text: ColumnElement[Any], part: ColumnElement[Any]) -> ColumnElement[bool]:
        """See Backend."""
        return func.starts_with(text, part, type_=Boolean())

    def distinct(self, left: ColumnElement[Any], right: ColumnElement[Any]) -> ColumnElement[bool]:
        """See Backend."""
        return left.is_distinct_from(right)

    def call(self, binder: Binder, node: Call, arguments: Sequence[Operand]) -> Operand:
        """See Backend."""
        return postgres_calls.call(binder, node, arguments)


def _seconds(getter: Getter) -> Getter:
    def draw(inputs: Inputs) -> int | None:
        value = getter(inputs)
        return None if value is None else value // _SECOND

    return draw
