"""P4 of SECURITY: what is secret stands nowhere but where it is kept.

A canary in encrypted and secret fields, a password, a key and a session, brought in by every way a value comes in; then
the whole database, the log and every answer to somebody who may see everything are searched.
"""

import logging
import time
from pathlib import Path

import pytest

from formwork.api import ROUTES
from formwork.api.route import Right
from tests.api.test_routes import name_of
from tests.records.test_sealed import dumped
from tests.security.conftest import Doors
from tests.security.test_route_walk import called, opened
from tests.support.callers import Caller
from tests.support.databases import Database
from tests.web.conftest import PASSWORD, Person
from tests.web.test_routes import INVENTORY as PAGES

SECRET = "SEKRET-7714"
FIELDS = {"door_code": f"{SECRET}-door", "passport": f"{SECRET}-pass"}


@pytest.fixture(scope="module")
def chief(doors: Doors) -> tuple[Caller, Person]:
    """May see and export everything."""
    return doors.both("keeper", "admin")


def bring_in(doors: Doors, chief: tuple[Caller, Person]) -> str:
    """Secrets by every channel that writes; gives the id of one record that holds them."""
    caller, person = chief
    made = caller.made("reader", name="By API", **FIELDS)
    caller("PATCH", f"/reader/{made['id']}", {"door_code": f"{SECRET}-again", "version": 1})
    caller.post("/reader/batch", {"create": [{"name": "By batch", **FIELDS}]})
    caller.post("/reader/upsert", {"records": [{"external_id": "s1", "name": "By upsert", **FIELDS}]})
    caller("PUT", "/reader/by/external_id/s2", {"name": "By key", **FIELDS})
    person.post("/o/reader/new", {"name": "By form", **FIELDS})
    caller.post("/reader", {"name": "", **FIELDS})
    caller.post("/reader", {"name": "Wrong", "credit": FIELDS["door_code"], **FIELDS})
    once = {"Idempotency-Key": "secrets-1"}
    caller("POST", "/reader", {"name": "Once", **FIELDS}, headers=once)
    return str(made["id"])


@pytest.mark.slow
def test_secrets_stand_nowhere_in_the_clear(
    doors: Doors, chief: tuple[Caller, Person], shared_database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    id = bring_in(doors, chief)
    caller, person = chief
    known = {**doors.known, "id": id, "reader": id}
    token = person.token()
    for route in ROUTES:
        if not route.writes and route.right is not Right.PUBLIC:
            text = called(caller, route, known, **({"id": id} if route.per_object else {})).data.decode("latin-1")
            assert f"{SECRET}-door" not in text, name_of(route)
            assert f"{SECRET}-again" not in text, name_of(route)
    for name, row in PAGES.items():
        if name.startswith("GET") and not row.public:
            text = opened(person, name, known, token).data.decode("latin-1")
            assert f"{SECRET}-door" not in text, name
            assert f"{SECRET}-again" not in text, name
    history = caller.get(f"/reader/{id}/history").text
    assert SECRET not in history
    exported = caller("GET", "/reader/export").text
    assert f"{SECRET}-door" not in exported
    assert SECRET not in caplog.text
    kept = dumped(shared_database, Path(doors.here.runtime.settings.data))
    assert SECRET not in kept, kept[kept.index(SECRET) - 600 :][:700]
    assert PASSWORD not in kept
    key = caller.headers["Authorization"].removeprefix("Bearer ")
    assert key not in kept
    session = next(one.value for one in person.client._cookies.values() if "fw_session" in one.key)
    assert session not in kept


def test_secrets_of_a_file_are_gone_with_the_import(
    doors: Doors, chief: tuple[Caller, Person], shared_database: Database
) -> None:
    """The file itself is kept for its owner as long as the import is; its rows never hold a secret in the clear."""
    caller, _person = chief
    table = f"Name,Card,Door code\nBy file,F-1,{SECRET}-file\nBad,F-1{'x' * 40},{SECRET}-file\n"
    sent = caller("POST", "/reader/imports?name=s.csv", data=table.encode(), headers={"Content-Type": "text/csv"})
    assert sent.status_code == 201, sent.text
    job = sent.json["id"]
    mapping = {"import": "m", "object": "reader", "columns": {"Name": "name", "Card": "card", "Door code": "door_code"}}
    assert (
        caller("PATCH", f"/imports/{job}", {"mapping": mapping, "mode": "create", "on_error": "skip"}).status_code
        == 200
    )
    assert caller.post(f"/imports/{job}/run").status_code == 202
    for _ in range(300):
        if caller.get(f"/imports/{job}").json["state"] not in ("uploaded", "running"):
            break
        time.sleep(0.1)
    assert caller.get("/reader/count", filter="card = 'F-1'").json["count"] == 1
    assert f"{SECRET}-file" not in dumped(shared_database, Path(doors.here.runtime.settings.data))
