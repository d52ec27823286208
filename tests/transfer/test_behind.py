"""Imports behind a request: taken up when their process is gone, stopped when they cannot go on, files swept."""

import os
import threading
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from formwork.jobs import outbox
from formwork.records import Change, update
from formwork.runtime.chores import make_worker
from formwork.runtime.imports import TOPIC, start_import, sweep_shelf
from formwork.storage import system
from formwork.transfer import engine
from formwork.transfer.job import Job, State, find_job, move_job
from formwork.transfer.run import run_import
from tests.support.tenants import TENANT
from tests.transfer.conftest import READERS, Desk

TEXT = "Card,Name\n" + "".join(f"c{n},Name {n}\n" for n in range(9))


@pytest.fixture
def broken_off(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> UUID:
    """An import whose process went away after four rows."""
    monkeypatch.setattr(engine, "CHUNK", 2)
    job = desk.upload(TEXT, READERS)

    def die(done: int, total: int) -> None:
        if done >= 4:
            raise SystemExit

    with pytest.raises(SystemExit):
        run_import(desk.work, desk.shelf, job, die)
    return job


def fall_due(desk: Desk, job: UUID, tries: int = 1, position: int = 0, *, check: bool = False) -> None:
    """The message such a process leaves behind, its time over."""
    payload = {
        "job": str(job), "user": str(desk.person), "scopes": None, "locale": "en", "timezone": "UTC", "tries": tries,
        "position": position, "check": check,
    }  # fmt: skip
    with desk.home.system() as work:
        outbox.put(work, TOPIC, payload, work.context.now - timedelta(seconds=1))


def serve(desk: Desk) -> None:
    """Let the worker go round once, and the imports it begins come to their end."""
    before = set(threading.enumerate())
    make_worker(desk.home.runtime).serve(TENANT)
    for thread in set(threading.enumerate()) - before:
        thread.join(timeout=60)


def state_of(desk: Desk, job: UUID) -> Job:
    """The import as it is stored."""
    with desk.home.system() as work:
        return find_job(work, job)


def waiting(desk: Desk) -> int:
    """Messages about imports that have not been taken."""
    with desk.home.system() as work:
        return system.count(work, "fw_outbox", topic=TOPIC, state="waiting")


def test_an_import_whose_process_is_gone_goes_on(desk: Desk, broken_off: UUID) -> None:
    assert state_of(desk, broken_off).position == 4
    fall_due(desk, broken_off)
    serve(desk)
    job = state_of(desk, broken_off)
    assert (job.state, job.totals.created, job.totals.done) == (State.FINISHED, 9, 9)
    assert len(desk.rows("reader", "card")) == 9
    assert waiting(desk) == 0


def test_one_that_runs_or_is_over_is_left_alone(desk: Desk) -> None:
    job = desk.upload(TEXT, READERS)
    with desk.work() as work:
        context = work.context
    start_import(desk.home.runtime, desk.home.runtime.directory.get(TENANT), context, job).join(timeout=60)
    assert state_of(desk, job).state is State.FINISHED
    assert waiting(desk) == 0
    fall_due(desk, job)
    serve(desk)
    assert (state_of(desk, job).totals.created, waiting(desk)) == (9, 0)


def test_rights_that_are_gone_stop_it(desk: Desk, broken_off: UUID, caplog: pytest.LogCaptureFixture) -> None:
    with desk.home.system() as work:
        update(work, "user", [Change(desk.person, {"active": False})])
    fall_due(desk, broken_off)
    serve(desk)
    assert "broke off" in caplog.text
    assert state_of(desk, broken_off).state is State.STOPPED
    with desk.home.system() as work:
        assert system.count(work, "fw_import_row", job=broken_off) == 4


def test_one_that_never_gets_on_is_stopped(desk: Desk, broken_off: UUID, caplog: pytest.LogCaptureFixture) -> None:
    fall_due(desk, broken_off, tries=5, position=4)
    serve(desk)
    assert state_of(desk, broken_off).state is State.STOPPED
    assert "does not get on" in caplog.text


def test_files_are_swept_after_their_time_but_for_those_that_run(desk: Desk, broken_off: UUID) -> None:
    runtime = desk.home.runtime
    shelf = desk.shelf
    running, old, fresh = state_of(desk, broken_off).file, shelf.put(b"old"), shelf.put(b"fresh")
    assert running is not None
    (shelf.folder / "half.part").write_bytes(b"half")
    past = (datetime.now(UTC) - timedelta(days=runtime.settings.import_days, hours=1)).timestamp()
    for name in (running.hex, old.hex, "half.part"):
        os.utime(shelf.folder / name, (past, past))
    sweep_shelf(runtime, desk.home.system)
    assert {path.name for path in shelf.folder.iterdir()} == {running.hex, fresh.hex}
    with desk.home.system() as work:
        move_job(work, find_job(work, broken_off), State.STOPPED)
    sweep_shelf(runtime, desk.home.system)
    assert {path.name for path in shelf.folder.iterdir()} == {fresh.hex}
