"""Bodies to drafts: a record with its details, ids given out, values read, nothing judged yet."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from formwork.access import Decision, Verb, decide
from formwork.catalog import ListSpec, ObjectSpec
from formwork.kernel import Problem, new_id, parse_id
from formwork.records.detail_reach import DetailReach, id_of, verb_of
from formwork.records.draft import Draft
from formwork.records.hold import hold
from formwork.records.typed_rights import check_types, usual_type
from formwork.records.values import ReadBody, Reader, read_bodies
from formwork.storage import Work, rows
from formwork.storage.schema.same import Same


@dataclass(frozen=True, slots=True)
class Drafting:
    """How bodies are read: the reader of values and the place of each record in the request."""

    reader: Reader
    pointers: Sequence[str]


def draft_new(work: Work, spec: ObjectSpec, bodies: Sequence[Mapping[str, Any]], how: Drafting) -> list[Draft]:
    """Drafts of new records with the details written below them."""
    decision = decide(work.snapshot, work.context.actor, spec.name, Verb.CREATE).require()
    own, below = split_lists(spec, bodies)
    if "owner" in spec.fields and "owner" not in decision.writable:
        own = [_without_own_name(work, body) for body in own]
    read = read_bodies(work.context, spec, decision, own, how.pointers, how.reader)
    system = _system_values(work, spec, decision)
    type_ = system.get("record_type")
    unsaid: dict[frozenset[str], dict[str, Any]] = {}
    drafts: list[Draft] = []
    for one, carried, pointer in zip(read, below, how.pointers, strict=True):
        if one.said not in unsaid:
            unsaid[one.said] = {name: value for name, value in system.items() if name not in one.said}
        id, values = new_id(), one.values
        values.update(unsaid[one.said], id=id)
        if type_ is not None and values["record_type"] is None:
            values["record_type"] = type_
        draft = Draft(spec, id, pointer, values, said=one.said, problems=one.problems)
        for item, entries in carried.items():
            draft.details += _new_details(work, draft, spec.lists[item], entries, how)
        drafts.append(draft)
    check_types(drafts, decision)
    return drafts


def load_current(work: Work, spec: ObjectSpec, ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """What is stored of these records now, by id; those that are not there are left out.

    A write that is repeated holds them from here on, so that nobody is faster a second time.
    """
    if work.repeats:
        hold(work, spec.name, ids)
    return rows.load(work, spec.name, ids, _stored(spec))


def draft_changes(
    work: Work,
    spec: ObjectSpec,
    changes: Sequence[tuple[UUID, Mapping[str, Any]]],
    how: Drafting,
    current: Mapping[UUID, Mapping[str, Any]],
) -> list[Draft]:
    """Drafts of existing records with what a request changes on them and on their details.

    `current` is what is stored of them. The rows must be there: the caller has judged visibility. Raises
    KeyError otherwise (a bug).
    """
    decision = decide(work.snapshot, work.context.actor, spec.name, Verb.EDIT).require()
    own, below = split_lists(spec, (body for _, body in changes))
    read = read_bodies(work.context, spec, decision, own, how.pointers, how.reader)
    drafts: list[Draft] = []
    for (id, _), carried, one, pointer in zip(changes, below, read, how.pointers, strict=True):
        draft = _changed(spec, current[id], pointer, one)
        for item, entries in carried.items():
            draft.details += _changed_details(work, draft, spec.lists[item], entries, how)
        drafts.append(draft)
    check_types(drafts, decision)
    return drafts


def _changed(spec: ObjectSpec, old: Mapping[str, Any], pointer: str, read: ReadBody) -> Draft:
    return Draft(
        spec, old["id"], pointer, {**old, **read.values}, old=old, said=read.said,
        version=old["version"], problems=read.problems,
    )  # fmt: skip


def split_lists(
    spec: ObjectSpec, bodies: Iterable[Mapping[str, Any]]
) -> tuple[list[Mapping[str, Any]], list[Mapping[str, list[Any]]]]:
    """The bodies' own fields, and the entries of the detail lists each of them carries."""
    details = _detail_lists(Same(spec)) if spec.lists else frozenset()
    own: list[Mapping[str, Any]] = []
    below: list[Mapping[str, list[Any]]] = []
    for body in bodies:
        carried = {} if details.isdisjoint(body) else _carried(details, body)
        own.append({name: value for name, value in body.items() if name not in carried} if carried else body)
        below.append(carried)
    return own, below


def _carried(details: frozenset[str], body: Mapping[str, Any]) -> Mapping[str, list[Any]]:
    return {name: value for name, value in body.items() if name in details and isinstance(value, list)}


@lru_cache(maxsize=4_096)
def _detail_lists(same: Same[ObjectSpec]) -> frozenset[str]:
    return frozenset(item.name for item in same.value.details)


def _without_own_name(work: Work, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """The body of a new record without its maker as the owner: what happens anyway needs no right."""
    named, me = body.get("owner"), work.context.actor.user
    if named is None or (parse_id(named) if isinstance(named, str) else named) != me:
        return body
    return {name: value for name, value in body.items() if name != "owner"}


def _system_values(work: Work, spec: ObjectSpec, decision: Decision) -> dict[str, Any]:
    """What the system writes on every new record of an object, the id apart; what a body may say wins over it."""
    context = work.context
    me, now = context.actor.user, context.now
    values: dict[str, Any] = {
        "version": 1, "deleted_at": None, "created_at": now, "created_by": me, "updated_at": now, "updated_by": me,
        "archived": False,
    }  # fmt: skip
    types = spec.definition.record_types
    if types:
        default = next((code for code, one in types.items() if one.default), next(iter(types)))
        values["record_type"] = usual_type(types, default, decision)
    if "owner" in spec.fields:
        values["owner"] = me
    return values


def _new_details(
    work: Work, master: Draft, item: ListSpec, entries: Sequence[Any], how: Drafting, *, first: int = 0
) -> list[Draft]:
    spec = work.object(item.object)
    decide(work.snapshot, work.context.actor, spec.name, Verb.CREATE).require()
    places: dict[str, int] = {}
    bodies: list[Mapping[str, Any]] = []
    for position, entry in enumerate(entries, first):
        pointer = f"{master.pointer}/{item.name}/{position}"
        if not isinstance(entry, Mapping):
            master.problems.append(Problem(pointer, "bad_type", "Each detail is an object of fields."))
            continue
        places[pointer] = position
        bodies.append({name: value for name, value in entry.items() if name != item.via})
    found = draft_new(work, spec, bodies, Drafting(how.reader, list(places)))
    for detail, position in zip(found, places.values(), strict=True):
        _attach(master, detail, item, position)
    return found


def _changed_details(work: Work, master: Draft, item: ListSpec, entries: Sequence[Any], how: Drafting) -> list[Draft]:
    """Entries with an `id` change that detail (or take it away with `_delete`), the others are new."""
    spec = work.object(item.object)
    if work.repeats:
        hold(work, spec.name, rows.load_below(work, spec.name, item.via, [master.id], ["id"]))
    known = rows.load_below(work, spec.name, item.via, [master.id], _stored(spec))
    reach = DetailReach(work, item, known, entries)
    found: list[Draft] = []
    for position, entry in enumerate(entries):
        pointer = f"{master.pointer}/{item.name}/{position}"
        if not isinstance(entry, Mapping) or not entry.get("id"):
            found += _new_details(work, master, item, [entry], how, first=position)
            continue
        wanted = id_of(entry)
        verb = verb_of(entry)
        if wanted is None or wanted not in reach.seen:
            message = "There is no such detail on this record. Reload it and try again."
            master.problems.append(Problem(f"{pointer}/id", "bad_reference", message))
        elif wanted not in reach.by_verb[verb]:
            message = f"You may see this record, and have no right to {verb.words} it."
            master.problems.append(Problem(pointer, "row_denied", message))
        elif verb is Verb.DELETE:
            master.deletes.append((spec.name, wanted))
        else:
            found.append(_changed_detail(work, master, spec, item, known[wanted], entry, position, how))
    return found


def _changed_detail(
    work: Work, master: Draft, spec: ObjectSpec, item: ListSpec, old: Mapping[str, Any],
    entry: Mapping[str, Any], position: int, how: Drafting,
) -> Draft:  # fmt: skip
    pointer = f"{master.pointer}/{item.name}/{position}"
    decision = decide(work.snapshot, work.context.actor, spec.name, Verb.EDIT).require()
    body = {name: value for name, value in entry.items() if name not in ("id", "version", item.via)}
    own, [below] = split_lists(spec, [body])
    [read] = read_bodies(work.context, spec, decision, own, [pointer], how.reader)
    draft = _changed(spec, old, pointer, read)
    check_types([draft], decision)
    _attach(master, draft, item, position)
    for name, entries in below.items():
        draft.details += _changed_details(work, draft, spec.lists[name], entries, how)
    return draft


def _stored(spec: ObjectSpec) -> list[str]:
    return [name for name, field in spec.fields.items() if field.stored]


def _attach(master: Draft, detail: Draft, item: ListSpec, position: int) -> None:
    """Tie a detail to its master and give it its place in the list when the object keeps one."""
    detail.master = master
    detail.values[item.via] = master.id
    master_spec = detail.object.master
    order = master_spec.order_by if master_spec is not None else None
    field = detail.object.fields.get(order) if order is not None else None
    if field is None or field.definition.type != "integer" or field.system or field.name in detail.said:
        return
    detail.values[field.name] = position + 1
