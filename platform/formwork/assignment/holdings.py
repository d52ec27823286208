"""What a person has: records they own, open work given to them, people and groups they stand above."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from formwork.access import restrict_for_platform
from formwork.catalog import FieldSpec, ObjectSpec, Query, Selected, Snapshot
from formwork.catalog.reading import field_expression, many_filter
from formwork.expressions import Expression
from formwork.records.question import ask_filter
from formwork.storage import Work, read
from formwork.storage.standing import PEOPLE

OWNER = "owner"
_USER = "user"
_SHARED = ("queue", "group")
"""What can have records together."""
_WHO = frozenset({_USER, *_SHARED})
_MOST = 1_000_000
"""What is counted at most; there may be more."""


@dataclass(frozen=True, slots=True)
class Place:
    """A field that says whose a record is. `when` narrows it to records that are still open.

    `takes` names what can stand there besides a user, `is_link` says that it is written with the object's name.
    """

    object: str
    field: str
    when: str = ""
    takes: tuple[str, ...] = ()
    is_link: bool = False

    @property
    def key(self) -> str:
        """`<object>.<field>`, by which a successor can be named for it."""
        return f"{self.object}.{self.field}"


@dataclass(frozen=True, slots=True)
class Holding:
    """How many records of a place are somebody's."""

    place: Place
    count: int


def holdings(work: Work, user: UUID) -> Sequence[Holding]:
    """Everything a user has, by place; places with nothing are left out. All records count, whoever asks."""
    found = ((place, _count(work, place, user)) for place in places(work.snapshot))
    return [Holding(place, count) for place, count in found if count]


def some_of(work: Work, place: Place, user: UUID, after: UUID | None, limit: int) -> Sequence[UUID]:
    """The next records of a place that are a user's, by id."""
    query = _query(work, place, user, limit, None if after is None else (after,))
    return [row[0] for row in read.fetch(work, restrict_for_platform(work.snapshot, query))]


@lru_cache(maxsize=64)
def places(snapshot: Snapshot) -> tuple[Place, ...]:
    """The places of a tenant's metadata, by object."""
    return tuple(place for _, spec in sorted(snapshot.objects.items()) for place in _places_of(spec))


def _places_of(spec: ObjectSpec) -> Sequence[Place]:
    found = [Place(spec.name, OWNER, takes=_SHARED)] if OWNER in spec.fields else []
    for name, field in spec.fields.items():
        if field.computed or not field.stored or field.definition.system or field.definition.read_only:
            continue
        if field.definition.type == "polymorphic_lookup" and set(field.targets) <= _WHO and _USER in field.targets:
            takes = tuple(one for one in field.targets if one in _SHARED)
            found.append(Place(spec.name, name, _open(spec), takes, is_link=True))
        elif spec.name in PEOPLE and field.definition.type == "lookup" and field.targets == (_USER,):
            found.append(Place(spec.name, name))
    return found


def _open(spec: ObjectSpec) -> str:
    """The condition of records that are still open, where a required choice tells open ones by their category."""
    for name, field in spec.fields.items():
        if field.definition.required and "open" in _categories(field):
            return f"{name}.category = 'open'"
    return ""


def _categories(field: FieldSpec) -> set[object]:
    options = field.definition.settings.get("options") or {}
    values = options.values() if isinstance(options, dict) else ()
    return {one.attributes.get("category") for one in values if hasattr(one, "attributes")}


def _count(work: Work, place: Place, user: UUID) -> int:
    query = _query(work, place, user, None, None)
    return min(read.count_capped(work, restrict_for_platform(work.snapshot, query), _MOST), _MOST)


def _query(work: Work, place: Place, user: UUID, limit: int | None, after: tuple[UUID] | None) -> Query:
    where: list[Expression] = [many_filter(work.snapshot, place.object, place.field, [user])]
    if place.when:
        where.append(ask_filter(work, place.object, place.when))
    id = Selected("id", field_expression(work.snapshot, place.object, "id"))
    return Query(place.object, (id,), where=tuple(where), limit=limit, after=after)
