"""The integrator's story: four files into a fresh tenant over HTTP, and every answer of their README from the API."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from formwork.api import create_api
from tests.support.callers import Caller, World
from tests.support.databases import Database
from tests.support.tenants import ROOT, installed

WORKSPACE = ROOT / "examples" / "crm-sales"
DATA = WORKSPACE / "data"
ENDED = ("finished", "stopped", "refused")
AMOUNTS = "count,sum(amount) as value"


@dataclass(frozen=True)
class Sales:
    """The tenant after all imports: who asks, and what each import came to."""

    caller: Caller
    imported: dict[str, dict[str, int]]

    def ask(self, group: str, filter: str = "") -> dict[Any, tuple[int, int]]:
        """Group -> (count, value) of the deals, as the aggregate API answers."""
        asked = {"groups": group, "measures": AMOUNTS} | ({"filter": filter} if filter else {})
        answer = self.caller.get("/opportunity/aggregate", **asked)
        assert answer.status_code == 200, answer.text
        return {row[group]: (row["count"], whole(row["value"])) for row in answer.json["data"]}

    def count(self, object: str, filter: str) -> int:
        """How many records pass."""
        answer = self.caller.get(f"/{object}/aggregate", measures="count", filter=filter)
        assert answer.status_code == 200, answer.text
        [row] = answer.json["data"]
        return int(row["count"])


def whole(text: str) -> int:
    """An amount without cents, exactly."""
    units, _, rest = text.partition(".")
    assert not rest.strip("0"), text
    return int(units)


def bring_in(caller: Caller, mapping: str, file: Path) -> dict[str, int]:
    """Upload one file under its shipped mapping, run it, and wait; no row may fail."""
    [object] = {
        one.partition(":")[2].strip()
        for one in (WORKSPACE / "metadata/crm_sales/imports" / f"{mapping}.yaml").read_text().splitlines()
        if one.startswith("object:")
    }
    headers = {"Content-Type": "text/csv"}
    address = f"/{object}/imports?mapping={mapping}&name={file.name}"
    job = caller("POST", address, data=file.read_bytes(), headers=headers)
    assert job.status_code == 201, job.text
    assert caller.post(f"/imports/{job.json['id']}/run").status_code == 202
    for _ in range(1200):
        found = caller.get(f"/imports/{job.json['id']}").json
        if found["state"] in ENDED:
            break
        time.sleep(0.1)
    assert (found["state"], found["failures"]) == ("finished", []), found["failures"][:3]
    totals: dict[str, int] = found["totals"]
    return totals


@pytest.fixture(scope="module")
def sales(shared_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sales]:
    """The files in the order an integrator wrote down, each through the same door as a program of theirs."""
    with installed(shared_database, tmp_path_factory.mktemp("crm"), ROOT, WORKSPACE) as home:
        caller = World(home, create_api(home.runtime)).caller("ada", "admin")
        order = json.loads((DATA / "order.json").read_text())
        yield Sales(caller, {one["mapping"]: bring_in(caller, one["mapping"], DATA / one["file"]) for one in order})


def test_every_row_of_every_file_arrives(sales: Sales) -> None:
    assert {name: totals["created"] for name, totals in sales.imported.items()} == {
        "accounts": 85,
        "products": 7,
        "managers": 6,
        "agents": 35,
        "pipeline": 8800,
    }


def test_stages(sales: Sales) -> None:
    assert {stage: count for stage, (count, _) in sales.ask("stage").items()} == {
        "won": 4238,
        "lost": 2473,
        "engaging": 1589,
        "prospecting": 500,
    }


def test_value_won(sales: Sales) -> None:
    assert sales.ask("stage", "stage = 'won'") == {"won": (4238, 10_005_534)}


def test_value_won_by_region(sales: Sales) -> None:
    found = sales.ask("owner.regional_office", "stage = 'won'")
    assert {region: value for region, (_, value) in found.items()} == {
        "west": 3_568_647,
        "central": 3_346_293,
        "east": 3_090_594,
    }


def test_value_won_by_manager(sales: Sales) -> None:
    found = sales.ask("owner.manager.full_name", "stage = 'won'")
    assert {manager: value for manager, (_, value) in found.items()} == {
        "Melvin Marxen": 2_251_930,
        "Summer Sewald": 1_964_750,
        "Rocco Neubert": 1_960_545,
        "Celia Rouche": 1_603_897,
        "Cara Losch": 1_130_049,
        "Dustin Brinkmann": 1_094_363,
    }


def test_value_won_by_closing_quarter(sales: Sales) -> None:
    found = sales.ask("quarter(close_date)", "stage = 'won' and year(close_date) = 2017")
    assert {quarter: value for quarter, (_, value) in found.items()} == {
        1: 1_134_672,
        2: 3_086_111,
        3: 2_982_255,
        4: 2_802_496,
    }


def test_flaws_of_the_files_are_mended(sales: Sales) -> None:
    assert sales.count("account", "parent is not blank") == 15
    assert sales.count("account", "industry = 'it'") == 12
    assert sales.count("opportunity", "product.name = 'GTX Pro'") == 1480
    assert sales.count("opportunity", "account is blank") == 1425
    assert sales.count("opportunity", "engaged_on is blank") == 500
    assert sales.count("opportunity", "amount is blank") == 1589 + 500


def test_sent_again_the_files_change_nothing(sales: Sales) -> None:
    again = bring_in(sales.caller, "accounts", DATA / "accounts.csv")
    assert (again["same"], again["created"], again["updated"]) == (85, 0, 0)
