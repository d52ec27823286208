"""Values: fields, constants, arithmetic, choices, texts."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Text, case, func, null

from formwork.expressions.nodes import (
    Arithmetic,
    ArithmeticOp,
    Attribute,
    Call,
    Choice,
    Coalesce,
    Join,
    Literal,
    Negate,
    Read,
)
from formwork.expressions.types import Kind, Type
from formwork.storage.compile.backend import Wrap
from formwork.storage.compile.frame import Site
from formwork.storage.compile.operand import Operand
from formwork.storage.compile.slots import Slot
from formwork.storage.compile.verbatim import verbatim
from formwork.storage.compile.walker import Walker

EMPTY = verbatim("''")
BLANK = Operand(null(), null=True)


def literal(walker: Walker, site: Site, node: Literal) -> Operand:
    """Only blanks and booleans are still literals in a shape."""
    if node.type.kind is Kind.BOOLEAN:
        return Operand(walker.backend.boolean(verbatim("1 = 1" if node.value else "1 = 0")))
    return BLANK


def slot(walker: Walker, site: Site, node: Slot) -> Operand:
    """A value known when the statement runs."""
    getter = walker.getter(site, node)
    return walker.backend.parameter(walker.binder, getter, node.type, node.scale, getter)


def read(walker: Walker, site: Site, node: Read) -> Operand:
    """The value of a field at the end of its hops."""
    source = walker.reach(site, node.path)
    operand = walker.field(site, source, source.spec.fields[node.path.field], node.path.part)
    if node.type.kind is Kind.BOOLEAN:
        return Operand(walker.backend.boolean(walker.backend.truth(operand.sql)))
    return operand


def attribute(walker: Walker, site: Site, node: Attribute) -> Operand:
    """A CASE over the option codes of the metadata."""
    source = walker.value(site, node.source)
    branches = []
    for code, found in node.values:
        if found is not None and found != "":
            branches.append((source.sql == walker.binder.constant(code, Text()), _constant(walker, node.type, found)))
    missing = _constant(walker, node.type, False) if node.type.kind is Kind.BOOLEAN else BLANK
    return choose(walker, node.type, branches, missing)


def arithmetic(walker: Walker, site: Site, node: Arithmetic) -> Operand:
    """Numbers by the backend; durations are whole seconds on both databases."""
    left, right = walker.value(site, node.left), walker.value(site, node.right)
    if left.null or right.null:
        return BLANK
    if node.type.kind is Kind.DURATION:
        return Operand(left.sql + right.sql if node.op is ArithmeticOp.ADD else left.sql - right.sql)
    return walker.backend.arithmetic(walker.binder, node.op, left, right)


def negate(walker: Walker, site: Site, node: Negate) -> Operand:
    """The other sign."""
    operand = walker.value(site, node.operand)
    if operand.null:
        return BLANK
    if node.type.kind is Kind.DURATION:
        return Operand(-operand.sql)
    return walker.backend.negate(walker.binder, operand)


def join(walker: Walker, site: Site, node: Join) -> Operand:
    """Texts one after the other; blank when all are."""
    parts = [operand.sql for part in node.parts if not (operand := walker.value(site, part)).null]
    if not parts:
        return BLANK
    joined: ColumnElement[Any] = func.coalesce(parts[0], EMPTY)
    for part in parts[1:]:
        joined = joined.op("||")(func.coalesce(part, EMPTY))
    return Operand(func.nullif(joined, EMPTY, type_=Text()))


def choice(walker: Walker, site: Site, node: Choice) -> Operand:
    """The first branch whose condition holds."""
    branches = [(walker.true(site, condition), walker.value(site, value)) for condition, value in node.branches]
    return choose(walker, node.type, branches, walker.value(site, node.otherwise))


def coalesce(walker: Walker, site: Site, node: Coalesce) -> Operand:
    """The first filled value."""
    parts = [operand for part in node.parts if not (operand := walker.value(site, part)).null]
    if not parts:
        return BLANK
    sqls, wrap = aligned(walker, node.type, parts)
    return parts[0] if len(parts) == 1 else wrap(func.coalesce(*sqls))


def call(walker: Walker, site: Site, node: Call) -> Operand:
    """A function of the library."""
    return walker.backend.call(walker.binder, node, [_typed(walker, site, argument) for argument in node.arguments])


def choose(
    walker: Walker, kind: Type, branches: Sequence[tuple[ColumnElement[bool], Operand]], otherwise: Operand
) -> Operand:
    """A CASE whose values have one form."""
    if not branches:
        return otherwise
    sqls, wrap = aligned(walker, kind, [*(operand for _, operand in branches), otherwise])
    whens = [(condition, sql) for (condition, _), sql in zip(branches, sqls, strict=False)]
    return wrap(case(*whens, else_=sqls[-1]))


def aligned(walker: Walker, kind: Type, operands: Sequence[Operand]) -> tuple[list[ColumnElement[Any]], Wrap]:
    """Values in one form, and how to wrap one of them."""
    if kind.is_numeric:
        return walker.backend.align(walker.binder, operands)
    return [operand.sql for operand in operands], Operand


def _typed(walker: Walker, site: Site, node: Any) -> Operand:
    """An argument of a call; constants that were kept in the shape are read by the backend itself."""
    return BLANK if isinstance(node, Literal) and node.type.kind is not Kind.BOOLEAN else walker.value(site, node)


def _constant(walker: Walker, kind: Type, value: object) -> Operand:
    def getter(inputs: object) -> object:
        return value

    return walker.backend.parameter(walker.binder, ("constant", kind.kind, value), kind, None, getter)
