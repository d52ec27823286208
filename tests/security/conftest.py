"""A house with both doors open, a second tenant beside it, and everybody who may knock."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.test import Client

from formwork.api import create_api
from formwork.identity import assign_role, create_key, set_password
from formwork.records import create
from formwork.storage import Tenant
from formwork.web.app import create_web
from tests.support.callers import Caller, World
from tests.support.databases import Database
from tests.support.pictures import png
from tests.support.tenants import LIBRARY, Installation, installed, packages_of, workspace_of
from tests.web.conftest import PASSWORD, House, Person

CANARY = "qjxcanary"
"""Stands in everything a stranger may not see; no answer to one may hold it."""
OPEN = "OPEN-1"
"""The card of the one reader that visitors are shown."""
OTHER = "other"
PERMISSIONS = f"""\
roles:
  visitor: {{label: Visitor, portal: true}}
  mover: {{label: Mover}}
grants:
  mover:
    reader: {{read: rule:open_reader}}
    book: {{read: all}}
    loan: {{create: true, read: all, edit: own}}
    loan_item: {{create: true, read: all, edit: all, delete: all, import: true}}
  visitor:
    reader:
      read: rule:open_reader
      edit: rule:open_reader
      delete: rule:open_reader
      share: rule:open_reader
      transfer: rule:open_reader
      merge: rule:open_reader
      export: rule:open_reader
sharing_rules:
  - {{rule: open_reader, object: reader, when: "card = '{OPEN}'"}}
"""
PACKAGE = "package: visits\nversion: 1.0.0\nlabel: Visits\nrequires: {core: '^1.0', library: '^1.0'}\n"
FILES = {
    "metadata/visits/package.yaml": PACKAGE,
    "metadata/visits/permissions.yaml": PERMISSIONS,
}


@dataclass(frozen=True)
class Doors:
    """Both doors of one installation, and what lies behind them.

    `known` are parts of addresses that lead to something strangers may not see, by the segment they follow.
    """

    here: Installation
    api: Flask
    web: Flask
    known: dict[str, str] = field(default_factory=dict)
    open_reader: str = ""

    @property
    def world(self) -> World:
        """The API's side."""
        return World(self.here, self.api)

    @property
    def house(self) -> House:
        """The browser's side."""
        return House(self.here, self.web)

    def both(self, login: str, *roles: str, **values: object) -> tuple[Caller, Person]:
        """One person with a key and signed in."""
        person = self.house.person(login, *roles, **values)
        return Caller(Client(self.api), {"Authorization": f"Bearer {self.world.key(person.user)}"}, person.user), person


def furnish(here: Installation) -> dict[str, UUID]:
    """The other tenant, and who manages it."""
    runtime = here.runtime
    runtime.create_tenant(Tenant(OTHER, datetime.now(UTC), "Other", hosts=("other.localhost",)))
    with runtime.system_write(OTHER, "install") as work:
        runtime.publish(work, runtime.plan(work, packages_of((LIBRARY,))))
    with runtime.system_write(OTHER, "test") as work:
        [made] = create(work, "user", [{"login": "chief", "full_name": "Chief", "email": "chief@example.com"}])
        assign_role(work, made.id, "admin")
        set_password(work, made.id, "chief", PASSWORD)
    return {"chief": made.id}


@pytest.fixture(scope="module")
def doors(shared_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    """The library with canaries in it, and a second tenant with the same packages."""
    folder: Path = tmp_path_factory.mktemp("doors")
    with installed(shared_database, folder, LIBRARY, workspace_of(FILES), furnish=furnish) as here:
        here.runtime.settings = replace(here.runtime.settings, rate_limit="")
        doors = Doors(here, create_api(here.runtime), create_web(here.runtime))
        yield replace(doors, **_fill(doors))


def _fill(doors: Doors) -> dict[str, Any]:
    """Records, a file, an import and a key that carry the canary."""
    boss, at_desk = doors.both("boss", "admin")
    with doors.here.system() as work:
        hidden, shown, sponsored = (
            saved.id
            for saved in create(work, "reader", [
                {"name": f"{CANARY} reader", "card": f"{CANARY}-1", "topics": [CANARY]},
                {"name": "Open reader", "card": OPEN},
                {"name": f"{CANARY} sponsor", "card": f"{CANARY}-2"},
            ])
        )  # fmt: skip
        [book] = create(work, "book", [{"title": f"{CANARY} book"}])
        items = [{"book": str(book.id)}]
        [loan] = create(work, "loan", [{"reader": str(hidden), "items": items, "guide": None}])
    picture = (io.BytesIO(png()), f"{CANARY}.png")
    file = boss("POST", "/files", data={"file": picture}, content_type="multipart/form-data").json["id"]
    held = boss("PATCH", f"/reader/{hidden}", {"photo": file, "version": 1})
    assert held.status_code == 200, held.text
    table = (io.BytesIO(f"Name,Card\n{CANARY},C\n".encode()), f"{CANARY}.csv")
    sent = at_desk.post("/o/reader/import", {"file": table})
    assert sent.status_code == 303, sent.text
    job = sent.headers["Location"].rsplit("/", 2)[1]
    key = boss.post("/keys", {"name": CANARY, "scopes": ["read"], "expires_at": "2999-01-01T00:00:00Z"}).json["id"]
    shared = boss.post(f"/reader/{hidden}/shares", {"principal": str(boss.user), "level": "read", "note": CANARY})
    known = {
        "id": str(hidden), "reader": str(hidden), "book": str(book.id), "loan": str(loan.id), "files": file,
        "imports": job, "job": job, "keys": key, "users": str(boss.user), "user": str(boss.user),
        "share": shared.json["id"], "file": file, "sponsor": str(sponsored), "value": f"{CANARY}-1",
    }  # fmt: skip
    return {"known": known, "open_reader": str(shown)}


@pytest.fixture(scope="module")
def neighbour(doors: Doors) -> tuple[Caller, Person]:
    """Who manages the other tenant, with the key and the session of that place, at this one's door."""
    chief = doors.here.known["chief"]
    with doors.here.runtime.system_write(OTHER, "test") as work:
        key = create_key(work, chief, "test", None)[1]
    person = Person(Client(doors.web), chief)
    there = "http://other.localhost"
    page = person.client.get("/login", base_url=there).text
    token = page.partition('name="_csrf" value="')[2].partition('"')[0]
    form = {"_csrf": token, "email": "chief", "password": PASSWORD}
    assert person.client.post("/login", data=form, base_url=there).status_code == 303
    for held in [one for one in person.client._cookies.values() if one.domain == "other.localhost"]:
        person.client.set_cookie(held.key, held.value, domain="localhost")
    return Caller(Client(doors.api), {"Authorization": f"Bearer {key}"}, chief), person
