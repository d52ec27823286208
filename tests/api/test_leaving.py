"""Invitation, deactivation with hand-over, and absence over the API."""

from dataclasses import replace

from formwork.runtime.chores import make_worker
from tests.support.callers import Caller, World


def test_a_link_is_given_to_the_admin_where_no_mail_is_sent(world: World, admin: Caller) -> None:
    user = world.here.user("nora")
    answer = admin.post(f"/users/{user}/password-link")
    assert answer.status_code == 200, answer.text
    assert (answer.json["purpose"], answer.json["mailed"]) == ("invitation", False)
    assert "/link/" in answer.json["link"]
    assert admin.post(f"/users/{user}/password-link", headers={"Idempotency-Key": "1"}).status_code == 400
    assert world.caller("otto", "clerk").post(f"/users/{user}/password-link").status_code == 403


def test_a_user_leaves_and_what_they_have_goes_over(world: World, admin: Caller) -> None:
    ada, bea = world.caller("leah", "librarian"), world.caller("bert", "librarian")
    reader = ada.made("reader", name="Ann", card="leaving-1")
    shown = admin.get(f"/users/{ada.user}/holdings").json
    assert [(one["object"], one["field"], one["label"], one["count"]) for one in shown["data"]] == [
        ("reader", "owner", "Readers", 1)
    ]
    body = {"successors": {"reader": "nobody"}}
    assert admin.post(f"/users/{ada.user}/deactivation", body).json["errors"][0]["pointer"] == "/successors/reader"
    assert ada.get("/me").status_code == 200
    answer = admin.post(f"/users/{ada.user}/deactivation", {"successor": str(bea.user)})
    assert (answer.status_code, answer.json["moving"]) == (200, True)
    assert ada.get("/me").status_code == 401
    replace(make_worker(world.here.runtime), chores=()).go_round()
    assert admin.get(f"/reader/{reader['id']}").json["owner"] == str(bea.user)
    assert admin.get(f"/users/{ada.user}/holdings").json == {"data": [], "moving": False}
    assert admin("DELETE", f"/users/{ada.user}/deactivation").status_code == 204
    assert ada.get("/me").status_code == 401, "keys stay ended"
    assert admin.get("/user", filter=f"id = '{ada.user}'").json["data"][0]["active"] is True


def test_absence_is_told_with_who_stands_in(world: World, admin: Caller) -> None:
    deputy = world.here.user("dora")
    away = world.here.user("wim", delegate=str(deputy), absent_from="2020-01-01", absent_to="2999-12-31")
    found = world.caller("reader-of-absence", "clerk").get(f"/users/{away}/absence").json
    assert found == {
        "absent": True, "from": "2020-01-01", "until": "2999-12-31", "deputy": str(deputy), "stands_in": str(deputy),
    }  # fmt: skip
    assert admin.get(f"/users/{deputy}/absence").json["absent"] is False


def test_one_records_ones_own_absence(world: World) -> None:
    zoe = world.caller("zoe", "clerk")
    record = zoe.get(f"/user/{zoe.user}").json
    sent = {"absent_from": "2026-01-05", "absent_to": "2026-01-09", "version": record["version"]}
    assert zoe("PATCH", f"/user/{zoe.user}", sent).status_code == 200
    other = world.here.user("other-than-zoe")
    assert zoe("PATCH", f"/user/{other}", {"absent_from": "2026-01-05"}).status_code == 403
