"""The load generator: keep-alive connections in threads, and what a round of requests cost."""

import json
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any

from benchmarks.process import Server

CONNECTIONS = 8


@dataclass(frozen=True)
class Call:
    """One request: method, path and JSON body."""

    method: str
    path: str
    body: Any = None


@dataclass(frozen=True)
class Round:
    """What one round cost: requests per second, and milliseconds of server processor time per request."""

    rate: float
    cpu_ms: float
    client_share: float
    """Share of one processor the generator itself used: near 1 it would be the limit."""


def run_round(
    server: Server, token: str, make: Callable[[int], Call], count: int, connections: int = CONNECTIONS
) -> Round:
    """Send `count` requests over keep-alive connections; raises RuntimeError on an answer that is no success."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    before, began, own = server.cpu(), time.perf_counter(), sum(os.times()[:2])
    share = count // connections
    with ThreadPoolExecutor(connections) as pool:
        list(pool.map(lambda lane: _lane(server.port, headers, make, lane * share, share), range(connections)))
    seconds = time.perf_counter() - began
    done = share * connections
    used = server.cpu() - before
    return Round(done / seconds, used * 1000 / done, (sum(os.times()[:2]) - own) / seconds)


def _lane(port: int, headers: dict[str, str], make: Callable[[int], Call], first: int, count: int) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    for number in range(first, first + count):
        call = make(number)
        body = None if call.body is None else json.dumps(call.body)
        connection.request(call.method, call.path, body, headers)
        answer = connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{call.method} {call.path}: {answer.status} {text[:300]!r}")
    connection.close()
