"""Every shipped object is a resource: listed, described, counted and documented, in every language."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from formwork.api import create_api
from tests.support.callers import Caller, World
from tests.support.databases import Database
from tests.support.tenants import ROOT, installed


@pytest.fixture(scope="module")
def admin(shared_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    folder: Path = tmp_path_factory.mktemp("shipped")
    with installed(shared_database, folder, ROOT) as here:
        here.runtime.settings = replace(here.runtime.settings, rate_limit="")
        yield World(here, create_api(here.runtime)).caller("boss", "admin")


@pytest.fixture(scope="module")
def objects(admin: Caller) -> list[str]:
    found = [one["object"] for one in admin.get("/describe").json["data"]]
    assert len(found) > 30
    return found


@pytest.mark.slow
def test_every_object_is_listed_counted_and_grouped(admin: Caller, objects: list[str]) -> None:
    for name in objects:
        page = admin.get(f"/{name}", limit=2, count="true")
        assert page.status_code == 200, (name, page.json)
        grouped = admin.get(f"/{name}/aggregate", groups="archived", measures="count")
        assert grouped.status_code == 200, (name, grouped.json)


def test_every_object_is_described_in_every_language(admin: Caller, objects: list[str]) -> None:
    for language in ("en", "es", "zh", "ko"):
        reader = admin.with_headers(Accept_Language=language)
        for name in objects:
            assert reader.get(f"/describe/{name}").status_code == 200, (name, language)
    english, spanish = (
        admin.with_headers(Accept_Language=one).get("/describe/account").json["label"] for one in ("en", "es;q=0.9")
    )
    assert english != spanish


@pytest.mark.slow
def test_every_view_of_the_shelves_can_be_asked(admin: Caller, objects: list[str]) -> None:
    for name in objects:
        for view in admin.get(f"/describe/{name}").json["views"]:
            question = {"filter": view["filter"] or "", "fields": view["columns"], "sort": view["sort"], "limit": 1}
            answer = admin.post(f"/{name}/query", question)
            assert answer.status_code == 200, (name, view["name"], answer.json)


def test_the_document_names_every_object_once(admin: Caller, objects: list[str]) -> None:
    document = admin.get("/openapi.json").json
    assert {f"/{name}" for name in objects} <= set(document["paths"])
    operations = [one["operationId"] for path in document["paths"].values() for one in path.values()]
    assert len(operations) == len(set(operations))
