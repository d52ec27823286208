"""The Flask application of the API: routes from the inventory, one answer for every error, fixed headers."""

from flask import Flask
from limits import parse_many
from limits.strategies import FixedWindowRateLimiter
from werkzeug.exceptions import TooManyRequests

from formwork.api.door import Door
from formwork.api.furnish import furnish
from formwork.api.inventory import ROUTES
from formwork.api.rate_storage import CounterStorage
from formwork.api.route import Route
from formwork.runtime import Runtime

PREFIX = "/api/v1"


def create_api(runtime: Runtime) -> Flask:
    """The WSGI application that answers everything below `/api/v1`."""
    app = Flask("formwork.api", static_folder=None, template_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = runtime.settings.max_body
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.url_map.merge_slashes = False
    door = Door(runtime)
    for route in ROUTES:
        _register(app, door, route)
    furnish(app)
    _limit_rate(app, door)
    return app


def _register(app: Flask, door: Door, route: Route) -> None:
    app.add_url_rule(
        PREFIX + route.path, endpoint=f"{route.method} {route.path}", view_func=door.view(route),
        methods=[route.method], provide_automatic_options=False,
    )  # fmt: skip


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
