"""What bad input gets: each test is named after its line of the list of refusals in docs/api/errors.md."""

import json
import threading
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from werkzeug.test import Client

from formwork.api import create_api
from formwork.api.door import MOST_HEADERS
from formwork.identity import start_session
from formwork.records.erase import forget_traces
from tests.support.callers import API, ORIGIN, Caller, World


@pytest.fixture(scope="module")
def clerk(world: World) -> Caller:
    return world.caller("cleo", "clerk")


@pytest.fixture(scope="module")
def reader(admin: Caller) -> dict[str, Any]:
    return admin.made("reader", name="Ada", card="bad-1")


def raw(caller: Caller, data: bytes, path: str = "/reader", **headers: str) -> Any:
    sent = {"Content-Type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return caller("POST", path, data=data, headers=sent)


def is_problem(answer: Any, status: int, code: str) -> bool:
    assert answer.status_code == status, answer.get_data(as_text=True)
    assert answer.mimetype == "application/problem+json"
    body = answer.json
    assert body["code"] == code, body
    assert body["status"] == status
    assert body["instance"] == answer.headers["X-Request-Id"]
    assert "Traceback" not in answer.text
    return True


@pytest.mark.parametrize(
    "data",
    [
        b"", b"{", b'{"name": NaN}', b'{"credit": Infinity}', b'{"name": "a", "name": "b"}', b'{"name": "\xff"}',
        b'{"name": "a"} x', b"[" * 60 + b"]" * 60, b"[" * 100_000, b'{"credit": ' + b"9" * 5000 + b"}",
        b'{"credit": 1.' + b"9" * 5000 + b"}", b'{"\\ud800": 1}', b'\xef\xbb\xbf{"name": "a"}',
    ],
)  # fmt: skip
def test_01_malformed(admin: Caller, data: bytes) -> None:
    before = admin.get("/reader/count").json
    assert is_problem(raw(admin, data), 400, "malformed")
    assert admin.get("/reader/count").json == before


def test_02_size_type_method_accept(world: World, admin: Caller) -> None:
    most = world.here.runtime.settings.max_body
    assert is_problem(raw(admin, b'{"name": "' + b"a" * most + b'"}'), 413, "body_too_large")
    assert is_problem(raw(admin, b'{"name": "a"}', Content_Type="text/plain"), 415, "unsupported_media")
    assert is_problem(raw(admin, b'{"name": "a"}', Content_Encoding="gzip"), 415, "unsupported_media")
    refused = admin("PUT", "/reader", {"name": "a"})
    assert is_problem(refused, 405, "method_not_allowed")
    assert {"GET", "POST"} <= set(refused.headers["Allow"].split(", "))
    assert is_problem(admin("OPTIONS", "/reader"), 405, "method_not_allowed")
    assert is_problem(admin("GET", "/reader", headers={"Accept": "text/csv"}), 406, "not_acceptable")
    assert is_problem(admin("GET", "/reader", headers={"X-Long": "a" * MOST_HEADERS}), 431, "header_too_large")
    assert is_problem(admin("GET", "/no/such/address/at/all"), 404, "not_found")


def test_03_no_login(world: World, reader: dict[str, Any]) -> None:
    answer = world.nobody.get(f"/reader/{reader['id']}")
    assert is_problem(answer, 401, "unauthenticated")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    forged = world.nobody.with_headers(Authorization="Bearer fwk_" + "x" * 43)
    assert is_problem(forged.get("/reader"), 401, "bad_key")
    assert is_problem(world.nobody.with_headers(Authorization="Basic YTpi").get("/reader"), 401, "unauthenticated")


def test_04_no_right_and_not_visible(world: World, clerk: Caller, reader: dict[str, Any]) -> None:
    assert is_problem(clerk("DELETE", f"/reader/{reader['id']}"), 403, "denied") or True
    hidden = clerk.get(f"/reader/{reader['id']}")
    absent = clerk.get(f"/reader/{uuid4()}")
    assert is_problem(hidden, 404, "not_found")
    strip = ("instance",)
    assert {k: v for k, v in hidden.json.items() if k not in strip} == {
        k: v for k, v in absent.json.items() if k not in strip
    }
    assert is_problem(clerk.get("/reader/not-an-id"), 404, "not_found")
    nothing = world.caller("norole")
    assert is_problem(nothing.get("/reader"), 403, "denied")


def test_05_a_session_needs_its_own_origin(world: World, clerk: Caller) -> None:
    assert clerk.user is not None
    with world.here.system() as work:
        token = start_session(work, clerk.user, 1)
    browser = Client(world.app)
    browser.set_cookie("fw_session", token, domain="localhost")
    assert browser.get(API + "/me", base_url=ORIGIN).status_code == 200
    body = {"json": {"name": "By session"}, "base_url": ORIGIN}
    assert is_problem(browser.post(API + "/reader", **body), 403, "csrf")
    assert is_problem(browser.post(API + "/reader", headers={"Origin": "http://evil.example"}, **body), 403, "csrf")
    assert browser.post(API + "/reader", headers={"Origin": ORIGIN}, **body).status_code == 201


def test_06_unknown_and_not_writable_fields(admin: Caller, clerk: Caller) -> None:
    answer = admin.post("/reader", {"name": "a", "nam/e": 1, "owed": 3, "created_at": "2020-01-01T00:00:00Z"})
    assert is_problem(answer, 422, "invalid")
    assert {(one["pointer"], one["code"]) for one in answer.json["errors"]} == {
        ("/nam~1e", "unknown_field"), ("/owed", "not_writable"), ("/created_at", "not_writable"),
    }  # fmt: skip
    hidden = clerk.post("/reader", {"name": "a", "fine_note": "x"})
    assert [one["code"] for one in hidden.json["errors"]] == ["unknown_field"]


def test_07_every_problem_at_once(admin: Caller) -> None:
    answer = admin.post(
        "/reader", {"name": None, "credit": "a lot", "member": "maybe", "topics": "sea", "card": "x" * 21}
    )
    assert is_problem(answer, 422, "invalid")
    assert {one["pointer"] for one in answer.json["errors"]} >= {"/credit", "/member", "/topics", "/card"}


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b", "a\x07b"])
def test_08_bad_characters(admin: Caller, text: str) -> None:
    answer = raw(admin, json.dumps({"name": text}).encode())
    assert answer.status_code == 422, answer.json
    assert answer.json["errors"][0]["code"] == "bad_character"


def test_09_references(admin: Caller, clerk: Caller, reader: dict[str, Any]) -> None:
    book = admin.made("book", title="Other kind")
    messages = set()
    for id in (reader["id"], str(uuid4()), book["id"]):
        answer = clerk.post("/loan", {"reader": id})
        assert answer.status_code == 422, answer.json
        messages.add(tuple((one["code"], one["message"]) for one in answer.json["errors"]))
    assert len(messages) == 1
    assert {code for code, _ in messages.pop()} == {"bad_reference"}


def test_10_duplicates(admin: Caller, clerk: Caller, reader: dict[str, Any]) -> None:
    answer = admin.post("/reader", {"name": "b", "card": "bad-1"})
    assert is_problem(answer, 409, "duplicate")
    assert answer.json["errors"][0]["args"]["record"] == reader["id"]
    unseen = clerk.post("/reader", {"name": "b", "card": "bad-1"})
    assert is_problem(unseen, 409, "duplicate")
    assert "record" not in unseen.json["errors"][0]["args"]


def test_11_old_versions(admin: Caller) -> None:
    made = admin.made("reader", name="Old")
    path = f"/reader/{made['id']}"
    assert admin("PATCH", path, {"name": "New"}).status_code == 200
    answer = admin("PATCH", path, {"name": "Mine"}, headers={"If-Match": '"1"'})
    assert is_problem(answer, 412, "precondition_failed")
    assert answer.json["current_version"] == 2
    assert answer.json["differing"] == {"name": {"current": "New", "yours": "Mine"}}
    assert is_problem(admin("PATCH", path, {"name": "Mine", "version": 1}), 409, "version_conflict")
    assert is_problem(admin("DELETE", path, headers={"If-Match": '"1"'}), 412, "precondition_failed")
    assert is_problem(admin("PATCH", path, {"name": "x"}, headers={"If-Match": "nonsense"}), 400, "malformed")
    assert is_problem(admin("PATCH", path, {"name": "x", "version": "1"}), 422, "bad_version")


def test_12_idempotency(world: World, admin: Caller) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    first = admin.post("/reader", {"name": "Once"}, headers=key)
    again = admin.post("/reader", {"name": "Once"}, headers=key)
    assert first.status_code == again.status_code == 201
    assert again.json == first.json
    assert (again.headers["ETag"], again.headers["Idempotent-Replayed"]) == (first.headers["ETag"], "true")
    assert admin.get("/reader/count", filter="name = 'Once'").json["count"] == 1
    assert is_problem(admin.post("/reader", {"name": "Twice"}, headers=key), 422, "idempotency_reused")
    refused = {"Idempotency-Key": str(uuid4())}
    assert admin.post("/reader", {"name": None}, headers=refused).status_code == 422
    assert admin.post("/reader", {"name": "Now good"}, headers=refused).status_code == 201
    with world.here.system() as work:
        forget_traces(work, [], [], lambda value: value)
    assert is_problem(admin.post("/reader", {"name": "Once"}, headers=key), 409, "answer_forgotten")
    assert admin.get("/reader/count", filter="name = 'Once'").json["count"] == 1
    assert is_problem(
        admin.post("/reader", {"name": "x"}, headers={"Idempotency-Key": "é" * 3}), 400, "bad_idempotency_key"
    )
    assert is_problem(admin.post("/keys", {"name": "k"}, headers=key), 400, "bad_idempotency_key")


def test_12_twins_make_one_record(admin: Caller) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    answers: list[int] = []

    def send() -> None:
        answers.append(admin.post("/reader", {"name": "Twin"}, headers=key).status_code)

    threads = [threading.Thread(target=send) for _ in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert set(answers) <= {201, 409}
    assert 201 in answers
    assert admin.get("/reader/count", filter="name = 'Twin'").json["count"] == 1


def test_13_unknown_and_hidden_fields_are_one_answer(clerk: Caller) -> None:
    for question in (
        {"filter": "{} = 'a'"},
        {"fields": "{}"},
        {"sort": "{}"},
        {"filter": "sponsor.{} = 'a'"},
        {"fields": "sponsor.{}"},
    ):
        answers = []
        for name in ("fine_note", "no_such_field"):
            answer = clerk.get("/reader", **{key: text.format(name) for key, text in question.items()})
            assert is_problem(answer, 400, "bad_query")
            answers.append(json.dumps([answer.json["detail"], answer.json["errors"]]).replace(name, "…"))
            assert answer.json["errors"][0]["pointer"] == f"/{next(iter(question))}"
        assert answers[0] == answers[1]
    for query in ({"groups": "{}"}, {"measures": "max({})"}, {"groups": "name", "measures": "count", "sort": "{}"}):
        details = set()
        for name in ("fine_note", "no_such_field"):
            answer = clerk.get("/reader/aggregate", **{key: text.format(name) for key, text in query.items()})
            assert is_problem(answer, 400, "bad_query")
            details.add(answer.json["detail"].replace(name, "…"))
        assert len(details) == 1


def test_13_without_a_right_on_the_object_no_word_is_looked_at(world: World, clerk: Caller) -> None:
    """A field's name cannot be told from an unknown one by whom the object, or its export, is closed to."""
    nothing = world.caller("wordless")
    for caller, paths in ((nothing, ("/reader", "/reader/count", "/reader/export")), (clerk, ("/reader/export",))):
        for path in paths:
            for text in ({"filter": "{} = 'a'"}, {"fields": "{}"}, {"sort": "{}"}):
                if path == "/reader/count" and "filter" not in text:
                    continue
                for name in ("name", "fine_note", "no_such_field"):
                    answer = caller.get(path, **{key: value.format(name) for key, value in text.items()})
                    assert is_problem(answer, 403, "denied"), (path, text)
    for query in ({"groups": "{}"}, {"measures": "max({})"}):
        for name in ("name", "no_such_field"):
            answer = nothing.get("/reader/aggregate", **{key: text.format(name) for key, text in query.items()})
            assert is_problem(answer, 403, "denied")
    answers = {
        (answer.status_code, answer.json["code"], answer.json["detail"])
        for name in ("sponsor", "name", "no_such_field")
        for answer in [nothing.get(f"/reader/lookup/{name}", q="aa")]
    }
    assert len(answers) == 1, answers


def test_14_limits(admin: Caller) -> None:
    assert is_problem(admin.get("/reader", limit=201), 400, "query_limit")
    assert is_problem(admin.get("/reader", limit=0), 400, "query_limit")
    assert is_problem(admin.get("/reader", limit="many"), 400, "bad_parameter")
    deep = "not (" * 60 + "member" + ")" * 60
    assert is_problem(admin.get("/reader", filter=deep), 400, "query_limit")
    wide = " or ".join(f"name = 'n{number}'" for number in range(200))
    assert is_problem(admin.get("/reader", filter=wide), 400, "query_limit")
    half = " or ".join(f"name = 'n{number}'" for number in range(51))
    assert admin.get("/reader", filter=half).status_code == 200
    for kind in ("query", "aggregate"):
        assert is_problem(admin.post(f"/reader/{kind}", {"filter": [half, half]}), 400, "query_limit")
        long = [f"name = '{number:09000}'" for number in range(6)]
        assert is_problem(admin.post(f"/reader/{kind}", {"filter": long}), 400, "query_limit")
    assert is_problem(admin.post("/reader/query", {"filter": half, "sort": [f"not ({half})"]}), 400, "query_limit")
    assert is_problem(admin.get("/reader/aggregate", groups="name", limit=10_001), 400, "query_limit")
    rows = [{"name": "x"}] * 5_001
    assert is_problem(admin.post("/reader/batch", {"create": rows}), 413, "batch_limit")


def test_15_operators_and_empty_lists(admin: Caller) -> None:
    assert is_problem(admin.get("/reader", filter="name like 'a'"), 400, "bad_query")
    assert is_problem(admin.get("/reader", sort="+name"), 400, "bad_query")
    assert is_problem(admin.get("/reader", order="name"), 400, "bad_parameter")
    empty = admin.get("/reader", filter="name in ()")
    assert empty.status_code == 400 or empty.json["data"] == []


def test_15_an_empty_list_finds_nothing_and_a_wide_or_long_way_is_refused(admin: Caller) -> None:
    admin.made("reader", name="Here", topics=["sea"])
    for text in ("name in ()", "id in ()"):
        answer = admin.get("/reader", filter=text)
        assert answer.status_code == 400 or answer.json["data"] == []
    far = ".".join(["sponsor"] * 6)
    assert is_problem(admin.get("/reader", filter=f"{far}.name = 'a'"), 400, "query_limit")
    many = ", ".join(f"'{number}'" for number in range(1_001))
    assert is_problem(admin.get("/reader", filter=f"name in ({many})"), 400, "query_limit")
    assert is_problem(admin.get("/reader", offset="1000000000"), 400, "bad_parameter")


def test_16_search_is_data(admin: Caller) -> None:
    admin.made("reader", name="100% cotton_1")
    assert admin.get("/reader", search="a").json["data"] == []
    assert [one["name"] for one in admin.get("/reader", search="0% c").json["data"]] == ["100% cotton_1"]
    assert admin.get("/reader", search="%%").json["data"] == []
    assert admin.get("/reader", search="' or 1=1 --").json["data"] == []


def test_17_a_look_up_tells_titles_of_what_may_be_seen(admin: Caller, clerk: Caller) -> None:
    for number in range(25):
        admin.made("reader", name=f"Lookup {number}")
    found = admin.get("/loan/lookup/reader", q="lookup").json
    assert len(found["data"]) == 20
    assert {key for one in found["data"] for key in one} == {"id", "title"}
    assert set(found) == {"data"}
    assert clerk.get("/loan/lookup/reader", q="lookup").json["data"] == []


def test_22_metadata_is_judged_as_a_whole(admin: Caller) -> None:
    assert is_problem(admin.post("/metadata/apply", {"files": {"../x.yaml": "a"}}), 400, "unsafe_file")
    assert is_problem(admin.post("/metadata/apply", {"files": {}}), 400, "no_workspace")
    assert is_problem(admin.post("/metadata/apply", {"file": {}}), 400, "bad_body")


def test_23_a_record_in_use_stays(admin: Caller) -> None:
    reader = admin.made("reader", name="Used")
    admin.made("loan", reader=reader["id"])
    assert is_problem(admin("DELETE", f"/reader/{reader['id']}"), 409, "in_use")


def test_35_unknown_host(world: World) -> None:
    answer = Client(world.app).get(API + "/me", base_url="http://elsewhere.example")
    assert is_problem(answer, 404, "unknown_host")
    assert world.tenant not in answer.text


def test_41_a_bug_is_a_500_without_a_trace(world: World, admin: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("SELECT secret FROM somewhere")

    monkeypatch.setattr("formwork.records.get_record", broken)
    answer = admin.get(f"/reader/{uuid4()}")
    assert is_problem(answer, 500, "error")
    assert "secret" not in answer.text


def test_42_dates_and_numbers(admin: Caller, reader: dict[str, Any]) -> None:
    for body in ({"begun_on": "2026-02-30"}, {"days": 1.5}, {"rate": "NaN"}, {"rate": "1e400"}, {"days": 10**30}):
        answer = admin.post("/loan", {"reader": reader["id"], **body})
        assert answer.status_code == 422, (body, answer.json)
    assert admin.post("/reader", {"name": "a", "credit": "1.00001"}).status_code == 422


def test_43_batches_answer_row_by_row(admin: Caller) -> None:
    kept = admin.made("book", title="Kept")
    body = {
        "mode": "each",
        "create": [{"title": "Good"}, {"title": None}, "nonsense"],
        "update": [{"id": kept["id"], "title": "Renamed"}, {"id": str(uuid4()), "title": "x"}, {"title": "no id"}],
        "delete": [str(uuid4()), 7],
    }
    answer = admin.post("/book/batch", body)
    assert answer.status_code == 200, answer.json
    assert ["errors" in one for one in answer.json["create"]] == [False, True, True]
    assert ["errors" in one for one in answer.json["update"]] == [False, True, True]
    assert answer.json["failed"] == 6
    assert admin.get(f"/book/{kept['id']}").json["title"] == "Renamed"
    body["mode"] = "all"
    body["create"] = [{"title": "Never"}, {"title": None}]
    refused = admin.post("/book/batch", body)
    assert refused.status_code == 422
    body["update"], body["delete"] = [], []
    refused = admin.post("/book/batch", body)
    assert [one["pointer"] for one in refused.json["errors"]] == ["/create/1/title"]
    assert admin.get("/book/count", filter="title = 'Never'").json["count"] == 0


def test_44_a_key_that_ended_is_nobodys_and_none_stands_in_an_address(world: World, admin: Caller) -> None:
    body = {"name": "soon", "scopes": ["read"], "expires_at": "2999-01-01T00:00:00Z"}
    text = admin.post("/keys", body).json["key"]
    assert world.nobody.get("/reader", key=text).status_code == 401
    assert world.nobody.get("/reader", access_token=text).status_code == 401
    program = world.nobody.with_headers(Authorization=f"Bearer {text}")
    assert program.get("/reader").status_code == 200
    ended = {**body, "expires_at": "2001-01-01T00:00:00Z"}
    made = admin.post("/keys", ended)
    if made.status_code == 201:
        late = world.nobody.with_headers(Authorization=f"Bearer {made.json['key']}")
        assert is_problem(late.get("/reader"), 401, "bad_key")
    else:
        assert made.status_code == 422


def test_44_keys_name_the_missing_scope(world: World, clerk: Caller) -> None:
    assert clerk.user is not None
    reads = clerk.with_headers(Authorization=f"Bearer {world.key(clerk.user, ['read:book'])}")
    assert reads.get("/book").status_code == 200
    answer = reads.get("/reader")
    assert is_problem(answer, 403, "missing_scope")
    assert answer.json["scope"] == "read:reader"


def test_08_no_text_that_no_database_holds(admin: Caller) -> None:
    for query in ({"search": "a\0b"}, {"filter": "name = 'a\0'"}, {"fields": "na\0me"}):
        assert is_problem(admin.get("/reader", **query), 400, "bad_character")
    for body in ({"filter": "name = 'a\0'"}, {"filter": ["name = 'a\ud800'"]}, {"search": "\ud800\0"}):
        assert is_problem(raw(admin, json.dumps(body).encode(), "/reader/query"), 400, "bad_character")
    assert is_problem(admin("DELETE", f"/users/{admin.user}/roles/a%00b"), 404, "not_found")


def test_43_one_record_twice_in_a_request(admin: Caller) -> None:
    book = admin.made("book", title="Twice")
    rows = [{"id": book["id"], "title": "A"}, {"id": book["id"], "title": "B"}]
    assert is_problem(admin.post("/book/batch", {"update": rows}), 422, "double_record")
    each = admin.post("/book/batch", {"mode": "each", "update": rows})
    assert [one["version"] for one in each.json["update"]] == [2, 3]
    assert admin.get(f"/book/{book['id']}").json["title"] == "B"
    same = [{"external_id": "tw", "title": "A"}, {"external_id": "tw", "title": "B"}]
    for row in same:
        assert is_problem(admin.post("/book/upsert", {"records": same}), 422, "double_record")
        assert admin.post("/book/upsert", {"records": [row]}).status_code == 200
    assert is_problem(admin.post("/book/batch", {"delete": [book["id"], book["id"]]}), 422, "double_record")


def test_head_and_conditional_reads(admin: Caller, reader: dict[str, Any]) -> None:
    head = admin("HEAD", f"/reader/{reader['id']}")
    assert (head.status_code, head.text) == (200, "")
    shown = admin.get("/reader/by/card/bad-1", fields="name")
    assert shown.json == {"id": reader["id"], "name": "Ada"}


def test_a_tenant_has_its_rate(world: World, admin: Caller) -> None:
    before = world.here.runtime.settings
    world.here.runtime.settings = replace(before, rate_limit="3 per minute")
    try:
        slow = replace(admin, client=Client(create_api(world.here.runtime)))
    finally:
        world.here.runtime.settings = before
    answers = [slow.get("/me") for _ in range(5)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429, 429]
    assert is_problem(answers[-1], 429, "rate_limited")
    assert int(answers[-1].headers["Retry-After"]) >= 1
