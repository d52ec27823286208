"""Ways through the data an expression takes: from a record over look-ups to a field or a list."""

from dataclasses import dataclass
from enum import StrEnum


class Base(StrEnum):
    """Where a path begins: the record (inside an aggregate: the list's record) or `this`, the record that asks."""

    ROW = "row"
    THIS = "this"


@dataclass(frozen=True, slots=True, order=True)
class Hop:
    """One step over a look-up or master field: `object`.`field` leads to a record of `target`."""

    object: str
    field: str
    target: str


@dataclass(frozen=True, slots=True, order=True)
class FieldPath:
    """A field reached from `object` over `hops`; `part` is a part of an address or a place."""

    base: Base
    object: str
    hops: tuple[Hop, ...]
    field: str
    part: str | None = None

    @property
    def owner(self) -> str:
        """The object the field belongs to."""
        return self.hops[-1].target if self.hops else self.object

    def __str__(self) -> str:
        start = ("this",) if self.base is Base.THIS else ()
        return ".".join((*start, *(hop.field for hop in self.hops), self.field, *((self.part,) if self.part else ())))


@dataclass(frozen=True, slots=True, order=True)
class ListPath:
    """A list (the inverse of a look-up or master field) reached from `object` over `hops`; holds `target` records,
    which point back with `via`."""

    base: Base
    object: str
    hops: tuple[Hop, ...]
    list: str
    target: str
    via: str | None = None

    @property
    def owner(self) -> str:
        """The object the list belongs to."""
        return self.hops[-1].target if self.hops else self.object

    def __str__(self) -> str:
        start = ("this",) if self.base is Base.THIS else ()
        return ".".join((*start, *(hop.field for hop in self.hops), self.list))


@dataclass(frozen=True, slots=True)
class ListUse:
    """A list an aggregate runs over and what it reads of each record: paths from the list's own object."""

    path: ListPath
    fields: frozenset[FieldPath] = frozenset()
    lists: "frozenset[ListUse]" = frozenset()
