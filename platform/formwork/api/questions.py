"""Questions about many records: pages, counts, groups; from the address or from a body."""

from collections.abc import Mapping
from typing import Any

from formwork import records
from formwork.api.answer import Answer
from formwork.api.call import Call
from formwork.api.parameters import body_members, check_text
from formwork.catalog import Lifecycle
from formwork.kernel import LimitExceeded, Malformed
from formwork.records import ListRequest

COUNT_CAP = 1_000
_DEFAULT_PAGE = 50
LONGEST_QUESTION = 10_000
"""Characters of one filter, field or sort key; the expression language has its own limits below this."""
_MOST_PARTS = 200
_BODY: Mapping[str, type | tuple[type, ...]] = {
    "filter": (str, list), "fields": list, "sort": list, "limit": int, "cursor": str, "search": str,
    "count": bool, "deleted": bool,
}  # fmt: skip


def list_request(object: str, values: Mapping[str, Any]) -> ListRequest:
    """The question of a list's parameters."""
    parts = {name: text_parts(values.get(name, ()), name) for name in ("filter", "fields", "sort")}
    return ListRequest(
        object,
        parts["fields"],
        parts["filter"],
        parts["sort"],
        values.get("limit", _DEFAULT_PAGE),
        values.get("cursor"),
        values.get("search"),
        Lifecycle.DELETED if values.get("deleted") else Lifecycle.LIVE,
    )


def body_values(body: Any) -> dict[str, Any]:
    """The question of a POSTed body in the words of the parameters; raises Malformed `bad_body`."""
    found = body_members(body, _BODY)
    if isinstance(found.get("filter"), str):
        found["filter"] = (found["filter"],)
    return found


def list_answer(call: Call, request: ListRequest, *, count: bool) -> Answer:
    """A page with its cursors, and the number of all records when it is asked for."""
    page = records.list_records(call.work, request, call.cursor_key)
    body: dict[str, Any] = {"data": page.records, "next": page.next, "previous": page.previous}
    if count:
        body |= counted(call, request)
    return Answer(body)


def counted(call: Call, request: ListRequest) -> dict[str, Any]:
    """How many records a question has, and whether there are more than were counted."""
    number = records.count_records(call.work, request, COUNT_CAP)
    return {"count": min(number, COUNT_CAP), "more": number > COUNT_CAP}


def text_parts(raw: Any, name: str) -> tuple[str, ...]:
    """A list of texts; raises Malformed `bad_body` for other values and `query_limit` for too many."""
    if any(not isinstance(one, str) for one in raw):
        raise Malformed(f"`{name}` holds texts.", code="bad_body")
    for one in raw:
        check_text(one, name)
    if len(raw) > _MOST_PARTS or any(len(one) > LONGEST_QUESTION for one in raw):
        raise LimitExceeded(
            f"`{name}` has at most {_MOST_PARTS} parts of {LONGEST_QUESTION:,} characters.", code="query_limit"
        )
    return tuple(raw)
