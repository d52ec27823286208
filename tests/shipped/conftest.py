"""A tenant with every shipped package, made once per database and module."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from formwork import records
from formwork.catalog.link import link
from formwork.catalog.snapshot import Snapshot
from formwork.definitions.load import load_workspace
from formwork.fieldtypes.registry import FIELD_TYPES
from formwork.kernel import Actor, Context, Settings
from formwork.kernel.actor import system_actor
from formwork.storage.directory import Tenant
from formwork.storage.schema.ddl import apply_schema
from formwork.storage.schema.plan import plan_schema
from formwork.storage.store import TenantStore
from formwork.storage.stores import Stores
from tests.support.databases import Database

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 3, 5, 9, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Shop:
    """A tenant of the shipped packages."""

    store: TenantStore
    snapshot: Snapshot

    def context(self, actor: Actor | None = None) -> Context:
        """Asking as `actor`, as the system when nobody is named."""
        return Context(tenant="shop", actor=actor or system_actor("test"), now=NOW)

    def make(self, object: str, *bodies: Mapping[str, Any], actor: Actor | None = None) -> list[UUID]:
        """Create records and give their ids."""
        with self.store.write(self.context(actor), self.snapshot) as work:
            return [saved.id for saved in records.create(work, object, bodies)]

    def read(self, request: records.ListRequest, actor: Actor | None = None) -> list[dict[str, Any]]:
        """The first page of a list."""
        with self.store.read(self.context(actor), self.snapshot) as work:
            return records.list_records(work, request, b"k" * 32).records


@pytest.fixture(scope="module")
def shop(shared_database: Database) -> Iterator[Shop]:
    packages = load_workspace(ROOT).packages
    linked = link(packages, FIELD_TYPES)
    assert linked.snapshot is not None, linked.findings
    url = shared_database.url if shared_database.is_postgres else ""
    stores = Stores(Settings(data=shared_database.folder / "data", database_url=url))
    made = Shop(stores.create(Tenant("shop", NOW)), linked.snapshot)
    with made.store.write(made.context(), made.snapshot) as work:
        apply_schema(work, plan_schema(None, made.snapshot, made.store.place.engine.dialect.name))
    yield made
    stores.close()
