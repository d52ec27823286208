"""A writer in a process of its own that dies at a chosen statement, as by `kill -9`.

It sends requests through the API's own application and notes each answer on a pipe before the next one,
so whoever reads the pipe knows what was acknowledged.
"""

import os
import signal
from dataclasses import dataclass, replace
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import IO, Any

from sqlalchemy import event
from sqlalchemy.engine import Engine
from werkzeug.test import Client

from formwork.api import create_api
from formwork.files import Blobs
from formwork.kernel import Settings
from formwork.runtime import Runtime

PROCESSES = get_context("forkserver")
"""Makes processes that have imported both doors already: one server a worker of the tests forks them all."""
PROCESSES.set_forkserver_preload([__name__])
_PATIENCE = 60
"""Seconds a writer may take for everything it was given."""


LAST = "{last}"


@dataclass(frozen=True)
class Request:
    """One request of the writer, with the key that makes it safe to send again.

    With `file` these bytes are the body, as a PNG. A value LAST in `body` is the id the answer before had.
    """

    method: str
    path: str
    body: dict[str, Any]
    key: str
    file: bytes = b""


@dataclass(frozen=True)
class Answer:
    """What the writer was told."""

    status: int
    body: Any


def write_until(settings: Settings, bearer: str, requests: list[Request], dies_at: int | None) -> list[Answer]:
    """Send requests one after the other; gives the answers that came before the writer died.

    `dies_at` counts the statements and commits of all requests together, before and after each one
    (None: it lives to the end).
    """
    mine, theirs = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=_write, args=(settings, bearer, requests, dies_at, theirs))
    process.start()
    theirs.close()
    answers: list[Answer] = []
    try:
        while mine.poll(_PATIENCE):
            answers.append(mine.recv())
    except EOFError:
        pass
    process.join(_PATIENCE)
    assert process.exitcode in (0, -signal.SIGKILL), process.exitcode
    return answers


def _write(settings: Settings, bearer: str, requests: list[Request], dies_at: int | None, answers: Connection) -> None:
    runtime = Runtime(replace(settings, rate_limit=""))
    client = Client(create_api(runtime))
    if dies_at is not None:
        _die_at(dies_at)
    last = ""
    for one in requests:
        headers = {"Authorization": f"Bearer {bearer}", "Idempotency-Key": one.key}
        sent: dict[str, Any] = {"json": {name: last if value == LAST else value for name, value in one.body.items()}}
        if one.file:
            sent = {"data": one.file, "content_type": "image/png"}
            headers["Content-Disposition"] = 'attachment; filename="a.png"'
        path = f"/api/v1{one.path}"
        answer = client.open(path, method=one.method, headers=headers, base_url="http://localhost", **sent)
        last = str((answer.json or {}).get("id", ""))
        answers.send(Answer(answer.status_code, answer.json))


def _die_at(moment: int) -> None:
    """Count what happens at the database and at the store of files, and end there."""
    left = moment

    def tick(*_: object, **__: object) -> None:
        nonlocal left
        left -= 1
        if left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)

    for name in ("before_cursor_execute", "after_cursor_execute", "commit", "begin"):
        event.listen(Engine, name, tick)
    put = Blobs.put

    def put_and_tick(self: Blobs, sha256: str, source: IO[bytes]) -> None:
        tick()
        put(self, sha256, source)
        tick()

    Blobs.put = put_and_tick  # type: ignore[method-assign]
