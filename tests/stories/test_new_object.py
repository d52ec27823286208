"""One YAML file into a workspace, applied beside a running server: table, form, list, API, rights, history."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from tests.support.command import Program, program_for
from tests.support.databases import Database
from tests.support.tenants import ROOT, TENANT, installed

PASSWORD = "a long enough word"
BOOK = """
object: book
label: Book
title: title
features: [history, search, import]
fields:
  title:  {type: text, required: true, searchable: true}
  isbn:   {type: text, unique: true}
  price:  {type: money, min: 0}
  status: {type: select, default: shelf, options: {shelf: On the shelf, loan: On loan, lost: Lost}}
"""
PACKAGE = "package: library\nversion: 1.0.0\nlabel: Library\n"
SHELF_RIGHTS = """
roles: {reader: {label: Reader, includes: [employee]}}
grants:
  reader:
    book: {read: all, fields: {price: hidden}}
"""


@dataclass
class Place:
    """A running server on a tenant of shipped packages, and the command line beside it."""

    program: Program
    address: str
    folder: Path

    def browser(self, login: str) -> requests.Session:
        """Somebody who has signed in with the form."""
        session = requests.Session()
        page = session.get(f"{self.address}/login", timeout=30).text
        [token] = set(re.findall(r'name="_csrf" value="([^"]+)"', page))
        answer = session.post(
            f"{self.address}/login", data={"_csrf": token, "email": login, "password": PASSWORD}, timeout=30
        )
        assert answer.url == f"{self.address}/", answer.text
        return session

    def caller(self, login: str) -> requests.Session:
        """A program with a key of that user."""
        session = requests.Session()
        key = self.program("user", "key", login, "--name", "story", "--json").json["key"]
        session.headers["Authorization"] = f"Bearer {key}"
        return session


@pytest.fixture
def place(database: Database, tmp_path: Path) -> Iterator[Place]:
    program = program_for(database, tenant=TENANT)
    with installed(database, database.folder, ROOT):
        for login, role in (("ada", "admin"), ("rex", "employee")):
            words = ("user", "create", login, "--email", f"{login}@example.com", "--role", role, "--password-stdin")
            made = program(*words, text=PASSWORD + "\n")
            assert made.code == 0, made.err
    folder = tmp_path / "workspace"
    (folder / "objects/library").mkdir(parents=True)
    (folder / "metadata/library").mkdir(parents=True)
    (folder / "metadata/library/package.yaml").write_text(PACKAGE)
    with program.serving() as address:
        yield Place(program, address, folder)


@pytest.mark.slow
def test_a_new_object_is_there_at_once(place: Place) -> None:
    admin, clerk, api = place.browser("ada"), place.browser("rex"), place.caller("ada")
    books = f"{place.address}/api/v1/book"
    assert admin.get(f"{place.address}/o/book", timeout=30).status_code == 404
    assert api.get(books, timeout=30).status_code == 404

    (place.folder / "objects/library/book.yaml").write_text(BOOK)
    assert place.program("check", place.folder).code == 0
    applied = place.program("apply", place.folder)
    assert applied.code == 0, applied.err

    form = admin.get(f"{place.address}/o/book/new", timeout=30)
    assert form.status_code == 200
    assert "On the shelf" in form.text
    assert 'name="isbn"' in form.text

    made = api.post(books, json={"title": "Emma", "isbn": "978-1", "price": "12.50"}, timeout=30)
    assert made.status_code == 201, made.text
    book = f"{books}/{made.json()['id']}"
    assert made.json()["status"] == "shelf"
    assert api.post(books, json={"title": "Twin", "isbn": "978-1"}, timeout=30).status_code == 409
    assert api.post(books, json={"title": "Odd", "price": "-1"}, timeout=30).status_code == 422

    listed = admin.get(f"{place.address}/o/book", timeout=30)
    assert listed.status_code == 200
    assert "Emma" in listed.text

    changed = api.patch(book, json={"status": "loan"}, timeout=30)
    assert changed.status_code == 200, changed.text
    found = api.get(books, params={"filter": "status = 'loan' and price > 12"}, timeout=30).json()["data"]
    assert [one["title"] for one in found] == ["Emma"]
    history = api.get(f"{book}/history", timeout=30).json()["data"]
    assert [one["action"] for one in history] == ["updated", "created"]

    document = api.get(f"{place.address}/api/v1/openapi.json", timeout=30).json()
    assert "/book" in document["paths"] or "/api/v1/book" in document["paths"]

    assert place.caller("rex").get(books, timeout=30).status_code in (403, 404)
    assert clerk.get(f"{place.address}/o/book", timeout=30).status_code in (403, 404)
    (place.folder / "metadata/library/permissions.yaml").write_text(SHELF_RIGHTS)
    assert place.program("apply", place.folder).code == 0
    assert place.program("user", "roles", "rex", "--give", "reader").code == 0
    seen = place.caller("rex").get(book, timeout=30)
    assert seen.status_code == 200
    assert "price" not in seen.json()
    assert clerk.get(f"{place.address}/o/book", timeout=30).status_code == 200
