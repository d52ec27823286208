"""What happened to a record, field by field, and reading it with the reader's rights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from formwork.access import Verb, decide
from formwork.catalog import FieldSpec, ObjectSpec
from formwork.kernel import NotFound, new_id
from formwork.records.attachments import is_file_field, show_values
from formwork.records.draft import Draft
from formwork.records.graph import without
from formwork.records.links import link_of_json, unseen
from formwork.records.references import visible_ids
from formwork.storage import Work, system

_SILENT = frozenset({"updated_at", "updated_by", "created_at", "created_by", "version", "id", "deleted_at"})
_CONCEALED = "•••"
"""Stands for the value of an encrypted or secret field: that it changed is told, the value never."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One event in the life of a record. `changes` maps a field to its JSON values before and after."""

    at: datetime
    by: UUID | None
    action: str
    version: int
    changes: Mapping[str, tuple[Any, Any]]


def record_history(work: Work, drafts: Sequence[Draft], action: str) -> None:
    """One history row per draft that has something to tell."""
    rows: list[dict[str, Any]] = []
    for draft in drafts:
        told = {
            name: _told(draft.object.fields[name], before, after)
            for name, (before, after) in draft.changes().items()
            if name not in _SILENT and _is_kept(draft.object, draft.object.fields[name])
        }
        if told or action != "updated":
            rows.append(_row(work, draft.object.name, draft.id, draft.version, action, told))
    system.append(work, "fw_history", rows)


def record_events(work: Work, object: str, ids: Sequence[UUID], action: str, told: Mapping[str, Any]) -> None:
    """One history row per record for an event that is not a change of fields (deleted, restored, merged)."""
    system.append(work, "fw_history", [_row(work, object, id, 0, action, told) for id in ids])


def history(work: Work, object: str, id: UUID, limit: int = 100) -> list[Entry]:
    """The events of one record, newest first, with the fields the reader may see now."""
    spec = work.object(object)
    decision = decide(work.snapshot, work.context.actor, object, Verb.READ).require()
    if not visible_ids(work, object, [id]):
        raise NotFound("There is no such record, or you may not see it.")
    found = system.find_many(work, "fw_history", equals={"object": object, "record": id}, order=("-id",), limit=limit)
    told = [
        {name: (pair[0], pair[1]) for name, pair in row["changes"].items() if name in decision.readable}
        for row in found
    ]
    _hold_back(work, spec, told)
    entries: list[Entry] = []
    for row, changes in zip(found, told, strict=True):
        for name in [name for name in changes if is_file_field(spec.fields[name])]:
            before, after = show_values(work, changes[name])
            changes[name] = (before, after)
        if changes or row["action"] != "updated":
            entries.append(Entry(row["at"], row["by"], row["action"], row["version"], changes))
    return entries


def _hold_back(work: Work, spec: ObjectSpec, told: Sequence[dict[str, tuple[Any, Any]]]) -> None:
    """Blank the links of past values to records that are deleted by now or that the reader may not see."""
    links = {
        (at, name): tuple(link_of_json(spec.fields[name], value) for value in pair)
        for at, changes in enumerate(told)
        for name, pair in changes.items()
        if spec.fields[name].targets
    }
    gone = unseen(work, [(spec.fields[name], value) for (_, name), pair in links.items() for value in pair])
    for (at, name), (before, after) in links.items():
        field = spec.fields[name]
        dump = field.field_type.dump
        told[at][name] = (dump(without(field, before, gone)), dump(without(field, after, gone)))


def _row(work: Work, object: str, id: UUID, version: int, action: str, told: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": new_id(), "object": object, "record": id, "at": work.context.now, "by": work.context.actor.user,
        "version": version, "action": action, "changes": dict(told), "cause": list(work.cause),
    }  # fmt: skip


def _is_kept(spec: ObjectSpec, field: FieldSpec) -> bool:
    return not field.derived and (spec.has("history") or field.definition.history)


def _told(field: FieldSpec, before: Any, after: Any) -> list[Any]:
    if field.definition.encrypted or field.definition.type == "secret":
        return [None if before is None else _CONCEALED, None if after is None else _CONCEALED]
    dump = field.field_type.dump
    return [dump(before), dump(after)]
