"""Records in answers: one record with its tag, and what a write tells about the records it saved."""

from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID

from formwork import records
from formwork.access import Verb, decide_beyond, tells_list
from formwork.api.answer import Answer
from formwork.api.call import Call
from formwork.api.etag import is_known, tag_of
from formwork.kernel import Denied, Malformed, NotFound
from formwork.records import ListRequest, Saved

MOST_DETAILS = 200
"""Details of one list shown inside their master; the rest is read from the list itself."""


def show_record(call: Call, object: str, id: UUID) -> Answer:
    """One record as the caller may see it, or 304 when it is the one the caller knows."""
    body = records.get_record(call.work, object, id, call.values.get("fields", ()))
    for name in call.values.get("include", ()):
        body[name] = _details(call, object, id, name)
    if "version" not in body:
        return Answer(body)
    tag = tag_of(body)
    if is_known(call.known_tag, tag):
        return Answer(None, 304, {"ETag": tag})
    return Answer(body, 200, {"ETag": tag})


def show_saved(call: Call, saved: Saved) -> Answer:
    """What a create or update answers: the record, or id and version when that is preferred or all that may be seen."""
    status = 201 if saved.created else 200
    headers = {"Location": f"/api/v1/{saved.object}/{saved.id}"} if saved.created else {}
    body: dict[str, Any] = saved_entry(saved)
    if not call.minimal and call.may(saved.object, Verb.READ):
        try:
            body = records.get_record(call.work, saved.object, saved.id)
        except (NotFound, Denied):
            return Answer(body, status, headers)
    return Answer(body, status, {**headers, "ETag": tag_of(body)})


def saved_entry(saved: Saved) -> dict[str, Any]:
    """Id, version and the ids of details, as batches tell them."""
    entry: dict[str, Any] = {"id": str(saved.id), "version": saved.version, "created": saved.created}
    if saved.details:
        entry |= {name: [str(one) for one in ids] for name, ids in saved.details.items() if ids}
    return entry


def _details(call: Call, object: str, id: UUID, name: str) -> Sequence[dict[str, Any]]:
    item = next((one for one in call.work.object(object).details if one.name == name), None)
    rights = partial(decide_beyond, call.snapshot, call.actor)
    if item is None or not tells_list(rights, object, item):
        raise Malformed("`include` names a list that does not exist or that you may not see.", code="bad_query")
    master = call.work.object(item.object).master
    order = (master.order_by,) if master is not None and master.order_by else ()
    request = ListRequest(item.object, (), (f"{item.via} = '{id}'",), order, MOST_DETAILS)
    return records.list_records(call.work, request, call.cursor_key).records
