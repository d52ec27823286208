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
