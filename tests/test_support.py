"""The ground the other tests stand on: each test has a real database of its own."""

import sqlite3
from collections.abc import Callable, Iterable
from urllib.request import urlopen

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

from tests.support.browser import PHONE, opened_page, sideways_scroll
from tests.support.databases import Database, conninfo, replace_database
from tests.support.server import served


def run(database: Database, *statements: str) -> list[tuple[object, ...]]:
    """Run the statements and give the rows of the last one."""
    if database.is_postgres:
        with psycopg.connect(conninfo(database.url), autocommit=True) as connection:
            for statement in statements[:-1]:
                connection.execute(statement)
            return list(connection.execute(statements[-1]).fetchall())
    with sqlite3.connect(database.url.removeprefix("sqlite:///")) as connection:
        for statement in statements[:-1]:
            connection.execute(statement)
        return list(connection.execute(statements[-1]).fetchall())


def test_database_is_fresh(database: Database) -> None:
    assert run(database, "CREATE TABLE note (n int)", "INSERT INTO note VALUES (1)", "SELECT n FROM note") == [(1,)]


def test_database_is_fresh_again(database: Database) -> None:
    assert run(database, "CREATE TABLE note (n int)", "SELECT n FROM note") == []


def test_postgres_keeps_an_odd_time_zone(postgresql: Database) -> None:
    """A date left to the database must show."""
    assert run(postgresql, "SHOW timezone") == [("Asia/Kathmandu",)]


def test_replace_database_keeps_the_rest() -> None:
    assert replace_database("postgresql+psycopg://u@h:1/a?x=/y", "b") == "postgresql+psycopg://u@h:1/b?x=/y"


@given(st.text(alphabet="abc", min_size=1))
def test_replace_database_takes_any_name(name: str) -> None:
    assert replace_database("postgresql+psycopg://u@h:1/a", name).rsplit("/", 1)[1] == name


def test_page_is_of_the_desk(page: Page) -> None:
    page.set_content("<main><h1>Hello</h1></main>")
    assert page.evaluate("innerWidth") == 1280
    assert sideways_scroll(page) == 0


def test_phone_shows_what_is_too_wide(phone: Page) -> None:
    phone.set_content("<meta name=viewport content='width=device-width'><div style='width:400px'>wide</div>")
    assert phone.evaluate("innerWidth") == PHONE[0]
    assert sideways_scroll(phone) > 0


def test_a_page_that_complains_fails(browser: Browser) -> None:
    with pytest.raises(AssertionError, match="script error"), opened_page(browser) as page:
        page.goto("data:text/html,<script>throw new Error('no')</script>")


def test_served_answers_on_a_port() -> None:
    def application(environ: dict[str, object], start: Callable[..., object]) -> Iterable[bytes]:
        start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "5")])
        return [b"hello"]

    with served(application) as address, urlopen(f"{address}/any") as answer:
        assert answer.read() == b"hello"
