"""Where types meet: constants take the type they are used as, branches find one type, results fit what is expected."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from formwork.expressions import currencies
from formwork.expressions.errors import ExpressionError, Position
from formwork.expressions.nodes import Call, Choice, Coalesce, Literal, Node
from formwork.expressions.suggest import did_you_mean, nearest
from formwork.expressions.tree import is_constant
from formwork.expressions.types import INTEGER, NUMERIC, TEXT, Kind, Type, Value

_DURATION = re.compile(r"(-)?P(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?)?")
_OPEN = (Kind.TEXT, Kind.LIST, Kind.PARTS, Kind.OPAQUE, Kind.BLANK)
"""Kinds a quoted text is never turned into."""
_FORMS = {
    Kind.DATE: "'2026-01-31'",
    Kind.DATETIME: "'2026-01-31T09:30:00Z'",
    Kind.TIME: "'09:30'",
    Kind.DURATION: "'PT1H30M'",
    Kind.RECORD: "an id such as '0190e2c4-7a51-7c3e-8a4b-1f2d3c4b5a69'",
}


def bad_type(sentence: str, at: Position, suggestion: str | None = None) -> ExpressionError:
    """The error of types that do not go together."""
    return ExpressionError(sentence, at=at, code="bad_type", suggestion=suggestion)


def is_blank_word(node: Node) -> bool:
    """Whether the node is the word `blank`, still without a type of its own."""
    return node.type.kind is Kind.BLANK


def is_text_constant(node: Node) -> bool:
    """Whether the node is a quoted text, or a choice between quoted texts."""
    return node.type.kind is Kind.TEXT and all(isinstance(leaf, Literal) for leaf in _leaves(node))


def _leaves(node: Node) -> Iterator[Node]:
    """The nodes one of which gives the value of a choice; any other node is its own leaf."""
    match node:
        case Choice(branches=branches, otherwise=otherwise):
            for value in (*(value for _, value in branches), otherwise):
                yield from _leaves(value)
        case Coalesce(parts=parts):
            for part in parts:
                yield from _leaves(part)
        case _:
            yield node


def _is_option(node: Node, common: Type) -> bool:
    """False for a quoted text that is no option, with which the choice is one between texts."""
    return not is_text_constant(node) or all(
        leaf.value is None or leaf.value in common.codes for leaf in _leaves(node) if isinstance(leaf, Literal)
    )


def _is_no_value(node: Node) -> bool:
    return isinstance(node, Literal) and node.value is None


def coerce(node: Node, want: Type, at: Position) -> Node:
    """`node` in the type `want` where it is a constant that can be; anything else unchanged.

    Raises ExpressionError `bad_type` when a quoted text is no date, option or id although one is wanted.
    """
    if is_blank_word(node) or (_is_no_value(node) and want.kind is not Kind.BLANK):
        return Literal(None, want)
    if want.kind in _OPEN or not is_text_constant(node):
        return node
    match node:
        case Literal(value=str(text)):
            return Literal(_read(text, want, at), want)
        case Choice(branches=branches, otherwise=otherwise):
            turned = tuple((condition, coerce(value, want, at)) for condition, value in branches)
            return Choice(turned, coerce(otherwise, want, at), want)
        case Coalesce(parts=parts):
            return Coalesce(tuple(coerce(part, want, at) for part in parts), want)
    return node


def _read(text: str, want: Type, at: Position) -> Value:
    if want.kind is Kind.SELECT:
        if text not in want.codes:
            suggestion = nearest(text, want.codes)
            raise bad_type(f"There is no option `{text}`{did_you_mean(suggestion)}", at, suggestion)
        return text
    reader = _READERS.get(want.kind)
    try:
        value = reader(text) if reader else None
    except ValueError:
        value = None
    if value is None:
        form = f"; write {_FORMS[want.kind]}" if want.kind in _FORMS else ""
        raise bad_type(f"The text '{text[:60]}' stands where a {want} is needed{form}.", at)
    return value


def _read_date(text: str) -> date | None:
    return date.fromisoformat(text) if len(text) == 10 else None


def _read_datetime(text: str) -> datetime | None:
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC) if moment.tzinfo else None


def _read_time(text: str) -> time | None:
    moment = time.fromisoformat(text)
    return moment if moment.tzinfo is None else None


def _read_duration(text: str) -> timedelta | None:
    found = _DURATION.fullmatch(text)
    if not found or not any(found.groups()[1:]):
        return None
    days, hours, minutes, seconds = (int(group or 0) for group in found.groups()[1:])
    length = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    return -length if found.group(1) else length


_READERS: dict[Kind, Callable[[str], Value]] = {
    Kind.DATE: _read_date,
    Kind.DATETIME: _read_datetime,
    Kind.TIME: _read_time,
    Kind.DURATION: _read_duration,
    Kind.RECORD: UUID,
}


def check_money(nodes: Sequence[Node], doing: str, at: Position) -> None:
    """Refuse money together with a number that is not a constant; raises ExpressionError `bad_type`."""
    if any(node.type.kind is Kind.MONEY for node in nodes):
        for node in nodes:
            if node.type.kind in (Kind.NUMBER, Kind.PERCENT) and not is_constant(node):
                raise bad_type(
                    f"Cannot {doing} money and {node.type}; make the number an amount with `money(…)` "
                    "or the amount a number with `number(…)`.",
                    at,
                )


def unify(nodes: Sequence[Node], doing: str, at: Position) -> tuple[tuple[Node, ...], Type]:
    """The nodes in one common type, which is the second answer.

    `doing` completes "Cannot … `date` and `number`" when there is none (ExpressionError `bad_type`).
    """
    typed = [node for node in nodes if not is_blank_word(node) and not is_text_constant(node)]
    if not typed:
        if all(is_blank_word(node) for node in nodes):
            raise bad_type("Nothing here has a type: every value is blank.", at)
        return tuple(coerce(node, TEXT, at) for node in nodes), TEXT
    common = typed[0].type
    for node in typed[1:]:
        common = _join(common, node.type, doing, at)
    if common.is_numeric:
        check_money(typed, doing, at)
    if common.kind is Kind.MONEY:
        common = replace(common, currency=currencies.common(typed, doing, at))
    if common.kind is Kind.SELECT and not all(_is_option(node, common) for node in nodes):
        common = TEXT
    turned = tuple(coerce(node, common, at) for node in nodes)
    for node in turned:
        _join(common, node.type, doing, at)
    return turned, common


def _join(one: Type, other: Type, doing: str, at: Position) -> Type:
    if one.is_numeric and other.is_numeric:
        kinds = {one.kind, other.kind}
        kind = one.kind if len(kinds) == 1 else Kind.MONEY if Kind.MONEY in kinds else Kind.NUMBER
        return Type(kind, scale=max(one.scale, other.scale))
    if {one.kind, other.kind} == {Kind.TEXT, Kind.SELECT}:
        return TEXT
    if one.kind is not other.kind or one.kind in (Kind.LIST, Kind.PARTS, Kind.OPAQUE):
        raise bad_type(f"Cannot {doing} {one} and {other}.", at)
    if one.kind is Kind.SELECT:
        return replace(one, codes=tuple(dict.fromkeys((*one.codes, *other.codes))))
    if one.kind is Kind.RECORD:
        objects = tuple(dict.fromkeys((*one.objects, *other.objects))) if one.objects and other.objects else ()
        return replace(one, objects=objects)
    return one


def fit(node: Node, expect: Type, at: Position) -> Node:
    """The node as a value of `expect`, numbers rounded half-up to its scale; raises ExpressionError `bad_type`."""
    node = coerce(node, expect, at)
    have = node.type
    if not _fits(node, expect):
        raise bad_type(f"The expression gives {have}, but {expect} is needed{_mend(have, expect)}", at)
    if expect.kind is Kind.TEXT and have.kind is Kind.SELECT:
        return Call("text", (node,), expect)
    if expect.kind is Kind.SELECT:
        for code in have.codes:
            if code not in expect.codes:
                raise bad_type(f"The expression can give `{code}`, which is no option of the field.", at)
    if expect.currency:
        currencies.fitting(node, expect.currency, at)
    if expect.is_numeric and have.scale > expect.scale:
        return Call("round", (node, Literal(Decimal(expect.scale), INTEGER)), expect)
    return node


def _fits(node: Node, expect: Type) -> bool:
    have = node.type
    if have.kind in NUMERIC and expect.kind in NUMERIC:
        if expect.kind is Kind.MONEY:
            return have.kind is Kind.MONEY or is_constant(node)
        return have.kind is not Kind.MONEY
    if have.kind is Kind.SELECT and expect.kind is Kind.TEXT:
        return True
    if have.kind is Kind.RECORD and expect.kind is Kind.RECORD:
        return not expect.objects or not have.objects or set(have.objects) <= set(expect.objects)
    if have.item is not None and expect.item is not None:
        return have.item.kind is expect.item.kind
    return have.kind is expect.kind


def _mend(have: Type, expect: Type) -> str:
    if expect.kind is Kind.MONEY and have.is_numeric:
        return "; write `money(…)` around the number."
    if expect.is_numeric and have.kind is Kind.MONEY:
        return "; write `number(…)` around the amount."
    if expect.kind is Kind.TEXT and have.kind not in (Kind.LIST, Kind.RECORD, Kind.PARTS, Kind.OPAQUE):
        return "; write `text(…)` around it."
    if expect.kind is Kind.DATE and have.kind is Kind.DATETIME:
        return "; write `date_of(…)` around it."
    if expect.kind is Kind.BOOLEAN:
        return "; write a comparison, for example `… is not blank`."
    return "."
