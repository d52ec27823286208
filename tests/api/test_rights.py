"""Rights over HTTP: explanations for who manages the tenant."""

import pytest

from tests.support.callers import Caller, World


@pytest.fixture(scope="module")
def cleo(world: World) -> Caller:
    """Reads her own loans and readers."""
    return world.caller("cleo-why", "clerk")


def test_why_is_told_with_facts_and_sentences(admin: Caller, cleo: Caller) -> None:
    own, other = cleo.made("reader", name="Ada")["id"], admin.made("reader", name="Bo")["id"]
    asked = {"user": str(cleo.user), "object": "reader"}
    found = admin.get("/rights/explain", **asked, record=own, verb="edit").json
    assert (found["allowed"], found["title"], found["needed"]) == (True, "Ada", [])
    assert [one["fact"] for one in found["paths"][0]["steps"]] == ["has_role", "grant", "owns"]
    found = admin.get("/rights/explain", **asked, record=other).json
    assert not found["allowed"]
    assert [one["sentence"] for one in found["paths"][0]["steps"]][-1].startswith("It belongs to ")
    assert "change_owner" in [one["fact"] for one in found["needed"]]
    assert admin.get("/rights/explain", **asked, field="fine_note").json["allowed"] is False


def test_why_is_for_who_manages_and_refuses_nonsense(admin: Caller, cleo: Caller) -> None:
    asked = {"user": str(cleo.user), "object": "reader"}
    assert cleo.get("/rights/explain", **asked).status_code == 403
    assert admin.get("/rights/explain", **asked, verb="zqx").status_code == 400
    assert admin.get("/rights/explain", **{**asked, "object": "zqx"}).status_code == 404
    assert admin.get("/rights/explain", object="reader").status_code == 400


def test_roles_are_told_with_scopes_levels_and_people(admin: Caller, cleo: Caller) -> None:
    listed = {one["role"]: one for one in admin.get("/rights/roles").json["data"]}
    assert listed["clerk"]["includes"] == ["employee"]
    assert listed["clerk"]["people"] >= 1
    found = admin.get("/rights/roles/clerk").json
    tables = {one["object"]: one for one in found["objects"]}
    assert tables["loan"]["verbs"]["edit"] == [{"scope": "own", "role": "clerk", "when": "status = 'open'"}]
    assert {one["scope"] for one in tables["loan"]["verbs"]["read"]} == {"own", "rule:open_counter"}
    assert tables["reader"]["fields"]["fine_note"] == {"level": "hidden", "restricted": True, "roles": []}
    assert tables["user"]["verbs"]["read"][0]["role"] == "employee"
    assert tables["loan_item"]["follows"] == "loan"
    types = {one["object"]: one for one in admin.get("/rights/roles/home_clerk").json["objects"]}["loan"][
        "record_types"
    ]
    assert types["home"] == {"use": True, "barred_by": [], "fields": {}}
    assert (types["hall"]["use"], types["hall"]["barred_by"]) == (False, ["home_clerk"])
    assert types["hall"]["fields"]["days"] == {"level": "hidden", "restricted": False, "roles": ["home_clerk"]}
    assert admin.get("/rights/roles/zqx").status_code == 404
    assert cleo.get("/rights/roles").status_code == 403


def test_two_roles_are_compared_in_both_directions(admin: Caller) -> None:
    found = admin.get("/rights/compare", left="clerk", right="librarian").json["data"]
    told = {(one["object"], one["kind"], one["name"]): (one["left"], one["right"]) for one in found}
    assert told[("reader", "verb", "delete")] == ("", "all")
    assert told[("loan", "verb", "edit")] == ("own when status = 'open'", "all")
    assert told[("reader", "field", "fine_note")] == ("hidden", "edit")
    assert {one["record_type"] for one in found} == {None}
    assert admin.get("/rights/compare", left="clerk", right="clerk").json["data"] == []
    assert admin.get("/rights/compare", left="clerk", right="zqx").status_code == 404


def test_sharing_tells_baselines_and_how_far_rules_reach(admin: Caller, cleo: Caller) -> None:
    before = admin.get("/rights/sharing").json
    assert before["baselines"]["user"] == "read"
    [rule] = [one for one in before["rules"] if one["rule"] == "open_counter"]
    assert (rule["object"], rule["when"], rule["personal"], rule["roles"]) == ("loan", "at_counter", False, ["clerk"])
    [own] = [one for one in before["rules"] if one["rule"] == "own_profile"]
    assert (own["personal"], own["reaches"]) == (True, None)
    theirs = admin.get("/rights/sharing", user=str(cleo.user)).json["rules"]
    assert next(one["reaches"] for one in theirs if one["rule"] == "own_profile") == 1
