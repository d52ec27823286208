"""The import wizard and exports over HTTP, on both databases."""

import io
import re
import time

import pytest
from werkzeug.test import TestResponse

from tests.web.conftest import House, Person

FILE = "Name;Card number;Credit;Sponsor\nGrace Hopper;G-1;1.000,50;\nAlan Turing;A-1;12,5;Grace Hoper\n;X-1;1;\n"


@pytest.fixture(scope="module")
def admin(house: House) -> Person:
    """Somebody who may import."""
    return house.person("boss", "admin")


def upload(person: Person, text: str = FILE, name: str = "readers.csv") -> str:
    """The address of a new import."""
    form = {"file": (io.BytesIO(text.encode()), name)}
    answer = person.post("/o/reader/import", form)
    assert answer.status_code == 303
    return answer.headers["Location"].removesuffix("/map")


def settled(person: Person, base: str) -> TestResponse:
    """The result page, once the import has come to its end."""
    for _try in range(100):
        if person.get(f"{base}/status").json["finished"]:  # type: ignore[index]
            return person.get(f"{base}/result")
        time.sleep(0.1)
    raise AssertionError("The import did not finish.")


def test_a_file_goes_from_upload_to_undo(admin: Person) -> None:
    base = upload(admin)
    page = admin.get(f"{base}/map").text
    assert "readers.csv, 3 rows, 4 columns, UTF-8" in page
    assert re.search(r'<option value="name" selected>', page)
    fields = {"field:0": "name", "field:1": "card", "field:2": "credit", "field:3": ""}
    assert admin.post(f"{base}/map", fields).headers["Location"] == f"{base}/map"
    chosen = {**fields, "transform:2": "decimal:,", "_next": "1"}
    assert admin.post(f"{base}/map", chosen).headers["Location"] == f"{base}/options"
    assert "Only create new records" in admin.get(f"{base}/options").text
    assert admin.post(f"{base}/options", {"mode": "create", "bad": "skip", "match": ""}).status_code == 303
    check = admin.get(f"{base}/check").text
    assert "1 row would be left out" in check
    assert "Grace Hopper" not in admin.get("/o/reader?find=Hopper").text
    assert admin.post(f"{base}/run").headers["Location"] == f"{base}/run"
    result = settled(admin, base).text
    assert "2 records imported" in result
    assert "1,000.50" in admin.get("/o/reader?find=Hopper").text
    errors = admin.get(f"{base}/errors.csv")
    assert errors.headers["Content-Disposition"].startswith("attachment")
    assert "X-1" in errors.text
    assert "Grace" not in errors.text
    assert admin.post(f"{base}/undo").status_code == 303
    assert "Grace Hopper" not in admin.get("/o/reader?find=Hopper").text


def test_updating_needs_a_key(admin: Person) -> None:
    base = upload(admin)
    answer = admin.post(f"{base}/options", {"mode": "update", "match": ""})
    assert answer.status_code == 422
    assert "Updating needs a field" in answer.text


@pytest.mark.parametrize("text", ["", "\0\0\0", "PK\x03\x04 not a workbook"])
def test_an_unreadable_file_is_told_on_the_spot(admin: Person, text: str) -> None:
    answer = admin.post("/o/reader/import", {"file": (io.BytesIO(text.encode()), "x.xlsx")})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_imports_are_their_owners_alone(house: House, admin: Person) -> None:
    base = upload(admin)
    other = house.person("other", "admin")
    for step in ("map", "options", "check", "run", "status", "result", "errors.csv"):
        assert other.get(f"{base}/{step}").status_code == 404
    clerk = house.person("imp-clerk", "clerk")
    assert clerk.get("/o/reader/import").status_code == 403


def test_a_list_is_exported_as_the_reader_may_see_it(house: House, admin: Person) -> None:
    admin.post("/o/reader/new", {"name": "=1+1", "card": "E-1"})
    answer = admin.get("/o/reader/export?q=card+%3D+%27E-1%27")
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert "'=1+1" in answer.text
    sheet = admin.get("/o/reader/export?format=xlsx&q=card+%3D+%27E-1%27")
    assert sheet.data[:2] == b"PK"
    id = re.search(r'value="([0-9a-f-]{36})" form="bulk"', admin.get("/o/reader?find=%3D1").text)
    assert id is not None
    chosen = admin.post("/o/reader/export", {"id": id[1]})
    assert chosen.text.count("\n") == 2
    clerk = house.person("exp-clerk", "clerk")
    assert clerk.get("/o/reader/export").status_code == 403
