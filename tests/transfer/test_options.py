"""Options a file brings: published by who may, told row by row to who may not, and undone with a refused import."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from formwork.kernel import Invalid
from formwork.runtime.tenant_options import TenantOptions
from formwork.storage import metadata
from formwork.transfer.check import check_import
from formwork.transfer.mapping import read_mapping
from formwork.transfer.plan import Mode, OnError
from formwork.transfer.report import Report
from formwork.transfer.run import run_import, upload_import
from formwork.transfer.shelf import shelf_of
from tests.support.databases import Database
from tests.support.tenants import TENANT, installed, workspace_of
from tests.transfer.conftest import Desk

PACKAGE = "package: garage\nversion: 1.0.0\nlabel: Garage\n"
CAR = """
object: car
label: Car
plural: Cars
title: plate
fields:
  plate:  {type: text, required: true, unique: true}
  make:   {type: select, options: {audi: Audi, seat: Seat}}
  extras: {type: multi_select, options: {roof: Sun roof, hook: Tow bar}}
"""
RIGHTS = """
roles: {seller: {label: Seller, includes: [employee]}}
grants: {seller: {car: {create: true, read: all, edit: all, import: true}}}
"""
MAPPING: dict[str, Any] = {
    "import": "cars",
    "object": "car",
    "match": ["plate"],
    "columns": {
        "Plate": "plate",
        "Make": {"field": "make", "create_options": True, "transform": ["trim"]},
        "Extras": {"field": "extras", "create_options": True},
    },
}
FILE = (
    "Plate,Make,Extras\n1,Audi,sun roof\n2,Citroën,Tow bar; Heated seats\n3,CITROEN,\n"
    "4,三菱,heated SEATS;roof\n5,Alfa Romeo,\n"
)
NEW = [
    ("make", "citroen", "Citroën", 2),
    ("make", "option", "三菱", 1),
    ("make", "alfa_romeo", "Alfa Romeo", 1),
    ("extras", "heated_seats", "Heated seats", 2),
]


WORKSPACE = {
    "objects/garage/car.yaml": CAR,
    "metadata/garage/package.yaml": PACKAGE,
    "metadata/garage/permissions.yaml": RIGHTS,
}


@pytest.fixture
def garage(database: Database, tmp_path: Path) -> Iterator[Desk]:
    """A tenant with cars, and somebody who may publish."""
    with installed(database, tmp_path, workspace_of(WORKSPACE)) as home:
        yield Desk(home, home.user("ada", "admin"), shelf_of(home.runtime.settings.data, TENANT))


def bring_in(desk: Desk, text: str, on_error: OnError = OnError.SKIP) -> Report:
    """A whole import by somebody whose installation can publish."""
    job = desk.upload(text, MAPPING, Mode.UPSERT, on_error)
    return run_import(desk.work, desk.shelf, job, maker=TenantOptions(desk.home.runtime))


def version(desk: Desk) -> int:
    """The number of the metadata in force."""
    with desk.work() as work:
        return metadata.current_version(work).version


def labels(desk: Desk, field: str) -> dict[str, str]:
    """The options there are."""
    with desk.work() as work:
        return {code: one.label for code, one in work.object("car").fields[field].options.items()}


def test_a_dry_run_shows_the_options_and_publishes_nothing(garage: Desk) -> None:
    job = garage.upload(FILE, MAPPING)
    before = version(garage)
    with garage.work() as work:
        report = check_import(work, garage.shelf, job, maker=TenantOptions(garage.home.runtime))
    assert [(one.field, one.code, one.label, one.rows) for one in report.options] == NEW
    assert (report.totals.created, report.totals.failed) == (5, 0)
    assert version(garage) == before
    assert labels(garage, "make") == {"audi": "Audi", "seat": "Seat"}
    assert garage.rows("car", "plate") == []


def test_who_may_publish_lengthens_the_lists(garage: Desk) -> None:
    before = version(garage)
    report = bring_in(garage, FILE)
    assert (report.state, report.totals.created, report.totals.failed) == ("finished", 5, 0)
    assert [(one.field, one.code, one.label, one.rows) for one in report.options] == NEW
    assert version(garage) == before + 1
    assert labels(garage, "make") == {
        "audi": "Audi", "seat": "Seat", "citroen": "Citroën", "option": "三菱", "alfa_romeo": "Alfa Romeo",
    }  # fmt: skip
    assert garage.rows("car", "plate", "make") == [
        ("1", "audi"), ("2", "citroen"), ("3", "citroen"), ("4", "option"), ("5", "alfa_romeo"),
    ]  # fmt: skip
    assert [set(extras or ()) for _, extras in garage.rows("car", "plate", "extras")] == [
        {"roof"}, {"hook", "heated_seats"}, set(), {"heated_seats", "roof"}, set(),
    ]  # fmt: skip
    with garage.work() as work:
        [newest, *_] = metadata.list_versions(work)
    assert "car.make: Citroën" in newest.note


def test_a_second_file_adds_to_what_the_first_has_added(garage: Desk) -> None:
    bring_in(garage, FILE)
    again = bring_in(garage, "Plate,Make,Extras\n6,Lancia,\n7,citroen,Heated seats\n8,五菱,\n")
    assert [(one.code, one.label) for one in again.options] == [("lancia", "Lancia"), ("option_2", "五菱")]
    assert again.totals.created == 3
    assert list(labels(garage, "make")) == ["audi", "seat", "citroen", "option", "alfa_romeo", "lancia", "option_2"]


def test_who_may_not_publish_is_told_row_by_row_whom_to_ask(garage: Desk) -> None:
    seller = garage.home.user("sam", "seller")
    desk = Desk(garage.home, seller, garage.shelf)
    before = version(garage)
    report = bring_in(desk, FILE)
    assert (report.totals.created, report.totals.failed, report.options) == (1, 4, ())
    assert {(one.line, one.problems[0].code) for one in report.failures} == {
        (line, "options_not_created") for line in (3, 4, 5, 6)
    }
    assert "Ask who manages this tenant" in report.failures[0].problems[0].message
    assert report.failures[0].problems[0].args["value"] == "Citroën"
    assert version(garage) == before


def test_a_refused_import_adds_no_option(garage: Desk) -> None:
    before = version(garage)
    report = bring_in(garage, FILE + ",Audi,\n", OnError.NOTHING)
    assert (report.state, report.options) == ("refused", ())
    assert version(garage) == before
    assert "citroen" not in labels(garage, "make")
    assert bring_in(garage, FILE, OnError.NOTHING).totals.created == 5
    assert version(garage) == before + 1


def test_a_column_of_the_wrong_field_adds_nothing(garage: Desk) -> None:
    text = "Plate,Make,Extras\n" + "".join(f"{n},Maker {n},\n" for n in range(101))
    with pytest.raises(Invalid, match="would add 101 options"):
        bring_in(garage, text)
    assert garage.rows("car", "plate") == []


def test_what_cannot_be_a_label_stays_a_bad_row(garage: Desk) -> None:
    report = bring_in(garage, f"Plate,Make,Extras\n1,{'x' * 121},\n2,Audi,\n")
    assert (report.totals.created, [one.line for one in report.failures], report.options) == (1, [2], ())


def test_where_nobody_publishes_the_rows_are_bad(garage: Desk) -> None:
    with garage.work() as work:
        job = upload_import(work, garage.shelf, "x.csv", FILE.encode(), read_mapping(MAPPING)).id
    report = run_import(garage.work, garage.shelf, job)
    assert (report.totals.created, report.totals.failed, report.options) == (1, 4, ())
