"""P8 of SECURITY, the other side: who manages is refused no route and no page for rights, writing ones included.

The house is changed by the walk, so it is one of its own: each address is asked in turn and must answer otherwise
than to a stranger. What it holds against an administrator is told by another code (their own access, a state).
"""

import pytest

from formwork.api import ROUTES
from formwork.api.route import Right
from tests.api.test_routes import name_of
from tests.security.conftest import Doors
from tests.security.test_route_walk import CLOSED, called, opened

pytestmark = pytest.mark.walk

FOR_RIGHTS = {"denied", "missing_scope", "row_denied", "field_denied", "not_signed_in"}
LAST = ("/password", "/deactivation", "/roles", "/keys/<id>", "/me/sessions")
"""Addresses that end what the walk itself goes on with."""


def test_the_api_refuses_who_manages_nothing_for_rights(doors: Doors) -> None:
    boss = doors.world.caller("regent", "admin")
    routes = sorted(ROUTES, key=lambda one: (one.method != "GET", any(part in one.path for part in LAST)))
    for route in routes:
        answer = called(boss, route, doors.known)
        place = f"{name_of(route)}: {answer.status_code} {answer.data[:300]!r}"
        assert answer.status_code != 401, place
        assert answer.status_code < 500, place
        if answer.status_code == 403:
            assert answer.json["code"] not in FOR_RIGHTS, place
        if route.right is Right.MANAGE and not route.writes and "<" not in route.path:
            assert answer.status_code in (200, 400, 404, 422), place


def test_pages_refuse_who_manages_nothing_for_rights(doors: Doors) -> None:
    person = doors.both("steward", "admin")[1]
    token = person.token()
    for name in sorted(
        CLOSED, key=lambda one: ("GET" not in one, "logout" in one, "/security" in one, "view-as" in one)
    ):
        answer = opened(person, name, doors.known, token)
        place = f"{name}: {answer.status_code} {answer.headers.get('Location', '')} {answer.data[-300:]!r}"
        # One's own sign-in is guarded by its own state: a code that is there, a factor that is missing.
        assert answer.status_code != 403 or " /security/" in name, place
        assert answer.status_code < 500, place
        if "/logout" not in name:
            assert not answer.headers.get("Location", "").startswith("/login"), place
