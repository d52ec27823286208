"""A command line on a tenant with the library of tests/support, on either database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command import Program, program_for
from tests.support.databases import Database
from tests.support.tenants import LIBRARY, installed


@pytest.fixture
def program(database: Database) -> Iterator[Program]:
    """The command line; its one tenant is called `main`."""
    with installed(database, database.folder, LIBRARY):
        yield program_for(database)


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """A workspace with one small package."""
    folder = tmp_path / "workspace"
    (folder / "objects/garden").mkdir(parents=True)
    (folder / "metadata/garden").mkdir(parents=True)
    (folder / "seed/garden").mkdir(parents=True)
    (folder / "metadata/garden/package.yaml").write_text("package: garden\nversion: 1.0.0\nlabel: Garden\n")
    (folder / "objects/garden/plant.yaml").write_text(
        "object: plant\nlabel: Plant\ntitle: name\nfields:\n"
        "  name: {type: text, required: true}\n  height: {type: integer}\n  note: {type: text}\n"
    )
    (folder / "seed/garden/plant.yaml").write_text(
        "object: plant\nrecords:\n  - {external_id: oak, name: Oak, height: 20}\n"
    )
    return folder
