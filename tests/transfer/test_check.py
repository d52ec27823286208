"""The dry run as a job: in the way of nobody, told while it goes on, stopped, taken up again, never mixed up."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from uuid import UUID

import pytest

from formwork.kernel import Conflict, Refused
from formwork.records import create
from formwork.runtime import Identified
from formwork.runtime.imports import start_check
from formwork.storage import Work
from formwork.transfer import engine
from formwork.transfer.check import BROKEN_OFF, ready_check, report_check, run_check
from formwork.transfer.errors_file import errors_file
from formwork.transfer.job import Ending, Job, State, find_job
from formwork.transfer.plan import Mode, OnError
from formwork.transfer.run import configure_import, run_import, stop_import
from tests.support.databases import Database
from tests.support.tenants import TENANT
from tests.transfer.conftest import READERS, Desk
from tests.transfer.test_behind import fall_due, serve, state_of, waiting

TEXT = "Card,Name\n" + "".join(f"c{n},{'' if n == 3 else f'Name {n}'}\n" for n in range(9))


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of two rows."""
    monkeypatch.setattr(engine, "CHUNK", 2)


def begin(desk: Desk, text: str = TEXT, on_error: OnError = OnError.SKIP) -> UUID:
    """An import whose dry run has begun."""
    job = desk.upload(text, READERS, on_error=on_error)
    with desk.work() as work:
        ready_check(work, desk.shelf, job)
    return job


def go(desk: Desk, job: UUID, tell: Callable[[], None] | None = None) -> None:
    """Make the dry run; `tell` is called in every unit of work it opens beside the one it tries in."""
    runtime = desk.home.runtime
    tenant = runtime.directory.get(TENANT)

    def open_work() -> AbstractContextManager[Work]:
        if tell is not None:
            tell()
        return desk.work()

    def beside() -> AbstractContextManager[Work]:
        with desk.work() as work:
            who = Identified(work.context.actor)
        return runtime.write_beside(tenant, lambda _: who, desk.shelf.trial(job))

    run_check(open_work, beside, desk.shelf, job)


def test_it_is_in_the_way_of_nobody_and_leaves_nothing(desk: Desk) -> None:
    job = begin(desk)
    seen: list[int] = []

    def tell() -> None:
        stored = state_of(desk, job)
        if stored.state is State.CHECKING:
            seen.append(stored.totals.done)
            with desk.work() as work:
                create(work, "reader", [{"name": f"Other {len(seen)}"}])

    go(desk, job, tell)
    assert seen == [0, 0, 2, 4, 6, 8, 9]
    assert {name for (name,) in desk.rows("reader", "name")} == {f"Other {n}" for n in range(1, 8)}
    assert [path.name for path in desk.shelf.folder.iterdir()] == [state_of(desk, job).file.hex]  # type: ignore[union-attr]
    with desk.work() as work:
        stored = find_job(work, job)
        report = report_check(work, stored)
        assert b"c3" in errors_file(work, desk.shelf, stored)
    assert (stored.state, stored.position, stored.totals.done) == (State.UPLOADED, 0, 0)
    assert report is not None
    assert (report.totals.created, report.totals.failed, [one.line for one in report.failures]) == (8, 1, [5])


@pytest.mark.parametrize("on_error", list(OnError))
def test_the_run_after_it_begins_anew(desk: Desk, on_error: OnError) -> None:
    job = begin(desk, on_error=on_error)
    go(desk, job)
    report = run_import(desk.work, desk.shelf, job)
    assert (report.totals.failed, [one.line for one in report.failures]) == (1, [5])
    assert len(desk.rows("reader", "card")) == (8 if on_error is OnError.SKIP else 0)


def test_another_mapping_forgets_what_it_found(desk: Desk) -> None:
    job = begin(desk)
    go(desk, job)
    with desk.work() as work:
        stored = configure_import(work, job, find_job(work, job).mapping, Mode.CREATE, OnError.SKIP)
        assert (stored.check, report_check(work, find_job(work, job))) == (None, None)
        assert errors_file(work, desk.shelf, stored).count(b"\r\n") == 1


def test_while_it_goes_on_nothing_else_begins(desk: Desk) -> None:
    job = begin(desk)
    with desk.work() as work, pytest.raises(Refused):
        ready_check(work, desk.shelf, job)
    with desk.work() as work, pytest.raises(Refused):
        configure_import(work, job, find_job(work, job).mapping, Mode.CREATE, OnError.SKIP)
    with pytest.raises(Refused):
        run_import(desk.work, desk.shelf, job)


@pytest.mark.parametrize("again", [False, True])
def test_a_stopped_one_ends_at_its_next_chunk_even_when_another_has_begun(desk: Desk, again: bool) -> None:
    job = begin(desk)

    def tell() -> None:
        if state_of(desk, job).totals.done == 4:
            with desk.work() as work:
                stop_import(work, job)
            if again:
                with desk.work() as work:
                    ready_check(work, desk.shelf, job)

    with pytest.raises(Conflict):
        go(desk, job, tell)
    stored = state_of(desk, job)
    if not again:
        assert (stored.state, stored.check and stored.check.ending) == (State.UPLOADED, Ending.STOPPED)
        with desk.work() as work:
            ready_check(work, desk.shelf, job)
    go(desk, job)
    assert found(state_of(desk, job)) == (Ending.FINISHED, 9)


def found(job: Job) -> tuple[Ending, int]:
    """How a dry run ended, and of how many rows it tells."""
    assert job.check is not None
    return job.check.ending, job.check.totals.done


def test_one_whose_process_is_gone_is_made_anew(desk: Desk, database: Database) -> None:
    job = begin(desk)
    if not database.is_postgres:
        desk.shelf.trial(job).write_bytes(b"half a copy")
    fall_due(desk, job, check=True)
    serve(desk)
    assert found(state_of(desk, job)) == (Ending.FINISHED, 9)
    assert waiting(desk) == 0
    assert not desk.shelf.trial(job).exists()


def test_one_that_breaks_off_says_so(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def bug(*_args: object) -> None:
        raise ZeroDivisionError

    job = desk.upload(TEXT, READERS)
    monkeypatch.setattr(engine.Engine, "write", bug)
    with desk.work() as work:
        context = work.context
    start_check(desk.home.runtime, desk.home.runtime.directory.get(TENANT), context, job).join(timeout=60)
    stored = state_of(desk, job)
    assert (stored.state, stored.check and stored.check.reason) == (State.UPLOADED, BROKEN_OFF)
    assert waiting(desk) == 0


def test_one_that_never_gets_to_its_end_is_given_up(desk: Desk) -> None:
    job = begin(desk)
    fall_due(desk, job, tries=5, check=True)
    serve(desk)
    stored = state_of(desk, job)
    assert (stored.state, stored.check and stored.check.ending) == (State.UPLOADED, Ending.FAILED)
