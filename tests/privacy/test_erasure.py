"""One person anonymised: nothing of them is left anywhere, what was business stays, and the trail still holds."""

import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from formwork.identity.audit import Event, Question, entries
from formwork.identity.audit_seal import seal_entries, verify_trail
from formwork.kernel import Invalid, Refused, Settings
from formwork.privacy import (
    State,
    Subject,
    erasures,
    find_erasure,
    find_person,
    preview_erasure,
    records_of,
)
from formwork.records.erase import load_any
from formwork.runtime import Runtime
from formwork.runtime.erasures import ask_for_erasure, finish_erasures
from formwork.storage import system
from tests.privacy.person import MAIL, NAME, NUMBER, PRACTICE, canaries, furnish, settled
from tests.support.databases import Database
from tests.support.killed import PROCESSES
from tests.support.tenants import TENANT, Installation, installed


@pytest.fixture
def here(database: Database, tmp_path: Path) -> Iterator[Installation]:
    """The practice with the person in it."""
    with installed(database, tmp_path, PRACTICE, furnish=furnish) as installation:
        yield installation


def finish(runtime: Runtime) -> int:
    """What the worker does."""
    return finish_erasures(runtime, lambda: runtime.system_write(TENANT, "test"))


@pytest.mark.parametrize("asked", [MAIL, "zqxBERG", "911 234 567", NUMBER])
def test_a_person_is_found_by_address_number_and_name(here: Installation, asked: str) -> None:
    person = settled(here)
    with here.system() as work:
        found = {one.subject.id: one for one in find_person(work, asked)}
        assert person.client in found
        assert person.other not in found
        assert found[person.client].title == NAME
        if asked in ("zqxBERG", NUMBER):
            assert found[person.deleted].deleted
        with pytest.raises(Invalid, match="three"):
            find_person(work, "ab")


def test_the_records_of_one_person_are_proposed_from_one_of_them(here: Installation) -> None:
    person = settled(here)
    with here.system() as work:
        proposed = [one.subject.id for one in records_of(work, [Subject("client", person.client)])]
        assert proposed == [person.client, person.deleted]
        foreseen = preview_erasure(work, [Subject("client", person.client)])
        assert foreseen["visit"] == 33
        assert (foreseen["records"], foreseen["firm"], foreseen["client"]) == (1, 2, 1)


def test_nothing_of_the_person_is_left_and_business_is(here: Installation) -> None:
    person = settled(here)
    assert canaries(here)
    with here.system() as work:
        subjects = [Subject("client", person.client), Subject("client", person.deleted)]
        id = ask_for_erasure(work, subjects, "ANONYMISE")
        assert find_erasure(work, id).state is State.WAITING
    assert finish(here.runtime) == 1
    checkpoint(here)
    assert canaries(here) == []
    with here.system() as work:
        [client] = load_any(
            work, "client", [person.client], ["name", "email", "photo", "papers", "paid", "version"]
        ).values()
        assert client["name"].startswith("anonymised-")
        assert (client["email"], client["photo"], client["papers"]) == (None, None, None)
        assert client["paid"] == 12.5 + 30
        [visit] = load_any(work, "visit", [person.visit], ["fee", "client", "client_name", "summary"]).values()
        assert (visit["fee"], visit["client"], visit["client_name"]) == (12.5, person.client, client["name"])
        assert visit["summary"] == "[anonymised] came alone."
        [firm] = load_any(work, "firm", [person.firm], ["name", "turnover", "speaker"]).values()
        assert (firm["name"], firm["turnover"], firm["speaker"]) == ("Soria Works", 1200, person.client)
        [other] = load_any(work, "client", [person.other], ["name", "email", "remarks"]).values()
        assert (other["name"], other["email"], other["remarks"]) == (
            "Ada Other",
            "ada@example.com",
            "Knows [anonymised].",
        )
        [job] = erasures(work)
        assert (job.state, job.needles.sure, job.contents) == (State.DONE, (), ())
        told = entries(work, Question(event=Event.ANONYMISE), 10)
        assert {one.record for one in told} == {None, person.deleted, person.client}


def test_the_trail_holds_and_shows_who_else_changes_it(here: Installation) -> None:
    person = settled(here)
    with here.system() as work:
        ask_for_erasure(work, [Subject("client", person.client)], "ANONYMISE")
    finish(here.runtime)
    with here.system() as work:
        seal_entries(work)
        verdict = verify_trail(work)
        assert (verdict.problems, verdict.anonymised) == ((), 1)
        [row] = [one for one in system.find_many(work, "fw_audit") if one["replaced"]]
        assert row["detail"] == {"filter": "email = '[anonymised]'", "rows": 1}
        for forged in (
            {"detail": {"filter": "", "rows": 0}},
            {"replaced": None},
            {"replaced": {"line": "x", "mark": "y"}},
        ):
            system.change(work, "fw_audit", forged, equals={"id": row["id"]})
            assert len(verify_trail(work).problems) == 1
            system.change(work, "fw_audit", {n: row[n] for n in forged}, equals={"id": row["id"]})
        assert verify_trail(work).problems == ()


@pytest.mark.parametrize("moment", [25, 80, 150])
def test_a_killed_anonymisation_is_gone_on_with(here: Installation, moment: int) -> None:
    person = settled(here)
    with here.system() as work:
        ask_for_erasure(work, [Subject("client", person.client), Subject("client", person.deleted)], "ANONYMISE")
    process = PROCESSES.Process(target=_erase_until, args=(here.runtime.settings, moment))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    with here.system() as work:
        assert [one.state is State.DONE for one in erasures(work)] == [False]
    assert finish(here.runtime) == 1
    checkpoint(here)
    assert canaries(here) == []
    with here.system() as work:
        assert verify_trail(work).problems == ()


def test_it_is_confirmed_and_about_people_who_are_gone(here: Installation) -> None:
    person = settled(here)
    user = here.user("una")
    with here.system() as work:
        for subjects, word in (
            ([Subject("client", person.client)], "yes"),
            ([Subject("firm", person.firm)], "ANONYMISE"),
            ([], "ANONYMISE"),
        ):
            with pytest.raises(Invalid):
                ask_for_erasure(work, subjects, word)
        with pytest.raises(Refused, match="Deactivate"):
            ask_for_erasure(work, [Subject("user", user)], "ANONYMISE")
        assert erasures(work) == []


def checkpoint(here: Installation) -> None:
    """What waits in SQLite's log goes into its file, so that bytes can be looked at."""
    for path in here.runtime.settings.data.rglob("*.sqlite"):
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _erase_until(settings: Settings, moment: int) -> None:
    """Anonymise in a process of its own that dies at a statement."""
    runtime = Runtime(settings)
    left = moment

    def tick(*_: object, **__: object) -> None:
        nonlocal left
        left -= 1
        if left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)

    for name in ("before_cursor_execute", "commit"):
        event.listen(Engine, name, tick)
    finish(runtime)
