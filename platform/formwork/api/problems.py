"""Errors to problem documents (RFC 9457): the one place that knows which code is which status."""

from http import HTTPStatus
from typing import Any

from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge, RequestHeaderFieldsTooLarge

from formwork.kernel import (
    Conflict,
    Denied,
    FormworkError,
    Invalid,
    LimitExceeded,
    Malformed,
    NotFound,
    Problem,
    Refused,
    Unauthenticated,
    Unavailable,
)

MEDIA = "application/problem+json"
_KINDS: tuple[tuple[type[FormworkError], int], ...] = (
    (Malformed, 400), (Unauthenticated, 401), (Denied, 403), (NotFound, 404), (Conflict, 409), (Refused, 409),
    (Invalid, 422), (LimitExceeded, 413), (Unavailable, 503),
)  # fmt: skip
_CODES = {
    "query_limit": 400, "throttled": 429, "rate_limited": 429, "storage_full": 507, "precondition_failed": 412,
    "method_not_allowed": 405, "not_acceptable": 406, "unsupported_media": 415, "header_too_large": 431,
    "range_not_satisfiable": 416,
}  # fmt: skip
_OF_HTTP = {
    400: ("malformed", "The request cannot be read. Correct its address, headers or body."),
    404: ("not_found", "There is nothing at this address. Check its spelling."),
    405: ("method_not_allowed", "This address does not take that method; `Allow` lists those it takes."),
    408: ("too_slow", "The body took too long. Send it faster, or in smaller parts."),
    413: ("body_too_large", "The body is larger than this address takes. Send less at once."),
    429: ("rate_limited", "Too many requests. Wait for Retry-After and go on more slowly."),
    431: ("header_too_large", "The headers are larger than is taken. Send shorter ones."),
}
_TYPE = "urn:formwork:problem:"
"""A name, not an address: docs/api/errors.md lists the codes."""


def status_of(error: FormworkError) -> int:
    """The HTTP status of a kernel error."""
    known = _CODES.get(error.code)
    return known if known is not None else next((status for kind, status in _KINDS if isinstance(error, kind)), 500)


def problem_of(error: FormworkError, instance: str, status: int | None = None) -> dict[str, Any]:
    """The problem document of a kernel error."""
    document = _document(status or status_of(error), error.code, error.message, instance)
    document["errors"] = [entry_of(one) for one in error.problems]
    document |= {name: value for name, value in error.extra.items() if name not in document}
    return document


def entry_of(problem: Problem) -> dict[str, Any]:
    """One entry of the list of errors."""
    entry: dict[str, Any] = {"pointer": problem.pointer, "code": problem.code, "message": problem.message}
    if problem.args:
        entry["args"] = dict(problem.args)
    return entry


def headers_of(error: FormworkError) -> dict[str, str]:
    """Headers a kernel error carries: when to come back, how to sign in."""
    headers: dict[str, str] = {}
    retry = error.extra.get("retry_after")
    if retry is not None:
        headers["Retry-After"] = str(retry)
    if isinstance(error, Unauthenticated):
        headers["WWW-Authenticate"] = 'Bearer realm="api"'
    return headers


def problem_of_http(error: HTTPException, instance: str) -> tuple[dict[str, Any], int, dict[str, str]]:
    """The problem document, status and headers of what the HTTP library refused."""
    status = error.code or 500
    if isinstance(error, RequestEntityTooLarge):
        status = 413
    elif isinstance(error, RequestHeaderFieldsTooLarge):
        status = 431
    code, message = _OF_HTTP.get(status, ("malformed" if status < 500 else "error", HTTPStatus(status).phrase + "."))
    headers: dict[str, str] = {}
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return _document(status, code, message, instance) | {"errors": []}, status, headers


def problem_of_bug(instance: str) -> dict[str, Any]:
    """The answer to an unexpected exception: nothing about it but the request's id."""
    message = "A mistake of ours. Nothing was saved; quote `instance` when you report it."
    return _document(500, "error", message, instance) | {"errors": []}


def _document(status: int, code: str, message: str, instance: str) -> dict[str, Any]:
    return {
        "type": f"{_TYPE}{code}", "title": HTTPStatus(status).phrase, "status": status, "code": code,
        "detail": message, "instance": instance,
    }  # fmt: skip
