"""A fresh folder and one command: people sign in and see what their roles let them see; started again, it is kept.

With an example, its files are imported in front of whoever typed the command, and served.
"""

import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

import pytest
import requests

from tests.support.command import Program, free_port, wait_for
from tests.support.tenants import ROOT

PASSWORD = "a long enough word"


def sign_in(address: str, login: str, password: str = PASSWORD) -> requests.Session:
    session = requests.Session()
    page = session.get(f"{address}/login", timeout=60).text
    [token] = set(re.findall(r'name="_csrf" value="([^"]+)"', page))
    answer = session.post(f"{address}/login", data={"_csrf": token, "email": login, "password": password}, timeout=60)
    assert answer.url == f"{address}/", answer.text
    return session


@pytest.mark.slow
def test_one_command_serves_a_crm(tmp_path: Path) -> None:
    program = Program({"FORMWORK_DATA": str(tmp_path / "data")})
    made = program("demo", "--no-serve", "--password", PASSWORD, "--json")
    assert made.code == 0, made.err
    roles = {one["login"]: one["roles"] for one in made.json["people"]}
    assert roles["admin"] == ["admin"]
    assert program("doctor").code == 0
    with program.serving("demo") as address:
        counts = {}
        for login in ("admin", next(login for login, held in roles.items() if held == ["sales_rep"])):
            session = sign_in(address, login)
            assert session.get(f"{address}/o/account", timeout=60).status_code == 200
            counts[login] = session.get(f"{address}/api/v1/account/count", timeout=60).json()["count"]
        seen = list(counts.values())
        assert seen[0] > seen[1] > 0
    assert program("user", "password", "admin", "--tenant", "main").code == 0
    again = program("demo", "--no-serve", "--json")
    assert again.json["people"] == made.json["people"]
    assert program("apply", "--json").json["published"] is False


@dataclass
class Terminal:
    """What a program writes to the terminal it was started in, as it comes."""

    process: subprocess.Popen[bytes]
    shown: str = ""
    ready: Event = field(default_factory=Event)

    @property
    def plain(self) -> str:
        """Without colours and movements of the cursor."""
        return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", self.shown)

    def read(self, descriptor: int) -> None:
        """Take in everything until the program ends; `ready` is set once it says how to stop it."""
        while True:
            try:
                piece = os.read(descriptor, 65_536)
            except OSError:
                piece = b""
            if not piece:
                self.ready.set()
                return
            self.shown += piece.decode(errors="replace")
            if "Ctrl-C" in self.shown:
                self.ready.set()


@contextmanager
def typed(folder: Path, port: int, *words: str) -> Iterator[Terminal]:
    """The command in a terminal of its own, stopped at the end of the block."""
    outer, inner = pty.openpty()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FORMWORK_")}
    environment |= {
        "FORMWORK_DATA": str(folder), "FORMWORK_PORT": str(port), "TERM": "xterm-256color", "COLUMNS": "160",
    }  # fmt: skip
    line = [sys.executable, str(ROOT / "cli.py"), *words]
    process = subprocess.Popen(line, env=environment, stdin=subprocess.DEVNULL, stdout=inner, stderr=inner)
    os.close(inner)
    terminal = Terminal(process)
    reader = Thread(target=terminal.read, args=(outer,), daemon=True)
    reader.start()
    try:
        yield terminal
    finally:
        process.terminate()
        process.wait(timeout=30)
        reader.join(timeout=30)
        os.close(outer)


@pytest.mark.slow
@pytest.mark.proof
def test_an_example_is_imported_before_ones_eyes_and_served(tmp_path: Path) -> None:
    """`demo --with crm-sales`: a bar that moves, one line per file, who may sign in, and the README's answers."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with typed(tmp_path / "data", port, "demo", "--with", "crm-sales") as terminal:
        assert terminal.ready.wait(timeout=600), terminal.plain
        steps = {int(done) for done in re.findall(r"(\d+)/8800", terminal.plain)}
        assert len(steps - {0}) >= 3, steps
        for line in (
            "accounts.csv: 85 created", "products.csv: 7 created", "sales_teams.csv: 6 created",
            "sales_teams.csv: 35 created", "sales_pipeline.csv: 8800 created", f"Open {address}",
        ):  # fmt: skip
            assert line in terminal.plain
        [password] = re.findall(r"^admin\s+(\S.*?)\s+Ada", terminal.plain, re.MULTILINE)
        wait_for(address, terminal.process, lambda: terminal.plain)
        session = sign_in(address, "admin", password)
        query = {
            "groups": "stage", "measures": "count,sum(amount) as value", "filter": "record_type = 'hardware'",
        }  # fmt: skip
        found = session.get(f"{address}/api/v1/opportunity/aggregate", params=query, timeout=60).json()["data"]
        assert {row["stage"]: row["count"] for row in found} == {
            "won": 4238, "lost": 2473, "engaging": 1589, "prospecting": 500,
        }  # fmt: skip
        assert [float(row["value"]) for row in found if row["stage"] == "won"] == [10_005_534]
        listed = session.get(f"{address}/o/opportunity", timeout=60)
        assert listed.status_code == 200
        assert "GTX" in session.get(f"{address}/o/product", timeout=60).text
