"""The audit trail over the API: who did what, when, from where, and whether anybody touched it."""

from typing import Any

from formwork.api.answer import Answer
from formwork.api.call import Call
from formwork.api.route import Kind, Param, Right, Route, Shape
from formwork.identity.audit import Entry, Event, Question, entries, names_of
from formwork.identity.audit_seal import verify_trail
from formwork.kernel import Malformed

_PAGE = 50
_NARROWING = ("event", "by", "object", "record", "since", "until", "before")


def audit(call: Call) -> Answer:
    """A page of the trail, newest first; `next` is the `before` of the page after it."""
    values = call.values
    if values.get("event", Event.DENIED) not in list(Event):
        known = ", ".join(Event)
        raise Malformed(f"There is no event {values['event']!a}. There are: {known}.", code="bad_parameter")
    limit = values.get("limit", _PAGE)
    question = Question(**{name: values[name] for name in _NARROWING if name in values})
    found = entries(call.work, question, limit + 1)
    page = found[:limit]
    names = names_of(call.work, page)
    return Answer({
        "data": [_shown(one, names) for one in page], "next": str(page[-1].id) if len(found) > limit else None,
    })  # fmt: skip


def verify(call: Call) -> Answer:
    """Whether every seal of the trail holds."""
    found = verify_trail(call.work)
    return Answer({
        "whole": not found.problems, "entries": found.entries, "seals": found.seals, "unsealed": found.unsealed,
        "problems": list(found.problems),
    })  # fmt: skip


def _shown(entry: Entry, names: dict[Any, str]) -> dict[str, Any]:
    return {
        "id": str(entry.id), "at": entry.at, "event": entry.event, "by": None if entry.by is None else str(entry.by),
        "by_name": names.get(entry.by), "object": entry.object,
        "record": None if entry.record is None else str(entry.record), "detail": dict(entry.detail),
        "request": entry.request, "reason": entry.reason, "address": entry.address, "sealed": entry.seal is not None,
    }  # fmt: skip


ROUTES = (
    Route(
        "GET", "/audit", audit, "audit", "The audit trail.", right=Right.MANAGE, gives=Shape.PLAIN_LIST,
        params=(
            Param("event", Kind.TEXT, "Only this event: " + ", ".join(f"`{one}`" for one in Event) + "."),
            Param("by", Kind.ID, "Only what this user did."),
            Param("object", Kind.TEXT, "Only what concerns this object."),
            Param("record", Kind.ID, "Only what concerns this record, such as a user."),
            Param("since", Kind.MOMENT, "Only later than this moment."),
            Param("until", Kind.MOMENT, "Only earlier than this moment."),
            Param("limit", Kind.WHOLE, "Entries at most; 50 when absent.", least=1, most=200),
            Param("before", Kind.ID, "The `next` of the page before."),
        ),
    ),
    Route("GET", "/audit/verify", verify, "verify_audit", "Whether the audit trail was touched.", right=Right.MANAGE),
)  # fmt: skip
