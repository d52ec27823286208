"""Failed sign-ins: counted for all processes, by login and by address, bounded and forgotten; on both databases."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from formwork.identity import attempt, log_in, set_password
from formwork.kernel import LimitExceeded, Unauthenticated
from formwork.records import create
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


def test_waits_double_and_nobody_guesses_more_than_a_hundred_times_in_a_row(database: Database) -> None:
    """Section 6 of SECURITY: doubling from a second after five; nobody is locked out for longer than a day."""
    with installed(database, database.folder, LIBRARY) as here, here.system() as work:
        user = here_user(work)
        set_password(work, user, "ada", PASSWORD)
        waits: list[float] = []
        now, guesses = work, 0
        while guesses < 200 and not (waits and waits[-1] >= attempt.KEPT.total_seconds()):
            attempt.require_no_wait(now, "ada", "")
            attempt.note_failure(now, "ada")
            guesses += 1
            row = system.find(now, "fw_attempt", key=attempt._by_login("ada"))
            assert row is not None
            waits.append((row["wait_until"] - now.context.now).total_seconds() if row["wait_until"] else 0)
            now = later(now, int(waits[-1]))
        assert waits[:10] == [0, 0, 0, 0, 1, 2, 4, 8, 16, 32]
        assert max(waits[:-1]) == 15 * 60
        assert guesses == attempt.MOST_IN_A_ROW
        soon = replace(now, context=replace(now.context, now=now.context.now - timedelta(minutes=1)))
        with pytest.raises(LimitExceeded):
            log_in(soon, "ada", PASSWORD)
        assert log_in(now, "ada", PASSWORD) == user, "a day later"
        for _ in range(attempt.MOST_IN_A_ROW):
            attempt.note_failure(work, "ada")
        set_password(work, user, "ada", PASSWORD + "!")
        assert log_in(work, "ada", PASSWORD + "!") == user, "another password begins anew"


def here_user(work: Work) -> UUID:
    """Somebody, made in this unit of work."""
    [made] = create(work, "user", [{"login": "ada", "full_name": "Ada", "email": "ada@example.com"}])
    return made.id


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
