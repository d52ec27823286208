"""An installation with the library of tests/support, and who manages it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from formwork.api import create_api
from tests.support.callers import Caller, World
from tests.support.databases import Database
from tests.support.tenants import LIBRARY, installed


@pytest.fixture(scope="module")
def world(shared_database: Database) -> Iterator[World]:
    """One per module and database kind; the rate limit is lifted."""
    with installed(shared_database, shared_database.folder, LIBRARY) as here:
        here.runtime.settings = replace(here.runtime.settings, rate_limit="")
        yield World(here, create_api(here.runtime))


@pytest.fixture(scope="module")
def admin(world: World) -> Caller:
    """Manages the tenant."""
    return world.caller("boss", "admin")
