"""Records in memory while a write is gathered: the drafts and what their expressions read."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from formwork.catalog import FieldSpec, ObjectSpec, Snapshot
from formwork.expressions import Environment, compile_python
from formwork.fieldtypes import RecordRef
from formwork.records.draft import Draft

Key = tuple[str, UUID]
ZERO_ROLLUPS = ("count", "sum")
"""Roll-ups that are zero where no rows point at a record; the others are blank."""


class Graph:
    """Drafts and loaded records by (object, id), and the lists that were loaded.

    Drafts win over what the database says, so a detail sees its master as it will be. `gone` are records
    that were looked for and are deleted: a link to one of them reads as blank.
    """

    def __init__(self, snapshot: Snapshot, environment: Environment) -> None:
        self.snapshot = snapshot
        self.environment = environment
        self.drafts: dict[Key, Draft] = {}
        self.loaded: dict[Key, dict[str, Any]] = {}
        self.lists: dict[tuple[str, UUID, str], tuple[UUID, ...]] = {}
        self.gone: set[Key] = set()

    def row(self, object: str, id: UUID) -> "GraphRow | None":
        """The record as a Row, None when it is not there."""
        key = (object, id)
        draft = self.drafts.get(key)
        if draft is not None:
            return GraphRow(self, draft.object, id, draft.values, computes=True)
        loaded = self.loaded.get(key)
        return None if loaded is None else GraphRow(self, self.snapshot.object(object), id, loaded, computes=False)

    def refresh(self, drafts: Iterable[Draft], stored: Mapping[UUID, Mapping[str, Any]]) -> None:
        """Take over the roll-ups the write has computed, and forget what was loaded before it."""
        for draft in drafts:
            for name, value in stored.get(draft.id, {}).items():
                draft.values[name] = value
        self.loaded.clear()
        self.lists.clear()
        self.gone.clear()

    def draft_row(self, draft: Draft) -> "GraphRow":
        """A draft as a Row, as it will be."""
        return GraphRow(self, draft.object, draft.id, draft.values, computes=True)

    def old_row(self, draft: Draft) -> "GraphRow | None":
        """A draft as it was, None when it is new."""
        return None if draft.old is None else GraphRow(self, draft.object, draft.id, draft.old, computes=True)


class GraphRow:
    """A record in the graph. `computes` evaluates formulas in Python instead of reading stored ones."""

    __slots__ = ("_computes", "_graph", "_memo", "_object", "_values", "id")

    def __init__(
        self, graph: Graph, object: ObjectSpec, id: UUID, values: Mapping[str, Any], *, computes: bool
    ) -> None:
        self._graph = graph
        self._object = object
        self._values = values
        self._computes = computes
        self._memo: dict[str, Any] = {}
        self.id = id

    def value(self, field: str, part: str | None = None) -> Any:
        """The value of a field or of one part of it, None when blank."""
        if field == "id":
            return self.id
        if self._computes:
            spec = self._object.fields[field]
            if spec.formula is not None or spec.reference is not None:
                return self._computed(spec)
            if spec.rollup is not None and self._values.get(field) is None:
                return 0 if spec.rollup.kind in ZERO_ROLLUPS else None
        found = self._values.get(field)
        if found is not None and self._graph.gone and self._object.fields[field].targets:
            found = without(self._object.fields[field], found, self._graph.gone)
        return found if part is None or found is None else getattr(found, part)

    def _computed(self, spec: FieldSpec) -> Any:
        if spec.name not in self._memo:
            expression = spec.formula or spec.reference
            assert expression is not None
            self._memo[spec.name] = compile_python(expression)(self, self._graph.environment)
        return self._memo[spec.name]

    def links(self, field: str) -> list[Key]:
        """The records a field points at, whether they are there or not."""
        spec = self._object.fields[field]
        return links_of(spec, self.value(field) if spec.reference is not None else self._values.get(field))

    def follow(self, field: str) -> "GraphRow | None":
        """The live record a look-up points at."""
        return next((self._graph.row(object, id) for object, id in self.links(field)), None)

    def rows(self, list: str) -> "Sequence[GraphRow]":  # noqa: A002  (the word of the Row protocol)
        """The live records of a list, drafts of the same write included."""
        item = self._object.lists[list]
        ids = self._graph.lists.get((self._object.name, self.id, list), ())
        found = {id: row for id in ids if (row := self._graph.row(item.object, id)) is not None}
        for (object, id), draft in self._graph.drafts.items():
            if object == item.object:
                if draft.values.get(item.via) == self.id and draft.values.get("deleted_at") is None:
                    found[id] = self._graph.draft_row(draft)
                else:
                    found.pop(id, None)
        return tuple(found.values())


def links_of(field: FieldSpec, value: Any) -> list[Key]:
    """(object, id) of every record a value points at."""
    if isinstance(value, RecordRef):
        return [(value.object, value.id)]
    values = value if isinstance(value, tuple) else (value,)
    return [(field.targets[0], one) for one in values if isinstance(one, UUID) and field.targets]


def without(field: FieldSpec, value: Any, gone: set[Key]) -> Any:
    """A link, or the links of a list, without those to records that are gone."""
    if isinstance(value, tuple):
        return tuple(one for one in value if not gone.intersection(links_of(field, one))) or None
    return None if gone.intersection(links_of(field, value)) else value


Compiled = Callable[[GraphRow, Environment], Any]
"""A compiled expression applied to a row of the graph."""
