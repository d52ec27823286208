"""N4 of SECURITY: a request dies in the middle; the next one on the same connection is its own tenant's, and whole."""

from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from formwork.kernel import Unavailable
from formwork.records import create, get_record, list_records
from formwork.records.announce import GUARD_WRITE
from formwork.records.draft import Draft
from formwork.records.listing import ListRequest
from formwork.runtime import Runtime
from formwork.runtime.registry import Registry
from formwork.storage import Work
from tests.support.databases import Database, conninfo
from tests.support.pairs import OTHER, Pair, paired
from tests.support.tenants import TENANT

DOOMED = "Doomed"


class Killed(BaseException):
    """What ends a thread or a process in the middle: no `except Exception` stops it."""


@pytest.fixture
def pair(database: Database, tmp_path: Path) -> Iterator[Pair]:
    """Two tenants with the same ids."""
    with paired(database, tmp_path) as found:
        for name in (TENANT, OTHER):
            with found.runtime.system_write(name, "test") as work:
                create(work, "reader", [{"name": f"Only {name}", "card": name}])
        yield found


@pytest.fixture
def narrow(pair: Pair) -> Iterator[Runtime]:
    """A process with one connection, in which writing a certain name dies."""

    def die(_work: Work, drafts: Sequence[Draft]) -> None:
        if any(draft.values.get("name") == DOOMED for draft in drafts):
            raise Killed

    settings = replace(pair.runtime.settings, threads=1)
    with closing(Runtime(settings, Registry(subscribers={GUARD_WRITE: (die,)}))) as found:
        yield found


def names(runtime: Runtime, tenant: str) -> list[str]:
    """The readers a tenant has."""
    with runtime.system_read(tenant, "test") as work:
        page = list_records(work, ListRequest("reader", ("name",)), b"k" * 32)
        return sorted(str(one["name"]) for one in page.records)


def test_a_write_that_dies_leaves_the_connection_to_its_next_tenant(pair: Pair, narrow: Runtime) -> None:
    for _ in range(3):
        for dying, next_ in ((TENANT, OTHER), (OTHER, TENANT), (TENANT, TENANT)):
            with pytest.raises(Killed), narrow.system_write(dying, "test") as work:
                create(work, "reader", [{"name": "Before"}])
                create(work, "reader", [{"name": DOOMED}])
            assert names(narrow, next_) == [f"Only {next_}", "Shared"]
            with narrow.system_read(next_, "test") as work:
                assert get_record(work, "reader", pair.shared)["name"] == "Shared"
                assert work.context.tenant == next_


def test_a_read_that_dies_leaves_it_too(pair: Pair, narrow: Runtime) -> None:
    with pytest.raises(Killed), narrow.system_read(OTHER, "test"):
        raise Killed
    assert names(narrow, TENANT) == [f"Only {TENANT}", "Shared"]


def test_a_connection_that_is_cut_in_the_middle_is_replaced(postgresql: Database, tmp_path: Path) -> None:
    with paired(postgresql, tmp_path) as pair:
        with suppress(Unavailable), pair.runtime.system_write(OTHER, "test") as work:
            create(work, "reader", [{"name": DOOMED}])
            pid = work.connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
            with psycopg.connect(conninfo(postgresql.url), autocommit=True) as other:
                other.execute("SELECT pg_terminate_backend(%s)", (pid,))
            create(work, "reader", [{"name": "After"}])
        for name in (TENANT, OTHER):
            assert names(pair.runtime, name) == ["Shared"]


def test_a_search_path_somebody_left_behind_leads_nowhere(postgresql: Database, tmp_path: Path) -> None:
    """Every statement names its schema, so what a connection believes of its search path does not matter."""
    with paired(postgresql, tmp_path) as pair:
        for name in (TENANT, OTHER):
            with pair.runtime.system_write(name, "test") as work:
                create(work, "reader", [{"name": f"Only {name}"}])
        settings = replace(pair.runtime.settings, threads=1)
        with closing(Runtime(settings)) as runtime:
            with runtime.system_read(TENANT, "test") as work:
                work.connection.exec_driver_sql("SET search_path TO tenant_other")
            assert names(runtime, TENANT) == [f"Only {TENANT}", "Shared"]
            with runtime.system_write(TENANT, "test") as work:
                create(work, "reader", [{"name": "Late", "topics": ["a"]}])
            assert names(runtime, OTHER) == [f"Only {OTHER}", "Shared"]
            assert names(runtime, TENANT) == ["Late", f"Only {TENANT}", "Shared"]
