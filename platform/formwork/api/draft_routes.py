"""The draft through the API: documents of the tenant layer kept, checked, planned and published."""

from typing import Any

from formwork.api.answer import Answer
from formwork.api.call import Call
from formwork.api.parameters import body_members
from formwork.api.route import Kind, Param, Right, Route, Shape
from formwork.definitions.model import Finding
from formwork.kernel import Malformed, NotFound
from formwork.publishing import describe_plan, require_agreed
from formwork.publishing.draft import Draft, DraftDocument, discard_document, discard_draft, keep_document, text_hash
from formwork.runtime.drafts import check_draft, draft_of, lay_over, plan_draft, publish_draft
from formwork.storage import metadata

_MOST_DOCUMENTS = 5_000


def show_draft(call: Call) -> Answer:
    """What is changed and not live yet."""
    draft = _draft(call)
    return Answer({
        "base": metadata.current_version(call.work).version,
        "data": [_told(draft, one) for one in draft.documents],
    })  # fmt: skip


def show_document(call: Call, path: str) -> Answer:
    """One document of the layer with what is changed in it, and as it is published."""
    draft = _draft(call)
    found, published = draft.find(path), draft.published.get(path)
    if found is None and published is None:
        raise NotFound("There is no such document of the tenant layer.", code="unknown_document")
    told = _told(draft, found) if found is not None else {"path": path, "state": "published", "version": 0}
    texts = {"text": draft.text(path), "published": published, "published_hash": text_hash(published)}
    return Answer({**told, **texts})


def put_document(call: Call, path: str) -> Answer:
    """Keep a text in the draft, or take the document away with `text` null."""
    if not isinstance(call.body, dict) or "text" not in call.body:
        raise Malformed("The body has a member `text`: the document, or null to take it away.", code="bad_body")
    body = body_members(call.body, {"text": str, "version": int, "base": str})
    keep_document(call.work, _draft(call), path, body.get("text"), body.get("version", 0), body.get("base"))
    draft = _draft(call)
    found = draft.find(path)
    return Answer(_told(draft, found) if found is not None else {"path": path, "state": "published", "version": 0})


def drop_document(call: Call, path: str) -> Answer:
    """Let the change of a document go."""
    discard_document(call.work, path, call.values.get("version"))
    return Answer(None, 204)


def check(call: Call) -> Answer:
    """Every problem of the draft."""
    draft = _draft(call)
    found = check_draft(call.runtime, call.work, lay_over(call.runtime, call.work, draft, _paths(call)))
    behind = [one.path for one in draft.documents if draft.is_behind(one)]
    return Answer({"problems": [_finding(one) for one in found], "behind": behind})


def plan(call: Call) -> Answer:
    """What publishing the draft would do."""
    drafted = lay_over(call.runtime, call.work, _draft(call), _paths(call))
    return Answer(describe_plan(plan_draft(call.runtime, call.work, drafted)))


def publish(call: Call) -> Answer:
    """Publish the draft, or some of its documents."""
    draft, paths = _draft(call), _paths(call)
    planned = plan_draft(call.runtime, call.work, lay_over(call.runtime, call.work, draft, paths))
    require_agreed(planned, call.values.get("base"), call.values.get("consent"))
    call.work.unhurried()
    work = publish_draft(call.runtime, call.work, draft, planned, paths, call.values.get("note", ""))
    return Answer({**describe_plan(planned), "published": True, "number": metadata.current_version(work).version})


def discard(call: Call) -> Answer:
    """Let the whole draft go."""
    return Answer({"discarded": discard_draft(call.work)})


def _draft(call: Call) -> Draft:
    return draft_of(call.runtime, call.work)


def _paths(call: Call) -> frozenset[str] | None:
    """The documents a body chooses; None for all of them."""
    body = {} if call.body is None else body_members(call.body, {"documents": list})
    chosen = body.get("documents")
    if chosen is None:
        return None
    if len(chosen) > _MOST_DOCUMENTS or any(not isinstance(one, str) for one in chosen):
        raise Malformed("`documents` lists paths of changed documents.", code="bad_body")
    return frozenset(chosen)


def _told(draft: Draft, one: DraftDocument) -> dict[str, Any]:
    state = "removed" if one.text is None else "changed" if one.path in draft.published else "new"
    return {
        "path": one.path, "state": state, "version": one.version, "at": one.at,
        "by": None if one.by is None else str(one.by), "behind": draft.is_behind(one),
    }  # fmt: skip


def _finding(one: Finding) -> dict[str, Any]:
    return {
        "file": one.file, "line": one.line, "column": one.column, "path": one.path, "code": one.code,
        "message": one.message, "mend": one.mend, "severity": one.severity,
    }  # fmt: skip


_PUBLISH = (
    Param("base", Kind.WHOLE, "The `base` of the plan that was looked at; another one is refused."),
    Param("consent", Kind.TEXT, "The `consent` of the plan that was looked at, where it puts values away."),
    Param("note", Kind.TEXT, "What the version is for."),
)
_VERSION = (Param("version", Kind.WHOLE, "The version that was looked at; another one is refused."),)
ROUTES = (
    Route("GET", "/metadata/draft", show_draft, "draft", "What is changed and not live yet.", right=Right.MANAGE),
    Route(
        "GET", "/metadata/draft/<path:path>", show_document, "draft_document", "One document of the tenant layer.",
        right=Right.MANAGE,
    ),
    Route(
        "PUT", "/metadata/draft/<path:path>", put_document, "put_draft_document", "Keep a document in the draft.",
        right=Right.MANAGE, takes=Shape.ANY,
    ),
    Route(
        "DELETE", "/metadata/draft/<path:path>", drop_document, "drop_draft_document", "Let a change go.",
        right=Right.MANAGE, params=_VERSION, gives=Shape.NONE, status=204,
    ),
    Route(
        "POST", "/metadata/draft/check", check, "check_draft", "Every problem of the draft.", right=Right.MANAGE,
        takes=Shape.ANY, reads=True,
    ),
    Route(
        "POST", "/metadata/draft/plan", plan, "plan_draft", "What publishing the draft would do.",
        right=Right.MANAGE, takes=Shape.ANY, reads=True,
    ),
    Route(
        "POST", "/metadata/draft/publish", publish, "publish_draft", "Publish the draft.", right=Right.MANAGE,
        params=_PUBLISH, takes=Shape.ANY,
    ),
    Route(
        "POST", "/metadata/draft/discard", discard, "discard_draft", "Let the whole draft go.", right=Right.MANAGE,
    ),
)  # fmt: skip
