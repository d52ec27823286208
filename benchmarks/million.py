"""Lists over a million rows with row rules on, against the best hand-written SQL on the same table.

Each cell is a reader, a sort and a page. The hand-written side is the fastest of the shapes an expert
would try; both sides are timed in the driver, from the statement to the last row, medians in turns.
"""

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from statistics import median
from typing import Any
from uuid import UUID

from benchmarks.rows import COUNTRIES
from benchmarks.subjects import HERE, Formwork
from formwork.access import restrict
from formwork.catalog import Query, RestrictedQuery
from formwork.definitions import load_workspace
from formwork.identity import actor_of, assign_role
from formwork.kernel import new_id
from formwork.records import ListRequest, create
from formwork.records.listing import build_query
from formwork.runtime import Runtime
from formwork.storage import Tenant, Work, read, writes
from formwork.storage.compile.binder import Inputs
from formwork.storage.compile.statement import Statement
from formwork.storage.run import run

TENANT = "million"
OBJECT = "company"
PEOPLE = 1_000
CHUNK = 5_000
PAGE = 50
DEEP = 999
"""Pages before the deep one."""
THIRD = ("DE", "FR", "US")
READERS = {
    "all": "bench_director", "owns 0.1 %": "bench_owner", "30 % by rule": "bench_region", "nothing": "bench_owner",
}  # fmt: skip
SORTS = {"default": "id", "unindexed": "annual_revenue"}
ROUNDS = 7


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
        people = _fill(runtime, rows)
        return [cell for reader in READERS for cell in _cells(runtime, people, reader)]
    finally:
        runtime.close()


def _fill(runtime: Runtime, rows: int) -> dict[str, UUID]:
    runtime.create_tenant(Tenant(TENANT, datetime.now(UTC), "Million"))
    shipped, own = load_workspace(HERE.parent).packages, load_workspace(HERE / "workspace").packages
    with runtime.system_write(TENANT, "bench") as work:
        work = runtime.publish(work, runtime.plan(work, {"core": shipped["core"], **own}))
        users = [{"login": f"u{n}", "full_name": f"u{n}", "email": f"u{n}@example.com"} for n in range(PEOPLE + 1)]
        owners = [one.id for one in create(work, "user", users)]
    people = {"all": owners[0], "30 % by rule": owners[1], "owns 0.1 %": owners[2], "nothing": owners.pop()}
    with runtime.system_write(TENANT, "bench") as work:
        for reader, user in people.items():
            assign_role(work, user, READERS[reader])
    draw = random.Random(7)
    for first in range(0, rows, CHUNK):
        with runtime.system_write(TENANT, "bench") as work:
            writes.insert(work, OBJECT, [_row(draw, owners, n) for n in range(first, min(first + CHUNK, rows))])
    _gather_statistics(runtime)
    return people


def _gather_statistics(runtime: Runtime) -> None:
    """What PostgreSQL's autovacuum does within a minute of a large load."""
    with runtime.system_read(TENANT, "bench") as work:
        place = work.place
    if place.is_postgres:
        connection = place.engine.raw_connection()
        connection.cursor().execute(f'VACUUM ANALYZE "{place.schema}"."{OBJECT}"')
        connection.close()


def _row(draw: random.Random, owners: Sequence[UUID], number: int) -> dict[str, Any]:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=number)
    return {
        "id": new_id(), "record_type": None, "owner": draw.choice(owners), "created_at": now, "updated_at": now,
        "created_by": owners[0], "updated_by": owners[0], "version": 1, "deleted_at": None, "external_id": f"x{number}",
        "name": f"Company {number:07}", "industry": "retail", "annual_revenue": Decimal(draw.randrange(10**8)) / 100,
        "employees": number % 5000, "created_date": date(2020, 1, 1) + timedelta(days=number % 2000),
        "is_active": True, "email": f"office{number}@example.com", "phone": f"+49 30 {number:07}",
        "website": "https://example.com", "street": f"Long Street {number % 500}", "city": f"City {number % 100}",
        "postal_code": f"{number % 99999:05}", "country": draw.choice(COUNTRIES), "rating": "hot", "source": "web",
        "score": Decimal(number % 1000) / 10, "last_contact": now, "notes": "A line of notes about what was said.",
    }  # fmt: skip


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
    shapes = {name: _hand(work, text) for name, text in _shapes(work, restricted, reader, sort).items()}
    wanted = ours()
    for name, shape in shapes.items():
        assert shape() == wanted, (reader, sort, page, name)
    times: dict[str, list[float]] = {name: [] for name in ("ours", *shapes)}
    for _ in range(ROUNDS):
        ours()
        times["ours"].append(ours.seconds * 1000)
        for name, shape in shapes.items():
            began = time.perf_counter()
            shape()
            times[name].append((time.perf_counter() - began) * 1000)
    medians = {name: median(some) for name, some in times.items()}
    best = min(shapes, key=lambda name: medians[name])
    return Timed(reader, sort, page, medians["ours"], medians[best], best)


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

    def _run(self, work: Work, statement: Statement, inputs: Inputs) -> Sequence[tuple[Any, ...]]:
        began = time.perf_counter()
        rows = run(work, statement, inputs)
        self.seconds += time.perf_counter() - began
        return rows


def _hand(work: Work, text: str) -> Callable[[], list[UUID]]:
    def step() -> list[UUID]:
        cursor = work.connection.connection.cursor()
        try:
            cursor.execute(text)
            ids = [row[0] for row in cursor.fetchall()]
        finally:
            cursor.close()
        return [one if isinstance(one, UUID) else UUID(bytes=one) for one in ids]

    return step


def _shapes(work: Work, restricted: RestrictedQuery, reader: str, sort: str) -> dict[str, str]:
    """The statements an expert would try: one OR tested along the sort, and the rows of the rule gathered first."""
    query, context = restricted.query, work.context
    assert isinstance(query, Query)
    table = f'"{work.place.schema}"."{OBJECT}"' if work.place.is_postgres else f'"{OBJECT}"'
    own = f"t.owner = {_literal(work, context.actor.user)}"
    third = f"(t.country IN {THIRD} OR {own})"
    rule = {"all": "1 = 1", "30 % by rule": third}.get(reader, own)
    keys = ("id",) if sort == "default" else (SORTS[sort], "id")
    live = f"t.deleted_at IS NULL AND {rule}"
    if query.after is not None:
        start = ", ".join(_literal(work, value) for value in query.after)
        live += f" AND ({', '.join('t.' + key for key in keys)}) > ({start})"
    order = ", ".join(f"t.{key}" for key in keys)
    found = f"SELECT {order} FROM {table} t WHERE {live}"
    gathered = (
        f"WITH found AS MATERIALIZED ({found}), page AS MATERIALIZED "
        f"(SELECT * FROM found t ORDER BY {order} LIMIT {query.limit}) "
        f"SELECT t.id, t.* FROM page JOIN {table} t ON t.id = page.id ORDER BY {order}"
    )
    early = f"SELECT t.id FROM {table} t WHERE {live} ORDER BY {order} LIMIT {query.limit}"
    return {
        "scan": f"SELECT t.id, t.* FROM {table} t WHERE {live} ORDER BY {order} LIMIT {query.limit}",
        "ids first": f"SELECT t.id, t.* FROM {table} t WHERE t.id IN ({early}) ORDER BY {order}",
        "gather": gathered,
    }


def _literal(work: Work, value: object) -> str:
    if isinstance(value, UUID):
        return f"'{value}'" if work.place.is_postgres else f"X'{value.hex}'"
    assert isinstance(value, Decimal)
    return str(value) if work.place.is_postgres else str(int(value * 10_000))


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
