"""Pages for somebody who may read records of an object, but not the field that is their title."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from formwork.web.app import create_web
from tests.support.databases import Database
from tests.support.tenants import LIBRARY, installed, workspace_of
from tests.web.conftest import House, Person

PERMISSIONS = """\
roles:
  desk: {label: Desk, includes: [employee]}
grants:
  desk:
    reader: {create: true, read: all, edit: all, fields: {name: hidden}}
    loan: {create: true, read: all, edit: all, fields: {reader_name: hidden}}
"""
FILES = {
    "package.yaml": "package: desks\nversion: 1.0.0\nlabel: Desks\nrequires: {core: '^1.0', library: '^1.0'}\n",
    "permissions.yaml": PERMISSIONS,
    "navigation.yaml": "navigation:\n  - {group: desk, label: Desk, icon: deal, order: 10, items: [reader, loan]}\n",
}


@pytest.fixture(scope="module")
def desk(shared_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, Person]]:
    """The house and somebody at its desk."""
    folder: Path = tmp_path_factory.mktemp("desks")
    shelf = workspace_of({f"metadata/desks/{name}": text for name, text in FILES.items()})
    with installed(shared_database, folder, LIBRARY, shelf) as here:
        house = House(here, create_web(here.runtime))
        yield house, house.person("dora", "desk")


def test_pages_show_what_is_left_and_nothing_fails(desk: tuple[House, Person]) -> None:
    house, dora = desk
    librarian = house.person("lib", "librarian")
    answer = librarian.post("/o/reader/new", {"name": "Ada Lovelace", "card": "T-1"})
    path = answer.headers["Location"]
    id = path.rsplit("/", 1)[1]
    loan = dora.post("/o/loan/new", {"reader": id})
    assert loan.status_code == 303, loan.text
    changed = dora.post(f"{path}/edit", {"_version": "1", "card": "T-2"}, page=f"{path}/edit")
    assert changed.status_code == 303, changed.text
    pages = ("/", "/o/reader", path, f"{path}/edit", f"{path}/history", "/o/loan", loan.headers["Location"],
             "/o/loan/new", "/search?q=Ada", "/search.json?q=Ada", "/o/loan/lookup?field=reader&q=Ada")  # fmt: skip
    for page in pages:
        shown = dora.get(page)
        assert shown.status_code == 200, (page, shown.text)
        assert "Lovelace" not in shown.text
    items = dora.get("/o/loan/lookup?field=reader&q=").json["items"]  # type: ignore[index]
    assert {one["title"] for one in items} == {"Untitled Reader"}
