"""Fills what nobody said: literal defaults, then expressions that may read what is there by then."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from formwork.catalog import FieldSpec
from formwork.fieldtypes import RecordRef
from formwork.records.coerce import stored_value
from formwork.records.compiled import compiled_object
from formwork.records.draft import Draft
from formwork.records.graph import Graph
from formwork.records.loading import load_needs
from formwork.storage import Work


def fill_defaults(work: Work, graph: Graph, drafts: Sequence[Draft]) -> None:
    """Defaults for new drafts of one object, in the order of the fields. What was said stays."""
    fresh = [draft for draft in drafts if draft.is_new]
    if not fresh:
        return
    rules = compiled_object(work.snapshot, fresh[0].object.name)
    for default in rules.defaults:
        if default.closure is None:
            for draft in fresh:
                if default.field not in draft.said:
                    draft.values.setdefault(default.field, default.value)
    for default in rules.defaults:
        if default.closure is None:
            continue
        open_ = [
            draft for draft in fresh if draft.values.get(default.field) is None and default.field not in draft.said
        ]
        if not open_:
            continue
        if default.needs is not None:
            load_needs(work, graph, default.needs, open_)
        for draft in open_:
            value = default.closure(graph.draft_row(draft), graph.environment)
            field = draft.object.fields[default.field]
            draft.values[default.field] = _named(field, stored_value(field, value, work.context.timezone))


def _named(field: FieldSpec, value: Any) -> Any:
    """A record an expression gives (`me`) as a look-up to several objects keeps it: with its object's name."""
    if not isinstance(value, UUID) or field.field_type.name != "polymorphic_lookup" or field.default is None:
        return value
    named = [object for object in field.default.type.objects if object in field.targets]
    return RecordRef(named[0], value) if named else None
