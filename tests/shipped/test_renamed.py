"""Every shipped object and field outside core under a generated name: the product must not notice.

Each story runs on the renamed packages, through both doors, on both databases; in the proof on the shipped ones too.
"""

import json
import random
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from formwork.api import create_api
from formwork.catalog.link import link
from formwork.fieldtypes.registry import FIELD_TYPES
from formwork.identity import set_password
from formwork.publishing import load_seeds
from formwork.records import AggregateRequest, aggregate
from formwork.storage.upkeep.doctor import examine
from formwork.web.app import create_web
from tests.support.callers import Caller, World
from tests.support.databases import Database, postgres_database
from tests.support.naming import CORE, WORDS, Names
from tests.support.renaming import rename
from tests.support.session import made_once
from tests.support.shelves import write_workspace
from tests.support.tenants import ROOT, Installation, installed, loaded, packages_of, shipped, shipped_snapshot

SEED = 20260305
LEAD = {
    "first_name": "Ines", "last_name": "Prado", "company": "Prado", "email": "i@prado.example",
    "budget": "12000", "timeframe": "now", "need": "A shop window.",
}  # fmt: skip
PASSWORD = "a long enough sentence"
BEFORE, AFTER = (f"{letter}{random.Random(SEED).randrange(100, 1000)}" for letter in "qz")
OLD_NAME = re.compile(f"{BEFORE}_([a-z0-9_]+?)_{AFTER}")


def spelled(name: str) -> str:
    """The generated name: something before and after, so that neither beginnings nor endings give it away."""
    return f"{BEFORE}_{name}_{AFTER}"


def old(text: str) -> str:
    """A text with the old names."""
    return OLD_NAME.sub(r"\1", text)


def renamed_workspace() -> Path:
    """A folder with the renamed packages."""

    def make(folder: Path) -> None:
        names = Names(shipped_snapshot(), shipped(), spelled)
        write_workspace(folder, {key: rename(one, names) for key, one in shipped().items() if key != CORE})

    return made_once("renamed", SEED, make)


@dataclass(frozen=True)
class Place:
    """An installation and the names its packages use."""

    home: Installation
    names: Names
    seller: Caller
    boss: Caller

    def fields(self, object: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """A body under the names of this place, detail lists included."""
        details = {item.name: item.object for item in self.names.snapshot.objects[object].details}
        return {
            self.names.member(object, name): [self.fields(details[name], one) for one in value]
            if name in details
            else value
            for name, value in body.items()
        }

    def path(self, object: str, *rest: object) -> str:
        """The address of an object or of something below it."""
        return "/".join(("", self.names.object(object), *map(str, rest)))

    def made(self, caller: Caller, object: str, **body: Any) -> dict[str, Any]:
        """A new record under the old names."""
        answer = caller.post(self.path(object), self.fields(object, body))
        assert answer.status_code == 201, answer.json
        return told(answer)

    def changed(self, caller: Caller, object: str, id: str, **body: Any) -> dict[str, Any]:
        """A changed record under the old names."""
        answer = caller("PATCH", self.path(object, id), self.fields(object, body))
        assert answer.status_code == 200, answer.json
        return told(answer)

    def listed(self, caller: Caller, object: str, filter: str) -> list[dict[str, Any]]:
        """The records a filter finds, under the old names."""
        answer = caller.get(self.path(object), filter=self.names.text(object, filter))
        assert answer.status_code == 200, answer.json
        return told(answer)["data"]  # type: ignore[no-any-return]


def told(answer: TestResponse) -> dict[str, Any]:
    """The body of an answer under the old names."""
    found: dict[str, Any] = json.loads(old(answer.text))
    return found


def opened(database: Database, folder: Path, *, renamed: bool) -> Iterator[Place]:
    """A place with a seller and an administrator."""
    names = Names(shipped_snapshot(), shipped(), spelled if renamed else str)
    with installed(database, folder, renamed_workspace() if renamed else ROOT) as home:
        home.runtime.settings = replace(home.runtime.settings, rate_limit="")
        world = World(home, create_api(home.runtime))
        yield Place(home, names, world.caller("rosa", "sales_rep"), world.caller("boss", "admin"))


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(("sqlite", False), id="shipped-sqlite", marks=pytest.mark.proof),
        pytest.param(("sqlite", True), id="renamed-sqlite"),
        pytest.param(("postgres", True), id="renamed-postgres"),
    ],
)
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    kind, renamed = request.param
    folder = tmp_path_factory.mktemp("place")
    if kind == "sqlite":
        yield from opened(Database("sqlite", "", folder), folder, renamed=renamed)
        return
    with postgres_database(request.getfixturevalue("postgres_server"), folder) as database:
        yield from opened(database, folder, renamed=renamed)


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Place, Place]]:
    """The same empty house under both names, on SQLite."""
    makers = []
    for renamed in (False, True):
        folder = tmp_path_factory.mktemp("twin")
        makers.append(opened(Database("sqlite", "", folder), folder, renamed=renamed))
    yield next(makers[0]), next(makers[1])
    for maker in makers:
        next(maker, None)


def test_the_renamed_packages_link_without_findings() -> None:
    found = link({**loaded(renamed_workspace()), CORE: shipped()[CORE]}, FIELD_TYPES)
    assert found.findings == ()
    assert found.snapshot is not None
    left = {name for name in found.snapshot.objects if not OLD_NAME.fullmatch(name)}
    assert left == {name for name, spec in shipped_snapshot().objects.items() if spec.package == CORE}
    for spec in found.snapshot.objects.values():
        for field in spec.fields.values():
            kept = field.system or spec.package == CORE or field.name in WORDS
            assert kept or OLD_NAME.fullmatch(field.twin_of or field.name), (spec.name, field.name)


@pytest.mark.proof
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_demo_seeds_load(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    names = Names(shipped_snapshot(), shipped(), spelled)
    seeds = [seed for package in packages_of((renamed_workspace(),)).values() for seed in package.seeds]
    with (
        installed(request.getfixturevalue(kind), tmp_path / "home", renamed_workspace()) as home,
        home.system() as work,
    ):
        report = load_seeds(work, seeds, demo=True)
        assert sum(report.created.values()) > 300
        for object in ("account", "opportunity", "sales_order", "invoice"):
            [row] = aggregate(work, AggregateRequest(names.object(object)))
            assert row["count"] == report.created[names.object(object)] > 5
        assert examine(work) == []


def test_a_seller_s_day_through_the_api(place: Place) -> None:
    lead = place.made(place.seller, "lead", **LEAD)
    place.changed(place.seller, "lead", lead["id"], stage="qualified")
    done = place.seller.post(place.path("lead", lead["id"], "convert", "lead_deal_conversion"))
    assert done.status_code == 200, done.json
    made = {name: one["id"] for name, one in done.json["made"].items()}
    assert set(made) == {"account", "contact", "opportunity"}
    [customer] = place.listed(place.seller, "account", "name = 'Prado' and owner = me")
    assert customer["id"] == made["account"]

    product = place.made(place.boss, "product", sku="P-1", name="Lamp", list_price="19.99", tax_class="standard")
    lines = [
        {"product": product["id"], "quantity": "3"},
        {"product": product["id"], "quantity": "1", "discount_pct": "0.5"},
    ]
    order = place.made(place.seller, "sales_order", account=customer["id"], lines=lines)
    assert order["number"].startswith("SO-")
    line = place.listed(place.seller, "order_line", f"order = '{order['id']}' and quantity = 3")[0]
    assert (line["unit_price"], line["net"]) == ("19.99", "59.97")
    place.changed(place.seller, "sales_order", order["id"], lines=[{"id": line["id"], "quantity": "2"}])
    [found] = place.listed(
        place.seller, "sales_order", "count(lines) = 2 and sum(lines, net) = 49.98 and account.name = 'Prado'"
    )
    assert found["id"] == order["id"]

    wrong = place.seller.post(place.path("sales_order"), place.fields("sales_order", {"discount_pct": "0.9"}))
    assert {old(one["pointer"]) for one in wrong.json["errors"]} >= {"/account", "/discount_pct"}
    history = place.seller.get(place.path("sales_order", order["id"], "history"))
    assert [one["action"] for one in history.json["data"]][-1] == "created"
    assert place.listed(place.boss, "account", "count(sales_orders) > 0")[0]["id"] == customer["id"]


def test_a_file_goes_in_and_out(place: Place) -> None:
    text = "Name,Website,Email,Status\nNorth,https://north.example,n@north.example,Customer\nSouth,,not a mail,\n"
    taken = place.boss.post(place.path("account", "imports"), {"text": text})
    assert taken.status_code == 201, taken.text
    assert [one["field"] for one in told(taken)["columns"]] == ["name", "website", "email", "status"]
    job = f"/imports/{taken.json['id']}"
    assert place.boss.post(f"{job}/run").status_code == 202
    for _ in range(300):
        done = place.boss.get(job).json
        if done["state"] not in ("uploaded", "running"):
            break
        time.sleep(0.1)
    assert (done["state"], done["totals"]["created"], done["totals"]["failed"]) == ("finished", 1, 1)
    [north] = place.listed(place.boss, "account", "name = 'North'")
    assert (north["website"], north["status"]) == ("https://north.example", "customer")
    columns = ",".join(place.names.fields("account", ("name", "status")))
    sheet = place.boss.get(place.path("account", "export"), fields=columns, filter=f"id = '{north['id']}'")
    assert old(sheet.text) == "\ufeffname,status\r\nNorth,customer\r\n"
    assert place.boss.post(f"{job}/undo").json["deleted"] == 1
    assert place.listed(place.boss, "account", "name = 'North'") == []


def test_the_browser_s_door(place: Place) -> None:
    browser = signed_in(place)
    account, customer = place.names.object("account"), place.made(place.boss, "account", name="Beacon")
    orders, name = place.names.object("sales_order"), place.names.field("account", "name")
    product = place.made(place.boss, "product", sku="P-9", name="Bulb", list_price="2.50", tax_class="zero")

    taken = browser.send(f"/o/{account}/new", {name: "Harbour Café"})
    assert taken.status_code == 303, taken.text
    assert "Harbour Café" in browser.get(taken.headers["Location"]).text
    assert "Harbour Café" in browser.get(f"/o/{account}").text

    lines = {"_id": "", "product": product["id"], "quantity": "4", "unit_price": "2.50"}
    form = {place.names.field("sales_order", "account"): customer["id"]}
    prefix = f"{place.names.member('sales_order', 'lines')}.0."
    form |= {prefix + place.names.field("order_line", key): value for key, value in lines.items()}
    refused = browser.send(f"/o/{orders}/new", {key: value for key, value in form.items() if value != customer["id"]})
    assert refused.status_code == 422
    taken = browser.send(f"/o/{orders}/new", form)
    assert taken.status_code == 303, taken.text
    shown = browser.get(taken.headers["Location"]).text
    assert "Bulb" in shown
    assert "10.00" in shown


def test_what_the_api_says_of_itself_is_the_same(twins: tuple[Place, Place]) -> None:
    plain, other = twins
    for object in shipped_snapshot().objects:
        answers = [told(one.boss.get(f"/describe/{one.names.object(object)}")) for one in twins]
        assert settled(answers[0]) == settled(answers[1]), object
    documents = [told(one.boss.get("/openapi.json")) for one in twins]
    assert set(documents[0]["paths"]) == set(documents[1]["paths"])
    assert set(documents[0]["components"]["schemas"]) == set(documents[1]["components"]["schemas"])


def test_empty_lists_and_forms_are_the_same_pages(twins: tuple[Place, Place]) -> None:
    browsers = [signed_in(one) for one in twins]
    for object in (name for name, spec in shipped_snapshot().objects.items() if spec.master is None):
        for page in ("/o/{}", "/o/{}/new"):
            addresses = [page.format(one.names.object(object)) for one in twins]
            answers = [browser.get(address) for browser, address in zip(browsers, addresses, strict=True)]
            assert [answer.status_code for answer in answers] == [answers[0].status_code] * 2
            texts = [plain_page(answer.text) for answer in answers]
            assert texts[0] == texts[1], addresses


def settled(value: Any) -> Any:
    """A JSON value in which neither the order of keys and names nor a version counts."""
    if isinstance(value, dict):
        return {key: settled(inner) for key, inner in value.items() if key not in ("version", "snapshot")}
    if isinstance(value, list):
        return sorted((settled(one) for one in value), key=json.dumps)
    return value


def plain_page(text: str) -> str:
    """A page under the old names without what differs from one answer to the next."""
    text = re.sub(r'name="_csrf" value="[^"]+"', "", old(text))
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}|\b[0-9a-f]{32}\b", "ID", text)
    return re.sub(r"\d\d:\d\d(:\d\d)?", "TIME", text)


@dataclass
class Browser:
    """Somebody signed in with the form, without a browser."""

    client: Client

    def get(self, path: str) -> TestResponse:
        """A page."""
        return self.client.get(path, base_url="http://localhost")

    def send(self, path: str, form: Mapping[str, Any]) -> TestResponse:
        """The form of a page with the page's own token."""
        token = re.search(r'name="_csrf" value="([^"]+)"', self.get(path).text)
        assert token is not None, path
        return self.client.post(path, data={"_csrf": token[1], **form}, base_url="http://localhost")


def signed_in(place: Place) -> Browser:
    """The administrator in a browser."""
    browser = Browser(Client(create_web(place.home.runtime)))
    assert place.boss.user is not None
    with place.home.system() as work:
        set_password(work, place.boss.user, "boss", PASSWORD)
    answer = browser.send("/login", {"email": "boss", "password": PASSWORD})
    assert answer.status_code == 303, answer.text
    return browser
