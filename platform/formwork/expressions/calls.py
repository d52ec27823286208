"""Closures of function calls."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from formwork.expressions.decimals import CONTEXT, QUANTA, ZERO
from formwork.expressions.functions.dates import OPERATORS
from formwork.expressions.functions.function import Function
from formwork.expressions.nodes import Call, Literal
from formwork.expressions.reading import Evaluate
from formwork.expressions.row import Environment, Row


def call(node: Call, arguments: tuple[Evaluate, ...], functions: Mapping[str, Function]) -> Evaluate:
    """The closure of a Call of `node.name`, one of `functions`, with compiled arguments."""
    if node.name == "round":
        places = node.arguments[1]
        if isinstance(places, Literal) and isinstance(places.value, Decimal) and places.value >= 0:
            return _round(arguments[0], int(places.value))
    if node.name in OPERATORS:
        return _strict(OPERATORS[node.name], arguments)
    function = functions[node.name]
    if function.run is None:
        raise KeyError(f"{node.name} has no Python form of its own")
    if function.zoned:
        return _zoned(function.run, arguments[0])
    return _total(function.run, arguments) if function.total else _strict(function.run, arguments)


def _round(argument: Evaluate, places: int) -> Evaluate:
    quantize, unit = CONTEXT.quantize, QUANTA[places]

    def rounded(row: Row, environment: Environment) -> object:
        value = argument(row, environment)
        return None if value is None else quantize(value, unit) or ZERO

    return rounded


def _zoned(run: Callable[..., object], argument: Evaluate) -> Evaluate:
    def apply(row: Row, environment: Environment) -> object:
        value = argument(row, environment)
        return None if value is None else run(environment, value)

    return apply


def _total(run: Callable[..., object], arguments: tuple[Evaluate, ...]) -> Evaluate:
    return lambda row, environment: run(*[argument(row, environment) for argument in arguments])


def _strict(run: Callable[..., object], arguments: tuple[Evaluate, ...]) -> Evaluate:
    if len(arguments) == 1:
        (argument,) = arguments

        def apply_one(row: Row, environment: Environment) -> object:
            value = argument(row, environment)
            return None if value is None else run(value)

        return apply_one

    def apply(row: Row, environment: Environment) -> object:
        values = []
        for argument in arguments:
            value = argument(row, environment)
            if value is None:
                return None
            values.append(value)
        return run(*values)

    return apply
