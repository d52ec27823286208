"""What every read has in common: the slots of its expressions, its rules and the rows it may see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement

from formwork.catalog import Lifecycle, RestrictedQuery, RowRule, Snapshot
from formwork.expressions.expression import Expression
from formwork.storage.compile.backend import Backend
from formwork.storage.compile.expression import Compiler
from formwork.storage.compile.frame import Frame, Site, Values
from formwork.storage.compile.operand import Operand
from formwork.storage.compile.rules import rule_expressions, rule_shape
from formwork.storage.compile.slots import SHAPES, Shape


@dataclass(frozen=True, slots=True)
class Parts:
    """The expressions of a read taken apart: where the slot values of each begin, and all values in a row.

    `key` is equal for reads that have one SQL text.
    """

    key: tuple[Any, ...]
    values: tuple[Any, ...]
    offsets: tuple[int, ...]
    rule_offsets: Mapping[str, int]


def take_apart(expressions: Sequence[Expression], rules: Mapping[str, RowRule]) -> Parts:
    """Number the slots of the expressions and then of every rule, in their order."""
    numbers: list[Any] = []
    values: list[Any] = []
    offsets: list[int] = []
    for expression in expressions:
        shape = SHAPES.of(expression)
        offsets.append(len(values))
        numbers.append(shape.number)
        values.extend(shape.values)
    rule_offsets: dict[str, int] = {}
    for object, rule in rules.items():
        rule_offsets[object] = len(values)
        numbers.append((object, rule_shape(rule)))
        for expression in rule_expressions(rule):
            values.extend(SHAPES.of(expression).values)
    return Parts(tuple(numbers), tuple(values), tuple(offsets), rule_offsets)


class Reading:
    """One read being compiled: its compiler, its outermost SELECT and the conditions collected so far."""

    def __init__(self, snapshot: Snapshot, backend: Backend, restricted: RestrictedQuery, parts: Parts) -> None:
        self.backend = backend
        self.compiler = Compiler(snapshot, backend, restricted.rules, parts.rule_offsets)
        self.frame: Frame = self.compiler.frame(snapshot.objects[restricted.query.object])
        self.tests: list[ColumnElement[bool]] = []
        self._offsets = iter(parts.offsets)
        self._add_lifecycle(restricted.query.lifecycle)
        seen = self.compiler.visible(self.frame, self.frame.root)
        if seen is not None:
            self.tests.append(seen)

    def site(self) -> Site:
        """The place of the next expression: they are taken in the order they were taken apart."""
        return Site(self.frame, self.frame.root, Values(next(self._offsets)))

    def value(self, expression: Expression) -> Operand:
        """The value of the next expression."""
        return self.compiler.value(self.site(), _shape(expression).root)

    def require(self, expression: Expression) -> None:
        """Add the next expression as a condition."""
        self.tests.append(self.compiler.true(self.site(), _shape(expression).root))

    def _add_lifecycle(self, lifecycle: Lifecycle) -> None:
        deleted_at = self.frame.root.column("deleted_at")
        if lifecycle is Lifecycle.LIVE:
            self.tests.append(deleted_at.is_(None))
        elif lifecycle is Lifecycle.DELETED:
            self.tests.append(deleted_at.is_not(None))


def _shape(expression: Expression) -> Shape:
    return SHAPES.of(expression)
