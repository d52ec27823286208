"""A body that trickles in is given up on: 408, and the thread it held serves somebody else."""

import socket
import time
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from tests.support.command import program_for
from tests.support.databases import Database
from tests.support.tenants import LIBRARY, installed

HEAD = (
    "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\nContent-Length: 500\r\n"
    "Authorization: Bearer x\r\n\r\n"
)


def trickle(address: str, path: str, kind: str) -> tuple[str, float]:
    """What a sender of three bytes a second is told, and after how many seconds."""
    place = urlsplit(address)
    began = time.monotonic()
    with socket.create_connection((place.hostname or "", place.port or 0), timeout=20) as connection:
        connection.sendall(HEAD.format(path=path, kind=kind).encode())
        connection.settimeout(0.3)
        answer = b""
        while time.monotonic() - began < 20:
            try:
                connection.sendall(b"a")
                part = connection.recv(65_536)
            except TimeoutError:
                continue
            except OSError:
                break
            if not part:
                break
            answer += part
        return answer.decode("latin-1"), time.monotonic() - began


def test_a_body_that_trickles_is_given_up_on(tmp_path: Path) -> None:
    database = Database("sqlite", "", tmp_path)
    with installed(database, tmp_path, LIBRARY):
        program = program_for(database, body_seconds="1", workers="1", threads="2")
        with program.serving() as address:
            for path, kind in (("/api/v1/reader", "application/json"), ("/login", "application/x-www-form-urlencoded")):
                answer, seconds = trickle(address, path, kind)
                assert answer.startswith("HTTP/1.1 408"), answer
                assert seconds < 10
            with urlopen(f"{address.replace('127.0.0.1', 'localhost')}/login", timeout=10) as page:
                assert page.status == 200


@pytest.mark.proof
def test_a_body_in_time_is_read_whole(tmp_path: Path) -> None:
    database = Database("sqlite", "", tmp_path)
    with installed(database, tmp_path, LIBRARY), program_for(database, body_seconds="5").serving() as address:
        place = urlsplit(address)
        for size in (10, 200_000):
            with socket.create_connection((place.hostname or "", place.port or 0), timeout=20) as connection:
                head = HEAD.format(path="/api/v1/reader", kind="application/json").replace("500", str(size))
                connection.sendall(head.encode() + b"[" * size)
                assert connection.recv(65_536).startswith((b"HTTP/1.1 400", b"HTTP/1.1 401")), size
