"""Unique values: who already has them, told field by field before the database has to refuse."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from formwork.catalog import Snapshot, UniqueSpec
from formwork.expressions import compile_python, fold
from formwork.records.compiled import Closure
from formwork.records.draft import Draft
from formwork.records.graph import Graph
from formwork.records.references import visible_ids
from formwork.records.typed_rights import open_on
from formwork.storage import Work, keys

DUPLICATE = "duplicate"


def check_unique(work: Work, graph: Graph, drafts: Sequence[Draft]) -> None:
    """Blame drafts of one object whose unique values another live record, or another draft, has."""
    if not drafts:
        return
    spec = drafts[0].object
    for position, unique in enumerate(spec.uniques):
        when = _when(work.snapshot, spec.name, position) if unique.when is not None else None
        asked: dict[tuple[Any, ...], Draft] = {}
        for draft in drafts:
            key = _key(draft, unique)
            if key is None or not (draft.is_new or any(draft.has_changed(name) for name in unique.fields)):
                continue
            if when is not None and not when(graph.draft_row(draft), graph.environment):
                continue
            if key in asked:
                _blame(draft, unique, None)
            else:
                asked[key] = draft
        if not asked:
            continue
        taken = keys.find(work, spec.name, keys.columns_of(work, spec.name, unique), list(asked))
        others = {key: id for key, id in taken.items() if id != asked[key].id}
        seen = _tellable(work, spec.name, unique, others.values()) if others else set()
        for key, id in others.items():
            _blame(asked[key], unique, id if id in seen else None)


def _tellable(work: Work, object: str, unique: UniqueSpec, ids: Iterable[UUID]) -> set[UUID]:
    """Those of the records that the actor may see to have these values."""
    seen = visible_ids(work, object, ids)
    for name in unique.fields:
        seen = open_on(work, object, name, seen) if seen else seen
    return seen


def _key(draft: Draft, unique: UniqueSpec) -> tuple[Any, ...] | None:
    """The values that must be unique together, None when one is blank."""
    values: list[Any] = []
    for name in unique.fields:
        value = draft.values.get(name)
        if value is None:
            return None
        field = draft.object.fields[name]
        if field.columns[-1].part == "fold":
            values.append(fold(value))
        else:
            values += field.field_type.to_cells(value, field.definition.settings)
    return tuple(values)


def _blame(draft: Draft, unique: UniqueSpec, other: UUID | None) -> None:
    message = unique.message or "Another record has this value already. Use another one."
    args: Mapping[str, object] = {"record": str(other)} if other is not None else {}
    draft.blame(DUPLICATE, message, unique.fields[-1], field=unique.fields[-1], **args)


@lru_cache(maxsize=1024)
def _when(snapshot: Snapshot, object: str, position: int) -> Closure:
    expression = snapshot.object(object).uniques[position].when
    assert expression is not None
    return compile_python(expression)
