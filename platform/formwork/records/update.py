"""Changing records: the same steps as creating, on rows whose version is the one the caller saw."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from formwork.access import Verb, decide
from formwork.kernel import Conflict, Denied, NotFound
from formwork.records.create import default_pointers
from formwork.records.draft import Draft, Outcome, Saved
from formwork.records.drafting import Drafting, draft_changes, load_current
from formwork.records.graph import without
from formwork.records.links import unseen
from formwork.records.references import visible_ids
from formwork.records.save import save, save_each
from formwork.records.values import Reader, from_json
from formwork.storage import Work


@dataclass(frozen=True, slots=True)
class Change:
    """What to set on one record. `version` is the one the caller saw, None to overwrite whatever is there."""

    id: UUID
    body: Mapping[str, Any]
    version: int | None = None


def update(
    work: Work,
    object: str,
    changes: Sequence[Change],
    *,
    reader: Reader = from_json,
    pointers: Sequence[str] | None = None,
) -> list[Saved]:
    """Change records with their details, all or none.

    Raises NotFound for a record the actor may not see, Denied for one that may only be read, Conflict
    `version_conflict` with the fields that differ when the version is old, else as `create`.
    """
    drafts = draft_updates(work, object, changes, Drafting(reader, pointers or default_pointers(len(changes))))
    return save(work, drafts)


def update_each(work: Work, object: str, changes: Sequence[Change], *, reader: Reader = from_json) -> list[Outcome]:
    """Change the records that can be changed and say of the others why not."""
    return save_each(work, draft_updates(work, object, changes, Drafting(reader, [""] * len(changes))))


def draft_updates(work: Work, object: str, changes: Sequence[Change], how: Drafting) -> list[Draft]:
    """The drafts of changes. Rows are loaded before their reach is asked: the version that is checked when they
    are written then says that what the rules were asked of is what was loaded.

    Raises Unauthenticated for nobody, and Denied for a key without the scope, before anything is loaded.
    """
    spec = work.object(object)
    decide(work.snapshot, work.context.actor, object, Verb.EDIT)
    current = load_current(work, spec, [change.id for change in changes])
    require_reach(work, object, [change.id for change in changes], Verb.EDIT)
    drafts = draft_changes(work, spec, [(change.id, change.body) for change in changes], how, current)
    for change, draft in zip(changes, drafts, strict=True):
        if change.version is not None and change.version != draft.version:
            raise _stale(work, draft)
    given = [draft.id for draft in drafts if draft.has_changed("owner")]
    if given:
        require_reach(work, object, given, Verb.TRANSFER)
    return drafts


def require_reach(work: Work, object: str, ids: Sequence[UUID], verb: Verb) -> None:
    """Every record may be reached with the verb; raises NotFound for invisible ones, Denied for the rest."""
    seen = visible_ids(work, object, ids)
    if any(id not in seen for id in ids):
        raise NotFound("There is no such record, or you may not see it.")
    decision = decide(work.snapshot, work.context.actor, object, verb).require()
    if decision.rule == decide(work.snapshot, work.context.actor, object, Verb.READ).rule:
        return
    reached = visible_ids(work, object, ids, verb)
    if any(id not in reached for id in ids):
        raise Denied(f"You may see this record, and have no right to {verb.words} it.", code="row_denied")


def _stale(work: Work, draft: Draft) -> Conflict:
    """The conflict with what is there now, as far as the caller may read it."""
    decision = decide(work.snapshot, work.context.actor, draft.object.name, Verb.READ)
    fields, old = draft.object.fields, draft.old or {}
    gone = unseen(work, [(fields[name], old.get(name)) for name in draft.said])
    readable = decision.readable_on(old.get("record_type"))
    differing = {
        name: {"current": fields[name].field_type.dump(without(fields[name], old.get(name), gone)),
               "yours": fields[name].field_type.dump(draft.values.get(name))}
        for name in sorted(draft.said)
        if name in readable and old.get(name) != draft.values.get(name)
    }  # fmt: skip
    return Conflict(
        "Somebody else changed this record in the meantime. Reload it, compare and save again.",
        code="version_conflict",
        extra={"current_version": draft.version, "differing": differing},
    )
