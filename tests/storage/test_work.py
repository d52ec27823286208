"""Transactions commit once, roll back whole, and neither block nor see each other more than promised."""

import sqlite3
import threading
from pathlib import Path

import psycopg
import pytest

from formwork.kernel import Context, Settings, Unavailable, new_id
from formwork.storage import counters, system
from formwork.storage.directory import Tenant
from formwork.storage.faults import UniqueViolation, translate
from formwork.storage.store import NO_METADATA, TenantStore
from formwork.storage.stores import Stores
from formwork.storage.system_tables import SYSTEM
from tests.storage.conftest import NOW
from tests.support.databases import Database, conninfo


def names(store: TenantStore, context: Context) -> list[str]:
    with store.read(context, NO_METADATA) as work:
        return [row["kind"] for row in system.find_many(work, "fw_principal", order=["kind"])]


def test_a_block_commits_and_an_error_rolls_back(store: TenantStore, context: Context) -> None:
    with store.write(context, NO_METADATA) as work:
        system.append(work, "fw_principal", [{"id": new_id(), "kind": "user"}])
    with pytest.raises(RuntimeError), store.write(context, NO_METADATA) as work:
        system.append(work, "fw_principal", [{"id": new_id(), "kind": "queue"}])
        raise RuntimeError
    assert names(store, context) == ["user"]


def test_a_savepoint_undoes_only_its_block(store: TenantStore, context: Context) -> None:
    taken = new_id()
    with store.write(context, NO_METADATA) as work:
        system.append(work, "fw_principal", [{"id": taken, "kind": "a"}])
        with pytest.raises(UniqueViolation), work.savepoint():
            system.append(work, "fw_principal", [{"id": new_id(), "kind": "b"}])
            system.append(work, "fw_principal", [{"id": taken, "kind": "c"}])
        system.append(work, "fw_principal", [{"id": new_id(), "kind": "d"}])
    assert names(store, context) == ["a", "d"]


def test_a_reader_is_not_blocked_by_a_writer_and_sees_committed_rows_only(store: TenantStore, context: Context) -> None:
    with store.write(context, NO_METADATA) as work:
        system.append(work, "fw_principal", [{"id": new_id(), "kind": "user"}])
        assert names(store, context) == []
    assert names(store, context) == ["user"]


def test_a_consistent_reader_sees_one_moment(store: TenantStore, context: Context) -> None:
    with store.read_consistent(context, NO_METADATA) as reader:
        assert system.count(reader, "fw_principal") == 0
        with store.write(context, NO_METADATA) as work:
            system.append(work, "fw_principal", [{"id": new_id(), "kind": "user"}])
        assert system.count(reader, "fw_principal") == 0


def test_a_reader_cannot_write(store: TenantStore, context: Context) -> None:
    with pytest.raises(RuntimeError, match="only reads"), store.read(context, NO_METADATA) as work:
        system.append(work, "fw_principal", [{"id": new_id(), "kind": "user"}])
    if store.place.is_postgres:
        with pytest.raises(Exception, match="read-only"), store.read(context, NO_METADATA) as work:
            work.connection.execute(SYSTEM.tables["fw_principal"].delete())


def test_a_slow_statement_is_stopped(store: TenantStore, context: Context) -> None:
    hurried = TenantStore(store.tenant, store.place, timeout_ms=200)
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    for open_ in (hurried.read, hurried.write):
        with pytest.raises(Unavailable) as caught, open_(context, NO_METADATA) as work:
            work.connection.exec_driver_sql(endless)
        assert caught.value.code == "query_timeout"
    assert names(store, context) == []


def test_the_writer_that_waits_too_long_gets_unavailable(sqlite: Database, context: Context) -> None:
    stores = Stores(Settings(data=sqlite.folder))
    store = stores.create(Tenant("acme", NOW))
    blocker = sqlite3.connect(sqlite.folder / "tenants" / "acme.sqlite", isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable) as caught, store.write(context, NO_METADATA):
        pass
    assert (caught.value.code, caught.value.extra) == ("database_unavailable", {"retry_after": 5})
    assert names(store, context) == []
    blocker.execute("ROLLBACK")
    with store.write(context, NO_METADATA) as work:
        assert system.count(work, "fw_principal") == 0
    stores.close()


def test_the_pool_heals_after_the_server_cuts_every_connection(postgresql: Database, context: Context) -> None:
    stores = Stores(Settings(data=postgresql.folder, database_url=postgresql.url))
    store = stores.create(Tenant("acme", NOW))
    assert names(store, context) == []
    with psycopg.connect(conninfo(postgresql.url), autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert names(store, context) == []
    with pytest.raises(Unavailable), store.write(context, NO_METADATA) as work:
        with psycopg.connect(conninfo(postgresql.url), autocommit=True) as admin:
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        system.append(work, "fw_principal", [{"id": new_id(), "kind": "user"}])
    assert names(store, context) == []
    stores.close()


def test_a_server_that_is_not_there_is_unavailable(tmp_path: Path, context: Context) -> None:
    stores = Stores(Settings(data=tmp_path, database_url="postgresql+psycopg://nobody@127.0.0.1:1/none"))
    with pytest.raises(Unavailable):
        stores.directory.list()
    stores.close()


def test_a_full_disk_is_told_apart(sqlite: Database, context: Context) -> None:
    stores = Stores(Settings(data=sqlite.folder))
    store = stores.create(Tenant("acme", NOW))
    with pytest.raises(Unavailable) as caught, store.write(context, NO_METADATA) as work:
        pages = work.connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        work.connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        system.append(work, "fw_principal", [{"id": new_id(), "kind": "x" * 1000} for _ in range(1000)])
    assert caught.value.code == "storage_full"
    stores.close()


def test_a_unique_violation_names_its_index(store: TenantStore, context: Context) -> None:
    key = {"id": new_id(), "hash": "h", "user": new_id(), "name": "", "prefix": "", "created_at": NOW}
    with pytest.raises(UniqueViolation) as caught, store.write(context, NO_METADATA) as work:
        system.append(work, "fw_api_key", [key, {**key, "id": new_id()}])
    if store.place.is_postgres:
        assert caught.value.index == "ux_fw_api_key__hash"
    else:
        assert (caught.value.table, caught.value.columns) == ("fw_api_key", ("hash",))


def test_bugs_stay_bugs() -> None:
    assert translate(sqlite3.OperationalError("near x")) is None
    assert translate(ValueError()) is None


def test_counters_never_give_a_number_twice(store: TenantStore, context: Context) -> None:
    taken: list[int] = []

    def draw() -> None:
        for _ in range(10):
            with store.write(context, NO_METADATA) as work:
                first = counters.take(work, "invoice", 3)
                taken.extend(range(first, first + 3))

    threads = [threading.Thread(target=draw) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(1, 121))


def test_a_gapless_counter_goes_back_with_the_write(store: TenantStore, context: Context) -> None:
    with pytest.raises(RuntimeError), store.write(context, NO_METADATA) as work:
        assert counters.take_gapless(work, "bill") == 1
        raise RuntimeError
    with store.write(context, NO_METADATA) as work:
        assert [counters.take_gapless(work, "bill"), counters.take_gapless(work, "bill")] == [1, 2]
