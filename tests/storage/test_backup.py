"""A backup taken while others write restores to equal checksums, on either database."""

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from formwork.fieldtypes.value import Address, RecordRef
from formwork.kernel import Conflict, Context, Invalid, Settings, new_id
from formwork.storage import Stores, Tenant, TenantStore, metadata, system, writes
from formwork.storage.upkeep.backup import checksums, read_documents, read_manifest, restore_backup, write_backup
from tests.storage.conftest import NOW
from tests.storage.snapshots import snapshot
from tests.storage.test_ddl import publish
from tests.support.databases import Database, sqlite_database

LIBRARY = snapshot()


def fill(store: TenantStore, context: Context) -> None:
    publish(store, context, None, LIBRARY)
    reader = {"id": new_id(), "version": 1, "name": "Ü", "topics": ("law", "art"), "home": Address(city="Öbø")}
    books = [
        {
            "id": new_id(), "version": 1, "title": f"Book {n}", "price": Decimal(n), "share": Decimal("0.5"),
            "bought_on": date(2024, 2, 29), "opens_at": time(9, 30), "length": timedelta(hours=n), "lent": n % 2 == 0,
            "seen_at": datetime(2024, 3, 1, 8, tzinfo=UTC), "subject": RecordRef("reader", reader["id"]),
            "authors": (reader["id"],), "settings": {"b": [1, None, 1.5], "a": "é"}, "labels": ("z", "a"),
        }
        for n in range(2_100)
    ]  # fmt: skip
    books[0]["previous"] = books[-1]["id"]
    with store.write(context, LIBRARY) as work:
        writes.insert(work, "book", books)
        writes.insert(work, "reader", [reader])
        metadata.store_documents(work, 0, LIBRARY.version, {"core": ["é"]}, "first")
        system.append(work, "fw_session", [{
            "id": "secret", "user": new_id(), "created_at": NOW, "seen_at": NOW, "expires_at": NOW, "data": {},
        }])  # fmt: skip


@pytest.fixture
def other_kind(database: Database, request: pytest.FixtureRequest) -> Iterator[Stores]:
    """Stores on the other database."""
    if database.is_postgres:
        opened = Stores(Settings(data=sqlite_database(database.folder).folder / "other"))
    else:
        server: Database = request.getfixturevalue("postgresql")
        opened = Stores(Settings(data=server.folder, database_url=server.url))
    yield opened
    opened.close()


def take(store: TenantStore, context: Context) -> io.BytesIO:
    file = io.BytesIO()
    with store.read_consistent(context, LIBRARY) as work:
        write_backup(work, file)
    return file


def restored(stores: Stores, context: Context, file: io.BytesIO) -> dict[str, Any]:
    copy = stores.create(Tenant("copy", NOW))
    publish(copy, context, None, LIBRARY)
    with copy.write(context, LIBRARY) as work:
        restore_backup(work, file)
    with copy.read_consistent(context, LIBRARY) as work:
        assert system.count(work, "fw_session") == 0
        return checksums(work)


def test_a_backup_restores_on_both_databases(
    stores: Stores, other_kind: Stores, store: TenantStore, context: Context
) -> None:
    fill(store, context)
    with store.read_consistent(context, LIBRARY) as work:
        before = checksums(work)
    file = io.BytesIO()
    with store.read_consistent(context, LIBRARY) as work:
        with store.write(context, LIBRARY) as writer:
            writes.insert(writer, "book", [{"id": new_id(), "version": 1, "title": "later"}])
        assert write_backup(work, file).tables["book"].rows in (2_100, 2_101)
    with store.read_consistent(context, LIBRARY) as work:
        after = checksums(work)
    promised = read_manifest(file).tables
    assert promised in (before, after)
    assert before["book"].rows == 2_100
    assert restored(stores, context, file) == promised
    assert restored(other_kind, context, file) == promised
    assert read_documents(file) == {"core": ["é"]}


def test_a_file_that_is_no_backup_is_refused() -> None:
    with pytest.raises(Invalid):
        read_manifest(io.BytesIO(b"not a zip"))


def test_a_damaged_backup_leaves_nothing_behind(stores: Stores, store: TenantStore, context: Context) -> None:
    fill(store, context)
    file, damaged = take(store, context), io.BytesIO()
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(damaged, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "tables/reader.jsonl":
                cells = json.loads(data)
                data = json.dumps([*cells[:1], "other", *cells[2:]]).encode() + b"\n"
            target.writestr(name, data)
    with pytest.raises(Invalid, match="damaged"):
        restored(stores, context, damaged)
    with stores.get("copy").read(context, LIBRARY) as work:
        assert checksums(work)["book"].rows == 0


def test_a_tenant_with_rows_is_not_overwritten(store: TenantStore, context: Context) -> None:
    fill(store, context)
    file = take(store, context)
    with pytest.raises(Conflict), store.write(context, LIBRARY) as work:
        restore_backup(work, file)
