"""Indexes of large tables on PostgreSQL: built beside the traffic, finished after a kill, refused whole."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from formwork.catalog import Snapshot
from formwork.definitions.stored import dump_packages
from formwork.kernel import Conflict, Context, Invalid, Settings, Unavailable, new_id
from formwork.kernel.actor import system_actor
from formwork.publishing import indexes, publish
from formwork.publishing.publish import Plan
from formwork.storage import NO_METADATA, Stores, Tenant, TenantStore, Work, metadata, system, writes
from formwork.storage.faults import UniqueViolation
from formwork.storage.schema import beside, plan
from tests.storage.snapshots import snapshot_of
from tests.support.databases import Database

NOW = datetime(2026, 3, 5, 9, 30, tzinfo=UTC)
CONTEXT = Context(tenant="acme", actor=system_actor("test"), now=NOW)
PLAIN = {"name": {"type": "text"}, "code": {"type": "integer"}}
INDEXED = {**PLAIN, "code": {"type": "integer", "index": True}, "near": {"type": "lookup", "to": "box"}}
UNIQUE = {**PLAIN, "code": {"type": "integer", "unique": True}}


@pytest.fixture
def store(postgresql: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[TenantStore]:
    """A tenant with a table of 40 rows, which counts as large here; `code` counts to 20 twice."""
    monkeypatch.setattr(beside, "MANY", 10)
    stores = Stores(Settings(data=postgresql.folder / "data", database_url=postgresql.url))
    store = stores.create(Tenant("acme", NOW))
    bring(store, NO_METADATA, box(PLAIN))
    with store.write(CONTEXT, box(PLAIN)) as work:
        for number in range(40):
            writes.insert(work, "box", [{"id": new_id(), "version": 1, "name": f"n{number}", "code": number % 20}])
    yield store
    stores.close()


def box(fields: dict[str, Any]) -> Snapshot:
    """Core and one object with these fields."""
    found = snapshot_of([{"object": "user", "fields": {"name": {"type": "text"}}}, {"object": "box", "fields": fields}])
    return replace(found, version=repr(sorted(fields.items())))


def bring(store: TenantStore, old: Snapshot, new: Snapshot) -> None:
    """Publish one version after another."""
    with store.write(CONTEXT, old) as work:
        publish_in(work, old, new)


def publish_in(work: Work, old: Snapshot, new: Snapshot) -> None:
    base = metadata.current_version(work).version
    steps = plan.plan_schema(old if base else None, new, "postgresql")
    publish(work, Plan(base, new, {}, (), steps, dump_packages({})))


def indexes_on(store: TenantStore, column: str) -> dict[str, bool]:
    """The indexes of boxes that begin with a column, and whether each is valid."""
    with store.place.engine.connect() as connection:
        found = beside.indexes_of(connection, store.place.schema or "")
    return {name: one[1] for name, one in found.items() if name.split("$")[1:3] == ["box", column]}


def states(store: TenantStore) -> set[str]:
    with store.read(CONTEXT, NO_METADATA) as work:
        return {row["state"] for row in system.find_many(work, "fw_ledger")}


def version(store: TenantStore) -> int:
    with store.read(CONTEXT, NO_METADATA) as work:
        return metadata.current_version(work).version


def test_an_index_of_a_large_table_is_there_when_the_publish_returns(store: TenantStore) -> None:
    with store.write(CONTEXT, box(PLAIN)) as work:
        publish_in(work, box(PLAIN), box(INDEXED))
        assert indexes_on(store, "code") == {}
    assert list(indexes_on(store, "code").values()) == [True]
    assert list(indexes_on(store, "near").values()) == [True]
    assert states(store) == {"done"}


def test_a_small_table_is_indexed_within_the_transaction(store: TenantStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "MANY", 1_000)
    monkeypatch.setattr(beside, "build", lambda *_: pytest.fail("nothing is built beside"))
    bring(store, box(PLAIN), box(INDEXED))
    assert list(indexes_on(store, "code").values()) == [True]


def test_what_a_killed_publish_left_is_built_by_the_worker(store: TenantStore, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(indexes, "finish_later", lambda *_: None)
        bring(store, box(PLAIN), box(INDEXED))
    assert states(store) == {"done", "waiting"}
    assert indexes_on(store, "code") == {}
    with store.write(CONTEXT, box(INDEXED)) as work:
        pass
    assert indexes.finish(work, box(INDEXED)) == 2
    assert list(indexes_on(store, "code").values()) == [True]
    assert states(store) == {"done"}


def test_an_index_a_kill_left_invalid_is_built_anew(store: TenantStore, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(store, box(PLAIN), box(INDEXED))
    [name] = indexes_on(store, "code")
    with store.place.engine.connect() as connection:
        broken = text("UPDATE pg_index SET indisvalid = false WHERE indexrelid = CAST(:name AS regclass)")
        connection.execute(broken, {"name": f'"{store.place.schema}"."{name}"'})
    assert indexes_on(store, "code") == {name: False}
    with store.write(CONTEXT, box(INDEXED)) as work:
        system.change(work, "fw_ledger", {"state": "waiting"}, equals={"kind": "create_index"})
    indexes.finish(work, box(INDEXED))
    assert indexes_on(store, "code") == {name: True}


def test_a_build_that_breaks_off_does_not_undo_the_publish(store: TenantStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise Unavailable("The connection broke.")

    with monkeypatch.context() as broken:
        broken.setattr(beside, "build", fail)
        bring(store, box(PLAIN), box(INDEXED))
    assert version(store) == 2
    assert states(store) == {"done", "waiting"}


def test_values_that_collide_are_named_and_the_old_state_stays(store: TenantStore) -> None:
    with pytest.raises(Invalid, match=r"agree in `code`.* 0 \(2 records\); 1 \(2 records\)") as refused:
        bring(store, box(PLAIN), box(UNIQUE))
    assert refused.value.code == "duplicates"
    assert version(store) == 1
    assert indexes_on(store, "code") == {}
    with store.write(CONTEXT, box(PLAIN)) as work:
        writes.insert(work, "box", [{"id": new_id(), "version": 1, "name": "again", "code": 3}])


def test_a_unique_rule_of_a_large_table_holds_from_the_first_moment(store: TenantStore) -> None:
    fresh = {**PLAIN, "serial": {"type": "text", "unique": True}}
    bring(store, box(PLAIN), box(fresh))
    assert sorted(indexes_on(store, "serial__fold").items()) == [
        ("ix$box$serial__fold$id", True), ("ux$box$serial__fold", True),
    ]  # fmt: skip
    assert states(store) == {"done"}
    row = {"version": 1, "name": "x", "serial": "A"}
    with store.write(CONTEXT, box(fresh)) as work:
        writes.insert(work, "box", [{"id": new_id(), **row}])
    with pytest.raises((UniqueViolation, Conflict)), store.write(CONTEXT, box(fresh)) as work:
        writes.insert(work, "box", [{"id": new_id(), **row}])


def test_what_was_prepared_in_vain_is_put_away_by_the_next_publish(store: TenantStore) -> None:
    fresh = {**PLAIN, "serial": {"type": "integer", "unique": True}}
    with pytest.raises(RuntimeError, match="killed"), store.write(CONTEXT, box(PLAIN)) as work:
        publish_in(work, box(PLAIN), box(fresh))
        raise RuntimeError("killed")
    assert version(store) == 1
    assert "preparing" in states(store)
    bring(store, box(PLAIN), box({**PLAIN, "other": {"type": "text"}}))
    assert indexes_on(store, "serial") == {}
    assert states(store) == {"done"}
    bring(store, box({**PLAIN, "other": {"type": "text"}}), box({**fresh, "other": {"type": "text"}}))
    assert list(indexes_on(store, "serial").values()) == [True]
