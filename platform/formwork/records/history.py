"""What happened to a record, field by field, and reading it with the reader's rights."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from formwork.access import Verb, decide
from formwork.catalog import FieldSpec, ObjectSpec
from formwork.fieldtypes.base import FieldType
from formwork.kernel import NotFound, new_id
from formwork.records.attachments import is_file_field, show_values
from formwork.records.draft import Draft
from formwork.records.graph import without
from formwork.records.links import link_of_json, unseen
from formwork.records.references import visible_ids
from formwork.storage import Work, system
from formwork.storage.encode import encode_values
from formwork.storage.schema.same import Same
from formwork.storage.schema.types import write_json

_SILENT = frozenset({"updated_at", "updated_by", "created_at", "created_by", "version", "id", "deleted_at"})
Teller = Callable[[Any], Any]
Tellers = tuple[tuple[str, Teller | None], ...]
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
    """One history row per draft that has something to tell. The drafts are of one object, all new or none."""
    if not drafts:
        return
    spec = drafts[0].object
    tellers = _tellers(Same(spec), work.snapshot.keeps_history(spec.name))
    told = _told_new(drafts, tellers) if drafts[0].is_new else (_told(draft, tellers) for draft in drafts)
    cause = write_json(list(work.cause))
    rows = [
        _row(work, spec.name, draft.id, draft.version, action, changes, cause)
        for draft, changes in zip(drafts, told, strict=True)
        if changes or action != "updated"
    ]
    system.append(work, "fw_history", rows)


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
    columns: list[list[Any]] = []
    for name, tell in tellers:
        values = [draft.values.get(name) for draft in drafts]
        columns.append(encode_values(tell, values))
    names = [name for name, _ in tellers]
    rows = zip(*columns, strict=True) if columns else [()] * len(drafts)
    for row in rows:  # one after the other, so that thousands of small lists never live at once
        yield {name: [None, value] for name, value in zip(names, row, strict=True) if value is not None}


def record_events(work: Work, object: str, ids: Sequence[UUID], action: str, told: Mapping[str, Any]) -> None:
    """One history row per record for an event that is not a change of fields (deleted, restored, merged)."""
    cause = write_json(list(work.cause))
    system.append(work, "fw_history", [_row(work, object, id, 0, action, told, cause) for id in ids])


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


def _row(
    work: Work, object: str, id: UUID, version: int, action: str, told: Mapping[str, Any], cause: str
) -> dict[str, Any]:
    return {
        "id": new_id(), "object": object, "record": id, "at": work.context.now, "by": work.context.actor.user,
        "version": version, "action": action, "changes": write_json(told), "cause": cause,
    }  # fmt: skip


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
