"""N1 and N2 of SECURITY: two tenants with equal ids, names, mails and roles, served by one process with all caches on.

The second tenant is a clone of the first; then each gets its own words, people and metadata.
"""

import random
import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
from werkzeug.test import Client, TestResponse

from formwork.api import ROUTES
from formwork.api.route import Right, Route
from formwork.identity import assign_role, withdraw_role
from formwork.identity.link import Purpose, make_link
from formwork.records import Change, create, update
from formwork.records.given import Level
from formwork.records.shares import share
from formwork.storage.upkeep.backup import TableSum, checksums
from tests.api.test_routes import INVENTORY as CALLS
from tests.api.test_routes import VARIABLE, name_of
from tests.support.databases import Database
from tests.support.pairs import OTHER, Pair, Side, paired
from tests.support.seeds import PROFILE
from tests.support.tenants import TENANT
from tests.web.test_routes import INVENTORY as PAGES

pytestmark = pytest.mark.walk

ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
REQUESTS = 1_000
THREADS = 4
CANARY = {TENANT: "Mainstay", OTHER: "Otherwise"}
"""A word that stands in every record of one tenant and nowhere in the other's."""
PLANT = (
    "object: plant\nlabel: Plant\ntitle: name\nfields:\n"
    "  name: {type: text, required: true}\n  height: {type: integer}\n"
)


@dataclass(frozen=True)
class Apart:
    """The pair, a key and a session of the same person in each, and what only the second tenant has."""

    pair: Pair
    keys: dict[str, str]
    browsers: dict[str, Client]
    foreign: dict[str, str]
    """Ids that only the second tenant knows, by what they are of."""
    sums: Mapping[str, TableSum]
    """The second tenant's tables before anybody tried anything."""

    def side(self, name: str) -> Side:
        return Side(self.pair, name)


@pytest.fixture(scope="module")
def apart(shared_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apart]:
    folder = tmp_path_factory.mktemp("apart")
    with paired(shared_database, folder) as pair:
        for name, word in CANARY.items():
            with pair.runtime.system_write(name, "test") as work:
                update(
                    work,
                    "reader",
                    [Change(pair.shared, {"name": f"{word} Shared", "fine_note": word, "credit": "10000"})],
                )
                books = create(work, "book", [{"title": f"{word} {n}"} for n in range(20)])
                create(work, "loan", [{"reader": str(pair.shared), "items": [{"book": str(one.id)}]} for one in books])
                update(work, "user", [Change(pair.user, {"full_name": f"{word} Twin"})])
        _grow(pair, folder)
        sides = {name: Side(pair, name) for name in CANARY}
        keys = {name: side.key(pair.user) for name, side in sides.items()}
        browsers = {name: side.browser() for name, side in sides.items()}
        foreign = _foreign(sides[OTHER], keys[OTHER])
        with pair.runtime.consistent_read(OTHER, "test") as work:
            sums = checksums(work)
        yield Apart(pair, keys, browsers, foreign, sums)


def _grow(pair: Pair, folder: Path) -> None:
    """Metadata of its own for the second tenant: an object the first does not have."""
    for shelf, name, text in (
        ("metadata", "package", "package: garden\nversion: 1.0.0\nlabel: Garden\n"), ("objects", "plant", PLANT),
    ):  # fmt: skip
        file = folder / "garden" / shelf / "garden" / f"{name}.yaml"
        file.parent.mkdir(parents=True)
        file.write_text(text)
    with pair.runtime.system_write(OTHER, "test") as work:
        runtime = pair.runtime
        work = runtime.publish(work, runtime.plan(work, runtime.load_packages(folder / "garden")))
        create(work, "plant", [{"name": f"{CANARY[OTHER]} Oak"}])


def _foreign(side: Side, key: str) -> dict[str, str]:
    """Something of everything that has an id, in the second tenant only."""
    found = {"reader": str(side.made("reader", name=f"{CANARY[OTHER]} Alone", card="C-ALONE"))}
    found["user"] = str(side.made("user", login="alone", full_name=f"{CANARY[OTHER]} Alone", email="alone@example.com"))
    taken = side.call(key, "POST", "/reader/imports", {"text": "Card,Name\nI-1,Imported\n"})
    assert taken.status_code in (201, 202), taken.text
    found["import"] = taken.json["id"]
    headers = {"Content-Type": "application/octet-stream", "Content-Disposition": 'attachment; filename="a.txt"'}
    sent = side.call(key, "POST", "/files", data=CANARY[OTHER].encode(), headers=headers)
    assert sent.status_code == 201, sent.text
    found["file"] = sent.json["id"]
    with side.pair.runtime.system_write(side.name, "test") as work:
        found["share"] = str(share(work, "reader", UUID(found["reader"]), side.pair.user, Level.EDIT))
        found["link"] = make_link(work, UUID(found["user"]), Purpose.RESET)
    found["key"] = side.call(key, "POST", "/keys", {"name": "k"}).json["id"]
    page = side.call(key, "GET", "/book", query_string={"limit": "5"})
    found["cursor"] = page.json["next"]
    return found


# ---- N1: what belongs to one leads nowhere in the other ------------------------------------------------------------


def id_for(route: Route, foreign: dict[str, str]) -> str:
    """The id of the second tenant's own that fits the route."""
    heads = {"/keys": "key", "/users": "user", "/imports": "import", "/files": "file"}
    return foreign[next((kind for head, kind in heads.items() if route.path.startswith(head)), "reader")]


def foreign_address(route: Route, foreign: dict[str, str]) -> str:
    """The address of a route, with ids of the second tenant in all its places."""
    row = {"object": "reader", **CALLS[name_of(route)], "id": id_for(route, foreign), "share": foreign["share"]}
    return VARIABLE.sub(lambda found: quote(str(row[found[1]]), safe=""), route.path)


def with_foreign_ids(value: Any, id: str) -> Any:
    """A body whose ids are another tenant's."""
    if isinstance(value, dict):
        return {key: with_foreign_ids(one, id) for key, one in value.items()}
    if isinstance(value, list):
        return [with_foreign_ids(one, id) for one in value]
    return id if isinstance(value, str) and (ID.fullmatch(value) or value == "x") else value


def assert_no_word_of(name: str, answer: TestResponse) -> None:
    assert CANARY[name].encode() not in answer.data, answer.text[:500]
    assert CANARY[name] not in str(answer.headers)


@pytest.mark.parametrize("route", ROUTES, ids=name_of)
def test_a_key_of_the_other_tenant_opens_no_route(apart: Apart, route: Route) -> None:
    body = CALLS[name_of(route)].get("body")
    answer = apart.side(TENANT).call(apart.keys[OTHER], route.method, foreign_address(route, apart.foreign), body)
    assert answer.status_code == (200 if route.right is Right.PUBLIC else 401), answer.text


@pytest.mark.parametrize("route", [one for one in ROUTES if "<id>" in one.path], ids=name_of)
def test_an_id_of_the_other_tenant_is_not_there(apart: Apart, route: Route) -> None:
    body = with_foreign_ids(CALLS[name_of(route)].get("body"), apart.foreign["reader"])
    address = foreign_address(route, apart.foreign)
    values = {"field": "photo", "file": apart.foreign["file"]}
    needed = {param.name: values[param.name] for param in route.params if param.required}
    if route.operation == "merge":
        body = {**body, "losers": [str(apart.pair.shared)]}
    answer = apart.side(TENANT).call(apart.keys[TENANT], route.method, address, body, query_string=needed)
    assert answer.status_code == 404, (answer.status_code, answer.text)
    assert_no_word_of(OTHER, answer)


@pytest.mark.parametrize("route", [one for one in ROUTES if "<id>" not in one.path], ids=name_of)
def test_ids_of_the_other_tenant_in_bodies_and_questions_lead_nowhere(apart: Apart, route: Route) -> None:
    foreign = apart.foreign
    body = with_foreign_ids(CALLS[name_of(route)].get("body"), foreign["reader"])
    if route.path == "/<object>" and route.method == "POST":
        body = {"name": "Row", "sponsor": foreign["reader"]}
    asked = {param.name: "reader" if param.name == "object" else foreign["reader"] for param in route.params}
    for query in ({}, asked, {"cursor": foreign["cursor"]} if "cursor" in asked else {}):
        answer = apart.side(TENANT).call(
            apart.keys[TENANT], route.method, foreign_address(route, foreign), body, query_string=query
        )
        assert answer.status_code < 500, answer.text
        assert_no_word_of(OTHER, answer)


@pytest.mark.parametrize("address", sorted(PAGES))
def test_a_session_of_the_other_tenant_opens_no_page(apart: Apart, address: str) -> None:
    method, path = page_address(address, apart.foreign)
    stolen = Client(apart.pair.web)
    cookie = apart.browsers[OTHER].get_cookie("fw_session", "other.localhost")
    state = apart.browsers[OTHER].get_cookie("fw_state", "other.localhost")
    assert cookie is not None
    stolen.set_cookie("fw_session", cookie.value, domain="main.localhost")
    if state is not None:
        stolen.set_cookie("fw_state", state.value, domain="main.localhost")
    answer = stolen.open(path, method=method, base_url=apart.side(TENANT).origin)
    if PAGES[address].public:
        assert answer.status_code in (200, 303, 400, 401, 403, 404)
    else:
        assert answer.status_code in (303, 403), (answer.status_code, answer.text[:300])
        assert method == "POST" or answer.headers["Location"].startswith("/login")
    assert_no_word_of(OTHER, answer)
    assert_no_word_of(TENANT, answer)


@pytest.mark.parametrize("address", sorted(PAGES))
def test_a_page_with_ids_of_the_other_tenant_tells_nothing(apart: Apart, address: str) -> None:
    method, path = page_address(address, apart.foreign)
    if "/logout" in path or "language" in path:
        return
    browser, origin = apart.browsers[TENANT], apart.side(TENANT).origin
    row = PAGES[address]
    asked = {key: with_foreign_ids(one, apart.foreign["reader"]) for key, one in row.query.items()}
    if method == "GET":
        answer = browser.get(path, base_url=origin, query_string=asked)
    else:
        token = browser.get("/preferences", base_url=origin).text.split('name="_csrf" value="', 1)[1].split('"', 1)[0]
        form = {key: with_foreign_ids(one, apart.foreign["reader"]) for key, one in row.form.items()}
        answer = browser.post(path, base_url=origin, query_string=asked, data={"_csrf": token, **form})
    assert answer.status_code < 500, answer.text
    if "<id>" in address or "<job>" in address:
        assert answer.status_code in (303, 400, 404), (answer.status_code, answer.text[:300])
    assert_no_word_of(OTHER, answer)


def page_address(address: str, foreign: dict[str, str]) -> tuple[str, str]:
    """Method and path of a page, with ids of the second tenant in all its places."""
    method, path = address.split(" ", 1)
    file = path.startswith("/files")
    parts = {
        "object": "reader", "tab": "history", "filename": "app.css", **PAGES[address].parts,
        "id": foreign["file"] if file else foreign["reader"], "job": foreign["import"], "token": foreign["link"],
    }  # fmt: skip
    return method, VARIABLE.sub(lambda found: quote(parts[found[1]], safe=""), path)


def test_a_link_of_the_other_tenant_chooses_no_password(apart: Apart) -> None:
    page = Client(apart.pair.web).get(f"/link/{apart.foreign['link']}", base_url=apart.side(TENANT).origin)
    own = Client(apart.pair.web).get(f"/link/{apart.foreign['link']}", base_url=apart.side(OTHER).origin)
    assert (page.status_code, own.status_code) == (400, 200)
    assert "alone" not in page.text


def test_what_was_tried_from_outside_changed_nothing(apart: Apart) -> None:
    """Runs last: every table of the second tenant is what it was, but for where its own people were seen."""
    with apart.pair.runtime.consistent_read(OTHER, "test") as work:
        found = checksums(work)
    changed = {name for name, one in found.items() if one != apart.sums[name]}
    assert changed <= {"fw_api_key"}, changed


# ---- N2: requests of both, one after the other and at once, with every cache on --------------------------------------


@dataclass(frozen=True)
class Ask:
    """A request either tenant makes. `own` says that the answer must hold the tenant's own word."""

    method: str
    path: str
    json: Any = None
    own: bool = False
    page: bool = False


def asks(shared: UUID) -> tuple[Ask, ...]:
    """What people and programs of both do, with the same words and ids."""
    reader = f"/reader/{shared}"
    return (
        Ask("GET", reader, own=True),
        Ask("GET", "/reader?fields=name,topics,loans_count&sort=name", own=True),
        Ask("GET", "/book?limit=7&sort=-title", own=True),
        Ask("GET", "/loan?fields=reader.name,reader.credit&limit=3", own=True),
        Ask("GET", f"{reader}/history", own=True),
        Ask("GET", "/reader/aggregate?groups=name&measures=count", own=True),
        Ask("GET", "/loan/lookup/reader?q=Shared", own=True),
        Ask("GET", "/reader/export?format=csv", own=True),
        Ask("POST", "/reader/query", {"filter": "name > 'M' and name < 'P'", "count": True}),
        Ask("PATCH", reader, {"credit": "250"}),
        Ask("GET", "/me"),
        Ask("GET", "/describe"),
        Ask("GET", "/describe/plant"),
        Ask("GET", "/plant"),
        Ask("GET", "/openapi.json"),
        Ask("GET", "/audit?limit=5"),
        Ask("GET", "/o/reader", own=True, page=True),
        Ask("GET", f"/o/reader/{shared}", own=True, page=True),
        Ask("GET", "/o/book", own=True, page=True),
        Ask("GET", "/search?q=Shared", own=True, page=True),
        Ask("GET", f"/o/reader/{shared}/edit", own=True, page=True),
    )


def asked(apart: Apart, name: str, ask: Ask) -> str:
    """What is wrong with the answer, blank when nothing is."""
    origin = apart.side(name).origin
    if ask.page:
        answer = apart.browsers[name].get(ask.path, base_url=origin)
    else:
        answer = apart.side(name).call(apart.keys[name], ask.method, ask.path, ask.json)
    other = OTHER if name == TENANT else TENANT
    if CANARY[other].encode() in answer.data or CANARY[other] in str(answer.headers):
        return f"{name} {ask.method} {ask.path}: a word of {other}"
    missing = name == TENANT and "plant" in ask.path
    if answer.status_code != (404 if missing else 200):
        return f"{name} {ask.method} {ask.path}: {answer.status_code} {answer.text[:200]}"
    if "Plant" in answer.text and name == TENANT and not missing:
        return f"{name} {ask.method} {ask.path}: an object of {other}"
    if ask.own and CANARY[name] not in answer.text:
        return f"{name} {ask.method} {ask.path}: nothing of its own"
    return ""


def test_a_thousand_requests_of_both_in_turn_hold_no_word_of_the_other(apart: Apart) -> None:
    drawn = random.Random(20_26)
    known = asks(apart.pair.shared)
    wrong = [
        found
        for _ in range(REQUESTS * PROFILE.factor)
        if (found := asked(apart, drawn.choice((TENANT, OTHER)), drawn.choice(known)))
    ]
    assert wrong == []


def test_requests_of_both_at_once_hold_no_word_of_the_other(apart: Apart) -> None:
    """Threads meet in every cache and pool; programs only, for a browser here is one thread's."""
    known = [one for one in asks(apart.pair.shared) if not one.page and one.method == "GET"]

    def run(seed: int) -> list[str]:
        drawn = random.Random(seed)
        return [
            found
            for _ in range(REQUESTS // 4 // THREADS)
            if (found := asked(apart, drawn.choice((TENANT, OTHER)), drawn.choice(known)))
        ]

    with ThreadPoolExecutor(THREADS) as pool:
        assert [one for found in pool.map(run, range(THREADS)) for one in found] == []


def test_an_etag_of_one_says_nothing_in_the_other(apart: Apart) -> None:
    """Same id, same version, other words: whoever sends the other's tag is told as if they had sent none."""
    path = f"/reader/{apart.pair.shared}"
    tags = {}
    for name in (TENANT, OTHER):
        with apart.pair.runtime.system_write(name, "test") as work:
            update(work, "reader", [Change(apart.pair.shared, {"fine_note": f"{CANARY[name]} again"})])
        tags[name] = apart.side(name).call(apart.keys[name], "GET", path).headers["ETag"]
    answer = apart.side(TENANT).call(apart.keys[TENANT], "GET", path, headers={"If-None-Match": tags[OTHER]})
    assert answer.status_code in (200, 304)
    assert_no_word_of(OTHER, answer)


def test_a_right_taken_in_one_stays_in_the_other(apart: Apart) -> None:
    """The same user id, roles that differ from now on: what is kept about people is kept per tenant."""
    with apart.pair.runtime.system_write(OTHER, "test") as work:
        withdraw_role(work, apart.pair.user, "admin")
    try:
        for _ in range(3):
            assert apart.side(TENANT).call(apart.keys[TENANT], "GET", "/audit").status_code == 200
            assert apart.side(OTHER).call(apart.keys[OTHER], "GET", "/audit").status_code == 403
            assert apart.side(TENANT).call(apart.keys[TENANT], "GET", "/reader").status_code == 200
            assert apart.side(OTHER).call(apart.keys[OTHER], "GET", "/reader").status_code == 403
    finally:
        with apart.pair.runtime.system_write(OTHER, "test") as work:
            assign_role(work, apart.pair.user, "admin")
