"""The same works as bare SQL on the driver, one connection: what no application can beat."""

import random
import sqlite3
import time
from collections.abc import Callable
from datetime import UTC, datetime
from statistics import median
from typing import Any

import psycopg

from benchmarks.rows import row
from benchmarks.subjects import CHUNK
from tests.support.databases import conninfo

_LIST = (
    "SELECT * FROM accounts WHERE (owner = 2 OR country IN ('DE','FR','US','GB','IN')) AND city = {mark} "
    "ORDER BY created_date DESC, id LIMIT 50"
)


def measure_raw(url: str, rows: int) -> dict[str, float]:
    """Work -> operations per second, medians of five."""
    is_sqlite = url.startswith("sqlite")
    connection: Any = (
        sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        if is_sqlite
        else psycopg.connect(conninfo(url), autocommit=True)
    )
    if is_sqlite:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000"):
            connection.execute(f"PRAGMA {pragma}")
    mark, pick = ("?" if is_sqlite else "%s"), random.Random(1)
    names = ", ".join(row(0))
    marks = ", ".join([mark] * len(row(0)))
    insert = f"INSERT INTO accounts ({names}, owner, created_at, updated_at) VALUES ({marks}, 1, {mark}, {mark})"
    moment = datetime.now(UTC).replace(tzinfo=None)
    stamps = (str(moment), str(moment)) if is_sqlite else (moment, moment)
    works: dict[str, tuple[Callable[[int], None], int]] = {
        "list": (lambda n: _read(connection, _LIST.format(mark=mark), (f"City {n % 100}",)), 200),
        "get": (
            lambda n: _read(connection, f"SELECT * FROM accounts WHERE id = {mark}", (pick.randrange(1, rows),)), 2000,
        ),
        "update": (
            lambda n: _write(connection, f"UPDATE accounts SET employees = {mark} WHERE id = {mark}",
                             (n, pick.randrange(1, rows))), 300,
        ),
        "create": (lambda n: _write(connection, insert, (*_fresh(pick, n), *stamps)), 300),
        "bulk": (
            lambda n: _write_many(connection, insert, [(*_fresh(pick, i), *stamps) for i in range(CHUNK)]), 3,
        ),
    }  # fmt: skip
    answers = {}
    for name, (step, count) in works.items():
        rates = []
        for _ in range(5):
            began = time.perf_counter()
            for number in range(count):
                step(number)
            rates.append(count / (time.perf_counter() - began))
        answers[name] = median(rates) * (CHUNK if name == "bulk" else 1)
    connection.close()
    return answers


def _fresh(pick: random.Random, number: int) -> tuple[Any, ...]:
    """The values of a row with an external id nobody has."""
    return tuple({**row(number), "external_id": f"raw-{pick.random()}-{number}"}.values())


def _read(connection: Any, text: str, values: tuple[Any, ...]) -> None:
    connection.execute(text, values).fetchall()


def _write(connection: Any, text: str, values: tuple[Any, ...]) -> None:
    connection.execute(text, values)


def _write_many(connection: Any, text: str, values: list[tuple[Any, ...]]) -> None:
    """One transaction."""
    cursor = connection.cursor()
    cursor.execute("BEGIN")
    cursor.executemany(text, values)
    cursor.execute("COMMIT")
