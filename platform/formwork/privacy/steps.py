"""The steps of anonymising a person, in their order; each takes a batch at a time and says where to go on.

A batch and the place it ends at are committed together, so a process that is killed loses at most one batch, and
whoever goes on begins where that one began.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from uuid import UUID

from formwork.catalog import FieldSpec
from formwork.files.erase import erase_files, rename_files
from formwork.identity.erase import close_logins, rewrite_trail
from formwork.jobs.erase import rewrite_messages
from formwork.privacy.erasure import Erasure
from formwork.privacy.mentions import links_to
from formwork.privacy.needles import Needles, needles_of
from formwork.privacy.personal import (
    Subject,
    anonymous_value,
    is_about_person,
    personal_fields,
    telling_fields,
    text_fields,
)
from formwork.privacy.rewrite import Rewrite
from formwork.records.attachments import file_fields, is_file_field
from formwork.records.erase import erase_history, forget_traces, load_any, replace_fields, rewrite_history
from formwork.storage import Work, erase

BATCH = 200
"""Records in one unit of work."""
_USER = "user"
_EXACT = frozenset({"email", "phone", "url", "barcode"})
"""Types whose value is one word that cannot hold another: it goes as a whole."""
_FREE = frozenset({"long_text", "rich_text", "json"})
"""Types in which people write at length; a name in a short text may be that of something else."""
Forget: TypeAlias = Callable[[Work, Sequence[UUID], Sequence[str], Rewrite], None]


@dataclass(slots=True)
class Batch:
    """What a step is given and gives: where it begins and goes on (None: it is done), and what it found out."""

    erasure: Erasure
    position: Any
    needles: Needles
    forget: Forget
    """Takes the person out of imports."""
    contents: set[str] = field(default_factory=set)
    changed: dict[str, int] = field(default_factory=dict)

    def count(self, what: str, many: int) -> None:
        """Add to the totals."""
        if many:
            self.changed[what] = self.changed.get(what, 0) + many

    def ids(self, object: str) -> list[UUID]:
        """The person's records of an object."""
        return [one.id for one in self.erasure.subjects if one.object == object]


def collect(work: Work, batch: Batch) -> None:
    """Learn the words the person is known by, while they still stand in their records."""
    batch.needles = needles_of(work, batch.erasure.subjects)
    batch.position = None


def own_records(work: Work, batch: Batch) -> None:
    """Their own records: personal fields, words elsewhere in them, files, history, columns of deleted fields."""
    erase.overwrite_freed(work)
    for object in sorted({one.object for one in batch.erasure.subjects}):
        ids = batch.ids(object)
        _take_files(work, batch, object, ids, file_fields(work.snapshot, object))
        _replace(work, batch, object, ids, personal=True, own=True)
        erase.blank_retired(work, object, ids)
        told = telling_fields(work.snapshot, object)
        batch.count("history", erase_history(work, object, ids, told, Rewrite(batch.needles.loose)))
        if object == _USER:
            close_logins(work, ids)
    batch.position = None


def linked_records(work: Work, batch: Batch) -> None:
    """Records that point at them: what is personal there, if they are about nobody themselves, and their words.

    Who did the work is not whom it was done for: what points at a user keeps its personal fields.
    """
    erase.overwrite_freed(work)
    place, after = _place(batch)
    links = links_to(work.snapshot, batch.erasure.subjects)
    if place >= len(links):
        batch.position = None
        return
    link, object = links[place]
    own = set(batch.ids(link.object))
    found = erase.linking(work, link, object, batch.ids(object), after, BATCH)
    ids = [id for id in found if id not in own]
    below = link.definition.type == "master_detail"
    alone = object != _USER and (below or not is_about_person(work.snapshot, link.object))
    if alone:
        fields = [one for one in file_fields(work.snapshot, link.object) if one.definition.personal]
        _take_files(work, batch, link.object, ids, fields)
    _replace(work, batch, link.object, ids, personal=alone, own=False)
    told = telling_fields(work.snapshot, link.object) if alone else frozenset()
    batch.count("history", erase_history(work, link.object, ids, told, Rewrite(batch.needles.loose)))
    batch.position = _next(place, found)


def other_records(work: Work, batch: Batch) -> None:
    """Whatever else names them by an address, a number or the whole name, but for other people's own fields."""
    erase.overwrite_freed(work)
    place, after = _place(batch)
    objects = sorted(work.snapshot.objects)
    if place >= len(objects):
        batch.position = None
        return
    spec = work.object(objects[place])
    fields = [one for one in text_fields(spec) if not one.definition.personal]
    names = [one.name for one in fields]
    found = erase.mentioning(work, spec.name, names, batch.needles.sure, after, BATCH) if fields else []
    _rewrite(work, batch, spec.name, found, fields, batch.needles.sure)
    batch.position = _next(place, found)


def history(work: Work, batch: Batch) -> None:
    """The history of all records."""
    batch.position = _after(rewrite_history(work, batch.needles.sure, Rewrite(batch.needles.sure), _id(batch)))


def trail(work: Work, batch: Batch) -> None:
    """The audit trail, whose seals keep holding."""
    batch.position = _after(rewrite_trail(work, batch.needles.sure, Rewrite(batch.needles.sure), _id(batch)))


def messages(work: Work, batch: Batch) -> None:
    """What waits in the outbox, and what is done there."""
    batch.position = _after(rewrite_messages(work, batch.needles.sure, Rewrite(batch.needles.sure), _id(batch)))


def traces(work: Work, batch: Batch) -> None:
    """Answers kept for repeated requests, notes of shares, names of files, imports."""
    rewrite, ids = Rewrite(batch.needles.sure), [one.id for one in batch.erasure.subjects]
    forget_traces(work, ids, batch.needles.sure, rewrite)
    rename_files(work, batch.needles.sure, rewrite)
    batch.forget(work, ids, batch.needles.sure, rewrite)
    batch.position = None


STEPS: Mapping[str, Callable[[Work, Batch], None]] = {
    "collect": collect,
    "own_records": own_records,
    "linked_records": linked_records,
    "other_records": other_records,
    "history": history,
    "audit": trail,
    "messages": messages,
    "traces": traces,
}
"""By name, in their order. After them the contents of files go, and the words that were looked for."""


def _replace(work: Work, batch: Batch, object: str, ids: Sequence[UUID], *, personal: bool, own: bool) -> None:
    """Personal fields where they are the person's own, and the person's words in every other text."""
    spec = work.object(object)
    blanked = [one for one in personal_fields(spec) if personal and not is_file_field(one)]
    if blanked and ids:
        values = {id: {one.name: anonymous_value(one, id) for one in blanked} for id in ids}
        replace_fields(work, object, values)
        batch.count(object, len(ids))
    names = {one.name for one in blanked}
    left = [one for one in text_fields(spec) if one.name not in names]
    _rewrite(
        work, batch, object, ids, [one for one in left if own or one.definition.type in _FREE], batch.needles.loose
    )
    if not own:
        others = [one for one in left if one.definition.type not in _FREE]
        _rewrite(work, batch, object, ids, others, batch.needles.sure)


def _rewrite(
    work: Work, batch: Batch, object: str, ids: Sequence[UUID], fields: Sequence[FieldSpec], texts: Sequence[str]
) -> None:
    rewrite = Rewrite(texts)
    changes: dict[UUID, dict[str, Any]] = {}
    for id, row in load_any(work, object, ids, [one.name for one in fields]).items():
        for one in fields:
            fresh = rewrite(row[one.name])
            if fresh != row[one.name]:
                whole = one.definition.type in _EXACT or one.definition.unique or one.definition.system
                changes.setdefault(id, {})[one.name] = anonymous_value(one, id) if whole else fresh
    replace_fields(work, object, changes)
    batch.count(object, len(changes))


def _take_files(work: Work, batch: Batch, object: str, ids: Sequence[UUID], fields: Sequence[FieldSpec]) -> None:
    if not fields or not ids:
        return
    spec = work.object(object)
    columns = [one.columns[0].name for one in fields]
    batch.contents |= erase_files(work, spec.table, ids, columns)
    replace_fields(work, object, {id: {one.name: None for one in fields} for id in ids})


def _place(batch: Batch) -> tuple[int, UUID | None]:
    if batch.position is None:
        return 0, None
    place, after = batch.position
    return int(place), None if after is None else UUID(after)


def _next(place: int, found: Sequence[UUID]) -> list[Any]:
    return [place, str(found[-1])] if len(found) >= BATCH else [place + 1, None]


def _id(batch: Batch) -> UUID | None:
    return None if batch.position is None else UUID(batch.position)


def _after(last: UUID | None) -> str | None:
    return None if last is None else str(last)


__all__ = ["BATCH", "STEPS", "Batch", "Forget", "Subject"]
