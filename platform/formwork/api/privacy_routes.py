"""Personal data over the API: one person found, exported and anonymised. For who manages the tenant."""

from collections.abc import Sequence
from typing import Any

from formwork.access import Verb, require_scope
from formwork.api.answer import Answer
from formwork.api.call import Call
from formwork.api.parameters import body_members
from formwork.api.route import Kind, Param, Right, Route, Shape
from formwork.identity.audit import Event, note
from formwork.kernel import Malformed, NotFound, parse_id
from formwork.privacy import (
    Erasure,
    Found,
    Subject,
    erasures,
    find_erasure,
    find_person,
    preview_erasure,
    records_of,
)
from formwork.privacy.bundle import bundle
from formwork.privacy.personal import personal_objects
from formwork.privacy.retention import due_records
from formwork.runtime.erasures import ask_for_erasure

_BODY = {"records": list, "confirm": str}
_ZIP = "application/zip"
_MOST = 100


def people(call: Call) -> Answer:
    """The records about people that hold a text."""
    _require_reading(call)
    found = find_person(call.work, call.values["text"])
    return Answer({"data": _told(found)})


def foresee(call: Call) -> Answer:
    """The records that are probably the same person's, and how many records anonymising the given ones changes."""
    _require_reading(call)
    subjects, _ = _asked(call)
    note(call.work, Event.PERSON_FOUND, detail={"records": len(subjects)})
    same = records_of(call.work, subjects)
    return Answer({"records": _told(same), "changes": preview_erasure(call.work, subjects)})


def export(call: Call) -> Answer:
    """Everything known about the person, as a zip."""
    _require_reading(call)
    subjects, _ = _asked(call)
    data = bundle(call.work, call.runtime.blobs(call.tenant.name), subjects)
    return Answer(data, 200, {"Content-Disposition": 'attachment; filename="person.zip"'}, media=_ZIP)


def anonymise(call: Call) -> Answer:
    """Ask for the person to be anonymised."""
    subjects, word = _asked(call)
    return Answer({"id": str(ask_for_erasure(call.work, subjects, word))}, 202)


def list_erasures(call: Call) -> Answer:
    """What was asked for, newest first."""
    return Answer({"data": [_erasure(one) for one in erasures(call.work)]})


def retention(call: Call) -> Answer:
    """What the next night lets go."""
    found = due_records(call.work)
    return Answer({
        "data": [{"object": one.object, "do": one.act, "before": one.before, "count": one.count} for one in found]
    })  # fmt: skip


def show_erasure(call: Call, id: Any) -> Answer:
    """How far one of them is."""
    return Answer(_erasure(find_erasure(call.work, id)))


def _require_reading(call: Call) -> None:
    """Raise Denied `missing_scope` for a key that may manage and may not read what is told about people."""
    for spec in personal_objects(call.snapshot):
        require_scope(call.actor, Verb.READ, spec.name)


def _asked(call: Call) -> tuple[list[Subject], str]:
    body = body_members(call.body, _BODY)
    subjects = []
    for one in body.get("records", ()):
        known = one if isinstance(one, dict) else {}
        object, id = known.get("object"), parse_id(str(known.get("id", "")))
        if not isinstance(object, str) or id is None or set(known) != {"object", "id"}:
            raise Malformed('`records` lists records as {"object": name, "id": id}.', code="bad_body")
        if object not in call.snapshot.objects:
            raise NotFound("There is no such record, or it was removed for good already.")
        subjects.append(Subject(object, id))
    if not 0 < len(subjects) <= _MOST:
        raise Malformed(f"Name between one and {_MOST} records of one person in `records`.", code="bad_body")
    return subjects, body.get("confirm", "")


def _told(found: Sequence[Found]) -> list[dict[str, Any]]:
    return [
        {"object": one.subject.object, "id": str(one.subject.id), "title": one.title, "deleted": one.deleted}
        for one in found
    ]


def _erasure(one: Erasure) -> dict[str, Any]:
    return {
        "id": str(one.id), "at": one.at, "by": None if one.by is None else str(one.by), "state": one.state.value,
        "records": [{"object": known.object, "id": str(known.id)} for known in one.subjects],
        "changed": dict(one.totals), "finished_at": one.finished_at,
    }  # fmt: skip


ROUTES = (
    Route(
        "GET", "/privacy/people", people, "find_person", "Records about people that hold a text.", right=Right.MANAGE,
        gives=Shape.PLAIN_LIST,
        params=(Param("text", Kind.TEXT, "A name, an address of mail or a number, or a part of it.", required=True),),
    ),
    Route(
        "POST", "/privacy/people", foresee, "foresee_person", "What belongs to a person, and what would change.",
        right=Right.MANAGE, takes=Shape.PERSON,
    ),
    Route(
        "POST", "/privacy/export", export, "export_person", "Everything known about a person.", right=Right.MANAGE,
        takes=Shape.PERSON, media=(_ZIP,),
    ),
    Route(
        "POST", "/privacy/anonymise", anonymise, "anonymise_person", "Anonymise a person.", right=Right.MANAGE,
        takes=Shape.PERSON, status=202,
    ),
    Route(
        "GET", "/privacy/anonymise", list_erasures, "anonymisations", "People that were anonymised.",
        right=Right.MANAGE, gives=Shape.PLAIN_LIST,
    ),
    Route(
        "GET", "/privacy/retention", retention, "retention", "Records that have been kept long enough.",
        right=Right.MANAGE, gives=Shape.PLAIN_LIST,
    ),
    Route(
        "GET", "/privacy/anonymise/<id>", show_erasure, "anonymisation", "How far one of them is.", right=Right.MANAGE,
    ),
)  # fmt: skip
