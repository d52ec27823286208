"""A figure over many records needs amounts of one currency: by their twins, or one group per currency."""

from collections.abc import Iterable

from formwork.catalog import Measure, MeasureKind
from formwork.catalog.currencies import CURRENCY_FIELD
from formwork.expressions import Expression, Kind
from formwork.expressions.currencies import ANY, BASE, RECORD, twins
from formwork.expressions.nodes import And, Compare, CompareOp, Literal, Node, Read
from formwork.kernel import Malformed

_ADDING = (MeasureKind.SUM, MeasureKind.AVG, MeasureKind.MIN, MeasureKind.MAX)


def require_one_currency(
    measures: Iterable[Measure], groups: Iterable[Expression], filters: Iterable[Expression]
) -> None:
    """Refuse a measure over amounts of several currencies; raises Malformed `mixed_currencies` with what to write.

    Amounts are of one currency when the question groups by it, or by the record it belongs to, or asks
    for one currency only.
    """
    settled = {str(one.root.path) for one in groups if isinstance(one.root, Read)}
    settled |= {path for one in filters for path in _settled(one.root)}
    for measure in measures:
        expression = measure.expression
        if expression is None or measure.kind not in _ADDING or expression.type.kind is not Kind.MONEY:
            continue
        currency = expression.type.currency
        if currency in (ANY, BASE):
            continue
        way = currency.removeprefix(RECORD).removeprefix(".")
        code = f"{way}.{CURRENCY_FIELD}" if way else CURRENCY_FIELD
        if not settled & {code, way or "id"}:
            names = " and ".join(f"`{name}`" for name in twins([expression.root]))
            raise Malformed(
                f"`{measure.kind}({expression.text})` would take amounts of several currencies together. "
                f"Measure {names}, in the organisation's currency, or group by `{code}`.",
                code="mixed_currencies",
            )


def _settled(node: Node) -> Iterable[str]:
    """The paths a condition holds to one value."""
    if isinstance(node, And):
        for term in node.terms:
            yield from _settled(term)
        return
    match node:
        case Compare(op=CompareOp.EQ, left=Read(path=path), right=Literal()):
            yield str(path)
