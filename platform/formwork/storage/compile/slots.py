"""Apart: the shape of an expression, which decides the SQL text, and its values, which travel as parameters.

Two expressions that differ in constants only have one shape and share one compiled statement. Every
part that reads no record (constants, today(), the actor, `this`) is taken out as a slot and is
evaluated in Python when the statement runs.
"""

from collections import OrderedDict
from dataclasses import dataclass, replace
from decimal import Decimal
from threading import Lock
from typing import Any

from formwork.expressions.expression import Expression
from formwork.expressions.nodes import (
    Aggregate,
    And,
    Arithmetic,
    Attribute,
    Call,
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
    Read,
)
from formwork.expressions.python import compile_node
from formwork.expressions.reading import Evaluate
from formwork.expressions.tree import is_row_free, walk
from formwork.expressions.types import Kind, Type

NARROW_SCALES = (0, 2, 4, 6)
NARROW_LIMIT = 10**12
"""Numbers below this with at most 6 decimals can be bound as a 64-bit integer at any scale up to 6."""
REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of a value in a shape. `scale` is an upper bound of a number's decimals, None for a wide one.

    `many` marks the choices of an `in`: the value is a tuple.
    """

    index: int
    type: Type
    scale: int | None = None
    many: bool = False


@dataclass(frozen=True, slots=True)
class Late:
    """A value that is known when the statement runs: it reads the time, the actor or the record that asks."""

    evaluate: Evaluate


@dataclass(frozen=True, slots=True)
class Shape:
    """An expression taken apart. `number` is the same for every expression of this shape in the process."""

    number: int
    root: Any
    type: Type
    values: tuple[Any, ...]
    """One for each slot, by index: the value itself or `Late`."""


_CHILDREN: dict[type, tuple[str, ...]] = {
    Not: ("operand",), Negate: ("operand",), IsBlank: ("operand",), And: ("terms",), Or: ("terms",),
    Compare: ("left", "right"), Arithmetic: ("left", "right"), Match: ("text", "part"), Join: ("parts",),
    Coalesce: ("parts",), Call: ("arguments",), Member: ("item", "choices"), MemberOf: ("item", "list"),
    Attribute: ("source",), Choice: ("branches", "otherwise"), Aggregate: ("value", "condition"),
}  # fmt: skip


_BY_CONSTANT = frozenset({"round", "power"})
"""Functions whose second argument is a small written number that decides the SQL."""


class Shapes:
    """Takes expressions apart and remembers the answer for each expression object."""

    def __init__(self) -> None:
        self._known: OrderedDict[int, tuple[Expression, Shape]] = OrderedDict()
        self._numbers: dict[tuple[str, Any], int] = {}
        self._next = 0
        self._lock = Lock()

    def of(self, expression: Expression) -> Shape:
        """The shape of an expression."""
        known = self._known.get(id(expression))
        if known is not None:
            return known[1]
        slots = _Slots()
        root = slots.take(expression.root)
        with self._lock:
            key = (expression.object, root)
            number = self._numbers.get(key)
            if number is None:
                number = self._numbers[key] = self._next = self._next + 1
            shape = Shape(number, root, expression.type, tuple(slots.values))
            self._known[id(expression)] = (expression, shape)
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
            if len(self._numbers) > REMEMBERED:
                self._numbers.clear()
        return shape


SHAPES = Shapes()


class _Slots:
    def __init__(self) -> None:
        self.values: list[Any] = []

    def take(self, node: Any) -> Any:
        """The node with every part that reads no record replaced by a slot."""
        if isinstance(node, Literal):
            return node if node.value is None or node.type.kind is Kind.BOOLEAN else self._constant(node)
        if isinstance(node, Negate) and isinstance(node.operand, Literal) and isinstance(node.operand.value, Decimal):
            return self._constant(Literal(-node.operand.value, node.type))
        if _is_free(node):
            return self._add(Late(compile_node(node)), Slot(0, node.type, None))
        if isinstance(node, Member) and all(isinstance(c, Literal) for c in node.choices):
            changed: dict[str, Any] = {"item": self.take(node.item), "choices": (self._choices(node.choices),)}
            return replace(node, **changed)
        if isinstance(node, Call) and node.name in _BY_CONSTANT:
            return replace(node, arguments=(self.take(node.arguments[0]), *node.arguments[1:]))
        changes: dict[str, Any] = {}
        for name in _CHILDREN.get(type(node), ()):
            changes[name] = self._child(getattr(node, name))
        return replace(node, **changes) if changes else node

    def _child(self, child: Any) -> Any:
        if child is None:
            return None
        if isinstance(child, tuple):
            return tuple(self._child(one) for one in child)
        return self.take(child)

    def _constant(self, node: Literal) -> Slot:
        scale = _narrow_scale([node.value]) if node.type.is_numeric else None
        return self._add(node.value, Slot(0, node.type, scale))

    def _choices(self, choices: tuple[Node, ...]) -> Slot:
        values = tuple(one.value for one in choices if isinstance(one, Literal) and one.value is not None)
        kind = choices[0].type
        return self._add(values, Slot(0, kind, _narrow_scale(list(values)) if kind.is_numeric else None, many=True))

    def _add(self, value: Any, slot: Slot) -> Slot:
        self.values.append(value)
        return replace(slot, index=len(self.values) - 1)


def _is_free(node: Node) -> bool:
    if isinstance(node, Read) and not is_row_free(node):
        return False
    return is_row_free(node) and not any(isinstance(part, Aggregate) for part in walk(node))


def _narrow_scale(values: list[Any]) -> int | None:
    """The smallest narrow scale every number fits, None when one does not."""
    needed = 0
    for value in values:
        if not isinstance(value, Decimal) or abs(value) >= NARROW_LIMIT:
            return None
        exponent = value.normalize().as_tuple().exponent
        needed = max(needed, -int(exponent))
    return next((scale for scale in NARROW_SCALES if scale >= needed), None)
