"""What every application of this room does alike: errors as documents, fixed headers, named requests."""

import logging
from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from formwork.api.json_text import dumps
from formwork.api.problems import MEDIA, headers_of, problem_of, problem_of_bug, problem_of_http, status_of
from formwork.kernel import FormworkError, new_id

_LOG = logging.getLogger("formwork.api")
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


def furnish(app: Flask) -> None:
    """Let an application answer errors as problem documents, and name its requests."""
    app.before_request(_name_request)
    app.register_error_handler(FormworkError, _answer_error)
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(Exception, _answer_bug)
    app.after_request(_finish)


def _name_request() -> None:
    g.request_id = new_id().hex


def _answer_error(error: FormworkError) -> Response:
    status = status_of(error)
    return _problem(problem_of(error, _instance(), status), status, headers_of(error))


def _answer_http(error: HTTPException) -> Response:
    document, status, headers = problem_of_http(error, _instance())
    if status == 429:
        headers["Retry-After"] = "1"
        document["retry_after"] = 1
    return _problem(document, status, headers)


def _answer_bug(error: Exception) -> Response:
    tenant = g.get("tenant")
    _LOG.error(
        "%s %s failed (tenant %s, request %s)",
        request.method, request.url_rule, tenant.name if tenant else "?", _instance(), exc_info=error,
    )  # fmt: skip
    return _problem(problem_of_bug(_instance()), 500, {})


def _problem(document: dict[str, Any], status: int, headers: Mapping[str, str]) -> Response:
    response = Response(dumps(document), status, mimetype=MEDIA)
    response.headers.update(headers)
    return response


def _instance() -> str:
    if "request_id" not in g:
        g.request_id = new_id().hex
    found: str = g.request_id
    return found


def _finish(response: Response) -> Response:
    headers = response.headers
    for name, value in _HEADERS.items():
        headers.setdefault(name, value)
    headers["X-Request-Id"] = _instance()
    return response
