"""The audit trail in the browser: filters, pages, one entry, a file that is told itself, and whether it is whole."""

import json
import re
from datetime import UTC, datetime

import pytest

from formwork.identity.audit import Event, note
from formwork.identity.audit_seal import seal_entries
from formwork.storage import system
from formwork.web.app import make_app
from formwork.web.pages.setup.audit_words import event_words
from tests.web.conftest import House, Person

ROW = re.compile(r'href="(/setup/audit/[0-9a-f-]{36})"')


@pytest.fixture(scope="module")
def boss(house: House) -> Person:
    """Manages the library."""
    return house.person("audrey", "admin")


def rows(page: str) -> list[str]:
    """The addresses of the entries a page shows, in its order."""
    return list(dict.fromkeys(ROW.findall(page)))


def test_only_who_manages_the_organisation_reads_it(house: House) -> None:
    clerk = house.person("otto", "librarian")
    for path in ("/setup/audit", "/setup/audit/export"):
        assert clerk.get(path).status_code == 403
    assert clerk.post("/setup/audit/verify").status_code == 403
    assert clerk.get("/setup").status_code == 403
    assert "/setup" not in clerk.get("/").text


def test_entries_are_filtered_by_event_person_outcome_and_day(house: House, boss: Person) -> None:
    pia = house.person("pia", "librarian")
    assert pia.get("/setup/audit").status_code == 403
    page = boss.get(f"/setup/audit?by={pia.user}").text
    assert len(rows(page)) == 2
    assert "Was refused" in page
    assert len(rows(boss.get(f"/setup/audit?by={pia.user}&outcome=refused").text)) == 1
    assert len(rows(boss.get(f"/setup/audit?by={pia.user}&outcome=done&event=sign_in").text)) == 1
    assert rows(boss.get(f"/setup/audit?by={pia.user}&until=2001-01-01").text) == []
    assert "No entry fits" in boss.get(f"/setup/audit?by={pia.user}&since=2999-01-01").text
    nonsense = boss.get("/setup/audit?event=x&outcome=x&by=x&object=x&since=x&before=x")
    assert nonsense.status_code == 200


def test_pages_follow_each_other_newest_first(house: House, boss: Person) -> None:
    with house.here.system() as work:
        for number in range(120):
            note(work, Event.BULK, object="reader", detail={"create": number})
    first = boss.get("/setup/audit?event=bulk&object=reader").text
    onward = re.search(r'href="(/setup/audit\?[^"]*before=[^"]*)"', first)
    assert onward is not None
    second = boss.get(onward[1].replace("&amp;", "&")).text
    both = [*rows(first), *rows(second)]
    assert len(set(both)) == len(both) == 100
    assert both == sorted(both, reverse=True)


def test_an_entry_is_opened_with_its_details(house: House, boss: Person) -> None:
    with house.here.system() as work:
        note(work, Event.EXPORT, object="reader", record=boss.user, detail={"rows": 4711, "format": "<b>csv"})
    address = rows(boss.get("/setup/audit?event=export&object=reader").text)[0]
    page = boss.get(address).text
    assert "4711" in page
    assert "&lt;b&gt;csv" in page
    assert boss.get("/setup/audit/0198b5a0-0000-7000-8000-000000000000").status_code == 404


@pytest.mark.parametrize("format", ["csv", "json"])
def test_a_file_of_the_trail_is_told_in_the_trail(boss: Person, format: str) -> None:
    answer = boss.get(f"/setup/audit/export?event=sign_in&format={format}")
    assert "attachment" in answer.headers["Content-Disposition"]
    lines = answer.text.strip().splitlines()
    if format == "json":
        assert {json.loads(line)["event"] for line in lines} == {"sign_in"}
    else:
        assert all(",sign_in," in line for line in lines[1:])
    newest = boss.get(rows(boss.get("/setup/audit?event=export").text)[0]).text
    assert "event=sign_in" in newest


def test_verifying_says_what_it_found_and_when(house: House, boss: Person) -> None:
    assert boss.post("/setup/audit/verify").status_code == 303
    assert "Nobody touched the" in boss.get("/setup/audit").text
    with house.here.system() as work:
        seal_entries(work)
        [row] = system.find_many(work, "fw_audit", equals={"seal": 1}, limit=1)
        system.change(work, "fw_audit", {"at": datetime(2020, 1, 1, tzinfo=UTC)}, equals={"id": row["id"]})
    assert boss.post("/setup/audit/verify").status_code == 303
    assert "Somebody changed this trail" in boss.get("/setup/audit").text
    with house.here.system() as work:
        system.change(work, "fw_audit", {"at": row["at"]}, equals={"id": row["id"]})
    assert boss.post("/setup/audit/verify").status_code == 303
    assert "Nobody touched the" in boss.get("/setup/audit").text


def test_a_record_and_a_person_lead_to_their_entries(house: House, boss: Person) -> None:
    made = boss.post("/o/reader/new", {"name": "Lea", "card": "L-1"}).headers["Location"]
    id = made.rsplit("/", 1)[1]
    assert f"/setup/audit?object=reader&amp;record={id}" in boss.get(made).text
    assert f"/setup/audit?by={boss.user}" in boss.get(f"/o/user/{boss.user}").text


def test_every_event_has_a_name() -> None:
    with make_app("x", lambda: "en").test_request_context("/"):
        assert set(event_words()) == set(Event)
