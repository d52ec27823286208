"""A record on its way into the database: what it was, what it will be, and what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from formwork.catalog import ObjectSpec
from formwork.kernel import Problem


@dataclass(slots=True, eq=False)
class Draft:
    """One record being written. Mutable while it is gathered; nothing outlives the call.

    `values` holds every stored field as it will be, `old` the stored values before (None for a new
    record). `said` names the fields the caller set, `pointer` is where the record stands in the
    request, so problems point at their place. `master` is the draft of the master in the same write.
    """

    object: ObjectSpec
    id: UUID
    pointer: str
    values: dict[str, Any]
    old: Mapping[str, Any] | None = None
    said: frozenset[str] = frozenset()
    version: int = 1
    master: "Draft | None" = None
    details: "list[Draft]" = field(default_factory=list)
    deletes: "list[tuple[str, UUID]]" = field(default_factory=list)
    """(detail object, id) of details the request takes away."""
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_new(self) -> bool:
        """True for a record that is being created."""
        return self.old is None

    def changes(self) -> dict[str, tuple[Any, Any]]:
        """Field -> (before, after) for every value that differs."""
        if self.old is None:
            return {name: (None, value) for name, value in self.values.items() if value is not None}
        before = self.old
        return {name: (before.get(name), value) for name, value in self.values.items() if before.get(name) != value}

    def has_changed(self, name: str) -> bool:
        """True when the value of one field differs, as `changes` would tell."""
        return (self.old or {}).get(name) != self.values.get(name)

    def blame(self, code: str, message: str, at: str | None = None, **args: Any) -> None:
        """Add a problem at a field of this record, or at the record as a whole."""
        pointer = f"{self.pointer}/{at}" if at else self.pointer
        self.problems.append(Problem(pointer, code, message, args))

    def family(self) -> "list[Draft]":
        """This draft and every detail below it, masters first."""
        if not self.details:
            return [self]
        return [self, *(below for detail in self.details for below in detail.family())]


@dataclass(frozen=True, slots=True)
class Saved:
    """What a write answers for one record: its id and version, and the ids of details by list."""

    object: str
    id: UUID
    version: int
    created: bool
    details: Mapping[str, tuple[UUID, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer for one row of a batch that may fail row by row: saved, or why not."""

    index: int
    saved: Saved | None
    problems: tuple[Problem, ...] = ()
