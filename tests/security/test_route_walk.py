"""P8 and A1 of SECURITY: every route of both doors, walked by everybody who may knock.

The walk is made from the maps of addresses: a route that is added is walked, and one without a row in the inventories
of `tests/api/test_routes.py` and `tests/web/test_routes.py`, or without a declared right, fails there.
"""

import re
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from werkzeug.test import Client, TestResponse

from formwork.api import PREFIX, ROUTES
from formwork.api.answer import Answer
from formwork.api.route import Kind, Right, Route
from formwork.web.app import create_web
from formwork.web.public import is_public
from tests.api.test_routes import INVENTORY, name_of
from tests.security.conftest import CANARY, Doors
from tests.support.callers import ORIGIN, Caller
from tests.web.conftest import Person
from tests.web.test_routes import INVENTORY as PAGES

pytestmark = pytest.mark.walk

VARIABLE = re.compile(r"(?:(?<=/)([a-z-]+)/)?<(?:path:)?(\w+)>")
REFUSED = (401, 403, 404)
EXAMPLES = {Kind.ID: str(uuid4()), Kind.MOMENT: "2030-01-01T00:00:00Z", Kind.WHOLE: "1", Kind.FLAG: "true"}
"""What a parameter that must be given is given, where nothing is said of it."""
TOLD_PER_ROW = ("batch", "lookup")
"""A batch tells of each row by itself; a look-up that is not to be seen is a bad question."""
PRIVATE = [route for route in ROUTES if route.right is not Right.PUBLIC]
CLOSED = [name for name, row in PAGES.items() if not row.public]


def filled(path: str, parts: dict[str, str], given: dict[str, str]) -> str:
    """An address with every part named: by what was given for it, else by the segment before it."""

    def fill(found: re.Match[str]) -> str:
        before, name = found[1], found[2]
        value = given.get(name) or (parts.get(before) if name == "id" else None) or parts.get(name, "x")
        return (f"{before}/" if before else "") + quote(value, safe="")

    return VARIABLE.sub(fill, path)


def called(caller: Caller, route: Route, known: dict[str, str], **given: str) -> TestResponse:
    """The answer of a route of the API to its own example."""
    row = INVENTORY[name_of(route)]
    named = {key: str(value) for key, value in row.items() if key not in ("body", *known)}
    parts = {"object": "reader", **known}
    asked = {"field": "photo", "file": known["file"], "user": known["user"], "object": "reader"}
    asked |= {"left": "clerk", "right": "librarian", "text": "ada"}
    needed = {one.name: asked.get(one.name, EXAMPLES.get(one.kind, "aa")) for one in route.params if one.required}
    options: dict[str, Any] = {"query_string": needed}
    if "body" in row:
        options["json"] = row["body"]
    return caller(route.method, filled(route.path, parts, {**named, **given}), **options)


def opened(person: Person, name: str, known: dict[str, str], token: str, **given: str) -> TestResponse:
    """The answer of an address of the browser's door to its own example."""
    method, _, path = name.partition(" ")
    row = PAGES[name]
    named = {key: value for key, value in row.parts.items() if key not in ("id", "job")}
    parts = {**known, "object": "reader"}
    form = {"_csrf": token, **row.form} if method != "GET" else None
    address = filled(path, parts, {**named, **given})
    answer = person.client.open(address, method=method, query_string=row.query, data=form, base_url=ORIGIN)
    if method == "GET" and answer.headers.get("Location", "").startswith(f"{address}?"):
        return person.get(answer.headers["Location"])
    return answer


def records_of(boss: Caller) -> list[Any]:
    """What the library holds, for whoever may see it all."""
    found = [boss.get(f"/{object}", limit=200).json["data"] for object in ("reader", "loan", "book", "user")]
    found.append(boss.get("/keys").json)
    return found


@pytest.fixture(scope="module")
def boss(doors: Doors) -> Caller:
    """Manages the tenant."""
    return doors.world.caller("overseer", "admin")


@pytest.fixture(scope="module")
def stranger(doors: Doors) -> tuple[Caller, Person]:
    """A user without any role."""
    return doors.both("stranger")


@pytest.fixture(scope="module")
def visitor(doors: Doors) -> tuple[Caller, Person]:
    """A portal user: everything that is shared, and nothing else."""
    return doors.both("visitor", "visitor", kind="partner")


def test_every_route_declares_who_may_call_it() -> None:
    """An address without a verb of an object must be the tenant's management, public, or everybody's own."""
    with pytest.raises(TypeError, match="neither a right nor a verb"):
        Route("GET", "/forgetful", lambda call: Answer({}), "forgetful", "Says nothing of rights.")
    for route in ROUTES:
        assert not (route.per_object and route.right is Right.PUBLIC), name_of(route)
        assert route.per_object or route.verb is None, name_of(route)


def test_public_pages_are_those_the_inventory_calls_so(doors: Doors) -> None:
    with doors.web.app_context():
        marked = {rule.endpoint for rule in doors.web.url_map.iter_rules() if is_public(rule.endpoint)}
    listed = {
        rule.endpoint
        for rule in doors.web.url_map.iter_rules()
        for method in rule.methods or ()
        if f"{method} {rule.rule}" in PAGES and PAGES[f"{method} {rule.rule}"].public
    }
    assert marked == listed


def test_a_page_that_asks_nobody_who_they_are_is_not_answered(doors: Doors) -> None:
    """Refusal is the default: a view without a visit and without the mark of a public one is a mistake of ours."""
    forgetful = create_web(doors.here.runtime)
    forgetful.add_url_rule("/forgetful", "forgetful", lambda: CANARY)
    answer = Client(forgetful).get("/forgetful", base_url=ORIGIN)
    assert (answer.status_code, CANARY in answer.text) == (500, False)


@pytest.mark.parametrize("route", PRIVATE, ids=name_of)
def test_nobody_and_the_neighbour_are_not_known_to_the_api(
    doors: Doors, neighbour: tuple[Caller, Person], route: Route
) -> None:
    for caller in (doors.world.nobody, neighbour[0], doors.world.nobody.with_headers(Authorization="Bearer x")):
        answer = called(caller, route, doors.known)
        assert answer.status_code == 401, answer.text
        assert CANARY not in answer.text


@pytest.mark.parametrize("name", CLOSED)
def test_nobody_and_the_neighbour_are_sent_to_the_sign_in(
    doors: Doors, neighbour: tuple[Caller, Person], name: str
) -> None:
    nobody = Person(Client(doors.web), uuid4())
    for person in (nobody, neighbour[1]):
        answer = opened(person, name, doors.known, person.token("/login"))
        assert answer.status_code == 303, answer.text
        assert answer.headers["Location"].startswith("/login")
        assert CANARY not in answer.text


def test_a_session_of_the_neighbour_is_good_at_home(neighbour: tuple[Caller, Person]) -> None:
    """Or the walk above would prove nothing."""
    caller, person = neighbour
    assert person.client.get("/o/reader", base_url="http://other.localhost").status_code == 200
    at_home = caller.client.get(f"{PREFIX}/me", headers=dict(caller.headers), base_url="http://other.localhost")
    assert at_home.status_code == 200


@pytest.mark.parametrize("who", ["stranger", "visitor"])
def test_the_api_gives_no_more_than_the_role(
    doors: Doors, boss: Caller, who: str, request: pytest.FixtureRequest
) -> None:
    """Below an object a stranger is refused whatever it is; nobody is told of a record they may not see."""
    caller: Caller = request.getfixturevalue(who)[0]
    before = records_of(boss)
    for route in ROUTES:
        answer = called(caller, route, doors.known)
        place = f"{name_of(route)}: {answer.status_code} {answer.text[:300]}"
        assert CANARY not in answer.text, place
        assert answer.status_code < 500, place
        if route.right is Right.MANAGE:
            assert answer.status_code == 403, place
        elif "<id>" in route.path or (
            who == "stranger" and route.per_object and route.operation not in ("batch", "lookup")
        ):
            assert answer.status_code in REFUSED, place
    assert records_of(boss) == before


@pytest.mark.parametrize("who", ["stranger", "visitor"])
def test_pages_give_no_more_than_the_role(doors: Doors, boss: Caller, who: str, request: pytest.FixtureRequest) -> None:
    person: Person = request.getfixturevalue(who)[1]
    before = records_of(boss)
    token = person.token()
    for name in sorted(CLOSED, key=lambda one: "logout" in one):
        answer = opened(person, name, doors.known, token)
        place = f"{name}: {answer.status_code} {answer.text[-600:]}"
        assert CANARY not in answer.text, place
        assert answer.status_code < 500, place
        if " /setup" in name and not name.endswith("/stop"):
            assert answer.status_code == 403, place
        elif "<object>/<id>" in name or "<job>" in name or (who == "stranger" and "<object>" in name):
            assert answer.status_code in REFUSED, place
    assert records_of(boss) == before


@pytest.mark.parametrize("route", [one for one in PRIVATE if "<id>" in one.path and one.per_object], ids=name_of)
def test_a_record_one_may_not_see_answers_like_one_that_never_was(
    doors: Doors, visitor: tuple[Caller, Person], route: Route
) -> None:
    """Line 4: the same status and the same body, for a visitor whose role reaches the object."""
    hidden, never = doors.known["reader"], str(uuid4())
    answers = [called(visitor[0], route, doors.known, id=id) for id in (hidden, never)]
    first, second = (one.text.replace(id, "<id>") for one, id in zip(answers, (hidden, never), strict=True))
    assert answers[0].status_code == answers[1].status_code
    assert re.sub(r'"instance":"\w+"', "", first) == re.sub(r'"instance":"\w+"', "", second)


@pytest.mark.parametrize("name", [one for one in CLOSED if "<object>/<id>" in one])
def test_a_page_of_a_record_one_may_not_see_is_that_of_none(
    doors: Doors, visitor: tuple[Caller, Person], name: str
) -> None:
    hidden, never = doors.known["reader"], str(uuid4())
    token = visitor[1].token()
    answers = [opened(visitor[1], name, doors.known, token, id=id) for id in (hidden, never)]
    texts = [
        re.sub(r'(name="_csrf" value=|csrf[^"]*content=)"[^"]+"', "", one.text.replace(id, "<id>"))
        for one, id in zip(answers, (hidden, never), strict=True)
    ]
    assert answers[0].status_code == answers[1].status_code
    assert texts[0] == texts[1]


def test_a_visitor_reaches_what_is_shared(doors: Doors, visitor: tuple[Caller, Person]) -> None:
    """Or the walk above would prove nothing."""
    caller, person = visitor
    assert [one["id"] for one in caller.get("/reader").json["data"]] == [doors.open_reader]
    assert caller.get(f"/reader/{doors.open_reader}").status_code == 200
    assert person.get(f"/o/reader/{doors.open_reader}").status_code == 200


@pytest.mark.parametrize("route", [one for one in PRIVATE if not one.writes], ids=name_of)
def test_who_manages_is_never_refused_for_rights(doors: Doors, boss: Caller, route: Route) -> None:
    assert called(boss, route, doors.known).status_code not in (401, 403)


READING = ("read", "read:reader")
CHANGING = ("write", "edit:reader")
SCOPES = (*READING, *CHANGING, "read:book", "manage")


@pytest.mark.parametrize("scope", SCOPES)
def test_a_key_gives_no_more_than_its_scope(doors: Doors, boss: Caller, scope: str) -> None:
    """A key of who may do everything: what its scope does not name is refused, and nothing is told or changed by it."""
    assert boss.user is not None
    key = Caller(boss.client, {"Authorization": f"Bearer {doors.world.key(boss.user, [scope])}"}, boss.user)
    before = records_of(boss)[:-1]  # a key may make keys with no more than its own scopes
    for route in ROUTES:
        if route.writes and scope in CHANGING and route.per_object:
            continue  # it may, and the walk is about what it may not
        answer = called(key, route, doors.known)
        place = f"{name_of(route)}: {answer.status_code} {answer.data[:300]!r}"
        assert answer.status_code < 500, place
        if route.right is Right.MANAGE and scope != "manage":
            assert (answer.status_code, answer.json["code"]) == (403, "missing_scope"), place
        elif route.per_object and (route.writes or scope not in READING):
            assert CANARY.encode() not in answer.data, place
    assert records_of(boss)[:-1] == before


def test_a_key_that_may_only_manage_reads_nobody(doors: Doors, boss: Caller) -> None:
    """People's data, and explanations that tell of a record, need the right to read besides."""
    assert boss.user is not None
    whole, manage = (
        Caller(boss.client, {"Authorization": f"Bearer {doors.world.key(boss.user, scopes)}"}, boss.user)
        for scopes in (["manage", "read"], ["manage"])
    )
    records = [{"object": "user", "id": doors.known["user"]}]
    query = {"user": doors.known["user"], "object": "reader", "record": doors.known["reader"]}
    for method, path, options in (
        ("GET", "/privacy/people", {"query_string": {"text": "boss"}}),
        ("POST", "/privacy/people", {"json": {"records": records}}),
        ("POST", "/privacy/export", {"json": {"records": records}}),
        ("GET", "/rights/explain", {"query_string": query}),
    ):
        assert whole(method, path, **options).status_code == 200, path
        refused = manage(method, path, **options)
        assert (refused.status_code, refused.json["code"]) == (403, "missing_scope"), path
