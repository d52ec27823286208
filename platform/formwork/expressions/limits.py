"""How much an expression may cost. Checked on the untyped tree, before anything is looked up or run."""

from collections import deque
from dataclasses import dataclass

from formwork.expressions.ast import Ast, Call, In, Logical, Operation, Path, Unary, children
from formwork.expressions.errors import ExpressionError

COMPARISONS = ("=", "!=", "<", "<=", ">", ">=", "contains", "starts with", "is blank", "is not blank")


@dataclass(frozen=True, slots=True)
class Limits:
    """`characters` of text, `depth` of nesting, `logical_depth` of and/or/not inside each other,
    `conditions` (comparisons), `choices` (values of one `in`) and `hops` (dots of one path)."""

    characters: int
    depth: int
    logical_depth: int
    conditions: int
    choices: int
    hops: int


FORMULA = Limits(characters=4_000, depth=50, logical_depth=50, conditions=500, choices=1_000, hops=5)
"""For what packages and business admins write."""

FILTER = Limits(characters=50_000, depth=50, logical_depth=10, conditions=100, choices=1_000, hops=5)
"""For what arrives in a request."""


def _refuse(what: str, allowed: int, ast: Ast) -> ExpressionError:
    return ExpressionError(
        f"The expression has more than {allowed:,} {what}; make it smaller or split it.",
        code="expression_limit",
        at=ast.at,
        extra={"limit": what, "allowed": allowed},
    )


def check_size(text: str, limits: Limits) -> None:
    """Refuse a text longer than `limits.characters`; raises ExpressionError `expression_limit`."""
    if len(text) > limits.characters:
        raise ExpressionError(
            f"The expression has {len(text):,} characters; at most {limits.characters:,} are allowed.",
            code="expression_limit",
            extra={"limit": "characters", "allowed": limits.characters},
        )


def check_limits(ast: Ast, limits: Limits) -> None:
    """Refuse a tree that exceeds `limits`; raises ExpressionError `expression_limit` naming it. Never recurses."""
    conditions = 0
    queue: deque[tuple[Ast, int, int]] = deque([(ast, 1, 0)])
    while queue:
        node, depth, logical = queue.popleft()
        if depth > limits.depth:
            raise _refuse("levels of nesting", limits.depth, node)
        if (isinstance(node, Logical) and node.operator != "&") or (isinstance(node, Unary) and node.operator == "not"):
            logical += 1
            if logical > limits.logical_depth:
                raise _refuse("levels of and, or and not", limits.logical_depth, node)
        if _is_condition(node):
            conditions += 1
            if conditions > limits.conditions:
                raise _refuse("conditions", limits.conditions, node)
        if isinstance(node, In) and len(node.choices) > limits.choices:
            raise _refuse("values in one `in`", limits.choices, node)
        path = node if isinstance(node, Path) else node.callee if isinstance(node, Call) else None
        if path is not None and len(path.names) > limits.hops + 2:
            raise _refuse("steps in one path", limits.hops, node)
        queue.extend((child, depth + 1, logical) for child in children(node))


def count_conditions(ast: Ast) -> int:
    """How many comparisons a tree has. Never recurses."""
    found, queue = 0, [ast]
    while queue:
        node = queue.pop()
        found += _is_condition(node)
        queue.extend(children(node))
    return found


def _is_condition(node: Ast) -> bool:
    return isinstance(node, In) or (isinstance(node, (Operation, Unary)) and node.operator in COMPARISONS)
