"""Units of work that are done anew when two writers met, and what is left of those that failed: nothing."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path
from threading import Barrier, BrokenBarrierError, Thread
from typing import TypeVar
from uuid import UUID

import pytest

from formwork.identity import actor_of
from formwork.kernel import Conflict, FormworkError, Invalid, Raced
from formwork.kernel.repetition import MOST_REPEATS
from formwork.records import Change, Saved, create, get_record, history, update
from formwork.records.announce import GUARD_WRITE
from formwork.records.draft import Draft
from formwork.runtime import Identified, Runtime
from formwork.runtime.registry import Registry
from formwork.storage import Work, system
from tests.support.databases import Database
from tests.support.tenants import LIBRARY, TENANT, Installation, installed

T = TypeVar("T")


@pytest.fixture
def here(database: Database, tmp_path: Path) -> Iterator[Installation]:
    """The library on SQLite and on PostgreSQL."""
    with installed(database, tmp_path, LIBRARY) as found:
        yield found


@pytest.fixture
def librarian(here: Installation) -> UUID:
    """Who writes."""
    return here.user("lina", "librarian")


def performed(here: Installation, who: UUID, act: Callable[[Work], T]) -> T:
    """What `act` gives, as a door performs it."""
    tenant = here.runtime.directory.get(TENANT)
    return here.runtime.perform(tenant, lambda work: Identified(actor_of(work, who)), act)


def counts(here: Installation) -> tuple[int, int]:
    """Rows of history and of the outbox."""
    with here.system() as work:
        return system.count(work, "fw_history"), system.count(work, "fw_outbox")


def raced(times: int, act: Callable[[Work], Saved]) -> Callable[[Work], Saved]:
    """An act whose first tries meet another writer at the very end."""
    left = [times]

    def once(work: Work) -> Saved:
        saved = act(work)
        assert work.repeats == times - left[0]
        left[0] -= 1
        if left[0] >= 0:
            raise Raced("Somebody was faster.", code="version_conflict")
        return saved

    return once


def test_of_tries_that_failed_nothing_is_kept(here: Installation, librarian: UUID) -> None:
    with here.system() as work:
        [reader] = create(work, "reader", [{"name": "Ada"}])
    before = counts(here)
    performed(here, librarian, lambda work: update(work, "reader", [Change(reader.id, {"card": "A-1"})])[0])
    told = [after - was for was, after in zip(before, counts(here), strict=True)]
    changed = raced(MOST_REPEATS, lambda work: update(work, "reader", [Change(reader.id, {"card": "A-2"})])[0])
    before = counts(here)
    assert performed(here, librarian, changed).version == 3
    assert [after - was for was, after in zip(before, counts(here), strict=True)] == told
    with here.as_user(librarian) as work:
        assert [entry.version for entry in history(work, "reader", reader.id)] == [3, 2, 1]


def test_who_is_never_alone_is_told_of_the_conflict(here: Installation, librarian: UUID) -> None:
    before = counts(here)
    with pytest.raises(Conflict) as refused:
        performed(here, librarian, raced(MOST_REPEATS + 1, lambda work: create(work, "reader", [{"name": "Ada"}])[0]))
    assert refused.value.code == "version_conflict"
    assert counts(here) == before


def test_what_is_wrong_is_not_done_anew(here: Installation, librarian: UUID) -> None:
    tries: list[int] = []

    def stale(work: Work) -> None:
        tries.append(work.repeats)
        raise Conflict("Somebody else changed this record.", code="version_conflict")

    with pytest.raises(Conflict):
        performed(here, librarian, stale)
    assert tries == [0]


def test_what_is_repeated_is_judged_anew(postgresql: Database, tmp_path: Path) -> None:
    """A note is taken away while somebody closes the loan, which asks for one. SQLite has one writer at a time."""
    with installed(postgresql, tmp_path, LIBRARY) as here:
        librarian = here.user("lina", "librarian")
        with here.system() as work:
            [reader] = create(work, "reader", [{"name": "Ada"}])
            [book] = create(work, "book", [{"title": "One"}])
            body = {"reader": str(reader.id), "items": [{"book": str(book.id)}], "closed_note": "Came back."}
            [loan] = create(work, "loan", [body])
        tries: list[int] = []

        def somebody_closes_it(work: Work, drafts: Sequence[Draft]) -> None:
            tries.append(work.repeats)
            if not work.repeats:
                performed(here, librarian, lambda late: update(late, "loan", [Change(loan.id, {"status": "closed"})]))

        runtime = Runtime(here.runtime.settings, Registry(subscribers={GUARD_WRITE: (somebody_closes_it,)}))
        with closing(runtime), pytest.raises(Invalid) as refused:
            taken = Change(loan.id, {"closed_note": None})
            performed(Installation(runtime), librarian, lambda work: update(work, "loan", [taken]))
        assert [problem.pointer for problem in refused.value.problems] == ["/closed_note"]
        assert tries == [0, 1]
        with here.as_user(librarian) as work:
            found = get_record(work, "loan", loan.id)
        assert (found["status"], found["closed_note"], found["version"]) == ("closed", "Came back.", 2)


def test_two_who_wait_for_each_other_both_get_there(here: Installation, librarian: UUID) -> None:
    with here.system() as work:
        pair = [saved.id for saved in create(work, "reader", [{"name": "Ada"}, {"name": "Bea"}])]
    meeting = Barrier(2)
    errors: list[FormworkError] = []

    def write(first: UUID, second: UUID, field: str) -> None:
        def act(work: Work) -> None:
            update(work, "reader", [Change(first, {field: "one"})])
            if not work.repeats:
                with suppress(BrokenBarrierError):  # on SQLite the other one cannot be writing now
                    meeting.wait(1)
            update(work, "reader", [Change(second, {field: "two"})])

        try:
            performed(here, librarian, act)
        except FormworkError as error:
            errors.append(error)

    ada, bea = pair
    threads = [Thread(target=write, args=named) for named in ((ada, bea, "name"), (bea, ada, "fine_note"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with here.as_user(librarian) as work:
        found = [get_record(work, "reader", id) for id in pair]
    assert [(one["name"], one["fine_note"], one["version"]) for one in found] == [("one", "two", 3), ("two", "one", 3)]
