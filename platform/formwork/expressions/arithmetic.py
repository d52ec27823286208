"""The type rules of `+ - * /` and the minus sign."""

from dataclasses import replace

from formwork.expressions.coerce import bad_type, check_money, is_blank_word
from formwork.expressions.comparison import as_day
from formwork.expressions.currencies import common
from formwork.expressions.errors import ExpressionError, Position
from formwork.expressions.functions.dates import add_days, add_duration, elapsed, subtract_duration
from formwork.expressions.nodes import Arithmetic, ArithmeticOp, Call, Negate, Node
from formwork.expressions.types import DURATION, INTEGER, MAX_SCALE, Kind, Type

ADD, SUBTRACT = ArithmeticOp.ADD, ArithmeticOp.SUBTRACT
MULTIPLY, DIVIDE = ArithmeticOp.MULTIPLY, ArithmeticOp.DIVIDE
_MOMENTS = (Kind.DATE, Kind.DATETIME)
_DOING = {ADD: "add", SUBTRACT: "subtract", MULTIPLY: "multiply", DIVIDE: "divide"}


def calculate(op: ArithmeticOp, left: Node, right: Node, at: Position) -> Node:
    """The node of `left op right`; raises ExpressionError `bad_type` when the types do not go together."""
    if is_blank_word(left) or is_blank_word(right):
        raise bad_type("A calculation with `blank` is always blank.", at)
    if left.type.is_numeric and right.type.is_numeric:
        if op in (ADD, SUBTRACT):
            check_money((left, right), _DOING[op], at)
        kind = _numeric(op, left.type, right.type, at)
        currency = common((left, right), _DOING[op], at)
        return Arithmetic(op, left, right, replace(kind, currency=currency) if kind.kind is Kind.MONEY else kind)
    moment = _with_time(op, left, right)
    if moment is None:
        raise _no_sense(op, left.type, right.type, at)
    return moment


def _numeric(op: ArithmeticOp, left: Type, right: Type, at: Position) -> Type:
    amounts = (left.kind is Kind.MONEY) + (right.kind is Kind.MONEY)
    if op is MULTIPLY:
        if amounts == 2:
            raise bad_type("Money times money means nothing; make one of them a number with `number(…)`.", at)
        return Type(Kind.MONEY if amounts else Kind.NUMBER, scale=min(MAX_SCALE, left.scale + right.scale))
    if op is DIVIDE:
        if right.kind is Kind.MONEY and not amounts == 2:
            raise bad_type("A number divided by money means nothing; make the amount a number with `number(…)`.", at)
        return Type(Kind.MONEY if amounts == 1 else Kind.NUMBER, scale=MAX_SCALE)
    return Type(Kind.MONEY if amounts else Kind.NUMBER, scale=max(left.scale, right.scale))


def _with_time(op: ArithmeticOp, left: Node, right: Node) -> Node | None:
    """Dates, datetimes and durations; None when the combination means nothing."""
    one, other = left.type.kind, right.type.kind
    if op not in (ADD, SUBTRACT):
        return None
    if one is Kind.DURATION and other is Kind.DURATION:
        return Arithmetic(op, left, right, DURATION)
    if one is Kind.DATETIME and other is Kind.DURATION:
        return add_duration(left, right) if op is ADD else subtract_duration(left, right)
    if one in _MOMENTS and other in (Kind.NUMBER, Kind.PERCENT):
        return add_days(left, right if op is ADD else Negate(right, right.type))
    if op is SUBTRACT and one in _MOMENTS and other in _MOMENTS:
        if one is Kind.DATETIME and other is Kind.DATETIME:
            return elapsed(left, right)
        return Call("days", (as_day(left), as_day(right)), INTEGER)
    return None


def _no_sense(op: ArithmeticOp, left: Type, right: Type, at: Position) -> ExpressionError:
    if op is ADD and Kind.TEXT in (left.kind, right.kind):
        return bad_type(f"Cannot add {left} and {right}; texts are joined with `&`.", at)
    return bad_type(f"Cannot {_DOING[op]} {left} and {right}.", at)


def negate(operand: Node, at: Position) -> Node:
    """The node of `-operand`."""
    if operand.type.is_numeric:
        kind = Kind.MONEY if operand.type.kind is Kind.MONEY else Kind.NUMBER
        return Negate(operand, Type(kind, scale=operand.type.scale, currency=operand.type.currency))
    if operand.type.kind is Kind.DURATION:
        return Negate(operand, DURATION)
    raise bad_type(f"A minus sign cannot stand before {operand.type}.", at)
