"""A1 of SECURITY: nothing is changed by following a link, nor by a form another site sends with somebody's session."""

import pytest
from werkzeug.test import Client

from formwork.api import ROUTES
from formwork.api.route import Right
from tests.api.test_routes import INVENTORY, name_of
from tests.security.conftest import Doors
from tests.security.test_route_walk import filled, opened, records_of
from tests.support.callers import API, ORIGIN, Caller
from tests.web.conftest import Person
from tests.web.test_routes import INVENTORY as PAGES

pytestmark = pytest.mark.walk

SENT = [name for name in PAGES if name.startswith("POST ")]
ALONE = [name for name in SENT if f"GET {name.partition(' ')[2]}" not in PAGES]
WRITES = [route for route in ROUTES if route.method != "GET" and route.right is not Right.PUBLIC]
FOREIGN = ("http://evil.example", "null", "http://localhost.evil.example", "https://localhost", "http://localhost:81")


@pytest.fixture(scope="module")
def chief(doors: Doors) -> tuple[Caller, Person]:
    """May do everything, so that only the missing proof can stop it."""
    return doors.both("mighty", "admin")


@pytest.mark.parametrize("name", ALONE)
def test_an_address_that_changes_something_takes_no_link(doors: Doors, chief: tuple[Caller, Person], name: str) -> None:
    """Line 2 as well: another method is told, with what is allowed; HEAD and GET never come to the view."""
    path = filled(name.partition(" ")[2], {**doors.known, "object": "reader"}, PAGES[name].parts)
    for method in ("GET", "HEAD", "PUT", "DELETE", "PATCH"):
        answer = chief[1].client.open(path, method=method, query_string=PAGES[name].form, base_url=ORIGIN)
        assert answer.status_code in (404, 405), (method, answer.status_code)
        assert answer.status_code == 404 or "POST" in answer.headers["Allow"]


@pytest.mark.parametrize("name", SENT)
def test_a_form_without_its_token_or_from_elsewhere_changes_nothing(
    doors: Doors, chief: tuple[Caller, Person], name: str
) -> None:
    caller, person = chief
    before = records_of(caller)
    token = person.token()
    for forged in ("", "x", token[:-1]):
        assert opened(person, name, doors.known, forged).status_code == 403
    path = filled(name.partition(" ")[2], {**doors.known, "object": "reader"}, PAGES[name].parts)
    form = {"_csrf": token, **PAGES[name].form}
    for origin in FOREIGN[:3]:
        answer = person.client.post(path, data=form, headers={"Origin": origin}, base_url=ORIGIN)
        assert answer.status_code == 403, (origin, answer.status_code)
    other = Person(Client(doors.web), person.user)
    assert opened(person, name, doors.known, other.token("/login")).status_code == 403, "a token of another browser"
    assert records_of(caller) == before


@pytest.mark.parametrize("route", WRITES, ids=name_of)
def test_the_api_takes_a_session_from_our_own_pages_only(
    doors: Doors, chief: tuple[Caller, Person], route: object
) -> None:
    caller, person = chief
    session = person.client.get_cookie("fw_session") or person.client.get_cookie("__Host-fw_session")
    assert session is not None
    browser = Client(doors.api)
    browser.set_cookie(session.key, session.value, domain="localhost")
    name = name_of(route)  # type: ignore[arg-type]
    row = INVENTORY[name]
    method, _, path = name.partition(" ")
    named = {key: str(value) for key, value in row.items() if key != "body"}
    address = API + filled(path, {"object": "reader", **doors.known}, named)
    before = records_of(caller)
    for headers in ({}, *({"Origin": origin} for origin in FOREIGN)):
        answer = browser.open(address, method=method, headers=headers, json=row.get("body"), base_url=ORIGIN)
        assert (answer.status_code, answer.json["code"]) == (403, "csrf"), (headers, answer.text)
    assert records_of(caller) == before
