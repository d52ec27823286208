"""One YAML file into a workspace, applied beside a running server, and every face of the object is there."""

import re
import time
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


FILE = (
    "Title,ISBN,Price,Status\nEmma,978-1,13,On loan\nSanditon,978-2,9.90,shelf\n"
    "Bad,978-3,cheap,shelf\nLady Susan,978-4,7,Lost\n"
)


@dataclass
class Place:
    """A running server on a tenant of shipped packages, and the command line beside it."""

    program: Program
    address: str
    folder: Path

    def browser(self, login: str) -> requests.Session:
        """Somebody who has signed in with the form."""
        session = requests.Session()
        page = session.get(f"{self.address}/login", timeout=30)
        form = {"_csrf": token(page), "email": login, "password": PASSWORD}
        answer = session.post(f"{self.address}/login", data=form, timeout=30)
        assert answer.url == f"{self.address}/", answer.text
        return session

    def caller(self, login: str) -> requests.Session:
        """A program with a key of that user."""
        session = requests.Session()
        key = self.program("user", "key", login, "--name", "story", "--json").json["key"]
        session.headers["Authorization"] = f"Bearer {key}"
        return session

    def apply(self, name: str, text: str) -> None:
        """Drop one file into the workspace, check it, and apply the workspace beside the running server."""
        (self.folder / name).write_text(text)
        assert self.program("check", self.folder).code == 0
        applied = self.program("apply", self.folder)
        assert applied.code == 0, applied.err


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
    """One server process from the first line to the last; every face of the object in turn."""
    admin, api = place.browser("ada"), place.caller("ada")
    assert admin.get(f"{place.address}/o/book", timeout=30).status_code == 404
    assert api.get(f"{place.address}/api/v1/book", timeout=30).status_code == 404
    assert "/book" not in paths(place, api)
    place.apply("objects/library/book.yaml", BOOK)
    emma = a_form_makes_a_record(place, admin)
    the_api_keeps_its_rules(place, api, emma)
    files_are_imported(place, api)
    lists_are_searched_by_filter(place, admin, api)
    assert {"/book", "/book/{id}", "/book/imports"} <= paths(place, api)
    rights_are_kept(place, emma)
    place.apply("objects/library/book.yaml", BOOK + "  shelf_mark: {type: text}\n")
    marked = api.patch(f"{place.address}/api/v1/book/{emma}", json={"shelf_mark": "A 7"}, timeout=30)
    assert (marked.status_code, marked.json()["shelf_mark"]) == (200, "A 7")


def a_form_makes_a_record(place: Place, admin: requests.Session) -> str:
    """The form has the fields, tells what is wrong beside them, and makes a record with a page; gives its id."""
    address = f"{place.address}/o/book/new"
    page = admin.get(address, timeout=30)
    assert page.status_code == 200
    assert "On the shelf" in page.text
    assert 'name="isbn"' in page.text
    start = admin.get(f"{place.address}/", timeout=30).text
    assert re.search(r'<h2>More</h2>(?:(?!<h2>).)*<a href="/o/book"', start, re.DOTALL)
    assert '<li><a href="/o/book/new">' in start
    refused = admin.post(address, data={"_csrf": token(page), "title": "", "price": "-1"}, timeout=30)
    assert refused.status_code == 422
    filled = {"_csrf": token(page), "title": "Emma", "isbn": "978-1", "price": "12.50", "status": "shelf"}
    made = admin.post(address, data=filled, timeout=30)
    assert made.status_code == 200, made.text
    assert "Emma" in made.text
    [found] = re.findall(rf"{place.address}/o/book/([^/?]+)", made.url)
    assert "Emma" in admin.get(f"{place.address}/o/book", timeout=30).text
    return str(found)


def the_api_keeps_its_rules(place: Place, api: requests.Session, emma: str) -> None:
    """Defaults, unique values, limits, change and history."""
    books = f"{place.address}/api/v1/book"
    made = api.post(books, json={"title": "Persuasion"}, timeout=30)
    assert (made.status_code, made.json()["status"]) == (201, "shelf")
    assert api.post(books, json={"title": "Twin", "isbn": "978-1"}, timeout=30).status_code == 409
    assert api.post(books, json={"title": "Odd", "price": "-1"}, timeout=30).status_code == 422
    changed = api.patch(f"{books}/{emma}", json={"status": "loan"}, timeout=30)
    assert changed.status_code == 200, changed.text
    history = api.get(f"{books}/{emma}/history", timeout=30).json()["data"]
    assert [one["action"] for one in history] == ["updated", "created"]


def files_are_imported(place: Place, api: requests.Session) -> None:
    """A CSV through the API: its columns are recognised, good rows written, a bad one told with its line."""
    base = f"{place.address}/api/v1"
    headers = {"Content-Type": "text/csv"}
    job = api.post(f"{base}/book/imports?name=books.csv", data=FILE.encode(), headers=headers, timeout=30).json()
    assert [one["field"] for one in job["columns"]] == ["title", "isbn", "price", "status"]
    assert job["mapping"]["match"] == ["isbn"]
    assert api.post(f"{base}/imports/{job['id']}/run", timeout=30).status_code == 202
    for _ in range(300):
        found = api.get(f"{base}/imports/{job['id']}", timeout=30).json()
        if found["state"] == "finished":
            break
        time.sleep(0.1)
    totals = found["totals"]
    assert (totals["created"], totals["updated"], totals["failed"]) == (2, 1, 1)
    assert [(one["line"], one["problems"][0]["column"]) for one in found["failures"]] == [(4, "Price")]


def lists_are_searched_by_filter(place: Place, admin: requests.Session, api: requests.Session) -> None:
    """The same expression in the API and in the address of the list."""
    wanted = "status = 'loan' and price > 12"
    found = api.get(f"{place.address}/api/v1/book", params={"filter": wanted}, timeout=30).json()["data"]
    assert [one["title"] for one in found] == ["Emma"]
    page = admin.get(f"{place.address}/o/book", params={"q": wanted}, timeout=30).text
    assert "Emma" in page
    assert "Sanditon" not in page
    page = admin.get(f"{place.address}/o/book", params={"find": "sandi"}, timeout=30).text
    assert "Sanditon" in page
    assert "Emma" not in page


def rights_are_kept(place: Place, emma: str) -> None:
    """Somebody without a grant meets nothing of it at any door; a role that comes later shows what it says."""
    clerk, key = place.browser("rex"), place.caller("rex")
    book = f"{place.address}/api/v1/book/{emma}"
    for address in (book, f"{place.address}/api/v1/book", f"{book}/history", f"{place.address}/api/v1/describe/book"):
        assert key.get(address, timeout=30).status_code in (403, 404), address
    refused = key.post(
        f"{place.address}/api/v1/book/imports", data=FILE.encode(), headers={"Content-Type": "text/csv"}, timeout=30
    )
    assert refused.status_code in (403, 404)
    for address in ("/o/book", "/o/book/new", f"/o/book/{emma}", "/o/book/import"):
        assert clerk.get(f"{place.address}{address}", timeout=30).status_code in (403, 404), address
    assert not any(path.startswith("/book") for path in paths(place, key))
    place.apply("metadata/library/permissions.yaml", SHELF_RIGHTS)
    assert place.program("user", "roles", "rex", "--give", "reader").code == 0
    seen = place.caller("rex").get(book, timeout=30)
    assert seen.status_code == 200
    assert "price" not in seen.json()
    assert place.caller("rex").patch(book, json={"status": "lost"}, timeout=30).status_code in (403, 404)
    assert clerk.get(f"{place.address}/o/book", timeout=30).status_code == 200


def paths(place: Place, caller: requests.Session) -> set[str]:
    """The resources of the OpenAPI document as this caller gets it."""
    document = caller.get(f"{place.address}/api/v1/openapi.json", timeout=30).json()
    return {path.removeprefix("/api/v1") for path in document["paths"]}


def token(page: requests.Response) -> str:
    """The token against forged forms that a page carries."""
    [found] = set(re.findall(r'name="_csrf" value="([^"]+)"', page.text))
    return str(found)
