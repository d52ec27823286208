"""The same works as bare SQL on the driver, one connection: what no application can beat."""

import random
import sqlite3
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import psycopg

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
    works: dict[str, tuple[Callable[[int], None], int]] = {
        "list": (lambda n: _read(connection, _LIST.format(mark=mark), (f"City {n % 100}",)), 200),
        "get": (
            lambda n: _read(connection, f"SELECT * FROM accounts WHERE id = {mark}", (pick.randrange(1, rows),)), 2000,
        ),
        "update": (
            lambda n: _write(connection, f"UPDATE accounts SET employees = {mark} WHERE id = {mark}",
                             (n, pick.randrange(1, rows))), 300,
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
        answers[name] = median(rates)
    connection.close()
    return answers


def _read(connection: Any, text: str, values: tuple[Any, ...]) -> None:
    connection.execute(text, values).fetchall()


def _write(connection: Any, text: str, values: tuple[Any, ...]) -> None:
    connection.execute(text, values)
