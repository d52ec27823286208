"""The five works through HTTP, both applications in turn, medians of several rounds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.load import CONNECTIONS, Round, run_round
from benchmarks.subjects import CHUNK, Subject

BULK_CONNECTIONS = 2
REQUESTS = {"list": 800, "get": 1600, "create": 800, "update": 800, "bulk": 8}
GOALS = {"list": 1.3, "get": 1.0, "create": 0.7, "update": 0.7, "bulk": 2.0}


@dataclass(frozen=True)
class Measured:
    """One work of one application: medians."""

    rate: float
    cpu_ms: float
    client_share: float
    database_ms: float = 0.0
    """Milliseconds of processor time of the database server, per request; 0 where it is part of the application."""


def measure(
    subjects: Sequence[Subject], rounds: int, scale: float, database: Callable[[], float] = lambda: 0.0
) -> dict[str, dict[str, Measured]]:
    """Work -> application -> medians. Rounds of the applications take turns, so drift meets both.

    `database` reads the seconds of processor time the database server has used.
    """
    servers = {subject.name: subject.serve() for subject in subjects}
    answers: dict[str, dict[str, Measured]] = {}
    try:
        for work, requests in REQUESTS.items():
            connections = BULK_CONNECTIONS if work == "bulk" else CONNECTIONS
            count = max(CONNECTIONS, int(requests * scale) if work != "bulk" else requests)
            found: dict[str, list[Round]] = {subject.name: [] for subject in subjects}
            spent: dict[str, list[float]] = {subject.name: [] for subject in subjects}
            for _ in range(rounds):
                for subject in subjects:
                    server = servers[subject.name]
                    call = subject.calls()[work]
                    before = database()
                    found[subject.name].append(run_round(server, subject.token, call, count, connections))
                    spent[subject.name].append((database() - before) * 1000 / count)
            per = CHUNK if work == "bulk" else 1
            answers[work] = {
                name: Measured(
                    median(one.rate for one in some) * per,
                    median(one.cpu_ms for one in some) / per,
                    median(one.client_share for one in some),
                    median(spent[name]) / per,
                )
                for name, some in found.items()
            }
    finally:
        for server in servers.values():
            server.stop()
    return answers
