"""A checked expression: the typed tree and what must be known to use it."""

from dataclasses import dataclass

from formwork.expressions.nodes import Node
from formwork.expressions.paths import FieldPath, ListUse
from formwork.expressions.types import Type


@dataclass(frozen=True, slots=True)
class Expression:
    """The checker's result: frozen, hashable, shared between requests.

    `paths` start at the expression's own record or at `this`; what aggregates read is in `lists`.
    `reads` names every (object, field or list) touched anywhere, hops included: access asks each.
    `volatile` means today(), now() or the actor takes part, so it may not be stored or indexed.
    `needs_old` means changed() or prior() takes part; `python_only` that, or a function without SQL form.
    """

    text: str
    object: str
    root: Node
    type: Type
    volatile: bool
    uses_actor: bool
    uses_this: bool
    needs_old: bool
    python_only: bool
    paths: frozenset[FieldPath]
    lists: frozenset[ListUse]
    reads: frozenset[tuple[str, str]]

    @property
    def has_sql(self) -> bool:
        """Whether the expression can be part of a query."""
        return not self.python_only
