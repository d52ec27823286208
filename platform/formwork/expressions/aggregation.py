"""Closures of aggregates over the records of a list."""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any

from formwork.expressions.decimals import divide, total
from formwork.expressions.nodes import Aggregate, AggregateOp
from formwork.expressions.reading import Evaluate, read_rows
from formwork.expressions.row import Environment, Row


def aggregate(node: Aggregate, value: Evaluate | None, condition: Evaluate | None) -> Evaluate:
    """The closure of an Aggregate with its compiled value and condition."""
    rows_of = read_rows(node.source)

    def chosen(row: Row, environment: Environment) -> Iterable[Row]:
        rows = rows_of(row, environment)
        return rows if condition is None else [inner for inner in rows if condition(inner, environment)]

    if value is None:
        return _counted(node.op, chosen)

    def filled(row: Row, environment: Environment) -> Iterator[Any]:
        for inner in chosen(row, environment):
            found = value(inner, environment)
            if found is not None:
                yield found

    reduce = _REDUCERS[node.op]
    return lambda row, environment: reduce(filled(row, environment))


def _counted(op: AggregateOp, chosen: Callable[[Row, Environment], Iterable[Row]]) -> Evaluate:
    if op is AggregateOp.EXISTS:
        return lambda row, environment: any(True for _ in chosen(row, environment))
    return lambda row, environment: Decimal(sum(1 for _ in chosen(row, environment)))


def _average(values: Iterable[Decimal]) -> Decimal | None:
    filled = list(values)
    return divide(total(filled), Decimal(len(filled)))


def _least(values: Iterable[Any]) -> object:
    return min(values, default=None)


def _greatest(values: Iterable[Any]) -> object:
    return max(values, default=None)


_REDUCERS: dict[AggregateOp, Callable[[Iterable[Any]], object]] = {
    AggregateOp.SUM: total,
    AggregateOp.AVG: _average,
    AggregateOp.MIN: _least,
    AggregateOp.MAX: _greatest,
}
