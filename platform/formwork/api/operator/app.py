"""The application of the operator's door: one key, compared in constant time, before anything else is looked at."""

import hmac
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, g, request
from limits import parse
from limits.strategies import FixedWindowRateLimiter

from formwork.api.furnish import furnish
from formwork.api.json_text import dumps
from formwork.api.operator.routes import OPERATOR_ROUTES, Call, OperatorRoute, Sent
from formwork.api.rate_storage import CounterStorage
from formwork.kernel import LimitExceeded, Unauthenticated
from formwork.runtime import Runtime
from formwork.runtime.tenants import Operator

OPERATOR_PREFIX = "/operator/v1"
_FAILURES = "10 per minute"
"""Wrong keys an address may send."""
_RETRY_SECONDS = 60


def create_operator_api(runtime: Runtime) -> Flask:
    """The WSGI application that answers everything below `/operator/v1`; only for an installation with a key."""
    app = Flask("formwork.operator", static_folder=None, template_folder=None)
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.url_map.merge_slashes = False
    for route in OPERATOR_ROUTES:
        app.add_url_rule(
            OPERATOR_PREFIX + route.path, endpoint=f"{route.method} {route.path}", view_func=_view(runtime, route),
            methods=[route.method], provide_automatic_options=False,
        )  # fmt: skip
    furnish(app)
    app.before_request(_guard(runtime.settings.operator_key))
    return app


def _guard(key: str) -> Callable[[], None]:
    """Refuse everybody without the key, before an address is known or a body read."""
    failures, limiter = parse(_FAILURES), FixedWindowRateLimiter(CounterStorage())

    def require_key() -> None:
        scheme, _, sent = request.headers.get("Authorization", "").partition(" ")
        address = request.remote_addr or ""
        if not limiter.test(failures, address):
            raise LimitExceeded(
                "Too many wrong keys. Wait a minute.", code="throttled", extra={"retry_after": _RETRY_SECONDS}
            )
        is_right = hmac.compare_digest(sent.strip().encode(), key.encode())
        if scheme.lower() != "bearer" or not key or not is_right:
            limiter.hit(failures, address)
            raise Unauthenticated("Send `Authorization: Bearer <the operator's key>`.")

    return require_key


def _view(runtime: Runtime, route: OperatorRoute) -> Callable[..., Response]:
    def answer(**path: Any) -> Response:
        by = Operator("api", request.remote_addr or "", g.request_id)
        found = route.handler(Call(runtime, by, request), **path)
        if isinstance(found, Sent):
            return found.response()
        data = b"" if found is None else dumps(found)
        return Response(data, route.status, mimetype="application/json")

    answer.__name__ = route.method.lower()
    answer.__doc__ = route.summary
    return answer
