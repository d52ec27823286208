"""Walks over the typed tree."""

from collections.abc import Iterator

from formwork.expressions.nodes import (
    Aggregate,
    And,
    Arithmetic,
    Attribute,
    Call,
    Changed,
    Choice,
    Coalesce,
    Compare,
    IsBlank,
    Join,
    Literal,
    Match,
    Member,
    MemberOf,
    Negate,
    Node,
    Not,
    Or,
    Prior,
    Read,
)
from formwork.expressions.paths import Base


def children(node: Node) -> tuple[Node, ...]:
    """The direct operands of a node; for an aggregate its value and condition, which read the list's records."""
    match node:
        case Not(operand=operand) | Negate(operand=operand) | IsBlank(operand=operand):
            return (operand,)
        case And(terms=terms) | Or(terms=terms):
            return terms
        case Compare(left=left, right=right) | Arithmetic(left=left, right=right):
            return (left, right)
        case Match(text=text, part=part):
            return (text, part)
        case Join(parts=parts) | Coalesce(parts=parts):
            return parts
        case Call(arguments=arguments):
            return arguments
        case Member(item=item, choices=choices):
            return (item, *choices)
        case MemberOf(item=item, list=values):
            return (item, values)
        case Attribute(source=source):
            return (source,)
        case Choice(branches=branches, otherwise=otherwise):
            return (*(node for branch in branches for node in branch), otherwise)
        case Aggregate(value=value, condition=condition):
            return tuple(part for part in (value, condition) if part is not None)
    return ()


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, aggregates' insides included."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(children(current))


def is_row_free(node: Node) -> bool:
    """Whether the value is the same for every record of a query: it reads only constants, time, actor and `this`.

    Such a node can be evaluated once in Python and bound as a parameter.
    """
    stack = [node]
    while stack:
        current = stack.pop()
        if isinstance(current, Read | Prior | Changed) and current.path.base is Base.ROW:
            return False
        if isinstance(current, Aggregate):
            if current.source.base is Base.ROW:
                return False
            continue  # what it reads of its records hangs on `this`
        stack.extend(children(current))
    return True


def is_constant(node: Node) -> bool:
    """Whether the node is made of literals only."""
    return all(isinstance(part, Literal) or children(part) for part in walk(node)) and not any(
        isinstance(part, Aggregate | Attribute) for part in walk(node)
    )
