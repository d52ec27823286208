"""People who leave, come back or are away: deactivation with hand-over, and absence."""

from typing import Any
from uuid import UUID

from formwork import assignment
from formwork.access import Verb, decide
from formwork.api.answer import NO_CONTENT, Answer
from formwork.api.call import Call
from formwork.api.parameters import body_members
from formwork.api.route import Right, Route, Shape
from formwork.assignment import Holding, Successors
from formwork.catalog.labels import field_label, plural_label
from formwork.identity.absence import absence_of
from formwork.kernel import Invalid, Problem, parse_id
from formwork.records import get_record

USER = "user"
_BODY = {"successor": str, "successors": dict}


def holdings(call: Call, id: UUID) -> Answer:
    """What a user has, by object and field, and whether a hand-over of theirs goes on."""
    _require_user(call, id)
    found = assignment.holdings(call.work, id)
    return Answer({"data": [_shown(call, one) for one in found], "moving": assignment.is_moving(call.work, id)})


def deactivate(call: Call, id: UUID) -> Answer:
    """End a user's access at once and begin to hand over what they have."""
    _require_user(call, id)
    found = assignment.deactivate(call.work, id, _successors(body_members(call.body, _BODY)))
    return Answer({"data": [_shown(call, one) for one in found], "moving": assignment.is_moving(call.work, id)})


def reactivate(call: Call, id: UUID) -> Answer:
    """Let a user in again."""
    _require_user(call, id)
    assignment.reactivate(call.work, id)
    return NO_CONTENT


def absence(call: Call, id: UUID) -> Answer:
    """Whether a user is away today, from when until when, and who stands in."""
    _require_user(call, id)
    found = absence_of(call.work, id)
    return Answer({
        "absent": found.now, "from": found.since, "until": found.until,
        "deputy": None if found.deputy is None else str(found.deputy),
        "stands_in": None if found.stands_in is None else str(found.stands_in),
    })  # fmt: skip


def _require_user(call: Call, id: UUID) -> None:
    decide(call.snapshot, call.actor, USER, Verb.READ).require()
    get_record(call.work, USER, id, ("id",))


def _shown(call: Call, one: Holding) -> dict[str, Any]:
    spec, locale = call.snapshot.object(one.place.object), call.work.context.locale
    return {
        "object": one.place.object, "field": one.place.field, "count": one.count,
        "label": plural_label(call.snapshot, locale, spec),
        "field_label": field_label(call.snapshot, locale, spec.fields[one.place.field]),
    }  # fmt: skip


def _successors(body: dict[str, Any]) -> Successors:
    problems: list[Problem] = []

    def read(raw: object, pointer: str) -> UUID | None:
        found = parse_id(raw) if isinstance(raw, str) else None
        if found is None and raw is not None:
            problems.append(Problem(pointer, "bad_successor", "Name a user or a queue by its id, or nobody: null."))
        return found

    everything = read(body.get("successor"), "/successor")
    named = {name: read(raw, f"/successors/{name}") for name, raw in (body.get("successors") or {}).items()}
    if problems:
        raise Invalid("Nobody was deactivated.", code="invalid", problems=problems)
    return Successors(everything, named)


ROUTES = (
    Route(
        "GET", "/users/<id>/holdings", holdings, "holdings", "What a user has.", right=Right.MANAGE,
        gives=Shape.PLAIN_LIST,
    ),
    Route(
        "POST", "/users/<id>/deactivation", deactivate, "deactivate_user",
        "End a user's access and hand over what they have.", right=Right.MANAGE, takes=Shape.ANY,
        gives=Shape.PLAIN_LIST,
    ),
    Route(
        "DELETE", "/users/<id>/deactivation", reactivate, "reactivate_user", "Let a user in again.",
        right=Right.MANAGE, gives=Shape.NONE, status=204,
    ),
    Route(
        "GET", "/users/<id>/absence", absence, "absence", "Whether a user is away, and who stands in.",
        right=Right.SIGNED_IN,
    ),
)  # fmt: skip
