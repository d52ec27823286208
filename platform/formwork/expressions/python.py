"""The Python back end: a typed tree to one closure. The only place where expressions are evaluated in Python."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import InvalidOperation, Overflow
from typing import Any, TypeAlias

from formwork.expressions import decimals, nodes
from formwork.expressions.aggregation import aggregate
from formwork.expressions.calls import call
from formwork.expressions.comparing import compare, match, member, member_of
from formwork.expressions.errors import overflow
from formwork.expressions.expression import Expression
from formwork.expressions.functions.function import Function
from formwork.expressions.functions.library import FUNCTIONS
from formwork.expressions.reading import Evaluate, read, read_actor, read_changed, read_prior
from formwork.expressions.row import Environment, Row
from formwork.expressions.types import MAX_SCALE, Kind, Value

Make: TypeAlias = Callable[[nodes.Node], Evaluate]


def compile_python(
    expression: Expression, functions: Mapping[str, Function] = FUNCTIONS
) -> Callable[[Row, Environment], Value]:
    """The function that evaluates a checked expression; compile once and keep it.

    It never raises but for kernel Invalid `overflow`, when a number outgrows 18 digits. `functions`
    is the library the expression was checked with.
    """
    evaluate = compile_node(expression.root, functions)

    def run(row: Row, environment: Environment) -> Value:
        try:
            return evaluate(row, environment)  # type: ignore[no-any-return]  # the checker knows the type
        except (Overflow, InvalidOperation):
            raise overflow() from None

    return run


def compile_node(node: nodes.Node, functions: Mapping[str, Function] = FUNCTIONS) -> Evaluate:
    """The closure of one node; a number that outgrows 18 digits raises an ArithmeticError of decimal."""

    def make(part: nodes.Node) -> Evaluate:
        if isinstance(part, nodes.Call):
            return call(part, tuple(make(argument) for argument in part.arguments), functions)
        return _MAKERS[type(part)](part, make)

    return make(node)


def _literal(node: nodes.Literal, make: Make) -> Evaluate:
    value = bool(node.value) if node.type.kind is Kind.BOOLEAN else node.value
    return lambda row, environment: value


def _read(node: nodes.Read, make: Make) -> Evaluate:
    return read(node.path, node.type)


def _actor(node: nodes.ActorRead, make: Make) -> Evaluate:
    return read_actor(node)


def _prior(node: nodes.Prior, make: Make) -> Evaluate:
    return read_prior(node)


def _changed(node: nodes.Changed, make: Make) -> Evaluate:
    return read_changed(node)


def _me(node: nodes.Me, make: Make) -> Evaluate:
    return lambda row, environment: environment.me.user


def _has_role(node: nodes.HasRole, make: Make) -> Evaluate:
    role = node.role
    return lambda row, environment: role in environment.me.roles


def _today(node: nodes.Today, make: Make) -> Evaluate:
    return lambda row, environment: environment.today


def _now(node: nodes.Now, make: Make) -> Evaluate:
    return lambda row, environment: environment.now


def _base_currency(node: nodes.BaseCurrency, make: Make) -> Evaluate:
    return lambda row, environment: environment.currency


def _attribute(node: nodes.Attribute, make: Make) -> Evaluate:
    source = make(node.source)
    values = {code: None if value == "" else value for code, value in node.values}
    missing = False if node.type.kind is Kind.BOOLEAN else None
    return lambda row, environment: values.get(source(row, environment), missing)


def _not(node: nodes.Not, make: Make) -> Evaluate:
    operand = make(node.operand)
    return lambda row, environment: not operand(row, environment)


def _and(node: nodes.And, make: Make) -> Evaluate:
    terms = tuple(make(term) for term in node.terms)
    if len(terms) == 2:
        first, second = terms
        return lambda row, environment: first(row, environment) and second(row, environment)
    return lambda row, environment: all(term(row, environment) for term in terms)


def _or(node: nodes.Or, make: Make) -> Evaluate:
    terms = tuple(make(term) for term in node.terms)
    if len(terms) == 2:
        first, second = terms
        return lambda row, environment: first(row, environment) or second(row, environment)
    return lambda row, environment: any(term(row, environment) for term in terms)


def _compare(node: nodes.Compare, make: Make) -> Evaluate:
    return compare(node.op, make(node.left), make(node.right))


def _match(node: nodes.Match, make: Make) -> Evaluate:
    constant = node.part.value if isinstance(node.part, nodes.Literal) else None
    return match(node.op, make(node.text), make(node.part), constant)


def _member(node: nodes.Member, make: Make) -> Evaluate:
    constants = frozenset(choice.value for choice in node.choices if isinstance(choice, nodes.Literal))
    others = tuple(make(choice) for choice in node.choices if not isinstance(choice, nodes.Literal))
    return member(make(node.item), constants, others)


def _member_of(node: nodes.MemberOf, make: Make) -> Evaluate:
    return member_of(make(node.item), make(node.list))


def _is_blank(node: nodes.IsBlank, make: Make) -> Evaluate:
    operand = make(node.operand)
    if node.operand.type.kind is Kind.LIST:
        return lambda row, environment: not operand(row, environment)
    return lambda row, environment: operand(row, environment) is None


def _arithmetic(node: nodes.Arithmetic, make: Make) -> Evaluate:
    left, right = make(node.left), make(node.right)
    operation = _operation(node)

    def calculate(row: Row, environment: Environment) -> object:
        one = left(row, environment)
        if one is None:
            return None
        other = right(row, environment)
        return None if other is None else operation(one, other)

    return calculate


def _operation(node: nodes.Arithmetic) -> Callable[[Any, Any], object]:
    if node.type.kind is Kind.DURATION:
        return _add_durations if node.op is nodes.ArithmeticOp.ADD else _subtract_durations
    if node.op is nodes.ArithmeticOp.MULTIPLY and node.left.type.scale + node.right.type.scale <= MAX_SCALE:
        return decimals.CONTEXT.multiply  # nothing to round
    return _OPERATIONS[node.op]


def _add_durations(left: timedelta, right: timedelta) -> timedelta | None:
    try:
        return left + right
    except OverflowError:
        return None


def _subtract_durations(left: timedelta, right: timedelta) -> timedelta | None:
    return _add_durations(left, -right)


_OPERATIONS: dict[nodes.ArithmeticOp, Callable[[Any, Any], object]] = {
    nodes.ArithmeticOp.ADD: decimals.add,
    nodes.ArithmeticOp.SUBTRACT: decimals.subtract,
    nodes.ArithmeticOp.MULTIPLY: decimals.multiply,
    nodes.ArithmeticOp.DIVIDE: decimals.divide,
}


def _negate(node: nodes.Negate, make: Make) -> Evaluate:
    operand = make(node.operand)

    def negate(row: Row, environment: Environment) -> object:
        value = operand(row, environment)
        return None if value is None else -value

    return negate


def _join(node: nodes.Join, make: Make) -> Evaluate:
    parts = tuple(make(part) for part in node.parts)
    return lambda row, environment: "".join([part(row, environment) or "" for part in parts]) or None


def _choice(node: nodes.Choice, make: Make) -> Evaluate:
    otherwise = make(node.otherwise)
    branches = tuple((make(condition), make(value)) for condition, value in node.branches)
    if len(branches) == 1:
        condition, value = branches[0]
        return lambda row, environment: (value if condition(row, environment) else otherwise)(row, environment)

    def choose(row: Row, environment: Environment) -> object:
        for condition, value in branches:
            if condition(row, environment):
                return value(row, environment)
        return otherwise(row, environment)

    return choose


def _coalesce(node: nodes.Coalesce, make: Make) -> Evaluate:
    parts = tuple(make(part) for part in node.parts)

    def coalesce(row: Row, environment: Environment) -> object:
        for part in parts:
            value = part(row, environment)
            if value is not None:
                return value
        return None

    return coalesce


def _aggregate(node: nodes.Aggregate, make: Make) -> Evaluate:
    value = make(node.value) if node.value is not None else None
    condition = make(node.condition) if node.condition is not None else None
    return aggregate(node, value, condition)


_MAKERS: dict[type[nodes.Node], Callable[[Any, Make], Evaluate]] = {
    nodes.Literal: _literal,
    nodes.Read: _read,
    nodes.Me: _me,
    nodes.ActorRead: _actor,
    nodes.HasRole: _has_role,
    nodes.Today: _today,
    nodes.Now: _now,
    nodes.BaseCurrency: _base_currency,
    nodes.Attribute: _attribute,
    nodes.Not: _not,
    nodes.And: _and,
    nodes.Or: _or,
    nodes.Compare: _compare,
    nodes.Match: _match,
    nodes.Member: _member,
    nodes.MemberOf: _member_of,
    nodes.IsBlank: _is_blank,
    nodes.Arithmetic: _arithmetic,
    nodes.Negate: _negate,
    nodes.Join: _join,
    nodes.Choice: _choice,
    nodes.Coalesce: _coalesce,
    nodes.Aggregate: _aggregate,
    nodes.Prior: _prior,
    nodes.Changed: _changed,
}
