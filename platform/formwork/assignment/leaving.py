"""Deactivating a person: access ends at once, what they have goes to others, their name stays where it stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from formwork.access import may_use
from formwork.assignment.handover import Heir, ask_handover
from formwork.assignment.holdings import Holding, Place, holdings
from formwork.identity import actor_of
from formwork.identity.portal import is_portal
from formwork.kernel import Invalid, Problem, Unauthenticated
from formwork.records import Change, update
from formwork.storage import Work, rows

_USER = "user"


@dataclass(frozen=True, slots=True)
class Successors:
    """Who takes over: `everything`, or by object (`book`) or place (`book.owner`); None leaves it where it is."""

    everything: UUID | None = None
    by_place: Mapping[str, UUID | None] = field(default_factory=dict)

    def of(self, place: Place) -> UUID | None:
        """The successor for a place, by its own name, its object's, else the one for everything."""
        return self.by_place.get(place.key, self.by_place.get(place.object, self.everything))

    def pointer(self, place: Place) -> str:
        """Where that was said in a request."""
        return next(
            (f"/successors/{name}" for name in (place.key, place.object) if name in self.by_place), "/successor"
        )


def deactivate(work: Work, user: UUID, successors: Successors) -> Sequence[Holding]:
    """End a person's access and begin to hand over what they have; gives what that is.

    For somebody who is deactivated already only the hand-over begins. Raises NotFound, Denied, and Invalid for
    successors who cannot be one (`bad_successor`) and a person who must stay (`own_access`, `last_manager`).
    """
    found = holdings(work, user)
    heirs: dict[Place, Heir] = {}
    problems: list[Problem] = []
    told: set[tuple[str, str]] = set()
    for one in found:
        id = successors.of(one.place)
        if id is not None:
            heir = _heir(work, user, one.place, id)
            if isinstance(heir, Heir):
                heirs[one.place] = heir
            elif (successors.pointer(one.place), heir) not in told:
                told.add((successors.pointer(one.place), heir))
                problems.append(Problem(successors.pointer(one.place), "bad_successor", heir))
    if problems:
        raise Invalid("Nobody was deactivated.", code="invalid", problems=problems)
    update(work, _USER, [Change(user, {"active": False})])
    if heirs:
        ask_handover(work, user, heirs)
    return found


def reactivate(work: Work, user: UUID) -> None:
    """Let a person in again, by their password; what was handed over stays with whoever has it."""
    update(work, _USER, [Change(user, {"active": True})])


def _heir(work: Work, user: UUID, place: Place, id: UUID) -> Heir | str:
    """The successor for a place, or why they cannot be."""
    person = rows.load(work, _USER, [id], ["active", "kind"]).get(id)
    for object in place.takes if person is None else ():
        if rows.load(work, object, [id], ["active"]).get(id, {}).get("active"):
            return Heir(id, object)
    if id == user or person is None or person["active"] is False or is_portal(person["kind"]):
        return "Choose somebody else of the organisation who is active."
    try:
        reads = may_use(work.snapshot, actor_of(work, id), place.object)
    except Unauthenticated:
        reads = False
    return Heir(id, _USER) if reads else f"This person has no right to read `{place.object}`. Choose somebody who has."
