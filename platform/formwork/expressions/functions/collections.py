"""Functions over the records of a list: sum, count, avg, exists; min and max share their names with numbers."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from formwork.expressions.ast import Ast
from formwork.expressions.coerce import bad_type, unify
from formwork.expressions.currencies import ANY, gathered, mixed_list
from formwork.expressions.functions.function import CallSite, Function, count_arguments
from formwork.expressions.nodes import Aggregate, AggregateOp, Call, Node
from formwork.expressions.paths import ListPath
from formwork.expressions.types import BOOLEAN, INTEGER, MAX_SCALE, ORDERED, Kind, Type


def _list(site: CallSite) -> ListPath:
    found = site.list(site.arguments[0])
    if found is None:
        site.check(site.arguments[0])  # a name that does not exist is told as such
        raise bad_type(
            f"`{site.name}` runs over a list such as the details of a record, and this is none.", site.arguments[0].at
        )
    return found


def _condition(site: CallSite, path: ListPath, argument: Ast | None) -> Node | None:
    if argument is None:
        return None
    node = site.inside(path, argument)
    if node.type.kind is not Kind.BOOLEAN:
        raise bad_type(f"The condition of `{site.name}` must be yes/no, but {node.type} is given.", argument.at)
    return node


def _third(site: CallSite) -> Ast | None:
    return site.arguments[2] if len(site.arguments) > 2 else None


def _currency(site: CallSite, path: ListPath, value: Node) -> str:
    """The one currency the amounts of a list are in, '' where they are none."""
    if value.type.kind is not Kind.MONEY:
        return ANY
    found = gathered(path, path.via, value.type.currency)
    if found is None:
        raise mixed_list(site.name, path, value, site.arguments[1].at)
    return found


def _over_number(op: AggregateOp) -> Callable[[CallSite], Node]:
    def build(site: CallSite) -> Node:
        count_arguments(site, 2, 3)
        path = _list(site)
        value = site.inside(path, site.arguments[1])
        if not value.type.is_numeric:
            raise bad_type(f"`{site.name}` needs numbers, but {value.type} is given.", site.arguments[1].at)
        kind = Kind.MONEY if value.type.kind is Kind.MONEY else Kind.NUMBER
        scale = MAX_SCALE if op is AggregateOp.AVG else value.type.scale
        gives = Type(kind, scale=scale, currency=_currency(site, path, value))
        return Aggregate(op, path, value, _condition(site, path, _third(site)), gives)

    return build


def _over_records(op: AggregateOp, gives: Type) -> Callable[[CallSite], Node]:
    def build(site: CallSite) -> Node:
        count_arguments(site, 1, 2)
        path = _list(site)
        condition = site.arguments[1] if len(site.arguments) > 1 else None
        return Aggregate(op, path, None, _condition(site, path, condition), gives)

    return build


def build_extreme(site: CallSite) -> Node:
    """min and max: over a list when the first argument is one, else of the values."""
    count_arguments(site, 2)
    path = site.list(site.arguments[0])
    if path is not None:
        count_arguments(site, 2, 3)
        value = site.inside(path, site.arguments[1])
        _check_ordered(site, value.type)
        gives = replace(value.type, currency=_currency(site, path, value))
        return Aggregate(AggregateOp(site.name), path, value, _condition(site, path, _third(site)), gives)
    nodes = tuple(site.check(argument) for argument in site.arguments)
    values, common = unify(nodes, "compare", site.at)
    _check_ordered(site, common)
    return Call(site.name, values, common)


def _check_ordered(site: CallSite, given: Type) -> None:
    if given.kind not in ORDERED:
        raise bad_type(f"`{site.name}` needs values with an order, but {given} is given.", site.at)


def least(*values: Decimal | None) -> Decimal | None:
    """The smallest filled value."""
    return min((value for value in values if value is not None), default=None)


def greatest(*values: Decimal | None) -> Decimal | None:
    """The largest filled value."""
    return max((value for value in values if value is not None), default=None)


FUNCTIONS = (
    Function(
        "sum", "collections", "sum(list, value, condition)",
        "The sum of a number or amount over the records of a list; 0 for none. The condition may be left out.",
        _over_number(AggregateOp.SUM), None,
        (("sum(lines, amount)", "120"), ("sum(lines, amount, quantity > 100)", "0")),
    ),
    Function(
        "count", "collections", "count(list, condition)", "How many records the list has, or has with the condition.",
        _over_records(AggregateOp.COUNT, INTEGER), None, (("count(lines)", "2"), ("count(lines, quantity > 5)", "1")),
    ),
    Function(
        "avg", "collections", "avg(list, value, condition)",
        "The average of the filled values, rounded to 10 decimals; blank when there is none.",
        _over_number(AggregateOp.AVG), None, (("avg(lines, amount)", "60"),),
    ),
    Function(
        "exists", "collections", "exists(list, condition)", "Whether some record of the list has the condition.",
        _over_records(AggregateOp.EXISTS, BOOLEAN), None, (("exists(lines, quantity > 5)", "true"),),
    ),
)  # fmt: skip
