"""What happened to a record and to its details, a page at a time, with the rights of who reads it now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from formwork.access import Decision, Verb, decide, restrict
from formwork.catalog import Lifecycle, ObjectSpec, Query, Selected
from formwork.catalog.reading import field_expression, many_filter
from formwork.kernel import NotFound
from formwork.records.attachments import is_file_field, show_values
from formwork.records.graph import without
from formwork.records.linked import told_title
from formwork.records.links import link_of_json, unseen
from formwork.records.past_names import past_names
from formwork.records.references import visible_ids
from formwork.records.typed_rights import types_of
from formwork.storage import Work, read, system

_BATCH = 1_000
"""Records whose events are looked for in one statement."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One event in the life of a record. `changes` maps a field to its JSON values before and after.

    `object` and `record` say whose event it is: the record's own, or that of a detail, whose `title` is told.
    """

    id: UUID
    at: datetime
    by: UUID | None
    action: str
    version: int
    changes: Mapping[str, tuple[Any, Any]]
    object: str
    record: UUID
    title: str = ""


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Events, newest first; `next` is what to give as `before` for those that happened earlier."""

    entries: list[Entry]
    next: UUID | None


def history(work: Work, object: str, id: UUID, limit: int = 100) -> list[Entry]:
    """The events of one record without its details, newest first, with the fields the reader may see now."""
    _require(work, object, id)
    return _told(work, _events(work, {object: {id}}, limit, None))


def history_page(
    work: Work, object: str, id: UUID, *, limit: int = 50, before: UUID | None = None, line: UUID | None = None
) -> HistoryPage:
    """The events of a record and of its details, deleted ones too, as far as the reader may see them.

    `line` narrows to one detail. Raises NotFound for a record, or a detail, that is not to be seen.
    """
    _require(work, object, id)
    told = {object: {id}, **_details(work, object, id)}
    if line is not None:
        told = {name: {line} for name, ids in told.items() if line in ids and name != object}
        if not told:
            raise NotFound("There is no such line on this record, or you may not see it.")
    rows = _events(work, told, limit + 1, before)
    entries = _titled(work, object, _told(work, rows[:limit]))
    return HistoryPage(entries, rows[limit - 1]["id"] if len(rows) > limit else None)


def _require(work: Work, object: str, id: UUID) -> None:
    decide(work.snapshot, work.context.actor, object, Verb.READ).require()
    if not visible_ids(work, object, [id]):
        raise NotFound("There is no such record, or you may not see it.")


def _details(work: Work, object: str, id: UUID) -> dict[str, set[UUID]]:
    """The details of a record the reader may see, and theirs, by object: one statement for each object."""
    found: dict[str, set[UUID]] = {}
    waiting = [(object, {id})]
    while waiting:
        master, ids = waiting.pop()
        for item in work.object(master).details:
            decision = _decision(work, item.object)
            if decision is None or item.object in found or not ids:
                continue
            select = (Selected("id", field_expression(work.snapshot, item.object, "id")),)
            where = (many_filter(work.snapshot, item.object, item.via, sorted(ids)),)
            query = Query(item.object, select, where=where, limit=None, lifecycle=Lifecycle.ALL)
            rows = read.fetch(work, restrict(work.snapshot, work.context.actor, query))
            found[item.object] = {row[0] for row in rows}
            waiting.append((item.object, found[item.object]))
    return found


def _decision(work: Work, object: str) -> Decision | None:
    """What the reader may read of an object, None when that is nothing."""
    try:
        decision = decide(work.snapshot, work.context.actor, object, Verb.READ)
    except NotFound:
        return None
    return decision if decision.allowed and not decision.rule.is_empty else None


def _events(work: Work, told: Mapping[str, Iterable[UUID]], limit: int, before: UUID | None) -> list[dict[str, Any]]:
    """The newest rows of these records, from the index by record: one statement for each thousand of an object."""
    found: list[dict[str, Any]] = []
    earlier = {"id": before} if before is not None else None
    for object, ids in told.items():
        waiting = iter(sorted(ids))
        while batch := list(islice(waiting, _BATCH)):
            found += system.find_many(
                work, "fw_history", equals={"object": object}, in_={"record": batch}, before=earlier,
                order=("-id",), limit=limit,
            )  # fmt: skip
    return sorted(found, key=lambda row: row["id"], reverse=True)[:limit]


def _told(work: Work, rows: Sequence[Mapping[str, Any]]) -> list[Entry]:
    """The events as the reader may see them; a change of which nothing may be seen is none."""
    changes: list[dict[str, tuple[Any, Any]]] = [{} for _ in rows]
    for object in dict.fromkeys(row["object"] for row in rows):
        decision = decide(work.snapshot, work.context.actor, object, Verb.READ)
        mine = [at for at, row in enumerate(rows) if row["object"] == object]
        types = types_of(work, object, {rows[at]["record"] for at in mine}) if decision.masks else {}
        names = past_names(work, object)
        for at in mine:
            pairs = rows[at]["changes"]
            readable = decision.readable_on(types.get(rows[at]["record"]))
            now = names.keys(pairs, rows[at]["at"])
            changes[at] = {now[name]: (pair[0], pair[1]) for name, pair in pairs.items() if now.get(name) in readable}
        _hold_back(work, work.object(object), [changes[at] for at in mine])
        _show_files(work, work.object(object), [changes[at] for at in mine])
    return [
        Entry(row["id"], row["at"], row["by"], row["action"], row["version"], changes[at], row["object"], row["record"])
        for at, row in enumerate(rows)
        if changes[at] or row["action"] != "updated"
    ]


def _titled(work: Work, object: str, entries: Sequence[Entry]) -> list[Entry]:
    """The entries of details with the titles of these."""
    titles: dict[tuple[str, UUID], str] = {}
    wanted: dict[str, set[UUID]] = {}
    for entry in entries:
        if entry.object != object:
            wanted.setdefault(entry.object, set()).add(entry.record)
    for name, ids in wanted.items():
        titles |= {(name, id): title for id, title in _titles(work, name, ids).items()}
    return [replace(entry, title=titles.get((entry.object, entry.record), "")) for entry in entries]


def _titles(work: Work, object: str, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Titles of records, deleted ones too; a link that is the title is told by the title behind it."""
    told = told_title(work, object)
    if told is None:
        return {}
    select = (Selected("id", field_expression(work.snapshot, object, "id")), Selected("title", told))
    query = Query(object, select, ids=tuple(sorted(ids)), limit=None, lifecycle=Lifecycle.ALL)
    rows = read.fetch_json(work, restrict(work.snapshot, work.context.actor, query))
    return {UUID(row["id"]): str(row["title"]) for row in rows if row["title"] is not None}


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


def _show_files(work: Work, spec: ObjectSpec, told: Sequence[dict[str, tuple[Any, Any]]]) -> None:
    for changes in told:
        for name in [name for name in changes if is_file_field(spec.fields[name])]:
            before, after = show_values(work, changes[name])
            changes[name] = (before, after)
