"""A query with its reader's row rules attached: the only thing storage runs.

`RestrictedQuery` is declared here, below both rooms, because `access` makes it and `storage` runs
it and neither may import the other. Only `access` constructs one; tests/test_house.py holds that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

from formwork.catalog.query import AggregateQuery, Query
from formwork.expressions import Expression


@dataclass(frozen=True, slots=True)
class Shared:
    """Rows that were given to one of these principals by hand and still are; `to_edit` wants them given for that."""

    principals: frozenset[UUID]
    to_edit: bool = False


@dataclass(frozen=True, slots=True)
class RowRule:
    """Which rows of one object the reader may see, as branches joined by OR.

    `everything` sees all rows. `owners` are principal ids whose rows are seen. `criteria` are
    expressions over the row (sharing rules). `shared` are rows given by hand. `narrowed` are further
    rules, each of which counts only where its expression holds (a grant with `when`). `through` =
    (master field, rule of the master) lets a detail follow its master. No branch at all sees nothing,
    and storage then runs no query.
    """

    everything: bool = False
    owners: frozenset[UUID] = frozenset()
    criteria: tuple[Expression, ...] = ()
    shared: Shared | None = None
    narrowed: "tuple[tuple[RowRule, Expression], ...]" = ()
    through: "tuple[str, RowRule] | None" = None

    @property
    def is_empty(self) -> bool:
        """True when no row can be seen."""
        if self.through is not None and not self.through[1].is_empty:
            return False
        if any(not rule.is_empty for rule, _ in self.narrowed):
            return False
        return not (self.everything or self.owners or self.criteria or self.shared)


EVERYTHING = RowRule(everything=True)
NOTHING = RowRule()


def unite(rules: Sequence[RowRule]) -> RowRule:
    """The rule that shows what any of these shows. Their ways to the master are one way; they are of one verb."""
    if any(rule.everything for rule in rules):
        return EVERYTHING
    ways = [rule.through for rule in rules if rule.through is not None]
    return RowRule(
        owners=frozenset(owner for rule in rules for owner in rule.owners),
        criteria=tuple(dict.fromkeys(term for rule in rules for term in rule.criteria)),
        shared=next((rule.shared for rule in rules if rule.shared is not None), None),
        narrowed=tuple(branch for rule in rules for branch in rule.narrowed),
        through=(ways[0][0], unite([above for _, above in ways])) if ways else None,
    )


@dataclass(frozen=True, slots=True)
class TypeMask:
    """On which records a field of an object is open, by their record type: on those `types`, or on all others."""

    types: frozenset[str]
    on: bool

    def opens(self, record_type: str | None) -> bool:
        """True when the field is open on records of that type."""
        return (record_type in self.types) is self.on


BEYOND = "+"
"""Where a restricted query keeps its second rule for the root; no object is called so."""


Masks: TypeAlias = tuple[tuple[str, TypeMask], ...]
"""The fields of one object that are not open on all of its records."""


@dataclass(frozen=True, slots=True)
class RestrictedQuery:
    """A query plus the row rule of every object it touches.

    `rules` holds an entry for the root object and for each object a path or list of the query
    reaches: a path through a row its rule hides reads as blank, a list runs over visible rows only.
    Under `BEYOND` stands what the rows of the root must fit as well, where more than reading is asked of them.
    `masks` names for each of these objects the fields that read as blank on some of its rows.
    """

    query: Query | AggregateQuery
    rules: Mapping[str, RowRule]
    masks: tuple[tuple[str, Masks], ...] = ()
