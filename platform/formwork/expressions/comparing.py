"""Closures of comparisons: a blank side makes all of them false, `!=` excepted."""

import operator
from collections.abc import Callable
from typing import Any

from formwork.expressions.fold import fold
from formwork.expressions.nodes import CompareOp, MatchOp
from formwork.expressions.reading import Evaluate
from formwork.expressions.row import Environment, Row
from formwork.expressions.types import Value

_TESTS: dict[CompareOp, Callable[[Any, Any], bool]] = {
    CompareOp.EQ: operator.eq,
    CompareOp.LT: operator.lt,
    CompareOp.LE: operator.le,
    CompareOp.GT: operator.gt,
    CompareOp.GE: operator.ge,
}


def compare(op: CompareOp, left: Evaluate, right: Evaluate) -> Evaluate:
    """The closure of a Compare."""
    if op is CompareOp.NE:
        return _differ(left, right)
    test = _TESTS[op]

    def holds(row: Row, environment: Environment) -> bool:
        one = left(row, environment)
        if one is None:
            return False
        other = right(row, environment)
        return other is not None and test(one, other)

    return holds


def _differ(left: Evaluate, right: Evaluate) -> Evaluate:
    def differs(row: Row, environment: Environment) -> bool:
        one, other = left(row, environment), right(row, environment)
        if one is None or other is None:
            return one is not other
        return bool(one != other)

    return differs


def match(op: MatchOp, text: Evaluate, part: Evaluate, constant: Value) -> Evaluate:
    """The closure of a Match; `constant` is the part when it is a literal, so that it is folded once."""
    starts = op is MatchOp.STARTS
    folded = fold(constant) if isinstance(constant, str) else None

    def found(row: Row, environment: Environment) -> bool:
        whole = text(row, environment)
        if whole is None:
            return False
        piece = folded
        if piece is None:
            value = part(row, environment)
            if value is None:
                return False
            piece = fold(value)
        if not piece:
            return False
        return fold(whole).startswith(piece) if starts else piece in fold(whole)

    return found


def member(item: Evaluate, constants: frozenset[Value], others: tuple[Evaluate, ...]) -> Evaluate:
    """The closure of a Member."""
    if not others:
        return lambda row, environment: item(row, environment) in constants

    def is_among(row: Row, environment: Environment) -> bool:
        value = item(row, environment)
        if value is None:
            return False
        return value in constants or any(other(row, environment) == value for other in others)

    return is_among


def member_of(item: Evaluate, values: Evaluate) -> Evaluate:
    """The closure of a MemberOf."""

    def is_in(row: Row, environment: Environment) -> bool:
        value = item(row, environment)
        return value is not None and value in values(row, environment)

    return is_in
