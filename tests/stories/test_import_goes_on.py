"""K2: a server dies in the middle of an import; started again, it brings the import to its end by itself."""

import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.support.command import Program, free_port, program_for, wait_for
from tests.support.databases import Database
from tests.support.tenants import LIBRARY, TENANT, installed

ROWS = 6_000
BAD = 600
"""Every tenth row has no name."""


def key_of(program: Program) -> str:
    """A librarian's key."""
    words = ("user", "create", "lina", "--email", "lina@example.com", "--role", "admin", "--password-stdin")
    assert program(*words, text="a long enough word\n").code == 0
    key: str = program("user", "key", "lina", "--name", "story", "--json").json["key"]
    return key


def look(session: requests.Session, address: str) -> dict[str, Any]:
    """How far the import is."""
    found: dict[str, Any] = session.get(address, timeout=30).json()
    return found


@pytest.mark.proof
def test_a_server_killed_in_an_import_goes_on_with_it_when_it_is_back(database: Database, tmp_path: Path) -> None:
    program = program_for(database, tenant=TENANT, log_level="WARNING")
    with installed(database, database.folder, LIBRARY):
        key = key_of(program)
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {key}"
    text = "Card,Name\n" + "".join(f"c{n},{'' if n % 10 == 9 else f'Name {n}'}\n" for n in range(ROWS))
    port = free_port()
    base = f"http://127.0.0.1:{port}/api/v1"
    first = program.start(port)
    try:
        wait_for(f"http://127.0.0.1:{port}", first)
        sent = session.post(
            f"{base}/reader/imports", data=text.encode(), headers={"Content-Type": "text/csv"}, timeout=60
        )
        assert sent.status_code == 201, sent.text
        job = f"{base}/imports/{sent.json()['id']}"
        assert session.post(f"{job}/run", timeout=30).status_code == 202
        while (found := look(session, job))["done"] == 0:
            time.sleep(0.02)
    finally:
        os.killpg(first.pid, signal.SIGKILL)
        first.communicate(timeout=30)
    assert found["state"] == "running"
    assert 0 < found["done"] < ROWS
    second = program.start(port)
    try:
        wait_for(f"http://127.0.0.1:{port}", second)
        until = time.monotonic() + 120
        while (found := look(session, job))["state"] == "running" and time.monotonic() < until:
            time.sleep(0.2)
        totals = found["totals"]
        assert (found["state"], totals["created"], totals["failed"]) == ("finished", ROWS - BAD, BAD)
        assert found["done"] == totals["rows"] == ROWS
        groups = session.get(
            f"{base}/reader/aggregate", params={"measures": "count,count_distinct(card) as cards"}, timeout=30
        )
        assert groups.json()["data"] == [{"count": ROWS - BAD, "cards": ROWS - BAD}], groups.text
        errors = session.get(f"{job}/errors", timeout=30)
        assert len(errors.text.splitlines()) == BAD + 1
    finally:
        second.terminate()
        second.communicate(timeout=30)
