"""A tenant of its own for each storage test, on each database."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from formwork.kernel import Context, Settings
from formwork.kernel.actor import system_actor
from formwork.storage.directory import Tenant
from formwork.storage.store import TenantStore
from formwork.storage.stores import Stores
from tests.support.databases import Database
from tests.support.tenants import copied

NOW = datetime(2026, 3, 5, 9, 30, tzinfo=UTC)


def on(database: Database, data: Path) -> Settings:
    """Settings of a storage on a database."""
    return Settings(data=data, database_url=database.url if database.is_postgres else "")


def acme(database: Database, data: Path) -> dict[str, UUID]:
    """The one tenant of a template."""
    with closing(Stores(on(database, data))) as stores:
        stores.create(Tenant("acme", NOW, label="Acme", hosts=("Acme.Example",)))
    return {}


@pytest.fixture
def settings(database: Database, request: pytest.FixtureRequest) -> Settings:
    """Of an empty database, or of one with the tenant when the test asks for its `store`."""
    if "store" in request.fixturenames:
        copied(database, database.folder / "data", "acme", acme)
    return on(database, database.folder / "data")


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
    return stores.get("acme")


@pytest.fixture
def postgres_only(postgresql: Database) -> Iterator[TenantStore]:
    opened = Stores(Settings(data=postgresql.folder / "data", database_url=postgresql.url))
    yield opened.create(Tenant("acme", NOW))
    opened.close()
