"""In whose currency an amount is, and why amounts of several currencies do not go together.

A money type names the record whose `currency` and `rate` speak for it (`Type.currency`): `ANY` for amounts
made from plain numbers, `BASE` for the organisation's own currency, else the way to the record: `record`
itself, `record.parent` behind its look-up `parent`, `this.parent` from the record that asks. What a Scope
hands out is seen from the field's own record and is moved along its path.
"""

from collections.abc import Sequence

from formwork.expressions.errors import ExpressionError, Position
from formwork.expressions.nodes import Node, Read
from formwork.expressions.paths import Base, Hop, ListPath
from formwork.expressions.tree import walk
from formwork.expressions.types import Kind

ANY = ""
BASE = "base"
RECORD = "record"
TWIN_SUFFIX = "_base"
"""What the name of a money field's twin in the organisation's currency ends with."""


def behind(names: Sequence[str]) -> str:
    """The currency of the record that look-ups of these names lead to."""
    return ".".join((RECORD, *names))


def reached(base: Base, hops: Sequence[Hop], currency: str) -> str:
    """A currency told by a record, as it looks from where the path of `hops` to that record begins."""
    if currency in (ANY, BASE):
        return currency
    start = RECORD if base is Base.ROW else Base.THIS.value
    return ".".join((start, *(hop.field for hop in hops))) + currency.removeprefix(RECORD)


def gathered(path: ListPath, via: str | None, currency: str) -> str | None:
    """A currency told by the records of a list, as the list's owner sees it; None when it may be several.

    `via` is the look-up or master field of those records that points back at the owner.
    """
    if currency in (ANY, BASE):
        return currency
    back = None if via is None else f"{RECORD}.{via}"
    if back is None or not f"{currency}.".startswith(f"{back}."):
        return None
    return reached(path.base, path.hops, RECORD + currency.removeprefix(back))


def common(nodes: Sequence[Node], doing: str, at: Position) -> str:
    """The one currency of the amounts among these values, `ANY` when none of them has one.

    Raises ExpressionError `bad_type` when they may be of several; `doing` completes "Cannot …".
    """
    found = {node.type.currency for node in nodes if node.type.kind is Kind.MONEY} - {ANY}
    if len(found) > 1:
        raise ExpressionError(
            f"Cannot {doing} amounts that may be in different currencies{_mend(nodes)}", at=at, code="bad_type"
        )
    return found.pop() if found else ANY


def fitting(node: Node, currency: str, at: Position) -> None:
    """Refuse an amount that may be in another currency than the field it is for; raises ExpressionError `bad_type`."""
    if node.type.kind is Kind.MONEY and node.type.currency not in (ANY, currency):
        given, wanted = _told(node.type.currency), _told(currency)
        raise ExpressionError(
            f"The expression gives an amount in {given}, but one in {wanted} is needed"
            + (_mend([node]) if currency == BASE else "; multiply or divide by the rate and write `money(number(…))`."),
            at=at,
            code="bad_type",
        )


def _told(currency: str) -> str:
    """Whose currency it is, in words."""
    if currency == BASE:
        return "the organisation's currency"
    _, _, way = currency.partition(".")
    return f"the currency of `{way}`" if way else "the record's own currency"


def mixed_list(op: str, path: ListPath, value: Node, at: Position) -> ExpressionError:
    """The error of one figure over a list whose records may have different currencies."""
    return ExpressionError(
        f"The records of `{path}` may be in different currencies, so `{op}` of their amounts means nothing"
        f"{_mend([value])}",
        at=at,
        code="bad_type",
    )


def twins(nodes: Sequence[Node]) -> tuple[str, ...]:
    """The names to write instead of the amounts that have a currency of their own."""
    reads = [part for node in nodes for part in walk(node) if isinstance(part, Read)]
    return tuple(
        dict.fromkeys(
            f"{part.path}{TWIN_SUFFIX}"
            for part in reads
            if part.type.kind is Kind.MONEY and part.type.currency not in (ANY, BASE)
        )
    )


def _mend(nodes: Sequence[Node]) -> str:
    names = [f"`{name}`" for name in twins(nodes)]
    if not names:
        return "."
    listed = " and ".join((", ".join(names[:-1]), names[-1]) if names[1:] else names)
    return f"; write {listed}, in the organisation's currency."
