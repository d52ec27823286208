"""A lending library, somebody who may import, and the steps of an import in one call."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from formwork.catalog import Lifecycle
from formwork.records import ListRequest, create, list_records
from formwork.storage import Work
from formwork.transfer.mapping import read_mapping
from formwork.transfer.plan import Mode, OnError
from formwork.transfer.report import Report
from formwork.transfer.run import run_import, upload_import
from formwork.transfer.shelf import Shelf, shelf_of
from tests.support.databases import Database
from tests.support.tenants import LIBRARY, TENANT, Installation, installed

READERS: dict[str, Any] = {
    "import": "readers",
    "object": "reader",
    "match": ["card"],
    "columns": {"Card": "card", "Name": {"field": "name", "transform": ["trim"]}},
}


@dataclass(frozen=True)
class Desk:
    """The installation, the person who imports, and where files are kept."""

    home: Installation
    person: UUID
    shelf: Shelf

    def work(self) -> AbstractContextManager[Work]:
        """A unit of work of the person that commits."""
        return self.home.as_user(self.person)

    def upload(
        self, text: str | bytes, mapping: dict[str, Any], mode: Mode = Mode.UPSERT, on_error: OnError = OnError.SKIP
    ) -> UUID:
        """A file waiting to be imported."""
        data = text.encode() if isinstance(text, str) else text
        with self.work() as work:
            return upload_import(work, self.shelf, "file.csv", data, read_mapping(mapping), mode, on_error).id

    def bring_in(
        self, text: str | bytes, mapping: dict[str, Any], mode: Mode = Mode.UPSERT, on_error: OnError = OnError.SKIP
    ) -> Report:
        """The report of a whole import."""
        return run_import(self.work, self.shelf, self.upload(text, mapping, mode, on_error))

    def make(self, object: str, *bodies: dict[str, Any]) -> list[UUID]:
        """Records made by the person."""
        with self.work() as work:
            return [saved.id for saved in create(work, object, bodies)]

    def rows(self, object: str, *fields: str, lifecycle: Lifecycle = Lifecycle.LIVE) -> list[tuple[Any, ...]]:
        """The fields of all records, sorted."""
        with self.work() as work:
            request = ListRequest(object, fields=fields, limit=200, lifecycle=lifecycle)
            found: Sequence[dict[str, Any]] = list_records(work, request, b"k" * 32).records
        return sorted((tuple(row[name] for name in fields) for row in found), key=str)


def furnish(home: Installation) -> dict[str, UUID]:
    """Who imports."""
    return {"ada": home.user("ada", "admin")}


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Iterator[Desk]:
    """The library on SQLite and on PostgreSQL."""
    with installed(database, tmp_path, LIBRARY, furnish=furnish) as home:
        yield Desk(home, home.known["ada"], shelf_of(home.runtime.settings.data, TENANT))
