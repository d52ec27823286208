"""Messages are settled once, tried again when they fail, buried in the end; chores come round."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from time import time_ns

import pytest

from formwork.jobs import Chore, Message, Worker, hourly
from formwork.jobs.outbox import KEPT, MOST_ATTEMPTS, claim, due, prune
from formwork.kernel import Unavailable, new_id
from formwork.records import create, delete
from formwork.records.erase import load_any
from formwork.runtime import Runtime
from formwork.runtime.chores import make_worker
from formwork.storage import Work, system
from tests.support.databases import Database
from tests.support.tenants import LIBRARY, TENANT, installed

START = datetime(2030, 1, 1, 12, tzinfo=UTC)


@dataclass
class Hands:
    """A clock one can turn, and a handler that fails as often as it is told."""

    moment: datetime = START
    failures: int = 0
    seen: list[str] = field(default_factory=list)

    def now(self) -> datetime:
        return self.moment

    def handle(self, work: Work, message: Message) -> None:
        system.put(work, "fw_counter", {"key": f"seen.{message.id}", "value": 1})
        if self.failures:
            self.failures -= 1
            raise RuntimeError("not today")
        self.seen.append(message.payload["text"])


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def runtime(database: Database, hands: Hands) -> Iterator[Runtime]:
    with installed(database, database.folder, LIBRARY) as home:
        home.runtime.clock = hands
        with home.system() as work:
            system.remove(work, "fw_outbox")
        yield home.runtime


@pytest.fixture
def worker(runtime: Runtime, hands: Hands) -> Worker:
    return replace(make_worker(runtime), handlers={"greet": (hands.handle,)}, chores=())


def put(runtime: Runtime, topic: str, text: str = "hello", **values: object) -> None:
    with runtime.system_write(TENANT, "test") as work:
        row = {"id": new_id(), "at": START, "due": START - timedelta(seconds=1), "topic": topic,
               "payload": {"text": text}, "state": "waiting", "attempts": 0}  # fmt: skip
        system.append(work, "fw_outbox", [row | values])


def states(runtime: Runtime) -> list[tuple[str, int]]:
    with runtime.system_read(TENANT, "test") as work:
        rows = system.find_many(work, "fw_outbox", order=("id",))
        return [(row["state"], row["attempts"]) for row in rows]


def test_what_nobody_listens_to_is_done_at_once(runtime: Runtime, worker: Worker, hands: Hands) -> None:
    put(runtime, "record.created")
    put(runtime, "greet")
    put(runtime, "greet", due=START + timedelta(hours=1))
    assert worker.go_round() == 2
    assert (worker.go_round(), hands.seen) == (0, ["hello"])
    assert states(runtime) == [("done", 0), ("done", 1), ("waiting", 0)]


def test_a_failure_undoes_the_handler_and_is_tried_again(runtime: Runtime, worker: Worker, hands: Hands) -> None:
    put(runtime, "greet")
    hands.failures = 1
    assert worker.go_round() == 1
    assert states(runtime) == [("waiting", 1)]
    with runtime.system_read(TENANT, "test") as work:
        assert system.find_many(work, "fw_counter", after={"key": "seen."}, before={"key": "seen/"}) == []
    assert worker.go_round() == 0
    hands.moment += timedelta(hours=1)
    assert (worker.go_round(), hands.seen, states(runtime)) == (1, ["hello"], [("done", 2)])


def test_what_never_works_is_dead_and_stays(runtime: Runtime, worker: Worker, hands: Hands) -> None:
    put(runtime, "greet")
    hands.failures = MOST_ATTEMPTS + 1
    for _ in range(MOST_ATTEMPTS + 2):
        worker.go_round()
        hands.moment += timedelta(days=1)
    assert (states(runtime), hands.failures) == ([("dead", MOST_ATTEMPTS)], 1)
    with runtime.system_write(TENANT, "test") as work:
        prune(work)
        [row] = system.find_many(work, "fw_outbox")
    assert row["error"] == "RuntimeError: not today"


def test_two_workers_never_have_the_same_message(runtime: Runtime) -> None:
    put(runtime, "greet")
    with runtime.system_write(TENANT, "test") as work:
        [message] = due(work)
        assert (claim(work, message), claim(work, message), due(work)) == (True, False, [])


def test_a_lost_lease_is_taken_over(runtime: Runtime, worker: Worker, hands: Hands) -> None:
    put(runtime, "greet", state="running", attempts=1, lease=START + timedelta(minutes=1))
    assert worker.go_round() == 0
    hands.moment += timedelta(minutes=2)
    assert (worker.go_round(), hands.seen) == (1, ["hello"])


def test_a_chore_comes_round_and_survives_its_failures(runtime: Runtime, worker: Worker, hands: Hands) -> None:
    ran: list[datetime] = []

    def run(_open: object) -> None:
        ran.append(hands.moment)
        if len(ran) == 1:
            raise RuntimeError("not today")

    worker = replace(worker, chores=(Chore("sweep", run, hourly),), _ensured=set())
    assert worker.go_round() == 0
    for _ in range(2):
        hands.moment += timedelta(hours=1, seconds=1)
        assert (worker.go_round(), worker.go_round()) == (1, 0)
    assert len(ran) == 2


def test_a_calm_tenant_is_not_opened_before_it_is_written_to_or_something_falls_due(
    runtime: Runtime, worker: Worker, hands: Hands
) -> None:
    looks: list[str] = []
    marks = ["first"]

    @contextmanager
    def read(tenant: str) -> Iterator[Work]:
        looks.append(tenant)
        with runtime.job_read(tenant) as work:
            yield work

    put(runtime, "greet", "late", due=START + timedelta(hours=1))
    worker = replace(worker, read=read, mark=lambda _: marks[-1], now=hands.now)
    assert ([worker.go_round() for _ in range(3)], len(looks)) == ([0, 0, 0], 1)
    put(runtime, "greet", "soon")
    marks.append("written to")
    assert ([worker.go_round() for _ in range(3)], len(looks)) == ([1, 0, 0], 3)
    hands.moment += timedelta(hours=1, seconds=1)
    assert ([worker.go_round() for _ in range(3)], len(looks)) == ([1, 0, 0], 5)
    assert hands.seen == ["soon", "late"]


def test_a_chore_nobody_wants_is_left_alone_until_somebody_writes(
    runtime: Runtime, worker: Worker, hands: Hands
) -> None:
    ran: list[datetime] = []
    marks: list[str | None] = ["first"]
    wanted = [False]
    chore = Chore("seal", lambda _: ran.append(hands.moment), hourly, wanted=lambda _: wanted[-1])
    worker = replace(worker, chores=(chore,), mark=lambda _: marks[-1], now=hands.now, _ensured=set())
    worker.go_round()
    hands.moment += timedelta(hours=2)
    assert ([worker.go_round() for _ in range(2)], states(runtime)) == ([0, 0], [("waiting", 0)])
    wanted.append(True)
    assert worker.go_round() == 0, "nothing was written, so nobody asks again"
    marks.append("written to")
    assert ([worker.go_round() for _ in range(2)], ran) == ([1, 0], [hands.moment])
    hands.moment += timedelta(hours=2)
    wanted.append(False)
    marks.append(None)
    assert worker.go_round() == 1, "without a mark chores come round as they are due"


def test_the_mark_of_a_sqlite_tenant_is_another_after_each_commit(sqlite: Database) -> None:
    with installed(sqlite, sqlite.folder, LIBRARY) as home:
        stores, entry = home.runtime.stores, home.runtime.directory.get(TENANT)
        file = stores.databases.file(entry.database, entry.location)
        long_ago = time_ns() - 10**10

        def mark() -> object:
            """The mark once some seconds have passed."""
            for one in (file, file.with_name(f"{file.name}-wal")):
                if one.exists() and time_ns() - one.stat().st_mtime_ns < 5 * 10**9:
                    os.utime(one, ns=(long_ago, long_ago))
            return stores.mark(entry)

        with home.system() as work:
            system.put(work, "fw_counter", {"key": "one", "value": 1})
        assert stores.mark(entry) is None
        first = mark()
        with home.runtime.system_read(TENANT, "test") as work:
            assert system.find(work, "fw_counter", key="one") is not None
        assert first is not None
        assert mark() == first
        long_ago += 10**9
        with home.system() as work:
            system.put(work, "fw_counter", {"key": "one", "value": 2})
        assert mark() not in (None, first)


def test_a_busy_tenant_does_not_stop_the_others(
    runtime: Runtime, worker: Worker, hands: Hands, caplog: pytest.LogCaptureFixture
) -> None:
    """The first is locked, the second broken, the third is served; both are left in peace for a while."""
    put(runtime, "greet")
    tried: list[str] = []

    @contextmanager
    def read(tenant: str) -> Iterator[Work]:
        tried.append(tenant)
        if tenant == "busy":
            raise Unavailable("The database is busy.")
        if tenant == "broken":
            raise RuntimeError("not today")
        with runtime.system_read(tenant, "test") as work:
            yield work

    names = ("busy", "broken", TENANT)
    worker = replace(worker, tenants=lambda: names, read=read, _ensured=set(names))
    assert (worker.go_round(), worker.go_round(), hands.seen) == (1, 0, ["hello"])
    assert (tried, worker.resting()) == ([*names, TENANT], ["broken", "busy"])
    said = [(one.levelname, "busy" in one.message, one.exc_info is None) for one in caplog.records]
    assert said == [("WARNING", True, True), ("ERROR", False, False)]


def test_one_worker_of_many_purges_what_was_deleted_a_month_ago(runtime: Runtime, hands: Hands) -> None:
    with runtime.system_write(TENANT, "test") as work:
        [old, fresh] = (saved.id for saved in create(work, "reader", [{"name": "Ada"}, {"name": "Bea"}]))
        delete(work, "reader", [old])
        system.remove(work, "fw_outbox")
    chores = tuple(one for one in make_worker(runtime).chores if one.name == "retention")
    workers = [replace(make_worker(runtime), chores=chores) for _ in range(2)]
    assert [one.go_round() for one in workers] == [0, 0], "it comes round at night"
    for days, left in ((1, {old, fresh}), (31, {fresh})):
        hands.moment = START + timedelta(days=days, hours=1)
        assert [one.go_round() for one in workers] == [1, 0]
        with runtime.system_read(TENANT, "test") as work:
            assert set(load_any(work, "reader", [old, fresh], ["id"])) == left


def test_tidying_forgets_what_is_over(runtime: Runtime) -> None:
    put(runtime, "greet", state="done", done_at=START - KEPT - timedelta(seconds=1))
    put(runtime, "greet", state="done", done_at=START)
    with runtime.system_write(TENANT, "test") as work:
        session = {"user": new_id(), "created_at": START, "seen_at": START, "data": {}}
        system.append(work, "fw_session", [
            session | {"id": "old", "expires_at": START - timedelta(seconds=1)},
            session | {"id": "new", "expires_at": START + timedelta(seconds=1)},
        ])  # fmt: skip
        system.append(work, "fw_attempt", [
            {"key": "old", "failures": 9, "at": START - timedelta(days=1, seconds=1)},
            {"key": "new", "failures": 9, "at": START},
        ])  # fmt: skip
    tidy = next(one for one in make_worker(runtime).chores if one.name == "tidy")
    tidy.run(lambda: runtime.system_write(TENANT, "test"))
    assert len(states(runtime)) == 1
    with runtime.system_read(TENANT, "test") as work:
        assert [row["id"] for row in system.find_many(work, "fw_session")] == ["new"]
        assert [row["key"] for row in system.find_many(work, "fw_attempt")] == ["new"]
