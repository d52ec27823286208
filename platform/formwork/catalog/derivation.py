"""How stored derived values follow from others: the field dependency graph, in evaluation order."""

from dataclasses import dataclass
from enum import StrEnum


class Direction(StrEnum):
    """Which way one step of a route goes along a look-up or master field."""

    FORWARD = "forward"
    """From a record to the one its field points at (old and new value of a changed link)."""
    BACK = "back"
    """From a record to those whose field points at it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One hop from changed records towards the records whose derived value must be computed anew."""

    direction: Direction
    object: str
    """The object that owns `field`."""
    field: str


@dataclass(frozen=True, slots=True)
class Input:
    """A value a derived field reads: when (object, field) changes, follow `route` to its readers."""

    object: str
    field: str
    route: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Derivation:
    """One stored formula or roll-up and everything it reads. A Snapshot lists them in order."""

    object: str
    field: str
    inputs: tuple[Input, ...]
