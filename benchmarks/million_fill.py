"""The tenant of the large list: a thousand people in six levels, their records, and records given by hand."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from benchmarks.rows import COUNTRIES
from benchmarks.subjects import HERE
from formwork.access import restrict_for_platform
from formwork.catalog import Query, Selected
from formwork.catalog.reading import condition, field_expression
from formwork.definitions import load_workspace
from formwork.identity import assign_role
from formwork.kernel import new_id
from formwork.records import create
from formwork.records.row_counts import count_rows
from formwork.runtime import Runtime
from formwork.storage import Tenant, Work, read, system, writes
from formwork.storage.row_counts import keep_row_counts

TENANT = "million"
OBJECT = "company"
PEOPLE = 1_000
SPAN = 4
"""People who report to one: 1, 4, 16, 64, 256 and the rest."""
CHUNK = 5_000
GIVEN = 200
"""One record in so many is given to the guest by hand."""
READERS = {
    "all": "bench_director", "owns 0.1 %": "bench_owner", "30 % by rule": "bench_region", "nothing": "bench_owner",
    "249 below": "bench_manager", "16 below": "bench_manager", "shared 0.5 %": "bench_guest",
}  # fmt: skip
"""Reader -> role. The managers stand on the second and on the fourth level."""
_OWNING = {"all": 0, "30 % by rule": 8, "owns 0.1 %": 9, "249 below": 1, "16 below": 21}


def fill(runtime: Runtime, rows: int) -> None:
    """Make and fill the tenant."""
    runtime.create_tenant(Tenant(TENANT, datetime.now(UTC), "Million"))
    shipped, own = load_workspace(HERE.parent).packages, load_workspace(HERE / "workspace").packages
    with runtime.system_write(TENANT, "bench") as work:
        work = runtime.publish(work, runtime.plan(work, {"core": shipped["core"], **own}))
        owners = _people(work)
        others = [one.id for one in create(work, "user", [_person("nobody"), _person("guest")])]
        place = work.place
    people = {**{reader: owners[n] for reader, n in _OWNING.items()}, "nothing": others[0], "shared 0.5 %": others[1]}
    with runtime.system_write(TENANT, "bench") as work:
        for reader, user in people.items():
            assign_role(work, user, READERS[reader])
    draw = random.Random(7)
    for first in range(0, rows, CHUNK):
        with runtime.system_write(TENANT, "bench") as work:
            records = [_row(draw, owners, n) for n in range(first, min(first + CHUNK, rows))]
            writes.insert(work, OBJECT, records)
            system.append(work, "fw_share", list(_given(records[::GIVEN], others[1])))
    if place.is_postgres:
        # What autovacuum does within a minute of a large load.
        connection = place.engine.raw_connection()
        for table in (OBJECT, "fw_share"):
            connection.cursor().execute(f'VACUUM ANALYZE "{place.schema}"."{table}"')
        connection.close()
    with runtime.system_write(TENANT, "bench") as work:
        work.unhurried()
        keep_row_counts(work, count_rows(work))


def readers(work: Work) -> dict[str, UUID]:
    """The people who read, by what they see."""
    logins = {**{reader: f"u{n}" for reader, n in _OWNING.items()}, "nothing": "nobody", "shared 0.5 %": "guest"}
    found = {}
    for reader, login in logins.items():
        selected = (Selected("id", field_expression(work.snapshot, "user", "id")),)
        query = Query("user", selected, where=(condition(work.snapshot, "user", f"login = '{login}'"),))
        [[found[reader]]] = read.fetch(work, restrict_for_platform(work.snapshot, query))
    return found


def _people(work: Work) -> list[UUID]:
    """Everybody who owns records, level by level."""
    ids: list[UUID] = []
    first, width = 0, 1
    while first < PEOPLE:
        level = range(first, min(first + width, PEOPLE))
        bodies = [_person(f"u{n}", str(ids[(n - 1) // SPAN]) if n else None) for n in level]
        ids += [one.id for one in create(work, "user", bodies)]
        first, width = first + width, width * SPAN
    return ids


def _person(login: str, manager: str | None = None) -> dict[str, Any]:
    body = {"login": login, "full_name": login, "email": f"{login}@example.com"}
    return body if manager is None else {**body, "manager": manager}


def _given(records: Sequence[dict[str, Any]], guest: UUID) -> Iterator[dict[str, Any]]:
    for record in records:
        yield {
            "id": new_id(), "object": OBJECT, "record": record["id"], "principal": guest, "level": "read",
            "until": None, "at": record["created_at"], "by": None, "note": "", "cause": "hand",
        }  # fmt: skip


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
