"""The integrator's story: four files into a fresh tenant, and every answer of their README."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from formwork.api import create_api
from formwork.records import AggregateRequest, MeasureRequest, aggregate
from formwork.transfer.report import Totals
from formwork.transfer.run import run_import, upload_import
from formwork.transfer.shelf import shelf_of
from tests.support.callers import World
from tests.support.databases import Database
from tests.support.tenants import ROOT, TENANT, Installation, installed

WORKSPACE = ROOT / "examples" / "crm-sales"
FILES = {
    "accounts": "accounts.csv",
    "products": "products.csv",
    "managers": "sales_teams.csv",
    "agents": "sales_teams.csv",
    "pipeline": "sales_pipeline.csv",
}
AMOUNTS = (MeasureRequest("count", "count"), MeasureRequest("value", "sum", "amount"))


def bring_in(home: Installation, person: Any, name: str) -> Totals:
    """Import one file with its shipped mapping as a person; no row may fail."""
    shelf = shelf_of(home.runtime.settings.data, TENANT)
    data = (WORKSPACE / "data" / FILES[name]).read_bytes()
    with home.as_user(person) as work:
        job = upload_import(work, shelf, FILES[name], data, work.snapshot.imports[name])
    report = run_import(lambda: home.as_user(person), shelf, job.id)
    assert (report.state, report.failures) == ("finished", ())
    return report.totals


@pytest.fixture(scope="module")
def totals(shared_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """The tenant after all imports, with what each of them counted."""
    folder: Path = tmp_path_factory.mktemp("crm")
    with installed(shared_database, folder, ROOT, WORKSPACE) as home:
        person = home.user("ada", "admin")
        found: dict[str, Any] = {name: bring_in(home, person, name) for name in FILES}
        yield found | {"home": home, "person": person}


def ask(totals: dict[str, Any], group: str, filter: str = "") -> dict[Any, tuple[int, int]]:
    """Group -> (count, value) of the deals."""
    request = AggregateRequest("opportunity", groups=(group,), measures=AMOUNTS, filters=(filter,))
    with totals["home"].as_user(totals["person"]) as work:
        rows = aggregate(work, request)
    return {row[group]: (row["count"], int(float(row["value"]))) for row in rows}


def test_every_row_of_every_file_arrives(totals: dict[str, Any]) -> None:
    assert {name: totals[name].created for name in FILES} == {
        "accounts": 85,
        "products": 7,
        "managers": 6,
        "agents": 35,
        "pipeline": 8800,
    }


def test_stages(totals: dict[str, Any]) -> None:
    assert {stage: count for stage, (count, _) in ask(totals, "stage").items()} == {
        "won": 4238,
        "lost": 2473,
        "engaging": 1589,
        "prospecting": 500,
    }


def test_value_won(totals: dict[str, Any]) -> None:
    assert ask(totals, "stage")["won"] == (4238, 10_005_534)


def test_value_won_by_region(totals: dict[str, Any]) -> None:
    found = ask(totals, "owner.regional_office", "stage = 'won'")
    assert {region: value for region, (_, value) in found.items()} == {
        "west": 3_568_647,
        "central": 3_346_293,
        "east": 3_090_594,
    }


def test_value_won_by_manager(totals: dict[str, Any]) -> None:
    found = ask(totals, "owner.manager.full_name", "stage = 'won'")
    assert {manager: value for manager, (_, value) in found.items()} == {
        "Melvin Marxen": 2_251_930,
        "Summer Sewald": 1_964_750,
        "Rocco Neubert": 1_960_545,
        "Celia Rouche": 1_603_897,
        "Cara Losch": 1_130_049,
        "Dustin Brinkmann": 1_094_363,
    }


def test_value_won_by_closing_quarter(totals: dict[str, Any]) -> None:
    found = ask(totals, "quarter(close_date)", "stage = 'won' and year(close_date) = 2017")
    assert {quarter: value for quarter, (_, value) in found.items()} == {
        1: 1_134_672,
        2: 3_086_111,
        3: 2_982_255,
        4: 2_802_496,
    }


def test_flaws_of_the_files_are_mended(totals: dict[str, Any]) -> None:
    def count(object: str, filter: str) -> int:
        with totals["home"].as_user(totals["person"]) as work:
            [row] = aggregate(work, AggregateRequest(object, filters=(filter,)))
        return int(row["count"])

    assert count("account", "parent is not blank") == 15
    assert count("account", "industry = 'it'") == 12
    assert count("opportunity", "product.name = 'GTX Pro'") == 1480
    assert count("opportunity", "account is blank") == 1425
    assert count("opportunity", "engaged_on is blank") == 500


def test_the_api_gives_the_same_answers(totals: dict[str, Any]) -> None:
    caller = World(totals["home"], create_api(totals["home"].runtime)).caller("api", "admin")
    answer = caller.get("/opportunity/aggregate", groups="stage", measures="count,sum(amount) as value")
    assert answer.status_code == 200, answer.text
    assert {row["stage"]: (row["count"], int(float(row["value"]))) for row in answer.json["data"]} == ask(
        totals, "stage"
    )
