"""Versions of the metadata through the API: what each changed, going back, and what was retired."""

from datetime import timedelta
from typing import Any

from formwork.api.answer import Answer
from formwork.api.call import Call
from formwork.api.metadata_routes import AGREED
from formwork.api.parameters import body_members
from formwork.api.route import Kind, Param, Right, Route, Shape
from formwork.kernel import NotFound
from formwork.publishing import Plan, describe_plan, require_agreed
from formwork.publishing.retired import Retired, list_retired
from formwork.publishing.versions import changes_of, describe_difference, differences_between
from formwork.runtime.going_back import restoring, rolling_back
from formwork.storage import metadata

_MOST_VERSIONS = 10_000


def version(call: Call, number: str) -> Answer:
    """One version: who published it when, and what it changed."""
    wanted = _number(number)
    found = next((one for one in metadata.list_versions(call.work, _MOST_VERSIONS) if one.version == wanted), None)
    if found is None:
        raise _unknown()
    differences = changes_of(call.work, wanted, call.runtime.registry.field_types)
    return Answer({
        "version": found.version, "hash": found.hash, "at": found.at, "by": found.by, "note": found.note,
        "differences": differences,
    })  # fmt: skip


def diff(call: Call, number: str) -> Answer:
    """What differs between a version and another one, the one in force when none is named."""
    against = call.values.get("against")
    new = metadata.current_version(call.work).version if against is None else against
    found = differences_between(call.work, _number(number), new, call.runtime.registry.field_types)
    return Answer({"from": int(number), "to": new, "differences": [describe_difference(one) for one in found]})


def rollback_plan(call: Call, number: str) -> Answer:
    """What going back to a version would do."""
    return Answer(describe_plan(rolling_back(call.runtime, call.work, _number(number))))


def rollback(call: Call, number: str) -> Answer:
    """Publish an older version as a new one; what was retired since comes back with its values."""
    planned = rolling_back(call.runtime, call.work, _number(number))
    return _publish(call, planned, f"Back to version {number}.")


def retired(call: Call) -> Answer:
    """Fields and objects that were taken away and can be brought back, the newest first."""
    return Answer({"data": [_told(call, one) for one in list_retired(call.work) if one.definition is not None]})


def restore(call: Call) -> Answer:
    """Bring a field or an object back with its values."""
    body = body_members(call.body, {"object": str, "field": str})
    planned = restoring(call.runtime, call.work, body.get("object", ""), body.get("field", ""))
    return _publish(call, planned, f"{planned.back[0].label} brought back." if planned.back else "")


def _publish(call: Call, planned: Plan, note: str) -> Answer:
    require_agreed(planned, call.values.get("base"), call.values.get("consent"))
    if planned.is_empty:
        return Answer({**describe_plan(planned), "published": False})
    call.work.unhurried()
    work = call.runtime.publish(call.work, planned, call.values.get("note") or note)
    number = metadata.current_version(work).version
    return Answer({**describe_plan(planned), "published": True, "number": number})


def _told(call: Call, one: Retired) -> dict[str, Any]:
    until = one.at + timedelta(days=call.runtime.settings.retired_days)
    return {
        "object": one.object, "field": one.field or None, "label": one.label, "at": one.at, "by": one.by,
        "version": one.version, "package": one.package, "until": until,
    }  # fmt: skip


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise _unknown()
    return int(text)


def _unknown() -> NotFound:
    return NotFound("There is no such version of the metadata.", code="unknown_version")


_AGAINST = (Param("against", Kind.WHOLE, "The version it is compared with; the one in force when none is named."),)
ROUTES = (
    Route(
        "GET", "/metadata/versions/<number>", version, "version", "One version and what it changed.",
        right=Right.MANAGE,
    ),
    Route(
        "GET", "/metadata/versions/<number>/diff", diff, "diff_versions", "What differs between two versions.",
        right=Right.MANAGE, params=_AGAINST,
    ),
    Route(
        "GET", "/metadata/versions/<number>/plan", rollback_plan, "plan_rollback", "What going back would do.",
        right=Right.MANAGE,
    ),
    Route(
        "POST", "/metadata/versions/<number>/rollback", rollback, "rollback", "Go back to an older version.",
        right=Right.MANAGE, params=AGREED,
    ),
    Route(
        "GET", "/metadata/retired", retired, "retired", "What was taken away and can be brought back.",
        right=Right.MANAGE, gives=Shape.PLAIN_LIST,
    ),
    Route(
        "POST", "/metadata/restore", restore, "restore_retired", "Bring a field or object back.",
        right=Right.MANAGE, params=AGREED, takes=Shape.ANY,
    ),
)  # fmt: skip
