"""Plans PostgreSQL keeps between transactions: there, forgotten when the metadata moves on, and never wrong."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import text

from formwork.kernel import Context, Raced, Settings
from formwork.storage import NO_METADATA, Work, metadata
from formwork.storage.directory import Tenant
from formwork.storage.driver import DriverCursor
from formwork.storage.engines import PREPARE_AFTER
from formwork.storage.standing import forget_standing, standing_of
from formwork.storage.store import TenantStore
from formwork.storage.stores import Stores
from tests.storage.conftest import NOW
from tests.support.databases import Database

_OFTEN = PREPARE_AFTER + 2


@pytest.fixture(params=(True, False), ids=("kept", "never"))
def kept(request: pytest.FixtureRequest, postgresql: Database) -> Iterator[tuple[bool, TenantStore]]:
    data = postgresql.folder / "data"
    opened = Stores(Settings(data=data, database_url=postgresql.url, prepared_statements=request.param))
    yield request.param, opened.create(Tenant("acme", NOW))
    opened.close()


def plans(work: Work) -> int:
    """How many statements the connection keeps prepared."""
    return int(work.connection.execute(text("SELECT count(*) FROM pg_prepared_statements")).scalar_one())


def test_a_statement_asked_often_is_planned_once_unless_a_pooler_forbids_it(
    kept: tuple[bool, TenantStore], context: Context
) -> None:
    wanted, store = kept
    for _ in range(_OFTEN):
        with store.read(context, NO_METADATA) as work:
            standing_of(work)
    with store.read(context, NO_METADATA) as work:
        assert (plans(work) > 0) is wanted


def test_plans_are_forgotten_when_the_metadata_moves_on(postgres_only: TenantStore, context: Context) -> None:
    for _ in range(_OFTEN):
        with postgres_only.read(context, NO_METADATA) as work:
            standing_of(work)
    with postgres_only.read(context, NO_METADATA) as work:
        standing_of(work)
        assert plans(work) > 0
        with postgres_only.write(context, NO_METADATA) as publishing:
            metadata.store_documents(publishing, 0, "a hash", {}, "")
        forget_standing(work)
        standing_of(work)
        assert plans(work) == 0


def test_plans_that_were_forgotten_twice_are_made_anew(postgres_only: TenantStore, context: Context) -> None:
    for version in range(3):
        for _ in range(_OFTEN * version):
            with postgres_only.read(context, NO_METADATA) as work:
                standing_of(work)
        with postgres_only.write(context, NO_METADATA) as publishing:
            metadata.store_documents(publishing, version, f"hash {version}", {}, "")
    with postgres_only.read(context, NO_METADATA) as work:
        standing_of(work)
        forget_standing(work)
        assert standing_of(work).version == 3


def test_a_column_that_changes_its_type_under_a_plan_is_a_race_and_the_next_try_finds_it(
    postgres_only: TenantStore, context: Context
) -> None:
    place = f'"{postgres_only.place.schema}".scratch'
    with postgres_only.write(context, NO_METADATA) as work:
        work.writer.exec_driver_sql(f"CREATE TABLE {place} (word varchar(3))")
    for _ in range(_OFTEN):
        with asked(postgres_only, context, place):
            pass
    with asked(postgres_only, context, "(VALUES (1)) v"), postgres_only.write(context, NO_METADATA) as changing:
        changing.writer.exec_driver_sql(f"ALTER TABLE {place} ALTER word TYPE varchar(9)")
    met = 0
    for _ in range(2):
        try:
            with asked(postgres_only, context, place):
                pass
        except Raced:
            met += 1
    assert met == 1


@contextmanager
def asked(store: TenantStore, context: Context, source: str) -> Iterator[None]:
    """A transaction that reads every row of a table."""
    with store.read(context, NO_METADATA) as work:
        with DriverCursor(work.connection) as cursor:
            cursor.execute(f"SELECT * FROM {source}")
            cursor.fetchall()
        yield
