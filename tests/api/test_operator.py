"""The operator's door: one key and nothing else; whole tenants, told in both logs."""

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from formwork.api.operator import OPERATOR_PREFIX, OPERATOR_ROUTES, create_operator_api
from formwork.identity.audit import Event, Question, entries
from formwork.wsgi import Site
from tests.support.databases import Database
from tests.support.pairs import OTHER, Pair, paired
from tests.support.tenants import ROOT, TENANT

KEY = "operator-key-of-this-test-0123456789"
ROWS = {f"{one.method} {one.path}": one for one in OPERATOR_ROUTES}


@pytest.fixture(scope="module")
def pair(shared_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    with paired(shared_database, tmp_path_factory.mktemp("operator")) as found:
        found.runtime.settings = replace(found.runtime.settings, operator_key=KEY)
        yield found


@pytest.fixture
def client(pair: Pair) -> Client:
    """A caller of the door, whose address has sent no wrong key yet."""
    return Client(create_operator_api(pair.runtime))


def call(client: Client, method: str, path: str, json: Any = None, key: str = KEY, **options: Any) -> TestResponse:
    headers = {"Authorization": f"Bearer {key}"} | options.pop("headers", {})
    if json is not None:
        options["json"] = json
    options["environ_overrides"] = {"REMOTE_ADDR": "127.0.0.1"}
    return client.open(OPERATOR_PREFIX + path, method=method, headers=headers, **options)


@pytest.mark.parametrize("name", sorted(ROWS))
def test_nobody_gets_in_without_the_key(pair: Pair, client: Client, name: str) -> None:
    """No key, a wrong one, an administrator's: 401, before it is said whether the tenant is there."""
    route = ROWS[name]
    path = route.path.replace("<name>", TENANT)
    before = pair.runtime.directory.list()
    for key in ("", "wrong", KEY[:-1], pair.one.key(pair.user)):
        answer = call(client, route.method, path, {} if route.method != "GET" else None, key)
        assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
        assert TENANT not in answer.text
    session = client.open(OPERATOR_PREFIX + path, method=route.method, headers={"Cookie": "fw_session=x"})
    assert session.status_code == 401
    assert pair.runtime.directory.list() == before


def test_wrong_keys_are_counted_by_address(client: Client) -> None:
    answers = [call(client, "GET", "/tenants", key="wrong").status_code for _ in range(11)]
    assert answers == [401] * 10 + [429]
    assert call(client, "GET", "/tenants").status_code == 429


def test_without_a_key_in_the_settings_there_is_no_door(pair: Pair) -> None:
    site = Site(replace(pair.runtime.settings, operator_key=""))
    site.build()
    assert site._runtime is not None
    with closing(site._runtime):
        for key in ("", KEY):
            answer = call(Client(site), "GET", "/tenants", key=key, base_url="http://main.localhost")
            assert answer.status_code == 404
    opened = Site(pair.runtime.settings)
    opened.build()
    assert opened._runtime is not None
    with closing(opened._runtime):
        assert call(Client(opened), "GET", "/tenants", base_url="http://nobody.example").status_code == 200


def test_a_tenant_is_made_suspended_resumed_and_deleted(pair: Pair, client: Client) -> None:
    body = {"name": "fresh", "label": "Fresh", "hosts": ["fresh.example"], "currency": "USD", "bare": True}
    made = call(client, "POST", "/tenants", body)
    assert (made.status_code, made.json["state"], made.json["hosts"]) == (201, "active", ["fresh.example"])
    assert call(client, "POST", "/tenants", body).status_code == 409
    assert call(client, "POST", "/tenants/fresh/suspend", {"reason": "unpaid"}).json["state"] == "suspended"
    assert call(client, "POST", "/tenants/fresh/suspend").json["code"] == "wrong_state"
    assert call(client, "POST", "/tenants/fresh/resume").json["state"] == "active"
    assert call(client, "PATCH", "/tenants/fresh", {"hosts": ["b.example"]}).json["hosts"] == ["b.example"]
    left = call(client, "DELETE", "/tenants/fresh", {"days": 5}).json
    assert (left["state"], bool(left["purge_at"])) == ("leaving", True)
    refused = call(client, "DELETE", "/tenants/fresh", {"now": True, "confirm": "other"})
    assert (refused.status_code, refused.json["code"]) == (422, "unconfirmed")
    with pair.runtime.system_read("fresh", "test") as work:
        acts = [one.detail["act"] for one in entries(work, Question(event=Event.OPERATOR), 10)]
    assert acts == ["delete", "hosts", "resume", "suspend", "create"]
    assert call(client, "DELETE", "/tenants/fresh", {"now": True, "confirm": "fresh"}).json == {"deleted": "fresh"}
    assert call(client, "GET", "/tenants/fresh").status_code == 404
    log = call(client, "GET", "/log?tenant=fresh&limit=3").json["data"]
    assert [(one["act"], one["by"], one["address"]) for one in log] == [
        ("delete_now", "api", "127.0.0.1"), ("delete", "api", "127.0.0.1"), ("hosts", "api", "127.0.0.1"),
    ]  # fmt: skip
    older = call(client, "GET", f"/log?tenant=fresh&before={log[-1]['id']}").json["data"]
    assert [one["act"] for one in older] == ["resume", "suspend", "create"]


def test_an_archive_goes_out_and_comes_in_again(pair: Pair, client: Client) -> None:
    out = call(client, "GET", f"/tenants/{OTHER}/export")
    assert (out.status_code, out.mimetype) == (200, "application/zip")
    path, headers = "/tenants/again/import?label=Again&host=again.example", {"Content-Type": "application/zip"}
    made = call(client, "POST", path, headers=headers, data=out.data)
    assert (made.status_code, made.json["label"], made.json["hosts"]) == (201, "Again", ["again.example"])
    with pair.runtime.system_read("again", "test") as work:
        assert work.snapshot.objects.keys() >= {"reader", "loan"}
    bad = call(client, "POST", "/tenants/bad/import", headers=headers, data=b"PK no archive")
    assert (bad.status_code, bad.json["code"]) == (422, "bad_backup")
    assert call(client, "GET", "/tenants/bad").status_code == 404
    copy = call(client, "POST", "/tenants/again/clone", {"name": "again2", "rows": 0})
    assert (copy.status_code, copy.json["state"]) == (201, "active")


@pytest.mark.parametrize(
    ("method", "path", "body", "code"),
    [
        ("POST", "/tenants", {"label": "x"}, "bad_body"),
        ("POST", "/tenants", {"name": 5}, "bad_body"),
        ("POST", "/tenants", {"name": "x", "colour": "red"}, "bad_body"),
        ("POST", "/tenants", {"name": "Not A Name", "bare": True}, "bad_name"),
        ("POST", "/tenants", {"name": "x", "bare": True, "timezone": "Moon"}, "invalid"),
        ("POST", "/tenants", {"name": "x", "bare": True, "hosts": ["http://x"]}, "invalid"),
        ("POST", "/tenants", {"name": "x", "bare": True, "database": "none"}, "unknown_database"),
        ("POST", "/tenants", ["x"], "bad_body"),
        ("POST", "/tenants/main/clone", {"name": "x", "rows": -1}, "bad_body"),
        ("POST", "/tenants/main/move", {"database": "own"}, "same_database"),
        ("POST", "/tenants/none/suspend", None, "unknown_tenant"),
        ("GET", "/log?limit=0", None, "bad_parameter"),
        ("GET", "/log?before=x", None, "bad_parameter"),
        ("GET", "/nothing", None, "not_found"),
    ],
)
def test_what_is_wrong_is_named(client: Client, method: str, path: str, body: Any, code: str) -> None:
    answer = call(client, method, path, body)
    assert (answer.status_code < 500, answer.json["code"]) == (True, code), answer.text


def test_the_page_lists_every_route() -> None:
    page = (ROOT / "docs/api/operator.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([A-Z]+ /[^`]*)`", page, re.MULTILINE)) == set(ROWS)


def test_the_key_opens_no_record(pair: Pair) -> None:
    assert pair.one.call(KEY, "GET", "/reader").status_code == 401
