"""One SELECT while it is being built: its root table, the tables its paths join, and what encloses it."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, FromClause
from sqlalchemy.sql.selectable import NamedFromClause

from formwork.catalog import ObjectSpec
from formwork.storage.compile.tables import read_column


@dataclass(frozen=True, slots=True)
class Source:
    """An aliased table of one object in the statement."""

    spec: ObjectSpec
    table: NamedFromClause

    def column(self, name: str) -> ColumnElement[Any]:
        """A physical column."""
        return read_column(self.table, name)

    @property
    def id(self) -> ColumnElement[Any]:
        """The record id; NULL where an outer join found nothing."""
        return read_column(self.table, "id")


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One SELECT. `joined` holds the hops taken so far, so each is joined once; `outer` are the sources
    of enclosing SELECTs, which a subquery refers to."""

    root: Source
    outer: tuple[FromClause, ...] = ()
    joined: dict[tuple[str, str, bool, bool], Source] = field(default_factory=dict)
    conditions: dict[str, ColumnElement[Any]] = field(default_factory=dict)

    @property
    def sources(self) -> tuple[FromClause, ...]:
        """Every table a subquery of this SELECT may refer to."""
        return (*self.outer, self.root.table, *(source.table for source in self.joined.values()))

    def from_clause(self) -> FromClause:
        """The root and its outer joins."""
        clause: FromClause = self.root.table
        for source in self.joined.values():
            clause = clause.outerjoin(source.table, self.conditions[alias_name(source)])
        return clause


@dataclass(frozen=True, slots=True)
class Values:
    """Where the slots of an expression find their values: in the inputs from `offset` on, or in `fixed`."""

    offset: int = 0
    fixed: tuple[Any, ...] | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """Where an expression is compiled: the SELECT, the source whose record it speaks of, its slot values.

    `fresh` names derived fields of the source's object that are computed anew, not read from their column.
    """

    frame: Frame
    source: Source
    values: Values
    fresh: frozenset[str] = frozenset()


def alias_name(source: Source) -> str:
    """The alias of a source, unique in the statement."""
    return source.table.name
