"""Tenants over several databases. One that is broken, whatever way, stops no other: requests, worker, doctor, start."""

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from types import SimpleNamespace

import pytest
from sqlalchemy import text
from werkzeug.test import Client, TestResponse

from formwork.api import create_api
from formwork.identity import create_key
from formwork.jobs import outbox
from formwork.kernel import Unavailable
from formwork.records import create, get_record
from formwork.runtime import Runtime
from formwork.runtime.chores import make_worker
from formwork.runtime.tenants import Wishes, clone, make, move, suspend
from formwork.storage import State, Tenant, engines, system
from formwork.storage.databases import OWN
from formwork.storage.engines import Breaker
from formwork.storage.upkeep.backup import checksums
from tests.support.command import Program
from tests.support.databases import Database, postgres_database
from tests.support.pairs import BY
from tests.support.postgres import OwnServer, own_server
from tests.support.tenants import KEY, LIBRARY, TENANT, Installation, installed

WELL = (TENANT, "east", "disk")
BROKEN = ("doomed", "torn", "lost", "stray", "garbled")


@dataclass(frozen=True)
class Fleet:
    """An installation whose tenants lie in five places, and the server of one that may be killed."""

    runtime: Runtime
    server: OwnServer
    keys: dict[str, str]

    def get(self, name: str, path: str = "/reader", runtime: Runtime | None = None) -> TestResponse:
        """A call of a tenant's own program, in a process that knows nothing yet unless one is given."""
        headers = {"Authorization": f"Bearer {self.keys[name]}"}
        client = Client(create_api(runtime or self.runtime))
        return client.get(f"/api/v1{path}", headers=headers, base_url=f"http://{name}.localhost")

    def assert_the_others_are_well(self, runtime: Runtime | None = None) -> None:
        for name in WELL:
            assert self.get(name, runtime=runtime).status_code == 200, name


@pytest.fixture(scope="module")
def fleet(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    folder = tmp_path_factory.mktemp("fleet")
    home = Database("sqlite", f"sqlite:///{folder / 'unused.sqlite'}", folder)
    with (
        own_server() as server,
        postgres_database(postgres_server, folder) as east,
        postgres_database(server.url, folder) as doomed,
        installed(home, folder, LIBRARY) as here,
    ):
        databases = (("east", east.url), ("doomed", doomed.url), ("disk", f"sqlite:///{folder / 'disk'}"))
        settings = replace(here.runtime.settings, databases=databases, rate_limit="")
        with closing(Runtime(settings)) as runtime:
            yield Fleet(runtime, server, filled(runtime, Installation(here.runtime)))


def filled(runtime: Runtime, here: Installation) -> dict[str, str]:
    """Tenants in every place, with a key in each; gives the keys."""
    here.user("twin", "admin")
    places = {"east": "east", "disk": "disk", "doomed": "doomed", "torn": "disk", "lost": "disk", "stray": "east",
              "garbled": "east"}  # fmt: skip
    for name, database in places.items():
        clone(runtime, BY, TENANT, name, Wishes(database=database))
    keys = {}
    for name in (TENANT, *places):
        with runtime.system_write(name, "test") as work:
            create(work, "reader", [{"name": f"Of {name}"}])
            [user] = system.find_many(work, "fw_role_assignment", equals={"role": "admin"}, limit=1)
            keys[name] = create_key(work, user["user"], "test", None)[1]
    return keys


@pytest.fixture(scope="module")
def broken(fleet: Fleet) -> Iterator[Fleet]:
    """The same with a server killed, a file torn, a file gone, a database unknown and metadata garbled."""
    runtime, directory = fleet.runtime, fleet.runtime.directory
    files = {name: runtime.stores.databases.file("disk", f"{name}.sqlite") for name in ("torn", "lost")}
    garbled = directory.get("garbled")
    with runtime.bare_write("garbled", "test") as work:
        place = f'"{garbled.location}".fw_metadata'
        work.connection.execute(text(f"UPDATE {place} SET documents = '\\x00', hash = 'garbled'"))
    runtime.stores.close()
    for file in files.values():
        file.with_name(file.name + "-wal").unlink(missing_ok=True)
    files["torn"].write_bytes(b"no database at all" * 1_000)
    files["lost"].unlink()
    directory.change("stray", database="nowhere")
    runtime.forget()
    fleet.server.kill()
    yield fleet
    if fleet.server.is_killed:  # a worker that was given only some of these tests
        fleet.server.start()


def test_new_tenants_go_where_there_are_fewest(fleet: Fleet) -> None:
    counts = fleet.runtime.directory.counts()
    assert counts == {"": 1, "east": 3, "disk": 3, "doomed": 1}
    made = make(fleet.runtime, BY, Tenant("spread", fleet.runtime.clock.now()), {})
    assert made.database == "doomed"
    own = make(fleet.runtime, BY, Tenant("at-home", fleet.runtime.clock.now(), database=OWN), {})
    assert own.database == ""
    for name in ("spread", "at-home"):
        fleet.runtime.stores.drop(name)


def test_a_tenant_moves_with_everything_it_has(fleet: Fleet) -> None:
    """From server to file, from file to server, and home again: equal checksums, keys go on, the old place is empty."""
    for target in ("disk", "doomed", OWN, "east"):
        moves(fleet, target)


def moves(fleet: Fleet, target: str) -> None:
    """A move, looked at from all sides."""
    runtime = fleet.runtime
    before = runtime.directory.get("east")
    with runtime.consistent_read("east", "test") as work:
        sums = checksums(work)
    waited: list[float] = []
    moved = move(runtime, BY, "east", target, wait=waited.append)
    assert (moved.state, moved.database, len(waited)) == (State.ACTIVE, "" if target == OWN else target, 1)
    with runtime.consistent_read("east", "test") as work:
        after = checksums(work)
    assert {name for name in sums if sums[name] != after[name]} <= {"fw_audit", "fw_counter", "fw_api_key"}
    assert fleet.get("east").status_code == 200
    if runtime.stores.databases.is_postgres(before.database):
        place = runtime.stores._place(before)
        with place.engine.connect() as connection:
            found = text("SELECT count(*) FROM information_schema.schemata WHERE schema_name = 'tenant_east'")
            assert connection.execute(found).scalar_one() == 0
    else:
        assert not runtime.stores.databases.file(before.database, before.location).exists()


def test_a_move_that_fails_leaves_the_tenant_where_it_was(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object) -> None:
        raise Unavailable("The disk is full.", code="storage_full")

    monkeypatch.setattr("formwork.runtime.tenants.copy.fill", fail)
    with pytest.raises(Unavailable):
        move(fleet.runtime, BY, "disk", "east", wait=lambda _: None)
    found = fleet.runtime.directory.get("disk")
    assert (found.state, found.database) == (State.ACTIVE, "disk")
    assert fleet.get("disk").status_code == 200


def test_requests_of_the_others_are_answered_as_ever(broken: Fleet) -> None:
    broken.assert_the_others_are_well()
    for name in BROKEN:
        answer = broken.get(name)
        assert answer.status_code == (500 if name == "garbled" else 503), (name, answer.text)
        assert answer.mimetype == "application/problem+json"
        assert not any(word in answer.text for word in ("sqlite", "postgres", "127.0.0.1", "Traceback"))
    broken.assert_the_others_are_well()


def test_who_asks_for_one_that_is_away_does_not_wait_in_line(broken: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the first refusal others come at once, so that no thread is missing elsewhere: nobody asks the server.

    Counted and not timed: the clock stands still, so that no pause ends meanwhile.
    """
    now = [time.monotonic()]
    tried: list[Breaker] = []
    monkeypatch.setattr(engines, "time", SimpleNamespace(monotonic=lambda: now[0]))
    attempt = Breaker._try
    monkeypatch.setattr(Breaker, "_try", lambda *words: (tried.append(words[0]), attempt(*words))[1])
    broken.get("doomed")
    tried.clear()
    engine = broken.runtime.stores.get("doomed").place.engine
    assert [broken.get("doomed").status_code for _ in range(5)] == [503] * 5
    for _ in range(50):
        with pytest.raises(Unavailable), engine.connect():
            pass
    assert not tried, "nobody asked"
    now[0] += 3600
    assert broken.get("doomed").status_code == 503
    assert len(tried) == 1, "one asks again, in a while"
    tried[0]._until = 0.0


def test_a_process_that_starts_now_serves_them_too(broken: Fleet) -> None:
    with closing(Runtime(broken.runtime.settings)) as fresh:
        broken.assert_the_others_are_well(fresh)
        assert broken.get("doomed", runtime=fresh).status_code == 503


def test_the_worker_goes_on_with_the_others(broken: Fleet) -> None:
    for name in WELL:
        with broken.runtime.system_write(name, "test") as work:
            outbox.put(work, "nobody.listens", {}, work.context.now)
    worker = make_worker(broken.runtime)
    while worker.go_round():
        pass
    assert worker.resting() == sorted(BROKEN)
    for name in WELL:
        with broken.runtime.system_read(name, "test") as work:
            assert system.count(work, "fw_outbox", state="waiting", topic="nobody.listens") == 0


def test_doctor_and_upgrade_name_them_and_look_at_the_rest(broken: Fleet) -> None:
    settings = broken.runtime.settings
    databases = " ".join(f"{name}={url}" for name, url in settings.databases)
    program = Program({"FORMWORK_DATA": str(settings.data), "FORMWORK_KEY": KEY, "FORMWORK_DATABASES": databases})
    told = program("doctor", "--all", "--quick", "--json")
    assert told.code == 1, told.err
    found = {one["tenant"]: {symptom["check"] for symptom in one["symptoms"]} for one in told.json}
    assert {name for name, checks in found.items() if not checks} == set(WELL)
    assert {name: found[name] for name in BROKEN} == {
        "doomed": {"unreachable"}, "torn": {"unreachable"}, "lost": {"unreachable"}, "stray": {"unreachable"},
        "garbled": {"broken"},
    }  # fmt: skip
    upgraded = program("upgrade", "--json")
    assert upgraded.code == 1
    assert {one["tenant"] for one in upgraded.json if one["error"]} == set(BROKEN) - {"garbled"}
    assert {one["name"] for one in program("tenant", "list", "--json").json} == {*WELL, *BROKEN}


def test_no_key_is_changed_while_one_of_them_cannot_be_reached(broken: Fleet) -> None:
    with pytest.raises(Unavailable, match="no key was changed"):
        broken.runtime.rewrap(b"n" * 32)
    broken.assert_the_others_are_well()


def test_what_cannot_be_reached_can_be_suspended_all_the_same(broken: Fleet) -> None:
    assert suspend(broken.runtime, BY, "torn").state == State.SUSPENDED
    last = broken.runtime.stores.log.list("torn")[0]
    assert (last.act, last.detail["unreached"], last.detail["not_in_trail"]) == (
        "suspend", "database_damaged", "database_damaged",
    )  # fmt: skip


def test_the_directory_may_be_away_for_those_who_were_here_before(
    broken: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken.assert_the_others_are_well()

    def away(*_arguments: object) -> None:
        raise Unavailable("The database cannot be reached.", code="database_unavailable")

    monkeypatch.setattr(broken.runtime.directory, "_find", away)
    broken.runtime._tenants = {host: (0.0, one) for host, (_, one) in broken.runtime._tenants.items()}
    for name in WELL:
        assert broken.get(name).status_code == 200


def test_a_server_that_comes_back_is_found_at_once(broken: Fleet) -> None:
    broken.server.start()
    until = time.monotonic() + 15
    while broken.get("doomed").status_code != 200:
        assert time.monotonic() < until
        time.sleep(0.2)
    with broken.runtime.system_read("doomed", "test") as work:
        [row] = system.find_many(work, "fw_role_assignment", equals={"role": "admin"}, limit=1)
        assert get_record(work, "user", row["user"])["login"] == "twin"
