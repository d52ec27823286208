"""Files over HTTP: sent, held by a record, read by who may read it, replaced, refused."""

import io
from typing import Any
from uuid import uuid4

import pytest
from werkzeug.test import TestResponse

from tests.support.callers import Caller, World
from tests.support.pictures import archive, jpeg, pdf, png, png_that_says


def send(caller: Caller, data: bytes, name: str = "a.png", **headers: str) -> TestResponse:
    """A file as the whole body."""
    sent = {"Content-Type": "application/octet-stream", "Content-Disposition": f'attachment; filename="{name}"'}
    return caller("POST", "/files", data=data, headers={**sent, **headers})


def sent(caller: Caller, data: bytes, name: str = "a.png") -> str:
    """The id of a file that was taken."""
    answer = send(caller, data, name)
    assert answer.status_code == 201, answer.json
    found: str = answer.json["id"]
    return found


@pytest.fixture(scope="module")
def lina(world: World) -> Caller:
    """Sees every reader."""
    return world.caller("lina", "librarian")


@pytest.fixture(scope="module")
def cleo(world: World) -> Caller:
    """Sees the readers she owns."""
    return world.caller("cleo", "clerk")


def test_a_file_is_sent_as_a_form_or_as_it_is(lina: Caller) -> None:
    whole = send(lina, png(), "../../Läufer.png")
    assert whole.json == {"id": whole.json["id"], "name": "Läufer.png", "size": len(png()), "type": "image/png"}
    assert whole.headers["Location"] == f"/api/v1/files/{whole.json['id']}"
    form = lina("POST", "/files", data={"file": (io.BytesIO(pdf()), "b.pdf", "text/html")})
    assert (form.status_code, form.json["type"]) == (201, "application/pdf")
    assert whole.json["id"] != form.json["id"]


def test_a_download_is_an_attachment_that_no_browser_guesses_at(lina: Caller) -> None:
    id = sent(lina, pdf("x"), "naïve 'q'.pdf")
    answer = lina.get(f"/files/{id}")
    assert (answer.status_code, answer.data) == (200, pdf("x"))
    headers = answer.headers
    assert headers["Content-Type"] == "application/pdf"
    assert headers["Content-Disposition"].startswith(
        "attachment; filename=\"na_ve _q_.pdf\"; filename*=UTF-8''na%C3%AFve"
    )
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    again = lina("GET", f"/files/{id}", headers={"If-None-Match": headers["ETag"]})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", headers["ETag"])


def test_a_part_is_read_and_a_wrong_part_refused(lina: Caller) -> None:
    data = pdf("0123456789")
    id = sent(lina, data, "r.pdf")

    def part(wanted: str, **more: str) -> TestResponse:
        return lina("GET", f"/files/{id}", headers={"Range": wanted, **more})

    found = part("bytes=5-7")
    assert (found.status_code, found.data, found.headers["Content-Range"]) == (206, data[5:8], f"bytes 5-7/{len(data)}")
    assert part("bytes=-4").data == data[-4:]
    assert part("bytes=9-").data == data[9:]
    assert part("lines=1-2").status_code == 200
    assert part("bytes=5-7", **{"If-Range": '"other"'}).data == data
    assert part(f"bytes=9-{'9' * 5000}").data == part(f"bytes=9-{'9' * 15}").data == data[9:]
    assert part(f"bytes=-{'9' * 5000}").data == data
    for beyond in (str(len(data)), "9" * 5000):
        wrong = part(f"bytes={beyond}-")
        assert (wrong.status_code, wrong.json["code"]) == (416, "range_not_satisfiable")


def test_an_upload_is_its_senders_alone_until_a_record_holds_it(lina: Caller, cleo: Caller, admin: Caller) -> None:
    id = sent(cleo, png(3, 3))
    assert cleo.get(f"/files/{id}").status_code == 200
    for other in (lina, admin):
        assert other.get(f"/files/{id}").status_code == 404
        refused = other.post("/reader", {"name": "Thief", "photo": id})
        assert (refused.status_code, refused.json["errors"][0]["pointer"], refused.json["errors"][0]["code"]) == (
            422, "/photo", "bad_file",
        )  # fmt: skip
    own = cleo.made("reader", name="Own", photo=id)
    assert own["photo"] == {"id": id, "name": "a.png", "size": len(png(3, 3)), "type": "image/png"}
    assert lina.get(f"/files/{id}").status_code == 200
    assert lina.get(f"/reader/{own['id']}").json["photo"]["id"] == id


def test_a_file_is_read_by_who_may_read_the_record_and_the_field(lina: Caller, cleo: Caller) -> None:
    hers = lina.made("reader", name="Hers", photo=sent(lina, png(4, 4)))
    photo = hers["photo"]["id"]
    assert cleo.get(f"/files/{photo}").status_code == 404
    mine = cleo.made("reader", name="Mine", photo=sent(cleo, png(5, 4)))
    answer = lina("PATCH", f"/reader/{mine['id']}", {"signed": sent(lina, png(6, 4))})
    assert answer.status_code == 200, answer.text
    signed = answer.json["signed"]["id"]
    assert cleo.get(f"/files/{mine['photo']['id']}").status_code == 200
    assert cleo.get(f"/files/{signed}").status_code == 404
    assert "signed" not in cleo.get(f"/reader/{mine['id']}").json
    unknown = cleo.get(f"/files/{uuid4()}").json
    assert {**unknown, "instance": ""} == {**cleo.get(f"/files/{photo}").json, "instance": ""}
    lina("DELETE", f"/reader/{hers['id']}")
    assert lina.get(f"/files/{photo}").status_code == 404
    lina.post(f"/reader/{hers['id']}/restore")
    assert lina.get(f"/files/{photo}").status_code == 200


def test_what_a_read_shows_is_taken_back_and_names_stay(lina: Caller) -> None:
    ids = [sent(lina, pdf(str(n)), f"{n}.pdf") for n in range(3)]
    made = lina.made("reader", name="Papers", papers=ids)
    assert [one["name"] for one in made["papers"]] == ["0.pdf", "1.pdf", "2.pdf"]
    changed = lina("PATCH", f"/reader/{made['id']}", {"papers": made["papers"][1:]}).json
    assert [one["id"] for one in changed["papers"]] == ids[1:]
    [entry] = [e for e in lina.get(f"/reader/{made['id']}/history").json["data"] if e["action"] == "updated"]
    before, after = (
        entry["changes"]["papers"].values()
        if isinstance(entry["changes"]["papers"], dict)
        else entry["changes"]["papers"]
    )
    assert [one["name"] for one in before] == ["0.pdf", "1.pdf", "2.pdf"]
    assert [one["name"] for one in after] == ["1.pdf", "2.pdf"]
    listed = lina.get("/reader", filter="name = 'Papers'", fields="name,papers,photo,sponsor.photo").json["data"]
    assert [one["name"] for one in listed[0]["papers"]] == ["1.pdf", "2.pdf"]
    assert listed[0]["photo"] is None
    below = lina.made("reader", name="Below", sponsor=made["id"])
    lina("PATCH", f"/reader/{made['id']}", {"photo": sent(lina, png(7, 7), "top.png")})
    shown = lina.get(f"/reader/{below['id']}", fields="sponsor.photo").json
    assert shown["sponsor.photo"]["name"] == "top.png"


def test_versions_of_a_field_stay_until_one_is_forgotten(lina: Caller, cleo: Caller) -> None:
    first, second = sent(lina, png(8, 1), "one.png"), sent(lina, png(8, 2), "two.png")
    made = lina.made("reader", name="Twice", photo=first)
    lina("PATCH", f"/reader/{made['id']}", {"photo": second})
    path = f"/reader/{made['id']}/versions"
    found = lina.get(path, field="photo").json["data"]
    assert [(one["name"], one["until"] is None) for one in found] == [("two.png", True), ("one.png", False)]
    assert lina.get(f"/files/{first}").status_code == 200
    assert cleo.get(path, field="photo").status_code == 404
    assert lina.get(path, field="name").json["code"] == "bad_query"
    assert lina("DELETE", path, query_string={"field": "photo", "file": second}).status_code == 404
    assert lina("DELETE", path, query_string={"field": "photo", "file": first}).status_code == 204
    assert lina.get(f"/files/{first}").status_code in (200, 404)
    assert [one["name"] for one in lina.get(path, field="photo").json["data"]] == ["two.png"]


def test_a_shared_file_lives_in_both_records(lina: Caller) -> None:
    one = lina.made("reader", name="One", photo=sent(lina, png(9, 1), "shared.png"))
    two = lina.made("reader", name="Two", photo=one["photo"]["id"])
    lina.post(f"/reader/{one['id']}/merge", {"losers": [two["id"]]})
    lina("DELETE", f"/reader/{two['id']}")
    assert lina.get(f"/files/{one['photo']['id']}").status_code == 200
    three = lina.made("reader", name="Three", photo=sent(lina, png(9, 2), "kept.png"))
    merged = lina.post(f"/reader/{one['id']}/merge", {"losers": [three["id"]], "set": {"photo": three["photo"]["id"]}})
    assert merged.status_code == 200, merged.text
    assert lina.get(f"/files/{three['photo']['id']}").status_code == 200


def test_an_upload_is_withdrawn_only_while_no_record_holds_it(lina: Caller, cleo: Caller) -> None:
    id = sent(lina, png(10, 1))
    assert cleo("DELETE", f"/files/{id}").status_code == 404
    assert lina("DELETE", f"/files/{id}").status_code == 204
    assert lina.get(f"/files/{id}").status_code == 404
    held = lina.made("reader", name="Held", photo=sent(lina, png(10, 2)))["photo"]["id"]
    refused = lina("DELETE", f"/files/{held}")
    assert (refused.status_code, refused.json["code"]) == (409, "in_use")


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "a.png", "empty_file"),
        (png(), "a.pdf", "bad_file_type"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg", "bad_file_type"),
        (b"<html><script>1</script>", "a.html", "bad_file_type"),
        (b"<html><script>1</script>", "a.png", "bad_file_type"),
        (b"MZ\x90\x00", "a.exe", "bad_file_type"),
        (b"MZ\x90\x00", "a.txt", "bad_file_type"),
        (png_that_says(60_000, 60_000), "a.png", "unsafe_file"),
        (png_that_says(0, 5), "a.png", "bad_file_type"),
        (jpeg(40_000, 9), "a.jpg", "unsafe_file"),
        (b"PK\x03\x04 broken", "a.zip", "bad_file_type"),
        (archive(bomb=bytes(30_000_000)), "a.zip", "unsafe_file"),
        (archive(**{f"m{n}": b"" for n in range(1001)}), "a.zip", "unsafe_file"),
        (archive(word__document_dot_xml=b"x", word__vbaProject_dot_bin=b"x"), "a.docx", "unsafe_file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "_VBA_PROJECT".encode("utf-16-le"), "a.doc", "unsafe_file"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_what_may_be_taken_is_refused(lina: Caller, data: bytes, name: str, code: str) -> None:
    answer = send(lina, data, name)
    assert (answer.status_code, answer.json["code"]) == (422, code), answer.text


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("..\\..\\boot.png", "boot.png"),
        ("/etc/passwd/x.png", "x.png"),
        ("gp\u202ej.png", "gpj.png"),
        ("con.png", "_con.png"),
        ("x" * 300 + ".png", "x" * 196 + ".png"),
        ("no name", "no name.png"),
        ("...", "file.png"),
    ],
)
def test_names_lose_what_misleads(lina: Caller, name: str, kept: str) -> None:
    data = {"file": (io.BytesIO(png()), name)}
    answer = lina("POST", "/files", data=data)
    assert (answer.status_code, answer.json.get("name")) == (201, kept), answer.text


def test_a_field_takes_what_it_says(lina: Caller) -> None:
    def codes(**fields: Any) -> list[tuple[str, str]]:
        answer = lina.post("/reader", {"name": "Refused", **fields})
        assert answer.status_code == 422, answer.text
        return [(one["pointer"], one["code"]) for one in answer.json["errors"]]

    assert codes(photo=sent(lina, pdf(), "a.pdf")) == [("/photo", "bad_file_type")]
    assert codes(papers=[sent(lina, png(), "a.png"), sent(lina, jpeg(), "a.jpg")]) == [("/papers", "bad_file_type")]
    large = png(1, 1) + bytes(1_000_001)
    assert codes(photo=sent(lina, large)) == [("/photo", "file_too_large")]
    assert codes(photo=str(uuid4()), papers=[str(uuid4())]) == [("/photo", "bad_file"), ("/papers", "bad_file")]
    assert codes(photo="x.png") == [("/photo", "bad_reference")]


def test_what_is_too_large_or_not_a_file_is_refused(world: World, lina: Caller) -> None:
    most = world.here.runtime.settings.max_upload
    answer = send(lina, png() + bytes(most), "a.png")
    assert (answer.status_code, answer.json["code"]) == (413, "file_too_large")
    answer = send(lina, png() + bytes(most + 200_000), "a.png")
    assert answer.status_code == 413
    assert lina("POST", "/files", data=png(), headers={"Content-Type": "image/png"}).json["code"] == "bad_body"
    assert (
        lina("POST", "/files", data={"other": "x"}, headers={"Content-Type": "multipart/form-data"}).status_code == 400
    )
    assert (
        lina("POST", "/files", data="a=b", headers={"Content-Type": "application/x-www-form-urlencoded"}).status_code
        == 415
    )
    assert send(lina, png(), **{"Content-Encoding": "gzip"}).status_code == 415
    assert send(world.nobody, png()).status_code == 401


def test_a_key_that_only_reads_sends_no_file(world: World) -> None:
    reading = world.caller("keyed", "librarian", scopes=["read"])
    answer = send(reading, png())
    assert (answer.status_code, answer.json["code"], answer.json["scope"]) == (403, "missing_scope", "write")
    assert send(world.caller("writer", "librarian", scopes=["read", "write:reader"]), png()).status_code == 201


def test_sending_twice_with_one_key_is_one_file(lina: Caller) -> None:
    key = {"Idempotency-Key": "upload-1"}
    first, second = (send(lina, png(11, 1), **key) for _ in range(2))
    assert first.json["id"] == second.json["id"]
    assert send(lina, png(11, 2), **key).status_code == 422


def test_an_export_names_files_by_id_and_an_import_takes_them_back(lina: Caller, admin: Caller) -> None:
    ids = [sent(admin, pdf(f"e{n}"), f"{n}.pdf") for n in range(2)]
    admin.made("reader", name="Exported", papers=ids)
    table = admin.get("/reader/export", fields="name,papers", filter="name = 'Exported'")
    assert table.text.splitlines()[1] == f"Exported,{ids[0]}; {ids[1]}"
    job = admin("POST", "/reader/imports?name=r.csv", data=table.data, headers={"Content-Type": "text/csv"}).json
    assert admin.dry_run(job["id"])["totals"]["created"] == 1
