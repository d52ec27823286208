"""A conversion that is refused says which field of which record is in the way, which rule, and where to mend it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from formwork.api import create_api
from formwork.web.app import create_web
from tests.support.callers import Caller, World
from tests.support.databases import Database
from tests.support.tenants import ROOT, installed, workspace_of
from tests.web.conftest import House, Person

pytestmark = pytest.mark.slow

RULE = """\
extends: account
validations:
  - {rule: known_industry, error_when: industry is blank, message: Say what the customer does., at: industry}
"""
LEAD = {
    "first_name": "Ines", "last_name": "Prado", "company": "Prado Textiles", "email": "ines@prado.example",
    "budget": "12000", "timeframe": "now", "need": "A shop window that sells.",
}  # fmt: skip


@dataclass(frozen=True)
class Doors:
    """One seller at both doors."""

    api: Caller
    web: Person
    reader: Caller


@pytest.fixture(scope="module")
def doors(shared_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    folder: Path = tmp_path_factory.mktemp("strict")
    shelves = workspace_of({
        "metadata/strict/package.yaml": "package: strict\nversion: 1.0.0\nlabel: Strict\nrequires: {leads: ^1.0}\n",
        "objects/strict/account.yaml": RULE,
    })  # fmt: skip
    with installed(shared_database, folder, ROOT, shelves) as here:
        here.runtime.settings = replace(here.runtime.settings, rate_limit="")
        world = World(here, create_api(here.runtime))
        yield Doors(
            world.caller("rosa", "sales_rep"),
            House(here, create_web(here.runtime)).person("rita", "sales_rep"),
            world.caller("mark", "marketing"),
        )


def test_the_field_a_made_record_lacks_is_told_of_the_one_it_comes_from(doors: Doors) -> None:
    lead = doors.api.made("lead", **LEAD)
    assert doors.api("PATCH", f"/lead/{lead['id']}", {"stage": "qualified"}).status_code == 200
    refused = doors.api.post(f"/lead/{lead['id']}/convert/lead_conversion")
    assert (refused.status_code, refused.json["code"]) == (422, "invalid")
    [problem] = refused.json["errors"]
    assert problem["pointer"] == "/industry"
    assert problem["message"] == "Account, Industry: Say what the customer does. It comes from Industry."
    assert "Account cannot be made from this record." in refused.json["detail"]
    assert doors.api.get(f"/lead/{lead['id']}").json["stage"] == "qualified"
    assert doors.api("PATCH", f"/lead/{lead['id']}", {"industry": "retail"}).status_code == 200
    assert doors.api.post(f"/lead/{lead['id']}/convert/lead_conversion").status_code == 200


def test_the_state_a_record_has_to_be_in_is_told(doors: Doors) -> None:
    lead = doors.api.made("lead", **LEAD)
    early = doors.api.post(f"/lead/{lead['id']}/convert/lead_conversion")
    assert (early.status_code, early.json["code"]) == (409, "refused_conversion")
    assert early.json["detail"] == "This record can be converted when stage = 'qualified'. Change first: Stage."
    assert [one["pointer"] for one in early.json["errors"]] == ["/stage"]


def test_a_page_tells_it_with_the_way_to_the_field(doors: Doors) -> None:
    made = doors.web.post("/o/lead/new", {"record_type": "inbound", **LEAD})
    address = made.headers["Location"]
    for action, told, field in (
        ("", "This needs: stage = &#39;qualified&#39;. Change Stage first.", "stage"),
        ("qualified", "Account, Industry: Say what the customer does.", "industry"),
    ):
        if action:
            version = re.search(r'name="_version" value="(\d+)"', doors.web.get(f"{address}/edit").text)
            assert version is not None
            sent = {"_version": version[1], **LEAD, "stage": action}
            assert doors.web.post(f"{address}/edit", sent).status_code == 303
        assert doors.web.post(f"{address}/convert/lead_conversion").headers["Location"] == address
        page = doors.web.get(address).text
        assert told in page
        assert f'href="{address}/edit#f-{field}"' in page
        assert f'id="f-{field}"' in doors.web.get(f"{address}/edit").text
