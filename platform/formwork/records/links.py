"""Links as their reader may know them: which of the records that values point at are not there for the reader."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from formwork.catalog import FieldSpec
from formwork.fieldtypes import BadValue, LoadContext
from formwork.records.graph import Key, links_of
from formwork.records.references import visible_ids
from formwork.storage import Work, rows


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
