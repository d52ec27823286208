"""Describe, OpenAPI and publishing through HTTP."""

import io
import zipfile
from typing import Any

import pytest

from formwork.definitions.reading.shelves import ZipFiles
from formwork.publishing import build_package
from tests.support.callers import Caller, World

SHELF = """\
object: shelf
label: Shelf
plural: Shelves
title: name
fields:
  name: {type: text, required: true, unique: true}
  height: {type: number, precision: 1}
"""
PACKAGE = "package: shelves\nversion: 1.0.0\nlabel: Shelves\nrequires: {core: '^1.0'}\n"
FILES = {"metadata/shelves/package.yaml": PACKAGE, "objects/shelves/shelf.yaml": SHELF}


@pytest.fixture(scope="module")
def clerk(world: World) -> Caller:
    return world.caller("cleo", "clerk")


def test_describe_follows_the_readers_rights(world: World, admin: Caller, clerk: Caller) -> None:
    assert "loan_item" in {one["object"] for one in admin.get("/describe").json["data"]}
    reader = clerk.get("/describe/reader").json
    assert reader["rights"]["delete"] is False
    fields = {one["name"]: one for one in reader["fields"]}
    assert "fine_note" not in fields
    assert fields["sponsor"]["targets"] == ["reader"]
    librarian = world.caller("lib", "librarian")
    assert "fine_note" in {one["name"] for one in librarian.get("/describe/reader").json["fields"]}
    assert clerk.get("/describe/nothing").status_code == 404


def test_openapi_follows_the_callers_rights(admin: Caller, clerk: Caller) -> None:
    whole = admin.get("/openapi.json").json
    assert whole["openapi"].startswith("3.1")
    assert "delete" in whole["paths"]["/reader/{id}"]
    assert "/metadata/apply" in whole["paths"]
    part = clerk.get("/openapi.json").json
    assert "delete" not in part["paths"]["/reader/{id}"]
    assert "fine_note" not in part["components"]["schemas"]["reader"]["properties"]
    assert "/metadata/apply" not in part["paths"]
    assert part["components"]["schemas"]["reader_new"]["required"] == ["name"]


def test_the_page_of_the_api_has_no_inline_script(world: World) -> None:
    page = world.nobody.get("/docs")
    assert page.status_code == 200
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert "<script>" not in page.text
    assert "onclick" not in page.text
    assert world.nobody.get("/docs/docs.js").mimetype == "text/javascript"
    assert world.nobody.get("/docs/secret.txt").status_code == 404


def test_a_new_object_is_published_and_is_at_once_a_resource(admin: Caller, clerk: Caller) -> None:
    plan = admin.post("/metadata/plan", {"files": FILES})
    assert plan.status_code == 200, plan.json
    assert any("shelf" in one["path"] for one in plan.json["differences"])
    assert clerk.post("/metadata/plan", {"files": FILES}).status_code == 403
    stale = admin.post("/metadata/apply?base=0", {"files": FILES})
    assert (stale.status_code, stale.json["code"]) == (409, "stale_base")
    done = admin.post(f"/metadata/apply?base={plan.json['base']}", {"files": FILES})
    assert (done.status_code, done.json["published"]) == (200, True)
    shelf = admin.made("shelf", name="A1", height="1.5")
    assert admin.get("/shelf", filter="height > 1").json["data"][0]["id"] == shelf["id"]
    assert "/shelf" in admin.get("/openapi.json").json["paths"]
    assert "shelves" in {one["package"] for one in admin.get("/metadata/packages").json["data"]}
    assert admin.get("/metadata/versions").json["data"][0]["version"] == done.json["number"]
    taken_out = admin.get("/metadata/packages/shelves").json
    assert "  height: {type: number, label: Height, precision: 1}" in taken_out["files"]["objects/shelves/shelf.yaml"]
    for files in (FILES, taken_out["files"]):
        assert admin.post("/metadata/apply", {"files": files}).json["published"] is False
    assert clerk.get("/metadata/packages/shelves").status_code == 403
    assert admin.get("/metadata/packages/shelve").json["code"] == "unknown_package"


def test_metadata_with_errors_changes_nothing(admin: Caller) -> None:
    bad = {
        **FILES,
        "objects/shelves/shelf.yaml": SHELF.replace("type: number", "type: nummer")
        + "  room: {type: lookup, to: rom}\n",
    }
    answer = admin.post("/metadata/apply", {"files": bad})
    assert (answer.status_code, answer.json["code"]) == (422, "metadata_invalid")
    assert all("line" in one["args"] for one in answer.json["errors"])


def test_a_workspace_travels_as_a_zip(admin: Caller) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, text in FILES.items():
            archive.writestr(
                name, text.replace("shelf", "plank").replace("Shelf", "Plank").replace("shelves", "planks")
            )
    names = {name.replace("shelf", "plank").replace("shelves", "planks") for name in FILES}
    renamed = io.BytesIO()
    with zipfile.ZipFile(data) as before, zipfile.ZipFile(renamed, "w") as archive:
        for old, new in zip(sorted(before.namelist()), sorted(names), strict=True):
            archive.writestr(new, before.read(old))
    sent = admin("POST", "/metadata/apply", data=renamed.getvalue(), headers={"Content-Type": "application/zip"})
    assert sent.status_code == 200, sent.json
    assert admin.get("/plank").json["data"] == []
    broken = admin("POST", "/metadata/apply", data=b"PK\x03\x04 nonsense", headers={"Content-Type": "application/zip"})
    assert (broken.status_code, broken.json["code"]) == (400, "no_workspace")


def test_a_key_for_one_object_reads_it_with_its_links_blank(world: World, admin: Caller) -> None:
    reader = admin.post("/reader", {"name": "Key Holder"}).json["id"]
    loan = admin.post("/loan", {"reader": reader}).json["id"]
    key = world.caller("looker", "librarian", scopes=["read:loan"])
    one, listed = key.get(f"/loan/{loan}"), key.get("/loan", sort="reader")
    assert (one.status_code, one.json["reader"]) == (200, None), one.json
    assert listed.status_code == 200, listed.json
    assert {row["reader"] for row in listed.json["data"]} == {None}
    assert key.get("/describe/loan").status_code == 200
    assert key.get("/reader").json["code"] == "missing_scope"


@pytest.mark.parametrize("scope", ["manage", "delete:reader", "read:nothing", "fly", "manage:reader", "merge"])
def test_a_key_has_no_scope_its_maker_lacks(clerk: Caller, scope: str) -> None:
    refused = clerk.post("/keys", {"name": "more", "scopes": ["read:reader", scope]})
    assert refused.status_code == 422
    assert [(one["pointer"], one["code"]) for one in refused.json["errors"]] == [("/scopes/1", "bad_scope")]


def test_who_manages_may_make_a_key_that_manages(admin: Caller) -> None:
    scopes = ["*", "manage", "write", "delete:reader"]
    made = admin.post("/keys", {"name": "all", "scopes": scopes})
    assert (made.status_code, sorted(made.json["scopes"])) == (201, sorted(scopes))


def test_a_key_changes_what_people_get_in_by_only_where_a_scope_says_so(world: World) -> None:
    owner = world.caller("keeper", "admin")
    other = owner.post("/keys", {"name": "other"}).json["id"]

    def key(*scopes: str) -> Caller:
        return owner.with_headers(Authorization=f"Bearer {world.key(owner.user, list(scopes))}")

    for scopes in (("read",), ("read", "write:loan")):
        for refused in (
            key(*scopes)("DELETE", f"/keys/{other}"), key(*scopes).post("/keys", {"name": "x", "scopes": ["read"]}),
            key(*scopes)("DELETE", "/me/sessions/zqx"),
        ):  # fmt: skip
            assert (refused.status_code, refused.json["scope"]) == (403, "write")
    somebody, manage = world.caller("kept", "clerk").user, key("manage", "read:user")
    for refused in (
        manage("PUT", f"/users/{somebody}/password", {"password": "a brand new sentence"}),
        manage("PUT", f"/users/{somebody}/roles/librarian"), manage("DELETE", f"/users/{somebody}/roles/clerk"),
        manage.post(f"/users/{somebody}/password-link"), manage("DELETE", f"/users/{somebody}/second-factor"),
    ):  # fmt: skip
        assert (refused.status_code, refused.json["scope"]) == (403, "write:user")
    both = key("manage", "read:user", "write:user")
    assert both("PUT", f"/users/{somebody}/password", {"password": "a brand new sentence"}).status_code == 204
    assert both("PUT", f"/users/{somebody}/roles/librarian").status_code == 200
    assert key("write")("DELETE", f"/keys/{other}").status_code == 204


def test_keys_and_roles(world: World, admin: Caller, clerk: Caller) -> None:
    me = clerk.get("/me").json
    assert [one["role"] for one in me["roles"]] == ["clerk"]
    made = clerk.post("/keys", {"name": "sync", "scopes": ["read"]})
    assert (made.status_code, made.json["key"][:4]) == (201, "fwk_")
    program = clerk.with_headers(Authorization=f"Bearer {made.json['key']}")
    assert program.get("/reader").status_code == 200
    lacking = program.post("/reader", {"name": "No"})
    assert (lacking.status_code, lacking.json["scope"]) == (403, "write:reader")
    assert program.post("/keys", {"name": "more", "scopes": ["write"]}).status_code == 403
    assert "key" not in clerk.get("/keys").json["data"][0]
    assert clerk("DELETE", f"/keys/{made.json['id']}").status_code == 204
    assert program.get("/me").status_code == 401
    assert clerk("PUT", f"/users/{clerk.user}/roles/admin").status_code == 403
    given = admin("PUT", f"/users/{clerk.user}/roles/librarian")
    assert {one["role"] for one in given.json["data"]} == {"clerk", "librarian"}
    assert admin("DELETE", f"/users/{clerk.user}/roles/librarian").status_code == 204
    assert admin("PUT", f"/users/{clerk.user}/roles/nothing").json["code"] == "unknown_role"


def test_a_draft_goes_live_through_the_api(admin: Caller, clerk: Caller) -> None:
    path = "/metadata/draft/objects/tenant/crate.yaml"
    text = "# For moving.\nobject: crate\nfields:\n  name: {type: text}\n"
    assert clerk.get("/metadata/draft").status_code == 403
    kept = admin("PUT", path, {"text": text})
    assert (kept.status_code, kept.json["state"], kept.json["version"]) == (200, "new", 1)
    again = admin("PUT", path, {"text": text + "  height: {type: nmber}\n"})
    assert (again.status_code, again.json["code"], again.json["theirs"]) == (409, "draft_changed", text)
    assert admin("PUT", path, {"text": text + "  height: {type: nmber}\n", "version": 1}).status_code == 200
    [problem] = admin.post("/metadata/draft/check", {}).json["problems"]
    assert (problem["file"], problem["line"]) == ("objects/tenant/crate.yaml", 5)
    assert admin.post("/metadata/draft/plan", {}).json["code"] == "metadata_invalid"
    assert admin("PUT", path, {"text": text + "  height: {type: number}\n", "version": 2}).status_code == 200
    base = admin.post("/metadata/draft/plan", {}).json["base"]
    assert admin.post(f"/metadata/draft/publish?base={base - 1}", {}).json["code"] == "stale_base"
    assert admin.post("/metadata/draft/publish", {"documents": []}).json["code"] == "nothing_to_publish"
    done = admin.post(f"/metadata/draft/publish?base={base}&note=crates", {"documents": ["objects/tenant/crate.yaml"]})
    assert (done.status_code, done.json["number"]) == (200, base + 1)
    assert admin.get("/metadata/draft").json["data"] == []
    assert admin.get(path).json["text"].startswith("# For moving.")
    assert admin.get("/metadata/packages/tenant").json["files"]["objects/tenant/crate.yaml"].startswith("# For moving.")
    assert admin.made("crate", name="C1", height="2")["name"] == "C1"
    assert admin("PUT", path, {"text": None}).json["state"] == "removed"
    lost = admin.post("/metadata/draft/publish", {})
    assert (lost.status_code, lost.json["code"]) == (422, "needs_confirmation")
    assert admin("DELETE", path).status_code == 204
    assert admin("DELETE", path).json["code"] == "unknown_document"
    assert admin.post("/metadata/draft/discard").json == {"discarded": 0}


def test_a_package_is_installed_upgraded_and_uninstalled(admin: Caller, clerk: Caller) -> None:
    def built(version: str, fields: str) -> bytes:
        files = {
            "metadata/garden/package.yaml": f"package: garden\nversion: {version}\nlabel: Garden\n",
            "objects/garden/plant.yaml": f"object: plant\ntitle: name\nfields: {{name: {{type: text}}, {fields}}}\n",
        }
        return build_package(ZipFiles({path: text.encode() for path, text in files.items()}), "garden")

    def send(method: str, address: str, data: bytes) -> Any:
        return admin(method, address, data=data, headers={"Content-Type": "application/zip"})

    first, second = built("1.0.0", "note: {type: text}"), built("1.1.0", "height: {type: integer}")
    planned = send("POST", "/metadata/packages?plan=true", first)
    assert (planned.status_code, planned.json["published"]) == (200, False)
    assert send("POST", "/metadata/packages", first).json["published"] is True
    assert send("POST", "/metadata/packages", first).json["code"] == "package_installed"
    assert send("POST", "/metadata/packages", first[:-30]).json["code"] == "no_package"
    layer = admin.get("/metadata/packages/tenant").json.get("files", {})
    own = {**layer, "objects/tenant/plant.yaml": "extends: plant\nfields: {note: {label: Remark}}\n"}
    assert admin.post("/metadata/apply", {"files": own}).json["published"] is True
    assert admin.get("/metadata/own/core").json["code"] == "reserved_name"
    made = admin.get("/metadata/own/mine").json
    assert (made["left"], "metadata/mine/package.yaml" in made["files"]) == ([], True)
    asked = send("PUT", "/metadata/packages/garden", second)
    assert (asked.status_code, asked.json["code"]) == (409, "package_conflicts")
    assert [one["key"] for one in asked.json["conflicts"]] == ["plant.fields.note.label"]
    address = "/metadata/packages/garden?theirs=plant.fields.note"
    wanted = send("PUT", address, second)
    assert wanted.json["code"] == "needs_confirmation"
    done = send("PUT", f"{address}&consent={wanted.json['plan']['consent']}", second)
    assert (done.status_code, done.json["published"]) == (200, True)
    listed = {one["package"]: one for one in admin.get("/metadata/packages").json["data"]}
    assert (listed["garden"]["version"], "garden" in listed["core"]["required_by"]) == ("1.1.0", False)
    assert clerk("DELETE", "/metadata/packages/garden").status_code == 403
    planned = admin("DELETE", "/metadata/packages/garden?plan=true")
    gone = admin("DELETE", f"/metadata/packages/garden?consent={planned.json['consent']}")
    assert (gone.status_code, gone.json["published"]) == (200, True), gone.json
