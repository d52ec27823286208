"""What follows a merge: the links of other records go from the ones that leave to the one that stays.

Who merges is not asked about the records that hold these links: they go on pointing at what they pointed at,
and a refusal would tell of records nobody may see. Guards are asked, as for every change.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from formwork.access import restrict_for_platform
from formwork.catalog import FieldSpec, Query, Selected
from formwork.catalog.field_kind import PRINCIPALS
from formwork.catalog.reading import condition, field_expression, many_filter
from formwork.fieldtypes import RecordRef
from formwork.kernel import Raced
from formwork.records.announce import guard_links
from formwork.records.derived import Touched
from formwork.storage import Work, read, rows, writes

_STAYING = frozenset({"polymorphic_lookup", "many_to_many"})
"""Types of links that the catalog's pointers leave out: they outlive what they point at."""

Pointing = Mapping[UUID, Mapping[str, Any]]


def repoint_links(
    work: Work, object: str, winner: UUID, losers: Sequence[UUID], touched: Touched
) -> dict[str, list[str]]:
    """Let everything that points at the losers point at the winner; gives the records by `object.field`."""
    moved: dict[str, list[str]] = {}
    for field, pointing in _pointing(work, object, losers):
        others = {id: row for id, row in pointing.items() if id != winner}
        if not others:
            continue
        guard_links(work, field, others.keys())
        for row in others.values():
            if isinstance(row[field.name], UUID):
                touched.leave(field.object, field.name, row[field.name])
        _repoint(work, field, others, winner, losers)
        touched.add(field.object, [field.name], others)
        moved[f"{field.object}.{field.name}"] = [str(id) for id in sorted(others)]
    return moved


def _pointing(work: Work, object: str, losers: Sequence[UUID]) -> Iterator[tuple[FieldSpec, Pointing]]:
    """Each field that may point at the object, with the live records where it points at a loser.

    Lists of people and what people are members of are nobody else's: they say what somebody may see.
    """
    for field in work.snapshot.pointing_at(object):
        yield field, rows.load_below(work, field.object, field.name, losers, [field.name, "version"])
    if object in PRINCIPALS:
        return
    for spec in work.snapshot.objects.values():
        for field in spec.fields.values():
            if field.definition.type in _STAYING and object in field.targets and not field.computed:
                yield field, _holding(work, field, losers)


def _holding(work: Work, field: FieldSpec, losers: Sequence[UUID]) -> Pointing:
    if field.side_table is None:
        asked = [many_filter(work.snapshot, field.object, field.name, losers)]
    else:
        asked = [condition(work.snapshot, field.object, f"{field.name} contains '{id}'") for id in losers]
    select = (Selected("id", field_expression(work.snapshot, field.object, "id")),)
    found: set[UUID] = set()
    for where in asked:
        query = restrict_for_platform(work.snapshot, Query(field.object, select, where=(where,), limit=None))
        found |= {row[0] for row in read.fetch(work, query)}
    return rows.load(work, field.object, sorted(found), [field.name, "version"])


def _repoint(work: Work, field: FieldSpec, pointing: Pointing, winner: UUID, losers: Sequence[UUID]) -> None:
    """Each as a change of its record's own version."""
    by = work.context.actor.user
    changes = [
        (id, row["version"], {
            field.name: _followed(row[field.name], winner, losers), "version": row["version"] + 1,
            "updated_at": work.context.now, "updated_by": by,
        })
        for id, row in pointing.items()
    ]  # fmt: skip
    matched = writes.update(work, field.object, changes)
    if len(matched) != len(changes):
        raise Raced("Somebody else changed a record of these in the meantime. Try again.", code="version_conflict")


def _followed(value: Any, winner: UUID, losers: Sequence[UUID]) -> Any:
    """A link, or a list of links, to the winner instead of a loser."""
    if isinstance(value, RecordRef):
        return RecordRef(value.object, winner)
    if isinstance(value, tuple):
        return tuple(dict.fromkeys(winner if id in losers else id for id in value))
    return winner
