"""Functions on numbers and money."""

from dataclasses import replace
from decimal import Decimal

from formwork.expressions import decimals
from formwork.expressions.coerce import bad_type, unify
from formwork.expressions.functions.collections import build_extreme, greatest, least
from formwork.expressions.functions.function import (
    CallSite,
    Function,
    Parameter,
    check_argument,
    count_arguments,
    plain,
)
from formwork.expressions.nodes import BaseCurrency, Call, Literal, Node
from formwork.expressions.types import INTEGER, MAX_SCALE, NUMBER, Kind, Type, money, number

NUMBERS = (Kind.NUMBER, Kind.PERCENT)
AMOUNTS = (Kind.NUMBER, Kind.PERCENT, Kind.MONEY)
MAX_EXPONENT = 10
_AMOUNT = Parameter("number", AMOUNTS)
_NUMBER = Parameter("number", NUMBERS)


def _kind(node: Node) -> Kind:
    return Kind.MONEY if node.type.kind is Kind.MONEY else Kind.NUMBER


def _whole(nodes: tuple[Node, ...]) -> Type:
    return Type(_kind(nodes[0]), scale=0, currency=nodes[0].type.currency)


def _same(nodes: tuple[Node, ...]) -> Type:
    return Type(_kind(nodes[0]), scale=nodes[0].type.scale, currency=nodes[0].type.currency)


def _amount(nodes: tuple[Node, ...]) -> Type:
    return replace(money(4), currency=nodes[0].type.currency)


def _whole_number(site: CallSite, place: int, least: int, most: int) -> int:
    """The whole number written as an argument, with or without a minus sign."""
    node = site.check(site.arguments[place])
    sign = 1
    if node.type.is_numeric and not isinstance(node, Literal):
        operand = getattr(node, "operand", None)
        sign, node = (-1, operand) if isinstance(operand, Literal) else (1, node)
    value = node.value if isinstance(node, Literal) else None
    if not isinstance(value, Decimal) or value != value.to_integral_value() or not least <= sign * value <= most:
        raise bad_type(
            f"The last argument of `{site.name}` must be a whole number from {least} to {most}, written as such.",
            site.arguments[place].at,
        )
    return sign * int(value)


def _build_round(site: CallSite) -> Node:
    count_arguments(site, 1, 2)
    value = check_argument(site, _AMOUNT, site.arguments[0])
    places = _whole_number(site, 1, -9, MAX_SCALE) if len(site.arguments) == 2 else 0
    given = Type(_kind(value), scale=min(value.type.scale, max(0, places)), currency=value.type.currency)
    return Call("round", (value, Literal(Decimal(places), INTEGER)), given)


def _run_round(value: Decimal, places: Decimal) -> Decimal:
    return decimals.round_to(value, int(places))


def _build_power(site: CallSite) -> Node:
    count_arguments(site, 2, 2)
    value = check_argument(site, _NUMBER, site.arguments[0])
    exponent = _whole_number(site, 1, 0, MAX_EXPONENT)
    return Call("power", (value, Literal(Decimal(exponent), INTEGER)), number(value.type.scale * max(1, exponent)))


def _run_power(value: Decimal, exponent: Decimal) -> Decimal:
    return decimals.power(value, int(exponent))


def _build_mod(site: CallSite) -> Node:
    count_arguments(site, 2, 2)
    nodes = tuple(check_argument(site, _AMOUNT, argument) for argument in site.arguments)
    (value, divisor), common = unify(nodes, "divide", site.at)
    return Call("mod", (value, divisor), Type(_kind(value), scale=common.scale, currency=common.currency))


def _build_base_currency(site: CallSite) -> Node:
    count_arguments(site, 0, 0)
    return BaseCurrency()


def _run_cast(value: Decimal) -> Decimal:
    return value


def _run_money(value: Decimal) -> Decimal:
    return decimals.round_to(value, 4)


FUNCTIONS = (
    Function(
        "round", "numbers", "round(number, decimals)",
        "The number rounded half-up (away from zero on ties) to so many decimals, none when left out; -2 rounds to "
        "hundreds. Decimals are written as a plain number from -9 to 10.",
        _build_round, _run_round, (("round(2.345, 2)", "2.35"), ("round(-2.5)", "-3"), ("round(1250, -2)", "1300")),
    ),
    Function(
        "floor", "numbers", "floor(number)", "The largest whole number not above it.",
        plain((_AMOUNT,), _whole), decimals.floor, (("floor(-2.1)", "-3"),),
    ),
    Function(
        "ceil", "numbers", "ceil(number)", "The smallest whole number not below it.",
        plain((_AMOUNT,), _whole), decimals.ceil, (("ceil(2.1)", "3"),),
    ),
    Function(
        "abs", "numbers", "abs(number)", "The number without its sign.",
        plain((_AMOUNT,), _same), abs, (("abs(-3.5)", "3.5"),),
    ),
    Function(
        "mod", "numbers", "mod(number, divisor)",
        "What is left after dividing into whole parts, with the divisor's sign; blank when the divisor is 0.",
        _build_mod, decimals.modulo, (("mod(7, 3)", "1"), ("mod(-7, 3)", "2"), ("mod(7, 0)", "blank")),
    ),
    Function(
        "power", "numbers", "power(number, exponent)",
        "The number multiplied by itself, rounded once to 10 decimals. The exponent is a plain number from 0 to 10.",
        _build_power, _run_power, (("power(2, 10)", "1024"), ("power(1.5, 2)", "2.25")),
    ),
    Function(
        "sqrt", "numbers", "sqrt(number)", "The square root to 10 decimals; blank for a number below 0.",
        plain((_AMOUNT,), NUMBER), decimals.sqrt, (("sqrt(2)", "1.4142135624"), ("sqrt(-1)", "blank")),
    ),
    Function(
        "log10", "numbers", "log10(number)", "The decimal logarithm to 10 decimals; blank for 0 and below.",
        plain((_AMOUNT,), NUMBER), decimals.log10, (("log10(1000)", "3"), ("log10(0)", "blank")),
    ),
    Function(
        "min", "numbers", "min(value, …) or min(list, value, condition)",
        "The smallest of two or more values, or of a value over the records of a list (for which the condition, when "
        "given, is true). Numbers, money, dates, datetimes, times, durations and texts; blank ones are left out.",
        build_extreme, least, (("min(3, 1, blank)", "1"), ("min(lines, amount)", "20")), total=True,
    ),
    Function(
        "max", "numbers", "max(value, …) or max(list, value, condition)", "The largest, as `min` is the smallest.",
        build_extreme, greatest, (("max(3, 1, blank)", "3"), ("max(lines, amount, quantity < 5)", "20")), total=True,
    ),
    Function(
        "money", "money", "money(number)", "The number as an amount of money, rounded to 4 decimals.",
        plain((_AMOUNT,), _amount), _run_money, (("money(2.5) + total", "122.5"),),
    ),
    Function(
        "number", "money", "number(amount)", "The amount of money as a number without currency.",
        plain((_AMOUNT,), lambda nodes: number(nodes[0].type.scale)), _run_cast, (("number(total) * 2", "240"),),
    ),
    Function(
        "base_currency", "money", "base_currency()",
        "The code of the organisation's own currency, in which every `_base` field is.",
        _build_base_currency, None, (("base_currency()", "EUR"),),
    ),
)  # fmt: skip
