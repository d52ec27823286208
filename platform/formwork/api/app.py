"""The Flask application of the API: routes from the inventory, one answer for every error, fixed headers."""

import logging
from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, g, request
from limits import parse_many
from limits.strategies import FixedWindowRateLimiter
from werkzeug.exceptions import HTTPException, TooManyRequests

from formwork.api.door import Door
from formwork.api.inventory import ROUTES
from formwork.api.json_text import dumps
from formwork.api.problems import MEDIA, headers_of, problem_of, problem_of_bug, problem_of_http, status_of
from formwork.api.rate_storage import CounterStorage
from formwork.api.route import Route
from formwork.kernel import FormworkError, new_id
from formwork.runtime import Runtime

PREFIX = "/api/v1"
_LOG = logging.getLogger("formwork.api")
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


def create_api(runtime: Runtime) -> Flask:
    """The WSGI application that answers everything below `/api/v1`."""
    app = Flask("formwork.api", static_folder=None, template_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = runtime.settings.max_body
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.url_map.merge_slashes = False
    door = Door(runtime)
    for route in ROUTES:
        _register(app, door, route)
    app.before_request(_name_request)
    _limit_rate(app, door)
    app.register_error_handler(FormworkError, _answer_error)
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(Exception, _answer_bug)
    app.after_request(_finish)
    return app


def _register(app: Flask, door: Door, route: Route) -> None:
    app.add_url_rule(
        PREFIX + route.path, endpoint=f"{route.method} {route.path}", view_func=door.view(route),
        methods=[route.method], provide_automatic_options=False,
    )  # fmt: skip


def _name_request() -> None:
    g.request_id = new_id().hex


def _limit_rate(app: Flask, door: Door) -> None:
    """So many requests of a tenant; an empty setting lifts the limit."""
    rate = door.runtime.settings.rate_limit
    if rate:
        windows, limiter = parse_many(rate), FixedWindowRateLimiter(CounterStorage())

        def refuse_too_many() -> None:
            tenant = door.tenant().name
            if not all(limiter.hit(window, tenant) for window in windows):
                raise TooManyRequests

        app.before_request(refuse_too_many)


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
