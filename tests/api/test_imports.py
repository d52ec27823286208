"""Imports and exports over HTTP: from the file to the records, to the errors and back."""

import time
from base64 import b64encode
from typing import Any
from uuid import uuid4

import pytest

from tests.support.callers import Caller, World

TEXT = "Card,Name,Credit\nimp-1,Ann,10\nimp-2,,20\nimp-3,Cy,thirty\n"


def upload(caller: Caller, text: str = TEXT) -> dict[str, Any]:
    """A file that was taken."""
    answer = caller("POST", "/reader/imports?name=r.csv", data=text.encode(), headers={"Content-Type": "text/csv"})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json
    return found


def run(caller: Caller, id: str) -> dict[str, Any]:
    """An import at its end."""
    answer = caller.post(f"/imports/{id}/run")
    assert answer.status_code == 202, answer.text
    for _ in range(600):
        found: dict[str, Any] = caller.get(f"/imports/{id}").json
        if found["state"] not in ("uploaded", "running"):
            return found
        time.sleep(0.1)
    pytest.fail(f"The import has not ended: {found}")


def test_a_file_becomes_records_and_its_bad_rows_a_file(admin: Caller) -> None:
    job = upload(admin)
    assert [one["field"] for one in job["columns"]] == ["card", "name", "credit"]
    assert job["mapping"]["match"] == ["card"]
    checked = admin.dry_run(job["id"])
    assert (checked["state"], checked["reason"]) == ("finished", "")
    assert (checked["totals"]["created"], checked["totals"]["failed"]) == (1, 2)
    assert [(one["column"], one["value"], one["rows"], one["lines"]) for one in checked["open_values"]] == [
        ("Name", "", 1, [3]), ("Credit", "thirty", 1, [4]),
    ]  # fmt: skip
    assert checked["new_options"] == []
    assert "imp-2" in admin.get(f"/imports/{job['id']}/errors").text
    assert admin.get("/reader/count", filter="card = 'imp-1'").json["count"] == 0
    done = run(admin, job["id"])
    assert (done["state"], done["totals"]["created"], done["totals"]["failed"]) == ("finished", 1, 2)
    assert [(one["line"], one["problems"][0]["column"]) for one in done["failures"]] == [(3, "Name"), (4, "Credit")]
    errors = admin.get(f"/imports/{job['id']}/errors")
    assert errors.mimetype == "text/csv"
    mended = errors.text.replace("imp-2,,", "imp-2,Bo,").replace("thirty", "30")
    again = upload(admin, mended.removeprefix("\ufeff"))
    assert run(admin, again["id"])["totals"]["created"] == 2
    undone = admin.post(f"/imports/{job['id']}/undo").json
    assert undone == {"deleted": 1, "restored": 0, "kept": []}


def test_a_dry_run_is_told_apart_from_what_cannot_be_one(admin: Caller) -> None:
    job = upload(admin, "Card,Name\nchk-1,Ann\n")
    assert admin.get(f"/imports/{job['id']}").json["check"] is None
    mapping = {"import": "m", "object": "reader", "columns": {"Card": "card", "Nme": "name"}}
    assert admin("PATCH", f"/imports/{job['id']}", {"mapping": mapping}).status_code == 200
    assert admin.post(f"/imports/{job['id']}/check").json["code"] == "bad_mapping"
    assert admin.post(f"/imports/{job['id']}/stop").json["code"] == "import_state"
    mapping["columns"] = {"Card": "card", "Name": "name"}
    admin("PATCH", f"/imports/{job['id']}", {"mapping": mapping, "mode": "create"})
    assert admin.dry_run(job["id"])["totals"]["created"] == 1
    admin("PATCH", f"/imports/{job['id']}", {"mode": "create"})
    assert admin.get(f"/imports/{job['id']}").json["check"] is None


def test_a_mapping_is_changed_saved_and_used_again(admin: Caller) -> None:
    job = upload(admin, "A,B\nmap-1,Ann\n")
    mapping = {"import": "mine", "object": "reader", "match": ["card"], "columns": {"A": "card", "B": "name"}}
    changed = admin("PATCH", f"/imports/{job['id']}", {"mapping": mapping, "mode": "create", "on_error": "nothing"})
    assert changed.status_code == 200, changed.text
    assert changed.json["mapping"]["columns"]["B"] == {"field": "name"}
    assert admin.post("/reader/import-mappings", {"name": "Mine", "mapping": mapping}).status_code == 201
    assert [one["name"] for one in admin.get("/reader/import-mappings").json["data"]] == ["Mine"]
    answer = admin.post("/reader/imports?mapping=Mine", {"text": "A,B\nmap-2,Bo\n"})
    assert run(admin, answer.json["id"])["totals"]["created"] == 1


def test_nobody_sees_the_import_of_another(world: World, admin: Caller) -> None:
    job = upload(admin)
    other = world.caller("other", "admin")
    assert other.get(f"/imports/{job['id']}").status_code == 404
    assert other.get(f"/imports/{job['id']}/errors").status_code == 404
    assert other.post(f"/imports/{job['id']}/undo").status_code == 404
    assert other.get(f"/imports/{uuid4()}").json["detail"] == other.get(f"/imports/{job['id']}").json["detail"]


def test_a_file_that_is_no_table_is_refused_before_anything_starts(admin: Caller) -> None:
    answer = admin.post("/reader/imports", {"data": "AAECAw=="})
    assert (answer.status_code, answer.json["code"]) == (422, "unreadable_file")


def test_records_are_exported(admin: Caller) -> None:
    admin.made("reader", name="=1+1", card="exp-1")
    answer = admin.get("/reader/export", fields="card,name", filter="card = 'exp-1'")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="reader.csv"'
    assert answer.text == "\ufeffcard,name\r\nexp-1,'=1+1\r\n"
    sheet = admin.get("/reader/export", format="xlsx")
    assert sheet.data[:2] == b"PK"


def test_a_mapping_holds_no_text_that_no_database_keeps(admin: Caller) -> None:
    made = admin.post("/reader/imports", {"text": "Card,Name\nC-9,Zoe\n"}).json
    for mapping in (
        {"import": "m", "object": "reader", "columns": {"Card": {"field": "card", "values": {"a\0": "b"}}}},
        {"import": "m", "object": "reader", "columns": {"Ca\0rd": "card"}},
    ):
        assert admin("PATCH", f"/imports/{made['id']}", {"mapping": mapping}).status_code == 422
        assert admin.post("/reader/import-mappings", {"name": "m", "mapping": mapping}).status_code == 422


def test_a_header_with_nul_breaks_nothing(admin: Caller) -> None:
    data = b64encode(b"Na\0me,Card\nZoe,C-8\n").decode()
    assert admin.post("/reader/imports", {"data": data}).status_code in (201, 422)
