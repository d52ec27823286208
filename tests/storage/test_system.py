"""System tables: rows by their values, claims that win once, metadata versions, numbered migrations."""

from dataclasses import replace
from datetime import timedelta

import pytest
from alembic.operations import Operations
from sqlalchemy import BigInteger, Column, inspect

from formwork.kernel import Conflict, Context, NotFound, Unavailable, new_id
from formwork.storage import NO_METADATA, TenantStore, UniqueViolation, metadata, system
from formwork.storage.system_tables import SYSTEM
from formwork.storage.transaction import Mode, transaction
from formwork.storage.upkeep.migrations import MIGRATIONS, Migration
from formwork.storage.upkeep.upgrade import latest, number, upgrade
from tests.storage.conftest import NOW


def outbox(**values: object) -> dict[str, object]:
    base = {"at": NOW, "due": NOW, "topic": "t", "payload": {}, "state": "new", "attempts": 0}
    return {"id": new_id(), **base, **values}


def test_rows_are_found_by_values_ranges_and_lists(store: TenantStore, context: Context) -> None:
    rows = [outbox(topic=topic, due=NOW + timedelta(hours=hour)) for hour, topic in enumerate("abc")]
    with store.write(context, NO_METADATA) as work:
        system.append(work, "fw_outbox", rows)
        system.append(work, "fw_outbox", [])
    with store.read(context, NO_METADATA) as work:
        one = system.find(work, "fw_outbox", topic="b")
        assert one == {**rows[1], "lease": None, "error": None, "done_at": None}
        assert system.find(work, "fw_outbox", topic="z") is None
        assert system.find(work, "fw_outbox", topic="b", lease=None) is not None

        def topics(**conditions: object) -> list[str]:
            found = system.find_many(work, "fw_outbox", columns=("topic",), order=["-due"], **conditions)  # type: ignore[arg-type]
            return [row["topic"] for row in found]

        assert topics() == ["c", "b", "a"]
        assert topics(limit=1) == ["c"]
        assert topics(before={"due": rows[1]["due"]}) == ["a"]
        assert topics(after={"due": rows[1]["due"]}) == ["c"]
        assert topics(in_={"topic": ["a", "c"]}) == ["c", "a"]
        assert topics(in_={"topic": []}) == []
        assert system.count(work, "fw_outbox") == 3
        with pytest.raises(KeyError):
            system.find(work, "fw_outbox", **{'topic"; drop table': 1})


def test_a_claim_is_won_once(store: TenantStore, context: Context) -> None:
    row = outbox()
    with store.write(context, NO_METADATA) as work:
        system.append(work, "fw_outbox", [row])
        key = {"id": row["id"], "state": "new"}
        assert system.change(work, "fw_outbox", {"state": "leased", "lease": NOW}, equals=key) == 1
        assert system.change(work, "fw_outbox", {"state": "leased"}, equals=key) == 0
        assert system.remove(work, "fw_outbox", equals={"id": row["id"]}) == 1
        assert system.remove(work, "fw_outbox", in_={"id": [row["id"]]}) == 0


def test_put_overwrites_what_it_names(store: TenantStore, context: Context) -> None:
    user = new_id()
    with store.write(context, NO_METADATA) as work:
        system.put(work, "fw_preference", {"user": user, "key": "k", "value": [1]})
        system.put(work, "fw_preference", {"user": user, "key": "k", "value": {"a": 2}})
        assert system.find_many(work, "fw_preference") == [{"user": user, "key": "k", "value": {"a": 2}}]
        key = {"key": "x", "actor": "u", "body": "b", "state": "running", "at": NOW}
        assert system.put_new(work, "fw_idempotency", key)
        assert not system.put_new(work, "fw_idempotency", {**key, "body": "c"})
        found = system.find(work, "fw_idempotency", key="x")
        assert found is not None
        assert found["body"] == "b"


def test_a_row_with_a_taken_key_is_refused(store: TenantStore, context: Context) -> None:
    row = {"id": new_id(), "kind": "user"}
    with pytest.raises(UniqueViolation), store.write(context, NO_METADATA) as work:
        system.append(work, "fw_principal", [row, row])


def test_metadata_versions_follow_each_other(store: TenantStore, context: Context) -> None:
    documents = {"core": {"objects": ["é", 1]}}
    with store.write(context, NO_METADATA) as work:
        assert metadata.current_version(work) == metadata.MetadataVersion(0, "")
        assert metadata.store_documents(work, 0, "h1", documents, "first") == 1
        with pytest.raises(Conflict) as caught:
            metadata.store_documents(work, 0, "h2", documents, "")
        assert caught.value.code == "stale_base"
        assert metadata.store_documents(work, 1, "h2", {}, "") == 2
    with store.read(context, NO_METADATA) as work:
        assert metadata.current_version(work).hash == "h2"
        assert [one.version for one in metadata.list_versions(work)] == [2, 1]
        assert metadata.load_documents(work, 1) == documents
        with pytest.raises(NotFound):
            metadata.load_documents(work, 3)


def _add_colour(operations: Operations) -> None:
    schema = operations.get_context().connection.get_execution_options().get("schema_translate_map", {}).get(None)  # type: ignore[union-attr]
    operations.add_column("fw_principal", Column("colour", BigInteger()), schema=schema)


def _fail(operations: Operations) -> None:
    _add_colour(operations)
    raise RuntimeError


def test_missing_migrations_run_in_order_and_once(store: TenantStore, context: Context) -> None:
    newer = Migration(latest() + 1, "colour", _add_colour)
    with transaction(store.place, Mode.WRITE, 0) as connection:
        assert upgrade(connection, NOW) == []
        assert upgrade(connection, NOW, (*MIGRATIONS, newer)) == [newer.number]
        assert upgrade(connection, NOW, (*MIGRATIONS, newer)) == []
        names = [one["name"] for one in inspect(connection).get_columns("fw_principal", schema=store.place.schema)]
        assert "colour" in names
        with pytest.raises(Unavailable, match="newer version"):
            upgrade(connection, NOW)


def test_a_failing_migration_leaves_the_tenant_as_it_was(store: TenantStore) -> None:
    with pytest.raises(RuntimeError), transaction(store.place, Mode.WRITE, 0) as connection:
        upgrade(connection, NOW, (*MIGRATIONS, Migration(latest() + 1, "colour", _fail)))
    with transaction(store.place, Mode.READ, 0) as connection:
        assert number(connection) == latest()
        names = [one["name"] for one in inspect(connection).get_columns("fw_principal", schema=store.place.schema)]
        assert "colour" not in names


def test_migrations_are_numbered_without_a_gap() -> None:
    assert [one.number for one in MIGRATIONS] == list(range(2, 2 + len(MIGRATIONS)))


def test_values_of_each_table_pass_through(store: TenantStore, context: Context) -> None:
    """Every declared table takes a row of its own columns and gives it back."""
    samples = {"UUID": new_id(), "datetime": NOW, "int": 7, "str": "é", "bool": True, "bytes": b"x"}
    with store.write(context, NO_METADATA) as work:
        for table in SYSTEM.tables.values():
            if table.name != "fw_schema":
                row = {column.name: _sample(column, samples) for column in table.columns}
                system.append(work, table.name, [row])
                assert row in system.find_many(work, table.name)


def _sample(column: Column[object], samples: dict[str, object]) -> object:
    kind = type(column.type).__name__
    by_type = {
        "IdType": "UUID", "DatetimeType": "datetime", "BigInteger": "int", "TextType": "str", "Boolean": "bool",
        "LargeBinary": "bytes",
    }  # fmt: skip
    return {"a": [1, None]} if kind == "JsonType" else samples[by_type[kind]]


def test_a_store_of_another_tenant_sees_nothing(store: TenantStore, context: Context, stores: object) -> None:
    other = stores.create(replace(stores.directory.get("acme"), name="other", hosts=()))  # type: ignore[attr-defined]
    with store.write(context, NO_METADATA) as work:
        system.append(work, "fw_principal", [{"id": new_id(), "kind": "user"}])
    with other.read(context, NO_METADATA) as work:
        assert system.count(work, "fw_principal") == 0
