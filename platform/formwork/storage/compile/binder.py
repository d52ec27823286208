"""Bound parameters of one statement: each knows how to find and encode its value when the statement runs."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sqlalchemy import BindParameter, bindparam
from sqlalchemy.types import TypeEngine

from formwork.catalog import AggregateQuery, Query, RowRule
from formwork.expressions.errors import overflow
from formwork.expressions.reading import Evaluate
from formwork.expressions.row import Environment
from formwork.kernel import Context
from formwork.storage.compile.slots import Late


@dataclass(frozen=True, slots=True)
class Inputs:
    """What parameters are drawn from: slot values one after the other, the read itself, further arguments by name.

    Raises kernel Invalid `overflow` when a value that is computed outgrows 18 digits.
    """

    values: tuple[Any, ...]
    context: Context
    query: Query | AggregateQuery | None = None
    rules: Mapping[str, RowRule] = field(default_factory=dict)
    arguments: Mapping[str, Any] = field(default_factory=dict)
    this: Mapping[str, Any] = field(default_factory=dict)

    def value(self, index: int) -> Any:
        """The value of a slot; what reads the time, the actor or `this` is computed now."""
        found = self.values[index]
        return self.evaluate(found.evaluate) if isinstance(found, Late) else found

    def evaluate(self, evaluate: Evaluate) -> Any:
        """The value of a part of an expression that reads no record."""
        context = self.context
        this = ThisRow(self.this)
        environment = Environment(context.now, context.today, context.timezone, context.actor, context.currency, this)
        try:
            return evaluate(this, environment)
        except ArithmeticError as error:
            raise overflow() from error


@dataclass(frozen=True, slots=True)
class ThisRow:
    """The record that asks, as a mapping: `field`, `look_up.field` or `address.part` to a value."""

    values: Mapping[str, Any]
    prefix: str = ""

    def value(self, field: str, part: str | None = None) -> object:
        """See Row."""
        found = self.values.get(self.prefix + field)
        if part is None:
            return found
        whole = getattr(found, part, None) if found is not None else None
        return self.values.get(f"{self.prefix}{field}.{part}", whole)

    def follow(self, field: str) -> "ThisRow | None":
        """See Row."""
        return ThisRow(self.values, f"{self.prefix}{field}.")

    def rows(self, name: str) -> tuple["ThisRow", ...]:
        """See Row. A list of the record that asks is never read here: storage reads it with SQL."""
        return ()


Getter: TypeAlias = Callable[[Inputs], Any]


class Binder:
    """Hands out the parameters of one statement, the same one for the same key.

    In a `strict` statement a computed number of more than 18 digits is an error, as it is when a record
    is saved. Elsewhere it reads as blank: one odd row must not fail a list, and an error would tell a
    reader about rows that are hidden from them.
    """

    def __init__(self, *, strict: bool = False) -> None:
        self.strict = strict
        self.getters: dict[str, Getter] = {}
        self._known: dict[Hashable, BindParameter[Any]] = {}

    def bind(self, key: Hashable, type_: TypeEngine[Any], getter: Getter) -> BindParameter[Any]:
        """A parameter whose driver value `getter` draws from the inputs. Equal keys share one parameter."""
        known = self._known.get(key)
        if known is None:
            name = f"p{len(self.getters)}"
            known = self._known[key] = bindparam(name, type_=type_)
            self.getters[name] = getter
        return known

    def constant(self, value: Any, type_: TypeEngine[Any]) -> BindParameter[Any]:
        """A parameter whose driver value is part of the metadata."""
        return self.bind(("constant", type(value), value), type_, lambda inputs: value)
