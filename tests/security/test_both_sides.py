"""P7, P9 and M1 of SECURITY: links need rights on both sides, nothing of the platform is set, errors tell no more."""

import re
from typing import Any

import pytest

from tests.security.conftest import CANARY, OPEN, Doors
from tests.support.callers import Caller
from tests.support.payloads import listening
from tests.web.conftest import Person

FIXED = {
    "id": "0198b5a0-0000-7000-8000-00000000dead", "version": 99, "created_at": "2001-01-01T00:00:00Z",
    "created_by": None, "updated_at": "2001-01-01T00:00:00Z", "deleted_at": "2001-01-01T00:00:00Z",
    "loans_count": 77, "owed": "77", "credit_left": "77", "level": "regular",
}  # fmt: skip
"""Fields that only the platform sets, as somebody would like to send them."""


@pytest.fixture(scope="module")
def visitor(doors: Doors) -> tuple[Caller, Person]:
    """May do everything to the open reader, and nothing to any other record."""
    return doors.both("guest", "visitor", kind="partner")


@pytest.fixture(scope="module")
def chief(doors: Doors) -> Caller:
    """Sees everything."""
    return doors.world.caller("watcher", "admin")


def reader(chief: Caller, id: str) -> dict[str, Any]:
    """A record as it stands."""
    found: dict[str, Any] = chief.get(f"/reader/{id}").json
    return found


def test_a_record_one_may_not_see_is_never_linked_merged_or_shared(
    doors: Doors, chief: Caller, visitor: tuple[Caller, Person]
) -> None:
    """Link, unlink, owner, merge, upsert, batch: each must see what it touches, or answers as for a strange id."""
    caller, hidden, shown = visitor[0], doors.known["reader"], doors.open_reader
    never = FIXED["id"]
    before = [reader(chief, id) for id in (hidden, shown)]
    attempts: list[tuple[str, str, Any]] = [
        ("PATCH", f"/reader/{shown}", {"sponsor": "{}"}),
        ("POST", "/reader/batch", {"update": [{"id": shown, "sponsor": "{}"}]}),
        ("POST", "/reader/batch", {"update": [{"id": "{}", "name": "taken"}], "delete": ["{}"]}),
        ("POST", f"/reader/{shown}/merge", {"losers": ["{}"]}),
        ("POST", "/reader/{}/merge", {"losers": [shown]}),
        ("POST", "/reader/{}/shares", {"principal": str(caller.user), "level": "edit"}),
        ("PATCH", "/reader/{}", {"owner": str(caller.user)}),
        ("PATCH", "/reader/{}", {"sponsor": None}),
        ("POST", "/reader/upsert?match=id", {"records": [{"id": "{}", "sponsor": None}]}),
        ("POST", "/reader/batch", {"mode": "each", "update": [{"id": "{}", "owner": str(caller.user)}]}),
        ("POST", "/reader/{}/team", {"principal": str(caller.user), "part": "p", "level": "edit"}),
        ("DELETE", "/reader/{}", None),
    ]
    for method, path, body in attempts:
        answers = [caller(method, path.format(id), put(body, str(id))) for id in (hidden, never)]
        texts = [one.text.replace(str(id), "§") for one, id in zip(answers, (hidden, never), strict=True)]
        assert answers[0].status_code == answers[1].status_code, (method, path, texts)
        assert "deleted" not in texts[0] or '"ok"' not in texts[0]
        assert CANARY not in texts[0]
    assert [reader(chief, id) for id in (hidden, shown)] == before


def test_a_record_that_was_deleted_is_one_that_never_was_and_costs_the_same(
    doors: Doors, chief: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Line 4: hidden, deleted and unknown have one answer, found by the same statements, since those take the time."""
    seeing, blind = doors.both("remembers", "mover"), doors.both("sees_little", "visitor", kind="partner")
    deleted = seeing[0].made("loan", reader=doors.open_reader)["id"]
    # The directory is read once before, not within one of the answers.
    monkeypatch.setattr("formwork.runtime.runtime.TENANT_SECONDS", 3_600.0)
    doors.here.runtime.forget()
    assert chief("DELETE", f"/loan/{deleted}").status_code == 204

    def asked(who: tuple[Caller, Person], object: str, id: str) -> tuple[list[tuple[int, str]], list[str]]:
        caller, person = who
        with listening() as heard:
            answers = [
                caller.get(f"/{object}/{id}"), caller.get(f"/{object}/{id}/history"),
                caller("PATCH", f"/{object}/{id}", {"external_id": "x"}), caller("DELETE", f"/{object}/{id}"),
                caller.post(f"/{object}/{id}/restore"), caller.get(f"/{object}/{id}/shares"),
                caller.post(f"/{object}/{id}/shares", {"principal": str(chief.user), "level": "read"}),
                caller.post(f"/{object}/{id}/merge", {"losers": [doors.open_reader]}),
                caller.post(f"/{object}/batch", {"mode": "each", "update": [{"id": id, "external_id": "x"}]}),
                person.get(f"/o/{object}/{id}"), person.get(f"/o/{object}/{id}/edit"),
                person.post(f"/o/{object}/{id}/delete"),
            ]  # fmt: skip
        texts = [re.sub(r'"instance":"\w+"|content="[^"]*"|value="[^"]*"', "", one.text) for one in answers]
        told = [(one.status_code, text.replace(id, "")) for one, text in zip(answers, texts, strict=True)]
        return told, heard

    for who, object, gone in ((seeing, "loan", deleted), (blind, "reader", doors.known["reader"])):
        asked(who, object, FIXED["id"])
        first, second = asked(who, object, gone), asked(who, object, FIXED["id"])
        assert first == second, (object, first, second)
        assert {status for status, _ in first[0]} <= {200, 403, 404}
        assert [status for status, _ in first[0]].count(404) >= 6


def put(body: Any, id: str) -> Any:
    """A body with the id in its places."""
    if isinstance(body, dict):
        return {key: put(value, id) for key, value in body.items()}
    if isinstance(body, list):
        return [put(value, id) for value in body]
    return id if body == "{}" else body


def test_a_detail_is_moved_through_no_door_without_both_masters(doors: Doors, chief: Caller) -> None:
    """P9: every way to name another master, to somebody who may write every detail and edit their own masters only."""
    caller, person = doors.both("carrier", "mover")
    own = [
        caller.made("loan", reader=doors.open_reader, items=[{"book": doors.known["book"], "external_id": name}])
        for name in ("carried", "also carried")
    ]
    mine, theirs = own[0]["id"], doors.known["loan"]
    [item] = caller.get(f"/loan/{mine}", include="items").json["items"]
    item, [other] = item["id"], chief.get(f"/loan/{theirs}", include="items").json["items"]
    number = chief.get(f"/loan/{theirs}").json["number"]
    to_theirs, key = {"loan": theirs}, "/loan_item/by/external_id/carried"
    attempts: list[tuple[str, str, Any]] = [
        ("PATCH", f"/loan_item/{item}", to_theirs),
        ("PATCH", f"/loan_item/{other['id']}", {"loan": mine}),
        ("PUT", key, to_theirs),
        ("POST", "/loan_item/upsert", {"records": [{"external_id": "carried", **to_theirs}]}),
        ("POST", "/loan_item/batch", {"update": [{"id": item, **to_theirs}]}),
        ("POST", "/loan_item/batch", {"mode": "each", "update": [{"id": other["id"], "loan": mine}]}),
        ("PATCH", f"/loan/{mine}", {"items": [{"id": other["id"], "copies": 2}]}),
        ("PATCH", f"/loan/{theirs}", {"items": [{"id": item, "copies": 2}]}),
        ("PATCH", f"/loan/{mine}", {"items": [{"id": item, **to_theirs}]}),
        ("POST", "/loan", {"reader": doors.open_reader, "items": [{"id": item}]}),
        ("POST", f"/loan/{mine}/merge", {"losers": [theirs]}),
    ]
    codes = [caller(method, path, body).status_code for method, path, body in attempts]
    assert codes == [422, 422, 422, 422, 422, 200, 422, 403, 200, 422, 403]
    form = {"loan": theirs, "book": doors.known["book"], "copies": "1"}
    version = str(caller.get(f"/loan_item/{item}").json["version"])
    page = person.post(f"/o/loan_item/{item}/edit", {**form, "_version": version})
    assert page.status_code == 422, page.text
    assert "no right to edit it, so nothing moves there" in page.text
    job = caller.post("/loan_item/imports", {"text": f"Key,Loan\ncarried,{number}\n"}).json["id"]
    columns = {"Key": "external_id", "Loan": {"field": "loan", "by": "number"}}
    mapping = {"import": "m", "object": "loan_item", "match": ["external_id"], "columns": columns}
    assert caller("PATCH", f"/imports/{job}", {"mode": "update", "mapping": mapping}).status_code == 200
    assert caller.dry_run(job)["totals"]["failed"] == 1
    assert [one["id"] for one in chief.get(f"/loan/{theirs}", include="items").json["items"]] == [other["id"]]
    assert chief.get(f"/loan_item/{item}").json["loan"] == mine
    assert caller("PATCH", f"/loan_item/{item}", {"loan": own[1]["id"]}).status_code == 200


def test_the_other_side_of_a_link_is_not_written(doors: Doors, chief: Caller) -> None:
    """P9: lists a record stands in are written where the links are held, and their version moves there alone."""
    member, queue = chief.user, chief.made("queue", name="Desk")["id"]
    before = chief.get(f"/user/{member}").json["version"]
    for name, value in (("queues", [queue]), ("groups", [])):
        answer = chief("PATCH", f"/user/{member}", {name: value})
        assert (answer.status_code, answer.json["errors"][0]["code"]) == (422, "unknown_field"), name
    answer = chief("PATCH", f"/reader/{doors.open_reader}", {"loans": [doors.known["loan"]]})
    assert (answer.status_code, answer.json["errors"][0]["code"]) == (422, "unknown_field")
    assert chief("PATCH", f"/queue/{queue}", {"members": [str(member)]}).status_code == 200
    assert chief.get(f"/user/{member}").json["version"] == before


@pytest.mark.parametrize("name", FIXED)
def test_no_channel_sets_what_only_the_platform_sets(doors: Doors, chief: Caller, name: str) -> None:
    """M1: create, change, batch, upsert, put by key and merge refuse it; a form of the web passes it over."""
    shown, body = doors.open_reader, {name: FIXED[name]}
    before = reader(chief, shown)
    for answer in (
        chief.post("/reader", {"name": "Mass", **body}),
        chief("PATCH", f"/reader/{shown}", {**body, "name": "Mass"}),
        chief.post("/reader/batch", {"create": [{"name": "Mass", **body}]}),
        chief.post("/reader/upsert", {"records": [{"external_id": "mass", "name": "Mass", **body}]}),
        chief("PUT", "/reader/by/external_id/mass", {"name": "Mass", **body}),
    ):
        assert answer.status_code in (200, 409, 412, 422), answer.text
        assert answer.status_code != 200 or "errors" in answer.text, (name, answer.text)
    assert chief.get("/reader/count", filter="name = 'Mass'").json["count"] == 0
    assert reader(chief, shown) == before


def test_a_form_of_the_web_sets_nothing_beyond_its_controls(doors: Doors, chief: Caller) -> None:
    _caller, person = doors.both("former", "librarian")
    answer = person.post("/o/reader/new", {"name": "Formed", **{k: str(v) for k, v in FIXED.items()}, "owner": "x"})
    assert answer.status_code in (303, 422), answer.text
    for one in chief.get("/reader", filter="name = 'Formed'").json["data"]:
        assert one["id"] != FIXED["id"]
        assert (one["version"], one["loans_count"]) == (1, 0)


@pytest.mark.parametrize("media", ["application/json-patch+json", "text/plain", "application/x-www-form-urlencoded"])
def test_a_patch_is_a_merge_and_nothing_else(doors: Doors, chief: Caller, media: str) -> None:
    """P7: copy, move and test of a JSON Patch would read fields the caller may not see."""
    body = b'[{"op": "copy", "from": "/fine_note", "path": "/name"}, {"op": "test", "path": "/card", "value": "x"}]'
    answer = chief("PATCH", f"/reader/{doors.open_reader}", data=body, headers={"Content-Type": media})
    assert answer.status_code == 415
    answer = chief("PATCH", f"/reader/{doors.open_reader}", data=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422)


def test_a_duplicate_of_what_one_may_not_see_is_not_led_to(doors: Doors, visitor: tuple[Caller, Person]) -> None:
    """Line 10: that the value is taken has to be said, whose it is has not."""
    answer = visitor[0]("PATCH", f"/reader/{doors.open_reader}", {"card": doors.known["value"]})
    assert answer.status_code == 409
    assert answer.json["code"] == "duplicate"
    assert doors.known["reader"] not in answer.text
    assert doors.world.caller("looker", "admin").get(f"/reader/{doors.open_reader}").json["card"] == OPEN
