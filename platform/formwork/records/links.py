"""Links as their reader may know them: which of the records that values point at are not there for the reader."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from formwork.catalog import FieldSpec, ObjectSpec
from formwork.fieldtypes import BadValue, LoadContext
from formwork.records.draft import Draft
from formwork.records.graph import Key, links_of
from formwork.records.references import visible_ids
from formwork.storage import Work, rows
from formwork.storage.schema.same import Same


def unseen(work: Work, pairs: Iterable[tuple[FieldSpec, Any]]) -> set[Key]:
    """(object, id) of the records these links point at that are deleted or that the actor may not see.

    Who a person is, is told to everybody: a link to people is only held back when they are deleted.
    """
    concealed: dict[str, set[UUID]] = {}
    staying: dict[str, set[UUID]] = {}
    for field, value in pairs:
        wanted = concealed if field.conceals else staying if field.may_outlive else None
        if wanted is not None:
            for object, id in links_of(field, value):
                wanted.setdefault(object, set()).add(id)
    missing = {(object, id) for object, ids in concealed.items() for id in ids - visible_ids(work, object, ids)}
    for object, ids in staying.items():
        missing |= {(object, id) for id in ids - set(rows.load(work, object, sorted(ids), ["id"]))}
    return missing


def link_of_json(field: FieldSpec, value: Any) -> Any:
    """The Python value of a link that was kept as JSON, None when it can no longer be one."""
    try:
        return field.field_type.load(value, field.definition.settings, LoadContext())
    except BadValue:
        return None


def keep_unseen(work: Work, drafts: Sequence[Draft]) -> None:
    """Leave the links of a list that are not there for the actor where they are: a list is sent as far as it is seen.

    Asked once what the drafts of one object name has been judged, since what stays was named by nobody.
    """
    if not drafts or work.context.actor.system:
        return
    for field in _link_lists(Same(drafts[0].object)):
        changed = [one for one in drafts if (one.old or {}).get(field.name) and one.has_changed(field.name)]
        gone = unseen(work, [(field, (one.old or {})[field.name]) for one in changed]) if changed else set()
        for draft in changed if gone else ():
            before: tuple[UUID, ...] = (draft.old or {})[field.name]
            shown = tuple(id for id in before if gone.isdisjoint(links_of(field, id)))
            sent: tuple[UUID, ...] = draft.values.get(field.name) or ()
            staying = [id for id in before if id not in shown and id not in sent]
            draft.values[field.name] = before if sent == shown else (*sent, *staying) or None


@lru_cache(maxsize=4_096)
def _link_lists(same: Same[ObjectSpec]) -> tuple[FieldSpec, ...]:
    """The fields of an object that point at several records."""
    return tuple(one for one in same.value.fields.values() if one.targets and one.side_table is not None)
