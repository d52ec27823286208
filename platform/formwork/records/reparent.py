"""Details that move: whoever gives a detail another master changes both, so both must be theirs to edit.

A detail is part of its master, whose roll-ups, rights and history take it in. Grants that name the detail say who
writes its rows; which record they are part of is said by those who may edit the one it leaves and the one it joins.
"""

from collections.abc import Sequence
from uuid import UUID

from formwork.access import Verb
from formwork.records.draft import Draft
from formwork.records.references import visible_ids
from formwork.storage import Work

_STAYS = "This belongs to a record you may not edit, so it stays there."
_NOT_THERE = "You may see this record, and have no right to edit it, so nothing moves there."


def check_masters(work: Work, drafts: Sequence[Draft]) -> None:
    """Blame the details of one object that get another master, where the old or the new one is not the actor's to edit.

    A master the actor may not see is blamed before, as every reference is. Raises Denied for an API key whose scopes
    do not reach the master.
    """
    master = drafts[0].object.master if drafts else None
    if master is None or work.context.actor.system:
        return
    moved = [draft for draft in drafts if not draft.is_new and draft.has_changed(master.field)]
    if not moved:
        return
    named = {id for draft in moved for id in _masters(draft, master.field)}
    reached = visible_ids(work, master.object, named, Verb.EDIT)
    for draft in moved:
        old, *new = _masters(draft, master.field)
        place = f"{draft.pointer}/{master.field}"
        if any(problem.pointer == place for problem in draft.problems):
            continue
        if old not in reached:
            draft.blame("row_denied", _STAYS, master.field, master="left")
        elif not reached.issuperset(new):
            draft.blame("row_denied", _NOT_THERE, master.field, master="joined")


def _masters(draft: Draft, field: str) -> list[UUID]:
    """The master a detail had, and the one it gets unless it would be left without."""
    return [id for values in (draft.old or {}, draft.values) if (id := values.get(field)) is not None]
