"""The command line under test: commands in this process, servers as programs of their own."""

import io
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests

from formwork.cli import main
from tests.support.databases import Database
from tests.support.tenants import KEY, ROOT

_START_SECONDS = 120


@dataclass(frozen=True)
class Ran:
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document `--json` prints."""
        return json.loads(self.out)


@dataclass(frozen=True)
class Program:
    """`python cli.py` with settings of its own."""

    environment: dict[str, str] = field(default_factory=dict)

    def __call__(self, *words: str | Path, text: str = "") -> Ran:
        """Run one command to its end, in this process; `text` is its standard input."""
        out, err = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch:
            for name in [one for one in os.environ if one.startswith("FORMWORK_")]:
                patch.delenv(name)
            for name, value in self.environment.items():
                patch.setenv(name, value)
            patch.setattr(sys, "stdin", io.StringIO(text))
            with redirect_stdout(out), redirect_stderr(err):
                code = main([str(word) for word in words])
        return Ran(code, out.getvalue(), err.getvalue())

    @contextmanager
    def serving(self, *words: str | Path) -> Iterator[str]:
        """A server for the length of the block; yields its address without a slash."""
        with self.serving_process(*words) as (address, _):
            yield address

    @contextmanager
    def serving_process(self, *words: str | Path) -> "Iterator[tuple[str, subprocess.Popen[bytes]]]":
        """As `serving`, with the process that was started; its workers are below it."""
        port = free_port()
        process = self.start(port, *words)
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(address, process)
            yield address, process
        finally:
            process.terminate()
            process.communicate(timeout=30)

    def start(self, port: int, *words: str | Path) -> subprocess.Popen[bytes]:
        """A server in a process group of its own, whose id is its own; whoever starts it ends it."""
        line = [sys.executable, str(ROOT / "cli.py"), *map(str, words or ("serve",))]
        return subprocess.Popen(
            line, env=self._environ() | {"FORMWORK_PORT": str(port)}, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip

    def _environ(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("FORMWORK_")}
        return kept | self.environment


def program_for(database: Database, **settings: str) -> Program:
    """The command line on a database, with its data folder beside it and a key."""
    found = {"FORMWORK_DATA": str(database.folder / "data"), "FORMWORK_KEY": KEY, "FORMWORK_MFA": "optional"}
    if database.is_postgres:
        found["FORMWORK_DATABASE_URL"] = database.url
    return Program(found | {f"FORMWORK_{name.upper()}": value for name, value in settings.items()})


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(address: str, process: subprocess.Popen[bytes], said: Callable[[], str] | None = None) -> None:
    """Until the server answers; an AssertionError with its output when it ends or takes too long."""
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            output = said() if said else process.stdout.read().decode() if process.stdout else ""
            raise AssertionError(f"The server ended with {process.returncode}:\n{output}")
        try:
            if requests.get(f"{address}/login", timeout=5).status_code == 200:
                return
        except requests.RequestException:
            time.sleep(0.1)
    raise AssertionError("The server did not start in time.")
