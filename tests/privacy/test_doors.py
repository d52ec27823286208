"""Personal data over the API, in the browser and in the shell: for who manages the organisation only, and told."""

import io
import json
import re
import zipfile
from collections.abc import Iterator

import pytest
from werkzeug.test import Client

from formwork.api import create_api
from formwork.identity import create_key
from formwork.identity.audit import Event, Question, entries
from formwork.records import create
from formwork.runtime.erasures import finish_erasures
from formwork.web.app import create_web
from tests.privacy.person import MAIL, NAME, PRACTICE, Person, furnish, settled
from tests.support.databases import Database
from tests.support.tenants import TENANT, Installation, installed
from tests.web.conftest import House
from tests.web.conftest import Person as Browser


@pytest.fixture
def here(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The practice with somebody in it."""
    with installed(database, tmp_path_factory.mktemp("doors"), PRACTICE, furnish=furnish) as installation:
        yield installation


@pytest.fixture
def person(here: Installation) -> Person:
    """Somebody in it."""
    return settled(here)


def finish(here: Installation) -> None:
    """What the worker does."""
    finish_erasures(here.runtime, lambda: here.runtime.system_write(TENANT, "test"))


def test_in_the_browser_from_the_search_to_the_end(here: Installation, person: Person) -> None:
    house = House(here, create_web(here.runtime))
    boss, nurse = house.person("boss", "admin"), house.person("nina", "nurse")
    for path in ("/setup/privacy", f"/setup/privacy/person?record=client:{person.client}"):
        assert nurse.get(path).status_code == 403
    found = boss.get("/setup/privacy?text=zqxberg").text
    assert found.count('name="record"') == 2
    assert "three characters" in boss.get("/setup/privacy?text=a").text
    page = boss.get(f"/setup/privacy/person?record=client:{person.client}").text
    assert NAME in page
    assert "Probably the same person" in page
    assert f'value="client:{person.deleted}"' in page
    assert f"/setup/privacy/person?record=client:{person.client}" in boss.get(f"/o/client/{person.client}").text
    chosen = {"record": f"client:{person.client}"}
    assert zip_of(boss, chosen)["records"][0]["fields"]["email"]["value"] == MAIL
    refused = boss.post("/setup/privacy/anonymise", {**chosen, "confirm": "yes"})
    assert (refused.status_code, "Type ANONYMISE to confirm. Nothing was changed." in refused.text) == (422, True)
    both = {"record": [f"client:{person.client}", f"client:{person.deleted}"], "confirm": "ANONYMISE"}
    assert boss.post("/setup/privacy/anonymise", both).status_code == 303
    assert "Waiting" in boss.get("/setup/privacy").text
    finish(here)
    assert ">Done<" in boss.get("/setup/privacy").text
    with here.system() as work:
        told = [one.event for one in entries(work, Question(by=boss.user), 50)]
    assert {Event.PERSON_FOUND, Event.PERSON_EXPORTED, Event.ANONYMISE} <= set(told)


def zip_of(boss: Browser, chosen: dict[str, object]) -> dict[str, list[dict[str, dict[str, dict[str, str]]]]]:
    """The list in the file of a person, whose files are in it too."""
    with zipfile.ZipFile(io.BytesIO(boss.post("/setup/privacy/export", chosen).data)) as archive:
        names = archive.namelist()
        assert any(re.fullmatch(r"files/client/[0-9a-f-]+/photo/[0-9a-f-]+\.png", name) for name in names)
        assert len(names) == 3
        found: dict[str, list[dict[str, dict[str, dict[str, str]]]]] = json.loads(archive.read("person.json"))
    assert {one["object"] for one in found["mentions"]} == {"visit", "firm", "client"}  # type: ignore[comparison-overlap]
    return found


def test_over_the_api(here: Installation, person: Person) -> None:
    boss, nurse = here.user("boss", "admin"), here.user("nina", "nurse")
    with here.system() as work:
        keys = [create_key(work, user, "k", ["*"])[1] for user in (boss, nurse)]
    client = Client(create_api(here.runtime))

    def call(method: str, path: str, key: str = keys[0], **sent: object):  # type: ignore[no-untyped-def]
        headers = {"Authorization": f"Bearer {key}"}
        return client.open(f"/api/v1{path}", method=method, headers=headers, base_url="http://localhost", **sent)

    one = {"object": "client", "id": str(person.client)}
    assert call("GET", "/privacy/people?text=zqx", keys[1]).status_code == 403
    assert call("POST", "/privacy/anonymise", keys[1], json={"records": [one]}).status_code == 403
    assert {it["id"] for it in call("GET", "/privacy/people?text=zqxberg").json["data"]} == {
        str(person.client), str(person.deleted),
    }  # fmt: skip
    foreseen = call("POST", "/privacy/people", json={"records": [one]}).json
    assert foreseen["changes"]["visit"] == 33
    assert call("POST", "/privacy/export", json={"records": [one]}).mimetype == "application/zip"
    for bad in ({"records": []}, {"records": [{"object": "client"}]}, {"records": ["x"]}, {"records": [one], "x": 1}):
        assert call("POST", "/privacy/anonymise", json=bad).status_code == 400
    assert call("POST", "/privacy/anonymise", json={"records": [one]}).json["code"] == "not_confirmed"
    begun = call("POST", "/privacy/anonymise", json={"records": [one], "confirm": "ANONYMISE"})
    assert begun.status_code == 202
    finish(here)
    shown = call("GET", f"/privacy/anonymise/{begun.json['id']}").json
    assert (shown["state"], shown["records"]) == ("done", [one])
    assert len(call("GET", "/privacy/anonymise").json["data"]) == 1


def test_what_is_kept_for_a_time_is_told_everywhere(here: Installation) -> None:
    house = House(here, create_web(here.runtime))
    boss = house.person("boss", "admin")
    with here.system() as work:
        create(work, "client", [{"last_name": "Gone", "seen_on": "2001-01-01"}])
        key = create_key(work, boss.user, "k", ["*"])[1]
    assert "1 older than" in boss.get("/setup/privacy").text
    headers = {"Authorization": f"Bearer {key}"}
    answer = Client(create_api(here.runtime)).get(
        "/api/v1/privacy/retention", headers=headers, base_url="http://localhost"
    )
    told = {one["object"]: (one["do"], one["count"]) for one in answer.json["data"]}  # type: ignore[index]
    assert told == {"client": ("anonymise", 1), "visit": ("delete", 0)}
