"""K7 and K8 of SECURITY through a real server: the disk is full, the database is killed under load.

What was acknowledged is there, once; what was not is whole or absent; the server goes on by itself.
"""

import re
import resource
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.support.command import Program, program_for
from tests.support.databases import Database, postgres_database, sqlite_database
from tests.support.postgres import OwnServer, own_server
from tests.support.tenants import LIBRARY, TENANT, installed

WORD = "a long enough word"
WRITERS = 3
PATIENCE = 12
"""Seconds an answer may take while the database is away."""


@dataclass
class Load:
    """Clients that create records one after the other, each under a key of its own, and note the answers."""

    address: str
    bearer: str
    acknowledged: dict[str, str] = field(default_factory=dict)
    refused: list[requests.Response] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    def write(self, name: str) -> None:
        """One record; an answer that is neither 201 nor a refusal with words is noted as broken."""
        try:
            answer = send(self.address, self.bearer, name)
        except requests.RequestException as error:
            self.broken.append(repr(error))
            return
        if answer.status_code == 201:
            self.acknowledged[name] = answer.json()["id"]
        elif is_told(answer):
            self.refused.append(answer)
        else:
            self.broken.append(f"{answer.status_code} {answer.text}")

    def run(self, writer: int) -> None:
        """Write until told to stop."""
        at = 0
        while not self.stopping.is_set():
            self.write(f"w{writer}-{at}")
            at += 1

    @contextmanager
    def running(self) -> Iterator[None]:
        """All writers for the length of the block."""
        threads = [threading.Thread(target=self.run, args=(one,)) for one in range(WRITERS)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.stopping.set()
            for thread in threads:
                thread.join(60)


def send(address: str, bearer: str, name: str, **fields: Any) -> requests.Response:
    """Create a reader under a key that belongs to the name."""
    headers = {"Authorization": f"Bearer {bearer}", "Idempotency-Key": name}
    return requests.post(f"{address}/api/v1/reader", json={"name": name, **fields}, headers=headers, timeout=PATIENCE)


def is_told(answer: requests.Response) -> bool:
    """True for a refusal that says what is the matter and when to come back."""
    return (
        answer.status_code in (503, 507)
        and answer.headers["Content-Type"].startswith("application/problem+json")
        and int(answer.headers.get("Retry-After", 0)) > 0
        and answer.json()["code"] in ("database_unavailable", "storage_full")
    )


def stored(address: str, bearer: str) -> dict[str, list[str]]:
    """The ids of the readers by name, every page of them."""
    found: dict[str, list[str]] = {}
    cursor: dict[str, str] = {}
    while True:
        query = {"limit": "200", "fields": "name", **cursor}
        headers = {"Authorization": f"Bearer {bearer}"}
        page = requests.get(f"{address}/api/v1/reader", params=query, headers=headers, timeout=PATIENCE).json()
        for row in page["data"]:
            found.setdefault(row["name"], []).append(row["id"])
        if not page["next"]:
            return found
        cursor = {"cursor": page["next"]}


def people(program: Program) -> str:
    """The key of somebody who may write readers."""
    made = program("user", "create", "lib", "--email", "lib@example.com", "--role", "librarian",
                   "--password-stdin", text=WORD + "\n")  # fmt: skip
    assert made.code == 0, made.err
    return str(program("user", "key", "lib", "--name", "load", "--json").json["key"])


def signed_in(address: str) -> requests.Session:
    """The same person at the pages."""
    session = requests.Session()
    page = session.get(f"{address}/login", timeout=PATIENCE)
    token = re.findall(r'name="_csrf" value="([^"]+)"', page.text)[0]
    form = {"_csrf": token, "email": "lib", "password": WORD}
    answer = session.post(f"{address}/login", data=form, timeout=PATIENCE)
    assert answer.url == f"{address}/", answer.text
    return session


def until_well(address: str, bearer: str) -> float:
    """Seconds until a record can be made again."""
    begun = time.monotonic()
    for at in range(60):
        if send(address, bearer, f"well-{at}").status_code == 201:
            return time.monotonic() - begun
        time.sleep(0.25)
    raise AssertionError("The server did not recover.")


@pytest.fixture
def killable(tmp_path: Path) -> Iterator[tuple[OwnServer, Database]]:
    """A PostgreSQL server of this test with an empty database."""
    with own_server() as server, postgres_database(server.url, tmp_path) as database:
        yield server, database


@pytest.mark.proof
def test_a_database_that_is_killed_under_load_loses_nothing(killable: tuple[OwnServer, Database]) -> None:
    """K8: refusals with Retry-After while it is away, on both doors; the same processes go on once it is back."""
    server, database = killable
    program = program_for(database, tenant=TENANT, rate_limit="")
    with installed(database, database.folder, LIBRARY):
        bearer = people(program)
    with program.serving() as address:
        load, person = Load(address, bearer), signed_in(address)
        with load.running():
            time.sleep(1.5)
            server.kill()
            time.sleep(1)
            begun = time.monotonic()
            page = person.get(f"{address}/o/reader", timeout=PATIENCE)
            assert (page.status_code, int(page.headers.get("Retry-After", 0)) > 0) == (503, True), page.text
            assert time.monotonic() - begun < PATIENCE
            server.start()
            assert until_well(address, bearer) < 10
            time.sleep(0.5)
        assert load.broken == []
        assert load.refused
        there = stored(address, bearer)
        assert {name: [id] for name, id in load.acknowledged.items()} == {
            name: there.get(name) for name in load.acknowledged
        }
        assert all(len(ids) == 1 for ids in there.values())


def family(pid: int) -> list[int]:
    """A process and everything below it."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += family(int(child))
    return found


def limit_files(pid: int, most: int) -> None:
    """Let no file of a process and of those below it grow beyond `most` bytes, -1 for no limit."""
    for one in family(pid):
        _, hard = resource.prlimit(one, resource.RLIMIT_FSIZE)
        resource.prlimit(one, resource.RLIMIT_FSIZE, (most, hard))


@pytest.mark.proof
@pytest.mark.slow
def test_a_full_disk_is_told_and_passes(tmp_path: Path) -> None:
    """K7 on SQLite: no file of the server may grow any more; saves are refused, reads go on, then all is well."""
    database = sqlite_database(tmp_path)
    program = program_for(database, tenant=TENANT, rate_limit="")
    with installed(database, database.folder, LIBRARY):
        bearer = people(program)
    with program.serving_process() as (address, process):
        load = Load(address, bearer)
        for at in range(5):
            load.write(f"before-{at}")
        limit_files(process.pid, 64 * 1024)
        for at in range(30):
            load.write(f"during-{at}")
        assert load.refused
        assert {answer.status_code for answer in load.refused} == {507}
        assert set(stored(address, bearer)) == set(load.acknowledged)
        limit_files(process.pid, resource.RLIM_INFINITY)
        assert until_well(address, bearer) < 5
        for at in range(5):
            load.write(f"after-{at}")
        assert load.broken == []
        there = stored(address, bearer)
        assert {name: there.get(name) for name in load.acknowledged} == {
            name: [id] for name, id in load.acknowledged.items()
        }
