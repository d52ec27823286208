"""A tenant of its own for each storage test, on each database."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from formwork.kernel import Context, Settings
from formwork.kernel.actor import system_actor
from formwork.storage.directory import Tenant
from formwork.storage.store import TenantStore
from formwork.storage.stores import Stores
from tests.support.databases import Database

NOW = datetime(2026, 3, 5, 9, 30, tzinfo=UTC)


@pytest.fixture
def settings(database: Database) -> Settings:
    return Settings(data=database.folder / "data", database_url=database.url if database.is_postgres else "")


@pytest.fixture
def stores(settings: Settings) -> Iterator[Stores]:
    opened = Stores(settings)
    yield opened
    opened.close()


@pytest.fixture
def context() -> Context:
    return Context(tenant="acme", actor=system_actor("test"), now=NOW)


@pytest.fixture
def store(stores: Stores) -> TenantStore:
    return stores.create(Tenant("acme", NOW, label="Acme", hosts=("Acme.Example",)))


@pytest.fixture
def postgres_only(postgresql: Database) -> Iterator[TenantStore]:
    opened = Stores(Settings(data=postgresql.folder / "data", database_url=postgresql.url))
    yield opened.create(Tenant("acme", NOW))
    opened.close()
