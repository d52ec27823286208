"""A small lending library on either database, with a librarian and two clerks."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from formwork.records import create
from tests.support.databases import Database
from tests.support.tenants import LIBRARY, Installation, installed


@dataclass(frozen=True)
class Library:
    """The installation and its people."""

    home: Installation
    librarian: UUID
    clerk: UUID
    other_clerk: UUID

    def make(self, object: str, *bodies: dict[str, Any]) -> list[UUID]:
        """Records made by the librarian."""
        with self.home.as_user(self.librarian) as work:
            return [saved.id for saved in create(work, object, bodies)]


def furnish(home: Installation) -> dict[str, UUID]:
    """The people of the library."""
    return {"librarian": home.user("lina", "librarian")} | {name: home.user(name, "clerk") for name in ("cleo", "carl")}


@pytest.fixture
def library(database: Database, tmp_path: Path) -> Iterator[Library]:
    """The library on SQLite and on PostgreSQL."""
    with installed(database, tmp_path, LIBRARY, furnish=furnish) as home:
        yield Library(home, home.known["librarian"], home.known["cleo"], home.known["carl"])
