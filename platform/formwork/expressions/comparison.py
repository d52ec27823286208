"""The type rules of comparisons: which two things may be compared, and how they come to one type."""

from collections.abc import Sequence

from formwork.expressions.coerce import bad_type, check_money, coerce, is_blank_word, is_text_constant
from formwork.expressions.currencies import common
from formwork.expressions.errors import Position
from formwork.expressions.nodes import (
    And,
    Call,
    Compare,
    CompareOp,
    IsBlank,
    Literal,
    Match,
    MatchOp,
    Member,
    MemberOf,
    Node,
    Read,
)
from formwork.expressions.paths import FieldPath
from formwork.expressions.types import DATE, ORDERED, Kind, Type

_TEXTS = (Kind.TEXT, Kind.SELECT)


def as_day(node: Node) -> Node:
    """The node as a date: itself, or the day of a datetime in the tenant's zone."""
    return Call("date_of", (node,), DATE) if node.type.kind is Kind.DATETIME else node


def compare(op: CompareOp, left: Node, right: Node, at: Position) -> Node:
    """The node of `left op right`; raises ExpressionError `bad_type` when the two cannot be compared."""
    for node in (left, right):
        if is_blank_word(node) or (isinstance(node, Literal) and node.value is None):
            wanted = "is not blank" if op is CompareOp.NE else "is blank"
            raise bad_type(f"Nothing compares with a blank value; write `… {wanted}`.", at)
    left, right = _pair(left, right, at)
    if op not in (CompareOp.EQ, CompareOp.NE) and left.type.kind not in ORDERED:
        raise bad_type(f"There is no order between two values of type {left.type}; only `=` and `!=` work.", at)
    return Compare(op, left, right)


def _pair(left: Node, right: Node, at: Position) -> tuple[Node, Node]:
    left, right = _take_type(left, right.type, at), _take_type(right, left.type, at)
    if {left.type.kind, right.type.kind} == {Kind.DATE, Kind.DATETIME}:
        left, right = as_day(left), as_day(right)
    _check_comparable(left.type, right.type, at)
    check_money((left, right), "compare", at)
    common((left, right), "compare", at)
    return left, right


def _take_type(node: Node, want: Type, at: Position) -> Node:
    """A quoted text in the type of the other side; a plain date stays a date beside a datetime."""
    if not is_text_constant(node) or want.kind is Kind.BOOLEAN:
        return node
    if want.kind is Kind.DATETIME and isinstance(node, Literal) and "T" not in str(node.value):
        want = DATE
    return coerce(node, want, at) if want.kind is not Kind.LIST else node


def _check_comparable(left: Type, right: Type, at: Position) -> None:
    if Kind.LIST in (left.kind, right.kind):
        raise bad_type("A list is searched with `… contains …` or `… in …`, not compared.", at)
    if left.kind in (Kind.PARTS, Kind.OPAQUE) or right.kind in (Kind.PARTS, Kind.OPAQUE):
        raise bad_type("Only a part of it can be compared, or `is blank` asked.", at)
    if left.kind is Kind.SELECT and right.kind is Kind.SELECT and not set(left.codes) & set(right.codes):
        raise bad_type("The two fields have no option in common, so they are never equal.", at)
    if left.kind is Kind.RECORD and right.kind is Kind.RECORD:
        if left.objects and right.objects and not set(left.objects) & set(right.objects):
            raise bad_type(f"A {left} is never a {right}.", at)
        return
    same = left.kind is right.kind or (left.is_numeric and right.is_numeric)
    if not same and {left.kind, right.kind} != {Kind.TEXT, Kind.SELECT}:
        raise bad_type(f"Cannot compare {left} and {right}.", at)


def match(op: MatchOp, left: Node, right: Node, at: Position) -> Node:
    """The node of `left contains right` or `left starts with right`; `contains` also asks a list for a member."""
    if left.type.item is not None and op is MatchOp.CONTAINS:
        return _member_of(right, left, at)
    for node in (left, right):
        if node.type.kind not in _TEXTS and not is_blank_word(node):
            raise bad_type(f"`{op}` works on text, but {node.type} is given.", at)
    return Match(op, left, right)


def member(item: Node, choices: Sequence[Node], at: Position) -> Node:
    """The node of `item in (choices)` or `item in list`."""
    if len(choices) == 1 and choices[0].type.item is not None:
        return _member_of(item, choices[0], at)
    if is_blank_word(item):
        raise bad_type("Nothing compares with a blank value; write `… is blank`.", at)
    pairs = [_pair(item, choice, at) for choice in choices if not _is_blank(choice)]
    if len(pairs) < len(choices):
        raise bad_type("A blank value is never `in` anything; add `or … is blank`.", at)
    items = {left for left, _ in pairs}
    if len(items) > 1:
        raise bad_type("The values behind `in` must all be of the same type.", at)
    return Member(pairs[0][0], tuple(right for _, right in pairs))


def _is_blank(node: Node) -> bool:
    return is_blank_word(node) or (isinstance(node, Literal) and node.value is None)


def _member_of(item: Node, values: Node, at: Position) -> Node:
    of = values.type.item
    if of is None or _is_blank(item):
        raise bad_type("A blank value is in no list; write `… is blank` to ask for an empty one.", at)
    item = _take_type(item, of, at)
    _check_comparable(item.type, of, at)
    return MemberOf(item, values)


def is_blank(operand: Node, parts: Sequence[tuple[str, Type]], at: Position) -> Node:
    """The node of `operand is blank`; a field of parts is blank when all of them are."""
    if operand.type.kind is Kind.BOOLEAN:
        raise bad_type("A yes/no value is never blank; write `not …` to ask for no.", at)
    if isinstance(operand, Read) and operand.type.kind is Kind.PARTS:
        path = operand.path
        return And(
            tuple(
                IsBlank(Read(FieldPath(path.base, path.object, path.hops, path.field, name), of)) for name, of in parts
            )
        )
    return IsBlank(operand)
