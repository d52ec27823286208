"""Lists over a million rows with row rules on, against the best hand-written SQL on the same table.

Each cell is a reader, a sort and a page. The hand-written side is the fastest of the shapes an expert
would try; both sides are timed in the driver, from the statement to the last row, medians in turns.
"""

import argparse
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

from benchmarks.million_fill import OBJECT, READERS, TENANT, fill, readers
from benchmarks.million_sql import by_hand, shapes_of
from benchmarks.postgres import running_postgres
from benchmarks.subjects import Formwork
from formwork.access import restrict
from formwork.catalog import RestrictedQuery
from formwork.identity import actor_of
from formwork.records import ListRequest
from formwork.records.listing import build_query
from formwork.runtime import Runtime
from formwork.storage import Work, read
from formwork.storage.compile.binder import Inputs
from formwork.storage.compile.statement import Statement
from formwork.storage.run import run

PAGE = 50
DEEP = 999
"""Pages before the deep one."""
SORTS = {"default": "id", "unindexed": "annual_revenue"}
ROUNDS = {True: 41, False: 7}
"""Rounds of a cell whose every statement is quick, and of another."""
QUICK = 0.1
"""Seconds; a statement that takes longer brings its own rows into the caches."""


@dataclass(frozen=True)
class Timed:
    """One cell: milliseconds of ours and of the best hand-written statement, and that one's name."""

    reader: str
    sort: str
    page: int
    ours: float
    best: float
    shape: str

    @property
    def holds(self) -> bool:
        """Within 1.2 times the best, or half a millisecond more."""
        return self.ours <= max(1.2 * self.best, self.best + 0.5)


def measure(subject: Formwork, rows: int) -> list[Timed]:
    """Fill a tenant of its own and time every cell; raises AssertionError where two sides differ in a row."""
    runtime = Runtime(replace(subject.settings(), statement_timeout_ms=120_000))
    try:
        if TENANT not in {tenant.name for tenant in runtime.directory.list()}:
            fill(runtime, rows)
        with runtime.system_read(TENANT, "bench") as work:
            people = readers(work)
        return [cell for reader in READERS for cell in _cells(runtime, people, reader)]
    finally:
        runtime.close()


def _cells(runtime: Runtime, people: Mapping[str, UUID], reader: str) -> Iterator[Timed]:
    for sort in SORTS:
        with runtime.system_read(TENANT, "bench") as work:
            actor = actor_of(work, people[reader])
            person = replace(work, context=replace(work.context, actor=actor))
            for page in (1, DEEP + 1):
                restricted = _question(person, sort, page)
                if restricted is None:
                    continue
                yield _timed(person, restricted, reader, sort, page)


def _question(work: Work, sort: str, page: int) -> RestrictedQuery | None:
    """The query of a page; None when the reader has fewer pages, whose last one the first stands for."""
    path = SORTS[sort]
    request = ListRequest(OBJECT, sort=() if path == "id" else (path,))
    query = replace(build_query(work, request), limit=PAGE + 1)
    if page > 1:
        ends = replace(build_query(work, replace(request, fields=(path,))), limit=1, offset=(page - 1) * PAGE - 1)
        found = read.fetch(work, restrict(work.snapshot, work.context.actor, ends))
        if not found:
            return None
        query = replace(query, after=found[0][::-1])
    return restrict(work.snapshot, work.context.actor, query)


def _timed(work: Work, restricted: RestrictedQuery, reader: str, sort: str, page: int) -> Timed:
    ours = _Driver(work, restricted)
    shapes = {name: by_hand(work, text) for name, text in shapes_of(work, restricted, reader, SORTS[sort]).items()}
    wanted = ours()
    for name, shape in shapes.items():
        assert shape() == wanted, (reader, sort, page, name)
    sides: dict[str, Callable[[], float]] = {"ours": ours.timed}
    sides |= {name: partial(_clocked, shape) for name, shape in shapes.items()}
    quick = max(seconds() for seconds in sides.values()) < QUICK
    times: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(ROUNDS[quick]):
        for name, seconds in sides.items():
            took = seconds()
            # A quick one is timed on what its own call left in the caches, not on what another side left there.
            times[name].append((took if took > QUICK else seconds()) * 1000)
    medians = {name: median(some) for name, some in times.items()}
    best = min(shapes, key=lambda name: medians[name])
    return Timed(reader, sort, page, medians["ours"], medians[best], best)


def _clocked(step: Callable[[], object]) -> float:
    began = time.perf_counter()
    step()
    return time.perf_counter() - began


class _Driver:
    """Runs a restricted query as the product does and keeps how long its statements took in the driver."""

    def __init__(self, work: Work, restricted: RestrictedQuery) -> None:
        self._work = work
        self._restricted = restricted
        self.seconds = 0.0

    def __call__(self) -> list[UUID]:
        self.seconds = 0.0
        plain = read.run
        read.run = self._run
        try:
            return [row[0] for row in read.fetch(self._work, self._restricted)]
        finally:
            read.run = plain

    def timed(self) -> float:
        """Run it; seconds in the driver."""
        self()
        return self.seconds

    def _run(
        self, work: Work, statement: Statement, inputs: Inputs, *, steady: bool = False
    ) -> Sequence[tuple[Any, ...]]:
        began = time.perf_counter()
        rows = run(work, statement, inputs, steady=steady)
        self.seconds += time.perf_counter() - began
        return rows


def render(found: Mapping[str, Sequence[Timed]], rows: int) -> list[str]:
    """The cells of every database as Markdown."""
    lines = [
        f"### Lists over {rows:,} rows with row rules", "",
        "Goal: at most 1.2 times the best hand-written SQL or 0.5 ms more in nine cells of ten, worst 2.5 times.",
        "", "| database | reader | sort | page | Formwork ms | best SQL ms | its shape | ratio | holds |",
        "|---|---|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    for kind, cells in found.items():
        lines += [
            f"| {kind} | {one.reader} | {one.sort} | {one.page} | {one.ours:.2f} | {one.best:.2f} | {one.shape} | "
            f"{one.ours / one.best:.2f} | {'yes' if one.holds else 'no'} |"
            for one in cells
        ]
    return [*lines, ""]


def main() -> None:
    """The cells of one database alone. A folder that is named is kept and filled only once."""
    parser = argparse.ArgumentParser(prog="benchmarks.million", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--folder", type=Path, required=True)
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    with running_postgres(asked.folder, wanted=asked.database == "postgres") as server:
        subject = Formwork(f"{server}/formwork" if server else "sqlite", asked.folder)
        print("\n".join(render({asked.database: measure(subject, asked.rows)}, asked.rows)))


if __name__ == "__main__":
    main()
