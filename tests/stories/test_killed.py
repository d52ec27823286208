"""A writer dies at any statement of its writes: what was acknowledged is there, the rest is whole or absent.

Sent again with the same Idempotency-Keys, every request is done once.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from formwork.api import create_api
from formwork.kernel import Settings
from formwork.records import AggregateRequest, ListRequest, aggregate, get_record, history, list_records
from formwork.storage import Work
from formwork.storage.upkeep.doctor import examine, examine_values
from tests.support.callers import Caller, World
from tests.support.databases import Database
from tests.support.killed import Answer, Request, write_until
from tests.support.seeds import scaled
from tests.support.tenants import KEY, LIBRARY, TENANT, Installation, installed

DEATHS = scaled(3)
LOANS = 3
STATEMENTS = 480
"""About as many moments as the requests below have; a later one lets the writer live."""


@dataclass(frozen=True)
class House:
    """An installation, how another process opens it, and a librarian."""

    home: Installation
    settings: Settings
    world: World
    librarian: Caller
    bearer: str
    books: tuple[str, ...]


@pytest.fixture(scope="module")
def house(shared_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder: Path = tmp_path_factory.mktemp("killed")
    with installed(shared_database, folder, LIBRARY) as home:
        world = World(home, create_api(home.runtime))
        librarian = world.caller("lina", "librarian")
        books = tuple(librarian.made("book", title=title, daily_fee="1.25")["id"] for title in ("One", "Two"))
        url = shared_database.url if shared_database.is_postgres else ""
        settings = Settings(data=folder / "data", database_url=url, key=KEY)
        yield House(home, settings, world, librarian, librarian.headers["Authorization"].split()[1], books)


def requests_of(house: House, reader: str, run: str) -> list[Request]:
    """A run of work: loans with two items each, each of them taken and then changed by its external id."""
    found = []
    for n in range(LOANS):
        items = [{"book": book, "copies": n + 1} for book in house.books]
        body = {"reader": reader, "days": 2, "items": items}
        found.append(Request("PUT", f"/loan/by/external_id/{run}-{n}", body, f"{run}-make-{n}"))
        found.append(Request("PUT", f"/loan/by/external_id/{run}-{n}", {"days": 5}, f"{run}-days-{n}"))
    return found


def loans(work: Work, run: str) -> list[dict[str, Any]]:
    """The loans of a run by their external ids."""
    wanted = ("id", "external_id", "days", "items_count", "fee_total", "version")
    asked = ListRequest("loan", wanted, (f"external_id starts with '{run}-'",), ("external_id",), limit=100)
    return list_records(work, asked, KEY.encode()).records


def require_whole(work: Work, run: str, reader: str, acknowledged: list[Answer]) -> None:
    """I1 to I4: acknowledged writes are there, others whole or absent, history and totals agree with the records."""
    found = {loan["external_id"]: loan for loan in loans(work, run)}
    for n in range(LOANS):
        loan = found.get(f"{run}-{n}")
        told = acknowledged[2 * n : 2 * n + 2]
        assert all(answer.status in (200, 201) for answer in told), told
        assert loan is not None or not told
        if loan is None:
            continue
        days = loan["days"]
        assert days == 5 or len(told) < 2
        assert (loan["items_count"], loan["fee_total"]) == (2, f"{2.5 * (n + 1) * days:.2f}")
        entries = history(work, "loan", UUID(loan["id"]))
        assert [one.action for one in entries] == (["updated", "created"] if days == 5 else ["created"])
        assert loan["version"] == len(entries)
    [row] = aggregate(work, AggregateRequest("loan_item", filters=(f"loan.external_id starts with '{run}-'",)))
    assert row["count"] == 2 * len(found)
    person = get_record(work, "reader", UUID(reader), ("loans_count", "owed"))
    assert person["loans_count"] == len(found)
    assert float(person["owed"]) == sum(float(loan["fee_total"]) for loan in found.values())


@pytest.mark.slow
def test_a_killed_writer_leaves_nothing_half_done(house: House, record_property: Any) -> None:
    record_property("seeds", DEATHS)
    draw = random.Random(f"{house.settings.database_url != ''}")
    deaths = 0
    for death in range(DEATHS):
        run = f"run{death}"
        reader = house.librarian.made("reader", name=run, credit="1000")["id"]
        asked = requests_of(house, reader, run)
        told = write_until(house.settings, house.bearer, asked, draw.randrange(1, STATEMENTS))
        deaths += len(told) < len(asked)
        with house.home.runtime.system_read(TENANT, "test") as work:
            require_whole(work, run, reader, told)
        again = write_until(house.settings, house.bearer, asked, None)
        assert [answer.body for answer in again[: len(told)]] == [answer.body for answer in told]
        with house.home.runtime.system_read(TENANT, "test") as work:
            require_whole(work, run, reader, again)
            assert len(loans(work, run)) == LOANS
    assert deaths > 0
    with house.home.system() as work:
        assert examine(work) == []
        assert examine_values(work) == []


def test_the_second_of_two_writers_is_told_both_values(house: House) -> None:
    made = house.librarian.made("reader", name="Ada")
    path, seen = f"/reader/{made['id']}", house.librarian.get(f"/reader/{made['id']}")
    both = [house.librarian.with_headers(If_Match=seen.headers["ETag"]) for _ in range(2)]
    assert both[0]("PATCH", path, {"name": "Ada L."}).status_code == 200
    late = both[1]("PATCH", path, {"name": "Countess"})
    assert late.status_code == 412
    assert late.json["differing"] == {"name": {"current": "Ada L.", "yours": "Countess"}}
    plain = house.librarian("PATCH", path, {"name": "Countess", "version": made["version"]})
    assert plain.status_code in (409, 422)
    assert house.librarian.get(path).json["name"] == "Ada L."


def test_a_key_does_a_write_once_and_belongs_to_one_request(house: House) -> None:
    caller = house.librarian.with_headers(Idempotency_Key="once")
    first, second = (caller.post("/reader", {"name": "Twice"}) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json["id"] == second.json["id"]
    assert len(house.librarian.get("/reader", filter="name = 'Twice'").json["data"]) == 1
    other = caller.post("/reader", {"name": "Other"})
    assert (other.status_code, other.json["code"]) == (422, "idempotency_reused")
    refused = house.librarian.with_headers(Idempotency_Key="again")
    assert refused.post("/reader", {"name": ""}).status_code == 422
    assert refused.post("/reader", {"name": "Mended"}).status_code == 201
