"""The ground the other tests stand on: each test has a real database of its own."""

import sqlite3

import psycopg

from tests.support.databases import Database, conninfo, replace_database


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
