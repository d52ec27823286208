"""K20 of SECURITY, and line 40 of its section 1: worked on, locked, down. Nothing is acknowledged, and it passes."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg
from sqlalchemy import text
from werkzeug.test import Client, TestResponse

from formwork.runtime import Runtime
from formwork.storage.transaction import Mode, transaction
from formwork.web.app import create_web
from tests.support.callers import ORIGIN, Caller, World
from tests.support.databases import Database, conninfo
from tests.support.tenants import TENANT


def fresh(world: World) -> Runtime:
    """What a process knows that has just started: nothing."""
    runtime = world.here.runtime
    runtime._tenants.clear()
    runtime.stores._current.clear()
    return runtime


def assert_told(answer: TestResponse, status: int, code: str) -> None:
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), answer.text
    assert answer.json["code"] == code
    assert int(answer.headers["Retry-After"]) > 0


def number(world: World, change: int) -> None:
    """Let the tenant's system tables say that they are another version's."""
    place = world.here.runtime.stores.get(TENANT).place
    with transaction(place, Mode.WRITE, 0) as connection:
        table = "fw_schema" if place.schema is None else f"{place.schema}.fw_schema"
        connection.execute(text(f"UPDATE {table} SET number = number + ({change})"))


def test_a_tenant_whose_tables_wait_for_an_upgrade_says_so(world: World, admin: Caller) -> None:
    runtime = fresh(world)
    number(world, -1)
    try:
        assert_told(admin.get("/reader"), 503, "maintenance")
        page = Client(create_web(runtime)).get("/", base_url=ORIGIN)
        assert page.status_code == 503
        assert int(page.headers["Retry-After"]) > 0
    finally:
        number(world, 1)
    assert admin.get("/reader").status_code == 200


def test_tables_of_a_later_version_stay_readable(world: World, admin: Caller) -> None:
    fresh(world)
    number(world, 1)
    try:
        assert admin.get("/reader").status_code == 200
    finally:
        number(world, -1)


def test_a_tenant_that_is_being_restored_says_so(world: World, admin: Caller) -> None:
    runtime = fresh(world)
    runtime.directory.change(TENANT, state="creating")
    try:
        assert_told(admin.get("/reader"), 503, "maintenance")
    finally:
        runtime.directory.change(TENANT, state="active")
    assert admin.get("/reader").status_code == 200
    fresh(world)
    runtime.directory.change(TENANT, state="dropping")
    try:
        assert admin.get("/reader").status_code == 404
    finally:
        runtime.directory.change(TENANT, state="active")


@contextmanager
def locked(world: World, database: Database) -> Iterator[None]:
    """Another program holds the tenant's write lock, or that of the table."""
    place = world.here.runtime.stores.get(TENANT).place
    if database.is_postgres:
        with psycopg.connect(conninfo(database.url)) as other:
            other.execute(f'LOCK TABLE "{place.schema}"."reader" IN ACCESS EXCLUSIVE MODE')
            yield
            other.rollback()
    else:
        file = str(place.engine.url.database)
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")


def test_a_locked_database_is_waited_for_and_then_told(world: World, admin: Caller, shared_database: Database) -> None:
    """An answer within the five seconds of K8; who sends again with the same key makes one record."""
    keyed = admin.with_headers(Idempotency_Key="locked-one")
    with locked(world, shared_database):
        begun = time.monotonic()
        assert_told(keyed.post("/reader", {"name": "Lock"}), 503, "database_unavailable")
        assert time.monotonic() - begun < 8
    first, again = (keyed.post("/reader", {"name": "Lock"}) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json["id"] == again.json["id"]
    assert len(admin.get("/reader", filter="name = 'Lock'").json["data"]) == 1
