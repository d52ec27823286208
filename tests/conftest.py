"""Fixtures every test may ask for, and the rules of a session: seeds, skips, the shared server."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.support import postgres, seeds
from tests.support.browser import PHONE, find_chromium, launched_browser, opened_page
from tests.support.compiled import compile_once
from tests.support.databases import KINDS, Database, postgres_database, sqlite_database
from tests.support.session import SESSION_FOLDER, session_folder

CI = os.environ.get("CI") == "true"
DOORS = frozenset({"web", "cli"})
"""Folders of tests of a door."""


def pytest_configure(config: pytest.Config) -> None:
    """The controller makes the session folder; workers find it in the environment they inherit.

    Temporary files go there too, in memory where it can be: SQLite waits for the disk at every commit.
    """
    seeds.load_profile()
    compile_once()
    if not hasattr(config, "workerinput"):
        postgres.sweep_abandoned()
        os.environ[SESSION_FOLDER] = str(postgres.make_session_folder())
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", os.environ[SESSION_FOLDER])
        config.pluginmanager.register(seeds.SeedCount(), "formwork-seeds")


def pytest_unconfigure(config: pytest.Config) -> None:
    """The controller stops the session's server."""
    if not hasattr(config, "workerinput") and SESSION_FOLDER in os.environ:
        postgres.stop_server(Path(os.environ.pop(SESSION_FOLDER)))


def pytest_report_header() -> str:
    """Say which seeds this session draws."""
    profile = seeds.PROFILE
    return f"seeds: {profile.name}, {profile.examples} examples a property unless it says otherwise (x{profile.factor})"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Note the seeds of each property; mark what depends on their number and what drives a browser.

    A browser that sees a page from SQLite has seen it: the same from PostgreSQL is left to the proof, and so are a
    walk over every address of a door, what is slow, and the browser's pages and the commands, which reach either
    database by the rooms whose own tests see both.
    """
    for item in items:
        seeds.note_seeds(item)
        if seeds.is_seeded(item):
            item.add_marker(pytest.mark.seeded)
        if {"browser", "page", "phone"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.browser)
        is_door = bool(DOORS & set(item.path.relative_to(Path(__file__).parent).parts))
        sees_once = is_door or any(item.get_closest_marker(mark) for mark in ("browser", "walk", "slow"))
        if sees_once and "postgres" in getattr(getattr(item, "callspec", None), "params", {}).values():
            item.add_marker(pytest.mark.proof)


def skip_or_fail(reason: str) -> None:
    """Skip on a developer's machine; on CI a missing part is a failure."""
    if CI:
        pytest.fail(f"{reason} On CI this must be there.")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def postgres_server() -> str:
    """URL of a PostgreSQL server where tests may create databases; FORMWORK_TEST_PG names another one."""
    given = os.environ.get("FORMWORK_TEST_PG")
    if given:
        return given
    if postgres.find_binaries() is None:
        skip_or_fail("PostgreSQL is missing: install the `dev` extra or set FORMWORK_TEST_PG to a server's URL.")
    return postgres.ensure_server(session_folder())


@pytest.fixture
def sqlite(tmp_path: Path) -> Database:
    """A fresh SQLite database."""
    return sqlite_database(tmp_path)


@pytest.fixture
def postgresql(postgres_server: str, tmp_path: Path) -> Iterator[Database]:
    """A fresh PostgreSQL database."""
    with postgres_database(postgres_server, tmp_path) as database:
        yield database


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest) -> Database:
    """A fresh database; the test runs once on SQLite and once on PostgreSQL."""
    found: Database = request.getfixturevalue("sqlite" if request.param == "sqlite" else "postgresql")
    return found


@pytest.fixture(scope="module", params=KINDS)
def shared_database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One database for all tests of a module, for suites whose setting-up is dear; once per kind."""
    folder = tmp_path_factory.mktemp("shared")
    if request.param == "sqlite":
        yield sqlite_database(folder)
        return
    with postgres_database(request.getfixturevalue("postgres_server"), folder) as database:
        yield database


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium, one per worker."""
    executable = find_chromium()
    if executable is None:
        skip_or_fail("Chromium is missing: install the system package `chromium` or set FORMWORK_TEST_BROWSER.")
    with launched_browser(str(executable)) as found:
        yield found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A desk page of 1280 x 800; the test fails when the page complains (script error, refused content, 5xx)."""
    with opened_page(browser) as found:
        yield found


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """The same at 360 x 740, with touch."""
    with opened_page(browser, size=PHONE) as found:
        yield found
