"""A seller's morning through the API: a lead comes in, is qualified and becomes customer, contact and deal."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from formwork.api import create_api
from tests.support.callers import Caller, World
from tests.support.databases import Database
from tests.support.tenants import ROOT, installed

LEAD = {
    "first_name": "Ines", "last_name": "Prado", "company": "Prado Textiles", "email": "ines@prado.example",
    "budget": "12000", "timeframe": "now", "need": "A shop window that sells.", "industry": None,
}  # fmt: skip


@pytest.fixture(scope="module")
def seller(shared_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    folder: Path = tmp_path_factory.mktemp("sales")
    with installed(shared_database, folder, ROOT) as here:
        here.runtime.settings = replace(here.runtime.settings, rate_limit="")
        yield World(here, create_api(here.runtime)).caller("rosa", "sales_rep")


def test_a_lead_becomes_customer_contact_and_deal(seller: Caller) -> None:
    lead = seller.made("lead", **LEAD)
    path = f"/lead/{lead['id']}"
    offered = {one["name"] for one in seller.get("/lead/conversions").json["data"]}
    assert {"lead_conversion", "lead_deal_conversion"} <= offered
    early = seller.post(f"{path}/convert/lead_deal_conversion")
    assert (early.status_code, early.json["code"]) == (409, "refused_conversion")
    assert seller("PATCH", path, {"stage": "qualified"}).status_code == 200
    done = seller.post(f"{path}/convert/lead_deal_conversion")
    assert done.status_code == 200, done.json
    made = done.json["made"]
    assert {name: one["object"] for name, one in made.items()} == {
        "account": "account", "contact": "contact", "opportunity": "opportunity",
    }  # fmt: skip
    after = seller.get(path).json
    assert after["stage"] == "converted"
    assert after["converted_account"] == made["account"]["id"]
    assert after["converted_opportunity"] == made["opportunity"]["id"]
    deal = seller.get(f"/opportunity/{made['opportunity']['id']}", fields="account.name,owner").json
    assert deal["account.name"] == "Prado Textiles"
    assert deal["owner"] == str(seller.user)
    contact = seller.get(f"/contact/{made['contact']['id']}").json
    assert contact["last_name"] == "Prado"
    twice = seller.post(f"{path}/convert/lead_deal_conversion")
    assert (twice.status_code, twice.json["code"]) == (409, "refused_conversion")


def test_a_second_lead_of_the_same_company_reuses_the_customer(seller: Caller) -> None:
    first = seller.get("/account", filter="name = 'Prado Textiles'").json["data"][0]["id"]
    lead = seller.made("lead", **{**LEAD, "first_name": "Joan", "email": "joan@prado.example"})
    assert seller("PATCH", f"/lead/{lead['id']}", {"stage": "qualified"}).status_code == 200
    done = seller.post(f"/lead/{lead['id']}/convert/lead_conversion")
    assert done.status_code == 200, done.json
    assert done.json["made"]["account"] | {"created": False} == done.json["made"]["account"]
    assert done.json["made"]["account"]["id"] == first


def test_unknown_conversions_and_foreign_ones_are_one_answer(seller: Caller) -> None:
    lead = seller.made("lead", **LEAD)
    for name in ("nothing", "lead_to_account"):
        assert seller.post(f"/lead/{lead['id']}/convert/{name}").json["code"] == "unknown_conversion"
    answer = seller.post(f"/account/{lead['id']}/convert/lead_conversion")
    assert (answer.status_code, answer.json["verb"]) == (403, "convert")
