"""The API's own documentation: OpenAPI for programs and a page to try it for people."""

from pathlib import Path
from typing import Any

from formwork.access import decide_management
from formwork.api.answer import Answer
from formwork.api.call import Call
from formwork.api.openapi.document import describe_api
from formwork.api.route import Right, Route
from formwork.kernel import Denied, NotFound

_FILES = Path(__file__).parent / "pages"
_MEDIA = {".html": "text/html", ".js": "text/javascript", ".css": "text/css"}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def document(call: Call, routes: tuple[Route, ...]) -> Answer:
    """The OpenAPI document, as far as the caller may use the API."""
    return Answer(_document(call, routes))


def _document(call: Call, routes: tuple[Route, ...]) -> dict[str, Any]:
    actor = call.actor
    return describe_api(
        call.snapshot, routes, actor.roles, actor.scopes, call.work.context.locale,
        call.tenant.label or call.tenant.name, manages=_may_manage(call),
    )  # fmt: skip


def _may_manage(call: Call) -> bool:
    try:
        return decide_management(call.snapshot, call.actor).allowed
    except Denied:
        return False


def page(call: Call) -> Answer:
    """The page to read and try the API; it holds no data and loads the document with the reader's session."""
    return _file("index.html")


def page_file(call: Call, name: str) -> Answer:
    """A script or style of the page."""
    return _file(name)


def _file(name: str) -> Answer:
    if name not in _CONTENT:
        raise NotFound("There is nothing at this address. Check its spelling.")
    return Answer(_CONTENT[name], 200, {"Content-Security-Policy": _POLICY}, media=_MEDIA[Path(name).suffix])


_CONTENT = {one.name: one.read_bytes() for one in _FILES.iterdir() if one.suffix in _MEDIA}

ROUTES = (
    Route("GET", "/docs", page, "docs", "The page to read and try the API.", right=Right.PUBLIC, media=("text/html",)),
    Route(
        "GET", "/docs/<name>", page_file, "docs_file", "A script or style of that page.", right=Right.PUBLIC,
        media=("text/javascript", "text/css"),
    ),
)  # fmt: skip
