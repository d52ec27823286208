"""What bad metadata gets: lines 18 and 22 to 24 of section 1 of SECURITY, S2 and the zips of X5."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.support.callers import Caller

PACKAGE = "package: cellar\nversion: 1.0.0\nlabel: Cellar\nrequires: {core: '^1.0'}\n"
OBJECT = """\
object: barrel
label: Barrel
plural: Barrels
title: name
fields:
  name: {type: text, required: true}
  litres: {type: number, precision: 1}
  note: {type: text}
  half: {type: formula, gives: number, expression: "litres / 2"}
validations:
  - rule: empty
    error_when: "litres = 0"
    message: A barrel holds something.
"""
SCHEMAS = Path(__file__).resolve().parents[2] / "docs/schemas"


def files(object: str = OBJECT) -> dict[str, str]:
    """The workspace with the object written this way."""
    return {"metadata/cellar/package.yaml": PACKAGE, "objects/cellar/barrel.yaml": object}


def zipped(members: dict[str, str]) -> bytes:
    """A workspace as a zip."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return data.getvalue()


def every_way(admin: Caller, members: dict[str, str]) -> list[TestResponse]:
    """The answers of each address that takes a workspace."""
    packed: dict[str, Any] = {"data": zipped(members), "headers": {"Content-Type": "application/zip"}}
    return [
        admin.post("/metadata/plan", {"files": members}),
        admin.post("/metadata/apply", {"files": members}),
        admin("POST", "/metadata/plan", **packed),
        admin("POST", "/metadata/apply", **packed),
    ]


@pytest.fixture(scope="module")
def cellar(admin: Caller) -> Caller:
    """Manages a tenant with the package."""
    assert admin.post("/metadata/apply", {"files": files()}).json["published"]
    admin.made("barrel", name="Oak", litres="225", note="new")
    return admin


@pytest.mark.parametrize(
    "written",
    [
        "litres /", "litres + 'a'", "nothing + 1", "(select 1)", "litres; drop table barrel", "litres -- x",
        "litres) union select 1", "sleep(10)", "__import__('os')",
    ],
)  # fmt: skip
def test_18_and_s2_an_expression_is_judged_the_same_on_every_way_in(cellar: Caller, written: str) -> None:
    bad = OBJECT.replace("litres / 2", written)
    for answer in every_way(cellar, files(bad)):
        assert (answer.status_code, answer.json["code"]) == (422, "metadata_invalid"), answer.text
        [one] = answer.json["errors"]
        assert one["args"]["line"] == 9
    assert cellar.get("/barrel", fields="half").json["data"][0]["half"] is not None


def test_s2_nothing_in_the_metadata_takes_sql() -> None:
    names: set[str] = set()

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            names.update(node.get("properties", {}) if isinstance(node.get("properties"), dict) else ())
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    for file in SCHEMAS.glob("*.json"):
        walk(json.loads(file.read_text()))
    assert "expression" in names
    assert not [name for name in names if "sql" in name or name in ("query", "statement")]


def test_22_every_problem_is_told_at_once(cellar: Caller) -> None:
    bad = OBJECT.replace("type: number", "type: nummer").replace("title: name", "title: nome").replace("= 0", "= ")
    answer = cellar.post("/metadata/apply", {"files": files(bad)})
    assert (answer.status_code, answer.json["code"]) == (422, "metadata_invalid")
    assert len(answer.json["errors"]) >= 2


def test_23_what_is_in_use_is_not_taken_away(cellar: Caller) -> None:
    """Every place that still names the field is told with its line, and who uses it now."""
    bad = OBJECT.replace("  litres: {type: number, precision: 1}\n", "")
    answer = cellar.post("/metadata/apply", {"files": files(bad)})
    assert (answer.status_code, answer.json["code"]) == (409, "in_use")
    assert {one["args"]["line"] for one in answer.json["errors"]} == {8, 11}
    assert {one["kind"] for one in answer.json["users"]} == {"formula", "validation"}
    assert cellar.get("/barrel").json["data"][0]["litres"] == "225.0"


def test_23_and_24_what_puts_values_away_wants_a_yes(cellar: Caller) -> None:
    without = OBJECT.replace("  note: {type: text}\n", "")
    before = cellar.get("/metadata/versions").json["data"][0]["version"]
    refused = cellar.post("/metadata/apply", {"files": files(without)})
    assert (refused.status_code, refused.json["code"]) == (422, "needs_confirmation")
    assert any("barrel.note" in one["sentence"] for one in refused.json["plan"]["differences"]), refused.json
    assert cellar.get("/metadata/versions").json["data"][0]["version"] == before
    assert cellar.get("/barrel").json["data"][0]["note"] == "new"


def test_24_a_type_that_would_lose_values_is_refused(cellar: Caller) -> None:
    changed = OBJECT.replace("note: {type: text}", "note: {type: date}")
    answer = cellar.post("/metadata/apply", {"files": files(changed)})
    assert answer.status_code in (409, 422), answer.text
    assert cellar.get("/barrel").json["data"][0]["note"] == "new"


@pytest.mark.parametrize("name", ["../x.yaml", "/etc/x.yaml", "objects/../../x.yaml", "objects\\..\\x.yaml", "other/x"])
def test_28_a_zip_stays_on_its_shelves(cellar: Caller, name: str) -> None:
    data = zipped({**files(), name: "a: b"})
    answer = cellar("POST", "/metadata/plan", data=data, headers={"Content-Type": "application/zip"})
    assert answer.status_code in (200, 400, 422), answer.text
    assert answer.status_code != 200 or answer.json["differences"] == []


def test_28_a_zip_that_grows_is_refused(cellar: Caller) -> None:
    data = zipped({**files(), "objects/cellar/big.yaml": "#" * 50_000_000})
    answer = cellar("POST", "/metadata/plan", data=data, headers={"Content-Type": "application/zip"})
    assert (answer.status_code, answer.json["code"]) in (
        (400, "unsafe_file"),
        (413, "unsafe_file"),
        (422, "unsafe_file"),
    )
