"""Failed sign-ins: counted for all processes, by login and by address, bounded and forgotten; on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest

from formwork.identity import attempt, log_in, set_password
from formwork.kernel import LimitExceeded, Unauthenticated
from formwork.runtime import Runtime
from formwork.storage import Work, system
from tests.support.databases import Database
from tests.support.tenants import LIBRARY, TENANT, installed

PASSWORD = "a long enough sentence"


def later(work: Work, seconds: int) -> Work:
    return replace(work, context=replace(work.context, now=work.context.now + timedelta(seconds=seconds)))


def test_failures_count_over_processes_until_somebody_signs_in(database: Database) -> None:
    with installed(database, database.folder, LIBRARY) as here:
        user = here.user("ada", "clerk")
        with here.system() as work:
            set_password(work, user, "ada", PASSWORD)
        other = Runtime(here.runtime.settings)
        for turn in range(attempt.FREE_TRIES):
            with (here.runtime, other)[turn % 2].system_write(TENANT, "test") as work:
                for login in ("ada", "nobody"):
                    with pytest.raises(Unauthenticated):
                        log_in(work, login, "wrong", "203.0.113.9")
                    attempt.note_failure(work, login, "203.0.113.9")
        with other.system_write(TENANT, "test") as work:
            for login in (" ADA", "Nobody "):
                with pytest.raises(LimitExceeded):
                    log_in(work, login, PASSWORD)
            assert log_in(later(work, 2), "ada", PASSWORD) == user
            kept = system.find_many(work, "fw_attempt")
            assert sorted(row["failures"] for row in kept) == [5, 10]  # nobody's, and the address's
            assert not any("nobody" in row["key"] for row in kept)
        other.close()


def test_an_address_waits_for_the_rest_of_its_minute(database: Database) -> None:
    with installed(database, database.folder, LIBRARY) as here, here.system() as work:
        for turn in range(attempt.PER_ADDRESS):
            attempt.require_no_wait(work, "somebody", "2001:db8::1")
            attempt.note_failure(work, f"login{turn}", f"2001:db8::{turn:x}")
        with pytest.raises(LimitExceeded):
            attempt.require_no_wait(work, "somebody", "2001:db8::ffff")
        attempt.require_no_wait(work, "somebody", "2001:db8:0:1::1")
        attempt.require_no_wait(later(work, 60), "somebody", "2001:db8::1")


def test_what_is_kept_is_bounded(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempt, "MOST", 10)
    with installed(database, database.folder, LIBRARY) as here, here.system() as work:
        for turn in range(25):
            attempt.note_failure(later(work, turn), f"login{turn}")
        assert system.count(work, "fw_attempt") == 10


def test_no_flood_ends_the_wait_of_another(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempt, "MOST", 10)
    with installed(database, database.folder, LIBRARY) as here, here.system() as work:
        for _ in range(attempt.FREE_TRIES + 6):
            attempt.note_failure(work, "victim")
        for turn in range(25):
            attempt.note_failure(later(work, turn), f"login{turn}")
        with pytest.raises(LimitExceeded):
            attempt.require_no_wait(later(work, 25), "victim", "")
