"""An installation with files and two people: a librarian who sees every reader, a clerk who sees her own."""

import io
from collections.abc import Iterator
from uuid import UUID

import pytest

from formwork.files import Blobs, StoredFile, keep_file, receive
from formwork.storage import Work
from tests.support.databases import Database
from tests.support.pictures import png
from tests.support.tenants import LIBRARY, TENANT, Installation, installed


@pytest.fixture
def here(database: Database) -> Iterator[Installation]:
    """One per test and database kind."""
    with installed(database, database.folder, LIBRARY) as found:
        yield found


@pytest.fixture
def blobs(here: Installation) -> Blobs:
    """Where the tenant's contents are kept."""
    return here.runtime.blobs(TENANT)


@pytest.fixture
def lina(here: Installation) -> UUID:
    """A librarian."""
    return here.user("lina", "librarian")


def upload(work: Work, blobs: Blobs, data: bytes = png(), name: str = "a.png") -> StoredFile:
    """A file that was taken."""
    return keep_file(work, blobs, receive(blobs, io.BytesIO(data), name, 1_000_000))
