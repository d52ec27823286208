"""What every read has in common: the slots of its expressions, its rules and the rows it may see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from formwork.catalog import Lifecycle, Masks, RestrictedQuery, RowRule, Snapshot
from formwork.expressions.expression import Expression
from formwork.storage.compile.backend import Backend
from formwork.storage.compile.expression import Compiler
from formwork.storage.compile.frame import Frame, Site, Values
from formwork.storage.compile.operand import Operand
from formwork.storage.compile.rules import rule_expressions, rule_shape
from formwork.storage.compile.slots import SHAPES


@dataclass(frozen=True, slots=True)
class Parts:
    """The expressions of a read taken apart: where the slot values of each begin, and all values in a row.

    `key` is equal for reads that have one SQL text.
    """

    key: tuple[Any, ...]
    values: tuple[Any, ...]
    offsets: tuple[int, ...]
    rule_offsets: Mapping[str, int]


def take_apart(
    expressions: Sequence[Expression], rules: Mapping[str, RowRule], masks: tuple[tuple[str, Masks], ...] = ()
) -> Parts:
    """Number the slots of the expressions and then of every rule, in their order."""
    numbers: list[Any] = [masks]
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
    """One SELECT over the object of a read: its frame and the conditions collected so far.

    Expressions are named by their place among those that were taken apart. `compiler` is shared by the
    SELECTs of one statement.
    """

    def __init__(self, compiler: Compiler, restricted: RestrictedQuery, parts: Parts) -> None:
        self.compiler = compiler
        self.backend = compiler.backend
        self.frame: Frame = compiler.frame(compiler.snapshot.objects[restricted.query.object])
        self.tests: list[ColumnElement[bool]] = []
        self._parts = parts

    def site(self, place: int) -> Site:
        """Where the expression at that place is compiled."""
        return Site(self.frame, self.frame.root, Values(self._parts.offsets[place]))

    def value(self, expression: Expression, place: int) -> Operand:
        """The value of an expression."""
        return self.compiler.value(self.site(place), SHAPES.of(expression).root)

    def require(self, expression: Expression, place: int) -> None:
        """Add an expression as a condition."""
        self.tests.append(self.compiler.true(self.site(place), SHAPES.of(expression).root))

    def require_alive(self, lifecycle: Lifecycle) -> None:
        """Keep to live or to soft-deleted rows."""
        deleted_at = self.frame.root.column("deleted_at")
        if lifecycle is Lifecycle.LIVE:
            self.tests.append(deleted_at.is_(None))
        elif lifecycle is Lifecycle.DELETED:
            self.tests.append(deleted_at.is_not(None))

    def require_visible(self) -> None:
        """Keep to the rows the reader may see, and may use in the way that was asked for."""
        seen = self.compiler.visible(self.frame, self.frame.root)
        if seen is not None:
            self.tests.append(seen)
        self.require_beyond()

    def require_beyond(self) -> None:
        """Keep to the rows that may be used in the way that was asked for, where that is more than reading."""
        fits = self.compiler.beyond(self.frame, self.frame.root)
        if fits is not None:
            self.tests.append(fits)

    def branches(self) -> list[ColumnElement[bool]]:
        """What the branches of the reader's rule ask of a row, each for itself."""
        return self.compiler.branches(self.frame, self.frame.root)

    def select(self, columns: Sequence[ColumnElement[Any]]) -> Select[Any]:
        """The SELECT of these columns with its joins and conditions."""
        return select(*columns).select_from(self.frame.from_clause()).where(*self.tests)


def new_compiler(snapshot: Snapshot, backend: Backend, restricted: RestrictedQuery, parts: Parts) -> Compiler:
    """The compiler of a reader's statement."""
    masks = {object: dict(found) for object, found in restricted.masks}
    return Compiler(snapshot, backend, restricted.rules, parts.rule_offsets, masks)
