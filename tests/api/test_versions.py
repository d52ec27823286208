"""Versions, going back and bringing back through HTTP."""

from tests.support.callers import Caller, World

NOTE = "  note: {type: text}\n"
BOX = f"object: box\nlabel: Box\ntitle: name\nfields:\n  name: {{type: text, required: true, max: 40}}\n{NOTE}"
PACKAGE = "package: boxes\nversion: 1.0.0\nlabel: Boxes\n"


def files(text: str = BOX) -> dict[str, dict[str, str]]:
    """The workspace with one object."""
    return {"files": {"metadata/boxes/package.yaml": PACKAGE, "objects/boxes/box.yaml": text}}


def test_a_field_goes_comes_back_and_a_version_is_published_again(world: World, admin: Caller) -> None:
    first = admin.post("/metadata/apply?note=boxes", files()).json["number"]
    box = admin.made("box", name="A", note="fragile")["id"]
    wider = BOX.replace("max: 40", "max: 80").replace(NOTE, "")
    refused = admin.post("/metadata/apply", files(wider))
    assert (refused.status_code, refused.json["code"]) == (422, "needs_confirmation")
    [lost] = [step for step in refused.json["plan"]["steps"] if step["cost"] == "destructive"]
    assert (lost["rows"], lost["samples"], lost["lock"]) == (1, ["fragile"], "none")
    consent = refused.json["plan"]["consent"]
    assert admin.post(f"/metadata/apply?consent={consent[:-1]}x", files(wider)).status_code == 422
    assert admin.post(f"/metadata/apply?consent={consent}", files(wider)).json["number"] == first + 1

    told = admin.get(f"/metadata/versions/{first + 1}").json
    changed = {one["path"]: one for one in told["differences"]}
    assert changed["box.name"]["changes"] == {"max": {"was": 40, "is": 80}}
    assert (changed["box.note"]["kind"], told["by"] is not None) == ("removed", True)
    between = admin.get(f"/metadata/versions/{first}/diff", against=str(first + 1)).json
    assert between["differences"] == told["differences"]
    assert admin.get(f"/metadata/versions/{first + 1}/diff").json["differences"] == []

    [gone] = admin.get("/metadata/retired").json["data"]
    assert (gone["object"], gone["field"], gone["label"], gone["version"]) == ("box", "note", "Note", first + 1)
    back = admin.post("/metadata/restore", {"object": "box", "field": "note"})
    assert (back.status_code, back.json["number"]) == (200, first + 2)
    assert admin.get(f"/box/{box}").json["note"] == "fragile"
    assert admin.post("/metadata/restore", {"object": "box", "field": "note"}).json["code"] == "not_retired"

    planned = admin.get(f"/metadata/versions/{first}/plan").json
    assert [one["path"] for one in planned["differences"]] == ["box.name"]
    assert admin.get(f"/metadata/versions/{first}/plan").json["consent"] is None
    done = admin.post(f"/metadata/versions/{first}/rollback?base={planned['base']}")
    assert (done.status_code, done.json["number"]) == (200, first + 3)
    assert admin.post(f"/metadata/versions/{first}/rollback").json["published"] is False
    stale = admin.post(f"/metadata/versions/{first + 1}/rollback?base={planned['base']}")
    assert (stale.status_code, stale.json["code"]) == (409, "stale_base")
    for number in ("999999", "x", "-1"):
        assert admin.get(f"/metadata/versions/{number}").json["code"] == "unknown_version"
    clerk = world.caller("cora", "clerk")
    assert clerk.post(f"/metadata/versions/{first}/rollback").status_code == 403


def test_who_uses_a_field_is_told(admin: Caller) -> None:
    told = admin.get("/metadata/usage/loan/days").json
    assert "The formula of `loan.due_on` uses it (loan.fields.due_on.expression)." in {
        one["sentence"] for one in told["data"]
    }
    assert {"object": "loan", "field": "due_on"} in told["following"]
    assert {one["object"] for one in admin.get("/metadata/usage/book").json["data"]} >= {"loan_item"}
    assert admin.get("/metadata/usage/book/nothing").json["code"] == "unknown_field"
    assert admin.get("/metadata/usage/nothing").status_code == 404
