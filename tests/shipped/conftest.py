"""A tenant with every shipped package, one per database and module."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from formwork import records
from formwork.catalog.snapshot import Snapshot
from formwork.kernel import Actor, Context
from formwork.kernel.actor import system_actor
from formwork.storage.store import TenantStore
from tests.support.databases import Database
from tests.support.tenants import ROOT, TENANT, installed

NOW = datetime(2026, 3, 5, 9, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Shop:
    """A tenant of the shipped packages."""

    store: TenantStore
    snapshot: Snapshot

    def context(self, actor: Actor | None = None) -> Context:
        """Asking as `actor`, as the system when nobody is named."""
        return Context(tenant=TENANT, actor=actor or system_actor("test"), now=NOW)

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
    with installed(shared_database, shared_database.folder, ROOT) as home:
        with home.system() as work:
            snapshot = work.snapshot
        yield Shop(home.runtime.stores.get(TENANT), snapshot)
