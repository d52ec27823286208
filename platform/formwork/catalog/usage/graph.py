"""The graph of references, and what it answers."""

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from formwork.catalog.snapshot import Snapshot
from formwork.catalog.usage.layouts import of_layout, of_navigation
from formwork.catalog.usage.mappings import of_mappings
from formwork.catalog.usage.objects import of_object
from formwork.catalog.usage.rights import of_rights
from formwork.catalog.usage.use import Reader, Reference, Thing, Use
from formwork.kernel.library import on_first_use

if TYPE_CHECKING:
    import networkx
else:
    networkx = on_first_use("networkx")


_FOLLOWING = ("formula", "rollup")
"""Kinds of use by which the value of one field follows from another."""


class Usage:
    """Every reference of a Snapshot: from a thing to what uses it, and from a field's definition to the field."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._graph: networkx.DiGraph[Thing | Use] = networkx.DiGraph()
        for thing, use in _references(Reader(snapshot)):
            self._graph.add_edge(thing, use)
            if use.kind in _FOLLOWING:
                self._graph.add_edge(use, (use.object, use.by))

    def of(self, object: str, field: str = "") -> list[Use]:
        """Who uses a field; with `field` "" who uses an object or any field of it from outside."""
        things: list[Thing] = [(object, field)]
        if not field:
            things += [(object, name) for name in self._snapshot.object(object).fields]
        found = {use for thing in things if thing in self._graph for use in self._graph.successors(thing)}
        return sorted(use for use in found if isinstance(use, Use) and (field or use.is_apart or use.object != object))

    def following(self, object: str, field: str) -> list[Thing]:
        """The fields that follow from a field, directly or through others: what changes when it does."""
        if (object, field) not in self._graph:
            return []
        reached = networkx.descendants(self._graph, (object, field))
        return sorted(one for one in reached if not isinstance(one, Use) and one != (object, field))


@lru_cache(maxsize=8)
def usage_of(snapshot: Snapshot) -> Usage:
    """The references of a Snapshot, gathered once."""
    return Usage(snapshot)


def _references(reader: Reader) -> Iterator[Reference]:
    for spec in reader.snapshot.objects.values():
        yield from of_object(reader, spec)
        yield from of_layout(reader, spec)
    yield from of_navigation(reader)
    yield from of_rights(reader)
    yield from of_mappings(reader)
