"""What is known about a person beside their own records: what points at these, and what names the person."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from formwork.catalog import FieldSpec, Snapshot
from formwork.privacy.needles import Needles
from formwork.privacy.personal import Subject, text_fields
from formwork.storage import Work, erase

_MOST = 1_000
"""Records of one kind that are counted."""


@dataclass(frozen=True, slots=True)
class Mention:
    """Records of `object` that point at the person by `field`, or name them in their words (`field` None)."""

    object: str
    field: str | None
    ids: tuple[UUID, ...]


def links_to(snapshot: Snapshot, subjects: Sequence[Subject]) -> list[tuple[FieldSpec, str]]:
    """The links that may point at these records, each with the object it points at, in a fixed order.

    Who owns, made or changed a record is not about them.
    """
    objects = sorted({one.object for one in subjects})
    return [
        (field, object)
        for object in objects
        for _, spec in sorted(snapshot.objects.items())
        for field in spec.fields.values()
        if object in field.targets and field.stored and not field.computed and not field.definition.system
    ]


def mentions_of(work: Work, subjects: Sequence[Subject], needles: Needles) -> list[Mention]:
    """Everything that points at these records or names the person, at most a thousand records of a kind."""
    return [*_linked(work, subjects), *_named(work, subjects, needles)]


def _linked(work: Work, subjects: Sequence[Subject]) -> Iterator[Mention]:
    for field, object in links_to(work.snapshot, subjects):
        ids = [one.id for one in subjects if one.object == object]
        found = erase.linking(work, field, object, ids, limit=_MOST)
        if found:
            yield Mention(field.object, field.name, tuple(found))


def _named(work: Work, subjects: Sequence[Subject], needles: Needles) -> Iterator[Mention]:
    own = {one.id for one in subjects}
    for name, spec in sorted(work.snapshot.objects.items()):
        fields = [field.name for field in text_fields(spec) if not field.definition.personal]
        found = erase.mentioning(work, name, fields, needles.sure, None, _MOST) if fields else []
        others = tuple(id for id in found if id not in own)
        if others:
            yield Mention(name, None, others)
