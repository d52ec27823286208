"""What happens to a record is kept, field by field."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from formwork.catalog import FieldSpec, ObjectSpec
from formwork.fieldtypes.base import FieldType
from formwork.kernel import new_id
from formwork.records.draft import Draft
from formwork.storage import Work, system
from formwork.storage.cells import values_by_field
from formwork.storage.encode import encode_values
from formwork.storage.schema.same import Same
from formwork.storage.schema.types import JsonText, write_json

_SILENT = frozenset({"updated_at", "updated_by", "created_at", "created_by", "version", "id", "deleted_at"})
Teller = Callable[[Any], Any]
Tellers = tuple[tuple[str, Teller | None], ...]
_CONCEALED = "•••"
"""Stands for the value of an encrypted or secret field: that it changed is told, the value never."""


def record_history(work: Work, drafts: Sequence[Draft], action: str) -> None:
    """One history row per draft that has something to tell. The drafts are of one object, all new or none."""
    if not drafts:
        return
    spec = drafts[0].object
    tellers = _tellers(Same(spec), work.snapshot.keeps_history(spec.name))
    told = _told_new(drafts, tellers) if drafts[0].is_new else (_told(draft, tellers) for draft in drafts)
    events = [
        (draft.id, draft.version, write_json(changes))
        for draft, changes in zip(drafts, told, strict=True)
        if changes or action != "updated"
    ]
    _append(work, spec.name, action, events)


def _told(draft: Draft, tellers: Tellers) -> dict[str, list[Any]]:
    """What changed in one record, by field."""
    changes = draft.changes()
    return {
        name: list(changes[name]) if tell is None else [tell(one) for one in changes[name]]
        for name, tell in tellers
        if name in changes
    }


def _told_new(drafts: Sequence[Draft], tellers: Tellers) -> Iterator[dict[str, list[Any]]]:
    """What new records hold, field by field over all of them: there is nothing to compare with."""
    names = [name for name, _ in tellers]
    values = values_by_field(names, [draft.values for draft in drafts])
    columns = [encode_values(tell, column) for (_, tell), column in zip(tellers, values, strict=True)]
    rows = zip(*columns, strict=True) if columns else [()] * len(drafts)
    for row in rows:  # one after the other, so that thousands of small lists never live at once
        yield {name: [None, value] for name, value in zip(names, row, strict=True) if value is not None}


def record_events(work: Work, object: str, ids: Sequence[UUID], action: str, told: Mapping[str, Any]) -> None:
    """One history row per record for an event that is not a change of fields (deleted, restored, merged)."""
    text = write_json(told)
    _append(work, object, action, [(id, 0, text) for id in ids])


def _append(work: Work, object: str, action: str, events: Sequence[tuple[UUID, int, JsonText]]) -> None:
    """One row per event: the record, its version and what is told of it."""
    if not events:
        return
    records, versions, told = (list(column) for column in zip(*events, strict=True))
    count, context = len(records), work.context
    columns: dict[str, list[Any]] = {
        "id": [new_id() for _ in records], "object": [object] * count, "record": records,
        "at": [context.now] * count, "by": [context.actor.user] * count, "version": versions,
        "action": [action] * count, "changes": told, "cause": [write_json(list(work.cause))] * count,
    }  # fmt: skip
    system.append_columns(work, "fw_history", columns)


@lru_cache(maxsize=4_096)
def _tellers(same: Same[ObjectSpec], keeps_all: bool) -> Tellers:
    """The fields whose changes are kept, and what tells a value of each in JSON; None where it is JSON already."""
    spec = same.value
    return tuple(
        (name, _teller(field))
        for name, field in spec.fields.items()
        if name not in _SILENT and not field.derived and (keeps_all or field.definition.history)
    )


def _teller(field: FieldSpec) -> Teller | None:
    if field.definition.encrypted or field.definition.type == "secret":
        return lambda value: None if value is None else _CONCEALED
    dump: Teller = field.field_type.dump
    return None if getattr(dump, "__func__", None) is FieldType.dump else dump
