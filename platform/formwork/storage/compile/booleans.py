"""Conditions, compiled by polarity.

SQL knows three truth values, the language two. Each node is therefore compiled for the answer that is
asked: `true` gives a predicate that is TRUE exactly when the node is true, `false` one that is TRUE
exactly when it is false. NULL then always means "not this answer", and `field = constant` stays the
plain comparison an index serves. Text that has a fold key is also compared by the key, which is what
its index holds.
"""

from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, cast, false, func, or_, select, true

from formwork.expressions.fold import fold
from formwork.expressions.nodes import (
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
from formwork.expressions.types import TEXT, Kind
from formwork.storage.compile.binder import Getter, Inputs
from formwork.storage.compile.frame import Frame, Site, Source
from formwork.storage.compile.links import target
from formwork.storage.compile.operand import Operand
from formwork.storage.compile.slots import Slot
from formwork.storage.compile.tables import side_column, side_table
from formwork.storage.compile.values import EMPTY, aligned
from formwork.storage.compile.verbatim import verbatim
from formwork.storage.compile.walker import Walker

_EMPTY_JSON = [verbatim("'[]'"), verbatim("'{}'"), verbatim("'\"\"'")]
"""Values of a JSON field that are blank although they are there."""
_ORDERED_TEXT = (CompareOp.LT, CompareOp.LE, CompareOp.GT, CompareOp.GE)


def compare(walker: Walker, site: Site, node: Compare) -> ColumnElement[bool]:
    """TRUE when the comparison holds."""
    if _is_plain_truth(node):
        return walker.true(site, node.left) if _asks_truth(node) else walker.false(site, node.left)
    left, right = _sides(walker, site, node)
    if left.null or right.null:
        if node.op is not CompareOp.NE or (left.null and right.null):
            return false()
        return (right if left.null else left).sql.is_not(None)
    if node.op is CompareOp.EQ and (left.link is not None or right.link is not None):
        return _same_record(left, right)
    (one, other), _ = aligned(walker, node.left.type, (left, right))
    if node.op is CompareOp.NE:
        return walker.backend.distinct(one, other)
    if node.op is CompareOp.EQ and left.fold is not None and isinstance(node.right, Slot):
        getter = walker.getter(site, node.right)
        key = walker.binder.bind(("fold", getter), Text(), _folded(getter))
        return and_(left.fold == key, one == other)
    return _holds(walker, node, one, other)


def compare_false(walker: Walker, site: Site, node: Compare) -> ColumnElement[bool]:
    """TRUE when the comparison does not hold."""
    if _is_plain_truth(node):
        return walker.false(site, node.left) if _asks_truth(node) else walker.true(site, node.left)
    left, right = _sides(walker, site, node)
    if left.null or right.null:
        if node.op is not CompareOp.NE or (left.null and right.null):
            return true()
        return (right if left.null else left).sql.is_(None)
    (one, other), _ = aligned(walker, node.left.type, (left, right))
    if node.op is CompareOp.NE:
        return ~walker.backend.distinct(one, other)
    blank = [sql.is_(None) for sql in (one, other)]
    if node.op is CompareOp.EQ:
        return or_(*blank, one != other)
    return or_(*blank, ~_holds(walker, node, one, other))


def match(walker: Walker, site: Site, node: Match) -> ColumnElement[bool]:
    """TRUE when one text holds, or begins with, another, both folded."""
    subject = walker.value(site, node.text)
    if subject.null:
        return false()
    whole = subject.fold if subject.fold is not None else walker.backend.fold(subject.sql)
    if not isinstance(node.part, Slot):
        part = func.nullif(walker.backend.fold(walker.value(site, node.part).sql), EMPTY, type_=Text())
        return (walker.backend.contains if node.op is MatchOp.CONTAINS else walker.backend.starts)(whole, part)
    getter = walker.getter(site, node.part)
    folded = walker.binder.bind(("fold", getter), Text(), _folded(getter))
    if node.op is MatchOp.CONTAINS:
        return walker.backend.contains(whole, folded)
    if subject.fold is None:
        return walker.backend.starts(whole, folded)
    after = walker.binder.bind(("after", getter), Text(), _after(getter))
    key = walker.backend.text_order(whole)
    return and_(key >= folded, key < after)


def member(walker: Walker, site: Site, node: Member) -> ColumnElement[bool]:
    """TRUE when the item is one of the choices."""
    item = walker.value(site, node.item)
    if item.null:
        return false()
    if item.link is not None and item.there is not None:
        return and_(_among(walker, site, node, replace(item, sql=item.link)), item.there)
    return _among(walker, site, node, item)


def _among(walker: Walker, site: Site, node: Member, item: Operand) -> ColumnElement[bool]:
    only = node.choices[0]
    if isinstance(only, Slot) and only.many:
        getter = walker.getter(site, only)
        among = walker.backend.array(walker.binder, getter, item, node.item.type, getter)
        if item.fold is None:
            return among
        keys = _all_folded(getter)
        return and_(walker.backend.array(walker.binder, ("fold", getter), Operand(item.fold), TEXT, keys), among)
    tests = []
    for choice in node.choices:
        other = walker.value(site, choice)
        if not other.null:
            (one, two), _ = aligned(walker, node.item.type, (item, other))
            tests.append(one == two)
    return or_(false(), *tests)


def member_of(walker: Walker, site: Site, node: MemberOf) -> ColumnElement[bool]:
    """TRUE when the item is among the values of a many-valued field, or of a list the actor has."""
    item = walker.value(site, node.item)
    if item.null:
        return false()
    if isinstance(node.list, Slot):
        getter = walker.getter(site, node.list)
        if item.link is None or item.there is None:
            return walker.backend.array(walker.binder, getter, item, node.item.type, getter)
        stored = replace(item, sql=item.link)
        return and_(walker.backend.array(walker.binder, getter, stored, node.item.type, getter), item.there)
    return _in_side_table(walker, site, node.list, item)


def is_blank(walker: Walker, site: Site, node: IsBlank) -> ColumnElement[bool]:
    """TRUE when there is no value; a list is blank when it has no item. Never NULL."""
    if node.operand.type.kind is Kind.LIST and isinstance(node.operand, Read):
        return ~_in_side_table(walker, site, node.operand, None)
    operand = walker.value(site, node.operand)
    if operand.null:
        return true()
    if node.operand.type.kind is Kind.OPAQUE:
        return or_(operand.sql.is_(None), cast(operand.sql, Text()).in_(_EMPTY_JSON))
    return operand.sql.is_(None)


def _is_plain_truth(node: Compare) -> bool:
    """Whether a yes/no value is compared with a written true or false."""
    return isinstance(node.right, Literal) and node.right.type.kind is Kind.BOOLEAN


def _asks_truth(node: Compare) -> bool:
    return bool(getattr(node.right, "value", False)) == (node.op is CompareOp.EQ)


def _same_record(left: Operand, right: Operand) -> ColumnElement[bool]:
    one, other = (side.sql if side.link is None else side.link for side in (left, right))
    return and_(one == other, *(side.there for side in (left, right) if side.there is not None))


def _sides(walker: Walker, site: Site, node: Compare) -> tuple[Operand, Operand]:
    return walker.value(site, node.left), walker.value(site, node.right)


def _holds(walker: Walker, node: Compare, one: ColumnElement[Any], other: ColumnElement[Any]) -> ColumnElement[bool]:
    if node.op in _ORDERED_TEXT and node.left.type.kind in (Kind.TEXT, Kind.SELECT):
        one, other = walker.backend.text_order(one), walker.backend.text_order(other)
    match node.op:
        case CompareOp.EQ:
            return one == other
        case CompareOp.LT:
            return one < other
        case CompareOp.LE:
            return one <= other
        case CompareOp.GT:
            return one > other
    return one >= other


def _in_side_table(walker: Walker, site: Site, node: Node, item: Operand | None) -> ColumnElement[bool]:
    if not isinstance(node, Read):
        raise TypeError(f"{type(node).__name__} is no stored list")
    source = walker.reach(site, node.path)
    field = source.spec.fields[node.path.field]
    side = side_table(field, schema=walker.backend.schemas).alias(walker.alias())
    value = side.c[side_column(field)]
    tests = [side.c.record == source.id]
    if field.targets:
        inner = Frame(Source(source.spec, side), site.frame.sources)
        there = target(walker, inner, field, field.targets[0], value)
        tests += [] if there is None else [there]
    shown = walker.shown(source, field)
    if shown is not None:
        tests.append(shown)
    if item is not None:
        tests.append(value == item.sql)
    found = select(side.c.record).select_from(side).where(*tests)
    return found.correlate(*site.frame.sources).exists()


def _folded(getter: Getter) -> Getter:
    def draw(inputs: Inputs) -> str | None:
        value = getter(inputs)
        return (fold(value) or None) if value else None

    return draw


def _all_folded(getter: Getter) -> Getter:
    return lambda inputs: {fold(value) for value in getter(inputs) or ()}


def _after(getter: Getter) -> Getter:
    """The first text behind all that begin with the folded value."""

    def draw(inputs: Inputs) -> str | None:
        value = getter(inputs)
        return text_after(fold(value)) if value else None

    return draw


def text_after(prefix: str) -> str | None:
    """The smallest text by code point that is greater than every text with that prefix, None for ''."""
    for place in range(len(prefix) - 1, -1, -1):
        code = ord(prefix[place]) + 1
        if code <= 0x10FFFF:
            return prefix[:place] + chr(0xE000 if 0xD800 <= code <= 0xDFFF else code)
    return None
