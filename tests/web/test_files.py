"""Files in the browser's door: with the form when there is no script, at once where there is, seen again on pages."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from formwork.storage import rows
from tests.support.browser import axe_violations, sideways_scroll
from tests.support.pictures import pdf, png
from tests.support.server import served
from tests.web.conftest import PASSWORD, House, Person

FILE_ID = re.compile(r'name="photo" value="([0-9a-f-]{36})"')


@pytest.fixture(scope="module")
def librarian(house: House) -> Person:
    """Sees every reader."""
    return house.person("filing", "librarian")


def test_a_form_without_script_brings_its_files(house: House, librarian: Person) -> None:
    form = {
        "name": "Nora", "photo": "", "photo:upload": (io.BytesIO(png(5, 5)), "nora.png"), "papers": "",
        "papers:upload": [(io.BytesIO(pdf("1")), "one.pdf"), (io.BytesIO(pdf("2")), "two.pdf")],
    }  # fmt: skip
    answer = librarian.post("/o/reader/new", form)
    assert answer.status_code == 303, answer.text
    page = librarian.get(answer.headers["Location"]).text
    assert 'alt="nora.png"' in page
    assert [name for name in ("one.pdf", "two.pdf") if name in page] == ["one.pdf", "two.pdf"]
    edit = librarian.get(answer.headers["Location"] + "/edit").text
    assert 'enctype="multipart/form-data"' in edit
    id = FILE_ID.search(edit)
    assert id is not None
    picture = librarian.get(f"/files/{id[1]}")
    assert (picture.status_code, picture.data, picture.mimetype) == (200, png(5, 5), "image/png")
    assert picture.headers["Content-Disposition"].startswith("attachment")
    assert picture.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    again = librarian.client.get(
        f"/files/{id[1]}", base_url="http://localhost", headers={"If-None-Match": picture.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")
    gone = librarian.post(
        answer.headers["Location"] + "/edit", {"name": "Nora", "photo": ["", id[1]], "photo:drop": id[1]}
    )
    assert gone.status_code == 303
    assert 'alt="nora.png"' not in librarian.get(answer.headers["Location"]).text
    history = librarian.get(answer.headers["Location"] + "/history").text
    assert "nora.png" in history


def test_what_was_uploaded_is_kept_when_the_form_comes_back(librarian: Person) -> None:
    form = {"name": "", "photo": "", "photo:upload": (io.BytesIO(png(6, 5)), "kept.png")}
    answer = librarian.post("/o/reader/new", form)
    assert answer.status_code == 422
    id = FILE_ID.search(answer.text)
    assert id is not None
    assert "kept.png" in answer.text
    saved = librarian.post("/o/reader/new", {"name": "Kept", "photo": ["", id[1]]})
    assert saved.status_code == 303


def test_a_wrong_file_is_told_at_its_field(librarian: Person) -> None:
    form = {"name": "Wrong", "photo": "", "photo:upload": (io.BytesIO(pdf()), "a.pdf")}
    answer = librarian.post("/o/reader/new", form)
    assert answer.status_code == 422
    assert "“a.pdf” is none of these: png, jpg, gif, webp." in answer.text
    assert 'value="Wrong"' in answer.text
    form = {"name": "Wrong", "photo": "", "photo:upload": (io.BytesIO(b"<svg/>"), "a.svg")}
    assert "This kind of file is not taken" in librarian.post("/o/reader/new", form).text


def test_nobody_reads_or_fills_in_what_is_not_theirs(house: House, librarian: Person) -> None:
    sent = librarian.post("/o/reader/files?field=photo", {"file": (io.BytesIO(png(7, 5)), "mine.png")})
    assert sent.status_code == 201
    id = FILE_ID.search(sent.text)
    assert id is not None
    clerk = house.person("prying", "clerk")
    assert clerk.get(f"/files/{id[1]}").status_code == 404
    refused = clerk.post("/o/reader/new", {"name": "Thief", "photo": ["", id[1]]})
    assert (refused.status_code, "no longer kept" in refused.text) == (422, True)
    for field in ("signed", "name", "nothing"):
        assert clerk.post(f"/o/reader/files?field={field}", {"file": (io.BytesIO(png()), "a.png")}).status_code == 404
    stranger = house.app.test_client()
    assert stranger.get(f"/files/{id[1]}", base_url="http://localhost").status_code in (302, 303, 401)
    assert librarian.get(f"/files/{'0' * 32}").status_code == 404


def test_too_much_is_refused_and_told(house: House, librarian: Person) -> None:
    most = house.here.runtime.settings.max_upload
    answer = librarian.post("/o/reader/files?field=photo", {"file": (io.BytesIO(png() + bytes(most)), "a.png")})
    assert (answer.status_code, answer.text) == (413, "This file is too large.")
    answer = librarian.post("/o/reader/files?field=photo", {"file": (io.BytesIO(png() + bytes(1_000_001)), "a.png")})
    assert (answer.status_code, answer.text) == (422, "“a.png” is larger than 1 MB.")
    assert librarian.post("/o/reader/files?field=photo", {"other": "x"}).status_code == 422


@pytest.fixture(scope="module")
def address(house: House) -> Iterator[str]:
    """The door on a port."""
    house.add_user("vera", "librarian")
    with served(house.app) as url:
        yield url


def sign_in(page: Page, address: str) -> None:
    page.goto(f"{address}/login")
    page.fill("#email", "vera")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)


def test_files_are_sent_at_once_and_taken_out_again(page: Page, address: str, tmp_path: Path) -> None:
    sign_in(page, address)
    (tmp_path / "ann.png").write_bytes(png(40, 30))
    (tmp_path / "note.txt").write_text("hello")
    (tmp_path / "bad.txt").write_text("hello")
    page.goto(f"{address}/o/reader/new")
    page.fill("#f-name", "Ann")
    page.set_input_files("#f-photo", tmp_path / "ann.png")
    expect(page.locator("[data-slot=photo] [data-file]")).to_contain_text("ann.png")
    page.set_input_files("#f-photo", tmp_path / "bad.txt")
    expect(page.locator("[data-slot=photo] [data-fault]")).to_contain_text("none of these")
    expect(page.locator("[data-slot=photo] [data-file]")).to_have_count(1)
    page.set_input_files("#f-papers", [tmp_path / "note.txt", tmp_path / "ann.png"])
    papers = page.locator("[data-slot=papers] [data-file]")
    expect(papers).to_have_count(2)
    papers.first.locator("[type=checkbox]").focus()
    page.keyboard.press("Space")
    expect(papers).to_have_count(1)
    assert axe_violations(page) == []
    page.locator("[data-save]").click()
    page.wait_for_url(re.compile(r"/o/reader/[0-9a-f-]{36}$"))
    expect(page.locator(".fw-picture img").first).to_have_js_property("naturalWidth", 40)
    page.locator(".fw-picture").first.click()
    large = page.locator("dialog.fw-lightbox")
    expect(large).to_be_visible()
    assert axe_violations(page) == []
    page.keyboard.press("Escape")
    expect(large).to_have_count(0)
    assert axe_violations(page) == []


@pytest.mark.proof
def test_a_signature_is_drawn_or_typed_also_on_a_phone(phone: Page, house: House, address: str) -> None:
    sign_in(phone, address)
    phone.goto(f"{address}/o/reader/new")
    phone.fill("#f-name", "Signs")
    pad = phone.locator("canvas")
    pad.scroll_into_view_if_needed()
    frame = pad.bounding_box()
    assert frame is not None
    phone.mouse.move(frame["x"] + 20, frame["y"] + 20)
    phone.mouse.down()
    phone.mouse.move(frame["x"] + 90, frame["y"] + 60, steps=5)
    phone.mouse.up()
    drawn = phone.locator("[data-slot=signed] [data-file] input[name=signed]")
    expect(drawn).to_have_count(1)
    first = drawn.input_value()
    phone.locator("[data-typed]").fill("Vera Vogel")
    phone.locator("[data-save]").click()
    phone.wait_for_url(re.compile(r"/o/reader/[0-9a-f-]{36}$"))
    assert sideways_scroll(phone) == 0
    expect(phone.locator('.fw-picture img[alt="signature.png"]').first).to_have_js_property("naturalWidth", 720)
    record = phone.url.rsplit("/", 1)[1]
    with house.here.system() as work:
        held = rows.load(work, "reader", [UUID(record)], ["signed"])[UUID(record)]["signed"]
    assert str(held) != first
    phone.goto(f"{phone.url}/edit")
    expect(phone.locator("canvas")).to_be_hidden()
    phone.locator("[data-slot=signed] [data-file] [type=checkbox]").focus()
    phone.keyboard.press("Space")
    expect(phone.locator("canvas")).to_be_visible()
    phone.evaluate("scrollTo(0, 0)")
    assert axe_violations(phone) == []
    assert sideways_scroll(phone) == 0
