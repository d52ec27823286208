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
    reader: {create: true, read: all, edit: all, actions: [convert], fields: {name: hidden}}
    loan: {create: true, read: all, edit: all, fields: {reader_name: hidden}}
"""
FILES = {
    "package.yaml": "package: desks\nversion: 1.0.0\nlabel: Desks\nrequires: {core: '^1.0', library: '^1.0'}\n",
    "permissions.yaml": PERMISSIONS,
    "navigation.yaml": "navigation:\n  - {group: desk, label: Desk, icon: deal, order: 10, items: [reader, loan]}\n",
}

CONVERSION = {
    "workflows/desks/mappings/first_loan.yaml": (
        "mapping: first_loan\nfrom: reader\nto: loan\nlabel: First loan\nfields: {reader: this}\n"
    ),
    "workflows/desks/mappings/admit.yaml": (
        "conversion: admit\nfrom: reader\nlabel: Admit\nwhen: \"fine_note = 'fine' and not member\"\n"
        "creates:\n  - {mapping: first_loan, as: loan}\nset: {member: 'true'}\n"
    ),
}


@pytest.fixture(scope="module")
def desk(shared_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, Person]]:
    """The house and somebody at its desk."""
    folder: Path = tmp_path_factory.mktemp("desks")
    shelf = workspace_of({f"metadata/desks/{name}": text for name, text in FILES.items()} | CONVERSION)
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


def test_what_is_offered_never_follows_from_what_is_hidden(desk: tuple[House, Person]) -> None:
    """P1 of SECURITY: the button is there, and the refusal says nothing of the note."""
    house, dora = desk
    made = [house.person(f"lib-{note}", "librarian").post("/o/reader/new", {"name": "Bo", "fine_note": note})
            for note in ("fine", "torn")]  # fmt: skip
    pages = [dora.get(one.headers["Location"]).text for one in made]
    assert ["/convert/admit" in page for page in pages] == [True, True]
    refused = dora.post(f"{made[1].headers['Location']}/convert/admit")
    assert refused.status_code == 303
    told = dora.get(refused.headers["Location"]).text
    assert "cannot be converted in its present state" in told
    assert "fine_note" not in told
    assert dora.post(f"{made[0].headers['Location']}/convert/admit").status_code == 303
