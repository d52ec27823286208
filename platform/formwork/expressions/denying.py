"""Row rules of somebody who lacks what they ask: a condition on a missing attribute of the person helps nobody in.

Comparing with nothing is false, so `not` of it is true. Where a condition grants, that would open every record to
whoever has no region, department or territory. There a test of something missing is unknown instead, and what is
unknown grants neither as it stands nor denied. `me.region is blank` asks for exactly that and keeps its answer, and so
does `coalesce(me.region, 'north')`.
"""

from dataclasses import replace
from functools import lru_cache

from formwork.expressions.expression import Expression
from formwork.expressions.nodes import ActorRead, And, Choice, Coalesce, IsBlank, Literal, Node, Not, Or
from formwork.expressions.reading import actor_value
from formwork.expressions.tree import children, walk
from formwork.expressions.types import Kind
from formwork.kernel import Actor


def for_actor(condition: Expression, actor: Actor) -> Expression:
    """A condition that grants, as it holds for this actor: what reads a missing attribute of theirs never grants."""
    if not condition.uses_actor:
        return condition
    missing = frozenset(name for name in _asked(condition) if actor_value(actor, name) in (None, "", (), frozenset()))
    return without(condition, missing) if missing else condition


@lru_cache(maxsize=4096)
def without(condition: Expression, missing: frozenset[str]) -> Expression:
    """The condition with every test that reads one of these attributes of the actor answered as it grants least."""
    return replace(condition, root=_least(condition.root, missing, grants=False))


@lru_cache(maxsize=4096)
def _asked(condition: Expression) -> frozenset[str]:
    return frozenset(node.name for node in walk(condition.root) if isinstance(node, ActorRead))


def _least(node: Node, missing: frozenset[str], *, grants: bool) -> Node:
    """The node with `grants` for each test that is unknown: false where true would let in, true below a `not`."""
    match node:
        case Not(operand=operand):
            return replace(node, operand=_least(operand, missing, grants=not grants))
        case And(terms=terms) | Or(terms=terms):
            return replace(node, terms=tuple(_least(term, missing, grants=grants) for term in terms))
        case Choice(branches=branches, otherwise=otherwise) if node.type.kind is Kind.BOOLEAN:
            if any(_hangs_on(test, missing) for test, _ in branches):
                return Literal(grants, node.type)
            told = tuple((test, _least(value, missing, grants=grants)) for test, value in branches)
            return replace(node, branches=told, otherwise=_least(otherwise, missing, grants=grants))
    return Literal(grants, node.type) if _hangs_on(node, missing) else node


def _hangs_on(node: Node, missing: frozenset[str]) -> bool:
    """Whether the value is unknown when these attributes are; a blank that is asked for, or filled in, is known."""
    match node:
        case ActorRead(name=name):
            return name in missing
        case IsBlank():
            return False
        case Coalesce(parts=parts):
            return _hangs_on(parts[-1], missing)
    return any(_hangs_on(part, missing) for part in children(node))
