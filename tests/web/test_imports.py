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


def checked(person: Person, base: str) -> str:
    """The page of the dry run, once that has come to its end."""
    for _try in range(100):
        if person.get(f"{base}/check/status").json["finished"]:  # type: ignore[index]
            return person.get(f"{base}/check").text
        time.sleep(0.1)
    raise AssertionError("The dry run did not finish.")


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
    check = checked(admin, base)
    assert "1 row would be left out" in check
    assert "Grace Hopper" not in admin.get("/o/reader?find=Hopper").text
    assert admin.post(f"{base}/run").headers["Location"] == f"{base}/run"
    result = settled(admin, base).text
    assert "2 records imported" in result
    assert "1,000.50" in admin.get("/o/reader?find=Hopper").text
    assert admin.post(f"{base}/stop").headers["Location"] == f"{base}/run"
    assert admin.get(f"{base}/run").headers["Location"] == f"{base}/result"
    errors = admin.get(f"{base}/errors.csv")
    assert errors.headers["Content-Disposition"].startswith("attachment")
    assert "X-1" in errors.text
    assert "Grace" not in errors.text
    assert admin.post(f"{base}/undo").status_code == 303
    assert "Grace Hopper" not in admin.get("/o/reader?find=Hopper").text


def test_bad_values_are_decided_where_they_are_told(admin: Person) -> None:
    text = "Name,Card number,Credit\nAnn,M-1,ten\nBo,M-2,ten\nCy,M-3,n/a\n,M-4,5\nDi,M-5,-\nToo,M-6,1,2\n"
    base = upload(admin, text)
    fields = {"field:0": "name", "field:1": "card", "field:2": "credit", "_next": "1"}
    assert admin.post(f"{base}/map", fields).status_code == 303
    admin.post(f"{base}/options", {"mode": "upsert", "bad": "skip", "match": "card"})
    page = checked(admin, base)
    told = re.findall(
        r'name="column:(\d+)" value="([^"]*)"><input type="hidden" name="value:\d+" value="([^"]*)"', page
    )
    assert told == [("0", "Credit", "ten"), ("1", "Credit", "n/a"), ("2", "Name", ""), ("3", "Credit", "-")]
    assert "This row has more cells than the header" in page
    assert "2 rows · line 2, 3" in page
    assert "Leave the field blank" not in page.split('name="column:2"')[1].split("</li>")[0]
    decided = {f"column:{at}": column for at, column, _ in told} | {f"value:{at}": value for at, _, value in told}
    decided |= {
        "text:0": "10",
        "do:0": "skip",
        "do:1": "blank",
        "text:2": "Nobody",
        "do:3": "skip",
        "mapping": "Mended",
    }
    assert admin.post(f"{base}/mend", decided).headers["Location"] == f"{base}/check"
    page = checked(admin, base)
    assert "1 row would be left out" in page
    assert page.count('name="back:') == 4
    assert 'name="column:' not in page
    again = {"decided-column:0": "Credit", "decided-value:0": "n/a", "back:0": "1"}
    admin.post(f"{base}/mend", again)
    assert 'name="value:0" value="n/a"' in checked(admin, base)
    admin.post(f"{base}/mend", {"column:0": "Credit", "value:0": "n/a", "text:0": "many"})
    assert 'name="value:0" value="many"' in checked(admin, base)
    admin.post(f"{base}/mend", {"column:0": "Credit", "value:0": "many", "text:0": "7"})
    admin.post(f"{base}/run")
    assert "4 records imported" in settled(admin, base).text
    assert "Mended" in admin.get("/o/reader/import").text
    assert admin.post(f"{base}/undo").status_code == 303
    odd = {
        "column:0": "Nothing",
        "value:0": "x",
        "do:0": "use:1",
        "column:1": "Name",
        "decided-column:0": "Nope",
        "back:0": "1",
    }
    other = upload(admin, text)
    assert admin.post(f"{other}/mend", odd).status_code == 303


def test_a_required_field_without_a_column_is_named(admin: Person) -> None:
    base = upload(admin)
    told = "Name is required and has no column"
    assert told not in admin.get(f"{base}/map").text
    fields = {"field:0": "", "field:1": "card"}
    assert admin.post(f"{base}/map", fields).status_code == 303
    assert told in admin.get(f"{base}/map").text
    assert admin.post(f"{base}/map", {**fields, "_next": "1"}).headers["Location"] == f"{base}/options"


def test_what_no_transform_reads_is_told_beside_the_choice(admin: Person) -> None:
    made = admin.post("/o/reader/new", {"name": "Survey Sam", "card": "SS-1"})
    assert made.status_code == 303, made.text
    text = "Reader,Begun on,Days\nSurvey Sam,13/02/2026,7\nSurvey Sam,02/14/2026,ten\nNobody,03/02/2026,5,9\n"
    answer = admin.post("/o/loan/import", {"file": (io.BytesIO(text.encode()), "loans.csv")})
    base = answer.headers["Location"].removesuffix("/map")
    fields = {"field:0": "reader", "field:1": "begun_on", "field:2": "days", "transform:1": "date:dmy"}
    admin.post(f"{base}/map", fields)
    page = admin.get(f"{base}/map").text
    assert "Both orders occur: 13/02/2026 (line 2) and 02/14/2026 (line 3)." in page
    assert "ten (line 3): Write a number." in page
    assert page.count("1 value cannot be read") == 2
    assert "1 row cannot be taken apart into columns (line 4)." in page
    assert "All 3 rows were looked at." in page
    text = "Reader,Begun on\nSurvey Sam,03/02/2026\nNobody,04/02/2026\n"
    answer = admin.post("/o/loan/import", {"file": (io.BytesIO(text.encode()), "loans.csv")})
    page = admin.get(answer.headers["Location"]).text
    assert "1 value not found" in page
    assert "03/02/2026 (line 2) could be day or month first. It is read as 3 Feb 2026" in page


def test_a_choice_nobody_offers_is_told_by_the_labels_of_those_there_are(admin: Person) -> None:
    assert admin.post("/o/reader/new", {"name": "Label Lee", "card": "LL-1"}).status_code == 303
    text = "Reader,Where it is\nLabel Lee,zqx\n"
    answer = admin.post("/o/loan/import", {"file": (io.BytesIO(text.encode()), "loans.csv")})
    base = answer.headers["Location"].removesuffix("/map")
    admin.post(f"{base}/map", {"field:0": "reader", "field:1": "status", "_next": "1"})
    admin.post(f"{base}/options", {"mode": "create", "bad": "skip"})
    told = "Choose one of: Open, Overdue, Closed."
    assert told in checked(admin, base)
    admin.post(f"{base}/run")
    assert told in settled(admin, base).text


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
