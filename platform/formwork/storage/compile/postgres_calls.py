"""The functions of the language in PostgreSQL: one small function per name, each giving the answer Python gives."""

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any, TypeAlias

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    DateTime,
    Integer,
    Interval,
    Numeric,
    Text,
    and_,
    case,
    cast,
    extract,
    func,
    null,
)  # fmt: skip

from formwork.expressions.functions.dates import MAX_DAYS
from formwork.expressions.nodes import Call, Literal
from formwork.expressions.types import Kind
from formwork.storage.compile.binder import Binder
from formwork.storage.compile.operand import Operand
from formwork.storage.compile.postgres_dates import (
    at_zone,
    moved_day,
    moved_moment,
    moved_months,
    real_day,
    whole_seconds,
)  # fmt: skip
from formwork.storage.compile.postgres_numbers import EXACT, fixed, numeric
from formwork.storage.compile.tenant_function import text_function
from formwork.storage.compile.verbatim import verbatim

Sql: TypeAlias = ColumnElement[Any]

TRIMMED = "E' \\t\\n\\r\\f\\x0b\\u00a0\\u3000'"
"""The characters `trim` takes off, as `expressions` defines them."""


def call(binder: Binder, node: Call, arguments: Sequence[Operand]) -> Operand:
    """A call of the library; a blank argument gives blank unless the function says otherwise."""
    if node.name in _WHOLE:
        return Operand(cast(_WHOLE[node.name](*(one.sql for one in arguments)), BigInteger()), scale=0, whole=True)
    if node.name in _NUMBERS:
        number = _NUMBERS[node.name](*(numeric(one) for one in arguments))
        return Operand(fixed(binder, number) if node.name in _ROUNDED else number)
    if node.name in ("round", "power"):
        return _with_constant(binder, node, arguments)
    if node.name in ("min", "max"):
        return _extreme(node, arguments)
    if node.name in ("date_of", "text"):
        zone = binder.bind("zone", Text(), lambda inputs: str(inputs.context.timezone))
        return Operand(_ZONED[node.name](node, arguments[0], zone))
    if node.name == "add_days" and node.type.kind is Kind.DATETIME:
        return Operand(moved_moment(arguments[0].sql, _day_seconds(numeric(arguments[1]))))
    pairs = zip(arguments, node.arguments, strict=True)
    return Operand(_OTHERS[node.name](*(numeric(one) if part.type.is_numeric else one.sql for one, part in pairs)))


def rounded(binder: Binder, operand: Operand, places: int) -> Sql:
    """Half away from zero, as numeric rounds."""
    return fixed(binder, func.round(numeric(operand), verbatim(str(places))))


def _with_constant(binder: Binder, node: Call, arguments: Sequence[Operand]) -> Operand:
    constant = node.arguments[1]
    places = int(constant.value) if isinstance(constant, Literal) else 0  # type: ignore[arg-type]
    if node.name == "round":
        return Operand(rounded(binder, arguments[0], places))
    value = numeric(arguments[0])
    product = reduce(lambda left, right: left * right, [value] * places) if places else _one_if_filled(value)
    return Operand(fixed(binder, product))


def _one_if_filled(value: Sql) -> Sql:
    return case((value.is_not(None), verbatim("1")), else_=null())


def _extreme(node: Call, arguments: Sequence[Operand]) -> Operand:
    choose = func.least if node.name == "min" else func.greatest
    if node.type.is_numeric:
        return Operand(choose(*(numeric(one) for one in arguments)))
    if node.type.kind is Kind.TEXT:
        return Operand(choose(*(one.sql.collate("C") for one in arguments)))
    return Operand(choose(*(one.sql for one in arguments)))


def _modulo(value: Sql, divisor: Sql) -> Sql:
    rest = func.mod(value, func.nullif(divisor, 0))
    turned = and_(rest != 0, func.sign(rest) != func.sign(divisor))
    return case((turned, rest + divisor), else_=rest)


def _square_root(value: Sql) -> Sql:
    return func.sqrt(case((value >= 0, cast(value, EXACT)), else_=null()))


def _logarithm(value: Sql) -> Sql:
    return func.log(case((value > 0, cast(value, EXACT)), else_=null()))


def _date(year: Sql, month: Sql, day: Sql) -> Sql:
    return real_day(year, month, day)


def _day_seconds(count: Sql) -> Sql:
    small = func.abs(count) <= verbatim(str(MAX_DAYS))
    return case((small, cast(func.round(count * 86_400), BigInteger())), else_=null())


def _places(count: Sql) -> Sql:
    limited = func.least(func.greatest(func.floor(count), verbatim("0")), verbatim("100000000"))
    return cast(limited, Integer())


def _filled(text: Sql) -> Sql:
    return func.nullif(text, verbatim("''"), type_=Text())


def _mid(text: Sql, start: Sql, count: Sql) -> Sql:
    first = func.least(func.greatest(func.floor(start), verbatim("1")), verbatim("100000000"))
    return _filled(func.substr(text, cast(first, Integer()), _places(count)))


def _replace(text: Sql, old: Sql, new: Sql) -> Sql:
    replaced = func.replace(text, old, func.coalesce(new, verbatim("''")))
    return case((old.is_(None), text), else_=_filled(replaced))


def _month_start(day: Sql) -> Sql:
    return func.date_trunc(verbatim("'month'"), cast(day, DateTime()))


def _truncated(unit: str) -> Callable[[Sql], Sql]:
    def run(day: Sql) -> Sql:
        return cast(func.date_trunc(verbatim(f"'{unit}'"), cast(day, DateTime())), Date())

    return run


def _end_of_month(day: Sql) -> Sql:
    end = _month_start(day) + verbatim("interval '1 month'") - verbatim("interval '1 day'")
    return cast(end, Date())


def _part(field: str) -> Callable[[Sql], Sql]:
    def run(day: Sql) -> Sql:
        return extract(field, day)

    return run


def _steps(seconds: int) -> Callable[[Sql, Sql], Sql]:
    def run(later: Sql, earlier: Sql) -> Sql:
        return func.floor(whole_seconds(later, earlier).op("/")(verbatim(f"{seconds}.0")))

    return run


def _date_of(node: Call, operand: Operand, zone: Sql) -> Sql:
    return cast(at_zone(operand.sql, zone), Date())


def _text(node: Call, operand: Operand, zone: Sql) -> Sql:
    kind = node.arguments[0].type.kind
    match kind:
        case Kind.DATE:
            return func.to_char(cast(operand.sql, DateTime()), verbatim("'YYYY-MM-DD'"), type_=Text())
        case Kind.DATETIME:
            return func.to_char(at_zone(operand.sql, zone), verbatim("'YYYY-MM-DD HH24:MI'"), type_=Text())
        case Kind.TIME:
            return func.to_char(cast(operand.sql, Interval()), verbatim("'HH24:MI'"), type_=Text())
        case Kind.BOOLEAN:
            return case((operand.sql, verbatim("'true'")), else_=verbatim("'false'"))
        case Kind.TEXT | Kind.SELECT:
            return operand.sql
    return cast(func.trim_scale(cast(operand.sql, Numeric())), Text())


_WHOLE: dict[str, Callable[..., Sql]] = {
    "length": lambda text: func.coalesce(func.char_length(text), 0),
    "year": _part("year"),
    "quarter": _part("quarter"),
    "month": _part("month"),
    "day": _part("day"),
    "weekday": _part("isodow"),
    "days": lambda later, earlier: later.op("-")(earlier),
    "hours": _steps(3600),
    "minutes": _steps(60),
    "seconds": lambda length: length,
}
"""Those that give a whole number of days, characters and the like."""

_NUMBERS: dict[str, Callable[..., Sql]] = {
    "floor": func.floor,
    "ceil": func.ceil,
    "abs": func.abs,
    "mod": _modulo,
    "sqrt": _square_root,
    "log10": _logarithm,
    "money": lambda value: func.round(value, 4),
    "number": lambda value: value,
}
"""Those from numbers to a number."""

_ROUNDED = frozenset({"ceil", "sqrt", "log10", "money"})
"""Those whose result must be cut to the language's digits."""

_ZONED: dict[str, Callable[[Call, Operand, Sql], Sql]] = {"date_of": _date_of, "text": _text}

_OTHERS: dict[str, Callable[..., Sql]] = {
    "upper": lambda text: text_function("fw_upper", text),
    "lower": lambda text: text_function("fw_lower", text),
    "trim": lambda text: _filled(func.btrim(text, verbatim(TRIMMED))),
    "left": lambda text, count: _filled(func.left(text, _places(count))),
    "right": lambda text, count: _filled(func.right(text, _places(count))),
    "mid": _mid,
    "replace": _replace,
    "date": _date,
    "add_days": moved_day,
    "add_months": moved_months,
    "add_duration": moved_moment,
    "elapsed": whole_seconds,
    "start_of_week": _truncated("week"),
    "start_of_month": _truncated("month"),
    "start_of_quarter": _truncated("quarter"),
    "start_of_year": _truncated("year"),
    "end_of_month": _end_of_month,
}
