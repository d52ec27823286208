"""Rights that hang on a record's type: fields open on some types only, and types somebody may not use."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from formwork.access import Decision, Verb, decide
from formwork.records.draft import Draft
from formwork.records.values import denied_field, unknown_field
from formwork.storage import Work, rows

TYPE = "record_type"


def check_types(drafts: Sequence[Draft], decision: Decision) -> None:
    """Blame drafts of one object for types their author may not use and for fields closed on their types.

    A record has the type it will have and the one it has: a field is written when both leave it open. Raises Denied
    for a field that may be read on these types and not written, as for one that is nowhere written.
    """
    if not (decision.masks or decision.locks or decision.barred):
        return
    for draft in drafts:
        was, will = (draft.old or draft.values).get(TYPE), draft.values.get(TYPE)
        if {was, will} & decision.barred and (draft.is_new or was != will):
            draft.blame("record_type_denied", "You have no right to use this record type. Choose another one.", TYPE)
        writable = decision.writable_on(was) & decision.writable_on(will)
        for name in sorted(draft.said & decision.writable - writable):
            if name not in decision.readable_on(was) & decision.readable_on(will):
                draft.problems.append(unknown_field(name, draft.pointer))
            else:
                raise denied_field(name, draft.pointer)


def usual_type(draft_types: Iterable[str], default: str, decision: Decision) -> str:
    """The type of a new record that says none: the object's own, or else the first its author may use."""
    if default not in decision.barred:
        return default
    return next((code for code in draft_types if code not in decision.barred), default)


def open_on(work: Work, object: str, field: str, ids: Iterable[UUID], verb: Verb = Verb.READ) -> set[UUID]:
    """Those of the records on which the actor may read the field, or write it; the caller has asked about rows."""
    wanted = set(ids)
    decision = decide(work.snapshot, work.context.actor, object, verb)
    masks = decision.masks if verb is Verb.READ else decision.locks
    mask = next((one for name, one in masks if name == field), None)
    if mask is None:
        return wanted
    return {id for id, code in types_of(work, object, wanted).items() if mask.opens(code)}


def types_of(work: Work, object: str, ids: Iterable[UUID]) -> dict[UUID, str | None]:
    """The types of records, deleted ones too."""
    wanted = set(ids)
    found = rows.load(work, object, wanted, [TYPE])
    if len(found) < len(wanted):
        found |= rows.load_deleted(work, object, wanted - found.keys(), [TYPE])
    return {id: row[TYPE] for id, row in found.items()}
