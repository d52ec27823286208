"""Plans are applied whole or not at all, lose nothing, and survive every legal name."""

import threading
import time
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import inspect

from formwork.catalog.snapshot import Snapshot
from formwork.kernel import Context, Invalid, Unavailable, new_id
from formwork.storage import Stores, Tenant, TenantStore, locks, rows, writes
from formwork.storage.schema.ddl import apply_schema
from formwork.storage.schema.plan import computations, plan_schema
from tests.storage.conftest import NOW
from tests.storage.snapshots import snapshot, snapshot_of


def publish(store: TenantStore, context: Context, old: Snapshot | None, new: Snapshot) -> None:
    with store.write(context, new) as work:
        apply_schema(work, plan_schema(old, new, store.place.engine.dialect.name))


def tables(store: TenantStore) -> set[str]:
    with store.place.engine.connect() as connection:
        return {n for n in inspect(connection).get_table_names(schema=store.place.schema) if not n.startswith("fw_")}


def columns(store: TenantStore, table: str) -> set[str]:
    with store.place.engine.connect() as connection:
        return {str(one["name"]) for one in inspect(connection).get_columns(table, schema=store.place.schema)}


def indexes(store: TenantStore, table: str) -> dict[str, list[str | None]]:
    with store.place.engine.connect() as connection:
        found = inspect(connection).get_indexes(table, schema=store.place.schema)
        return {str(one["name"]): one["column_names"] for one in found}


def box(**fields: Any) -> Snapshot:
    return snapshot_of([{"object": "user", "fields": {"name": {"type": "text"}}}, {"object": "box", "fields": fields}])


def book(**values: Any) -> dict[str, Any]:
    return {"id": new_id(), "version": 1, **values}


def test_a_whole_library_is_made_and_a_second_plan_is_empty(store: TenantStore, context: Context) -> None:
    library = snapshot()
    publish(store, context, None, library)
    expected = {"user", "reader", "reader__topics", "book", "book__authors", "book__labels", "loan", "loan_line"}
    assert tables(store) == expected
    assert {"home__city", "place__lat", "name__fold", "deleted_at"} <= columns(store, "reader")
    assert plan_schema(library, library, store.place.engine.dialect.name) == ()


def test_a_tenant_may_have_a_dash_in_its_name(stores: Stores, context: Context) -> None:
    store, library = stores.create(Tenant("my-co", NOW)), snapshot()
    publish(store, context, None, library)
    changed = box(a={"type": "text"})
    publish(store, context, library, changed)
    row = book(a="x")
    with store.write(context, changed) as work:
        writes.insert(work, "box", [row] + [book(a=str(n)) for n in range(30)])
        assert rows.load(work, "box", [row["id"]], ["a"])[row["id"]]["a"] == "x"
    stores.drop("my-co")


def test_a_failing_step_rolls_everything_back(store: TenantStore, context: Context) -> None:
    first = box(a={"type": "integer"})
    publish(store, context, None, first)
    with store.write(context, first) as work:
        writes.insert(work, "box", [book(a=1), book(a=1)])
    second = box(a={"type": "integer", "unique": True}, b={"type": "text"}, c={"type": "tags"})
    with pytest.raises(Invalid) as caught:
        publish(store, context, first, second)
    assert caught.value.code == "duplicates"
    assert "b" not in columns(store, "box")
    assert tables(store) == {"user", "box"}


def test_columns_are_added_to_rows_that_exist(store: TenantStore, context: Context) -> None:
    first = box(a={"type": "text"}, n={"type": "number", "precision": 1})
    publish(store, context, None, first)
    row = book(a="Ärger", n=1)
    with store.write(context, first) as work:
        writes.insert(work, "box", [row])
    second = box(
        a={"type": "text", "searchable": True},
        n={"type": "number", "precision": 3},
        other={"type": "lookup", "to": "box", "required": True},
        twice={"type": "formula", "gives": "number", "expression": "n * 2", "stored": True},
    )
    steps = plan_schema(first, second, store.place.engine.dialect.name)
    assert computations(steps) == (("box", "twice"),)
    publish(store, context, first, second)
    assert {"a__fold", "other", "twice"} <= columns(store, "box")
    with store.read(context, second) as work:
        loaded = rows.load(work, "box", [row["id"]], ["a", "n", "other", "twice"])[row["id"]]
        assert (loaded["a"], str(loaded["n"]), loaded["other"], loaded["twice"]) == ("Ärger", "1.000", None, None)
        folded = work.connection.exec_driver_sql(f'SELECT "a__fold" FROM {qualified(store, "box")}').scalar_one()
    assert folded == "arger"


def qualified(store: TenantStore, table: str) -> str:
    return f'"{store.place.schema}"."{table}"' if store.place.schema else f'"{table}"'


def test_a_retired_column_keeps_its_values_and_its_name_can_be_taken_anew(store: TenantStore, context: Context) -> None:
    with_a, without_a, other_a = box(a={"type": "text"}), box(b={"type": "text"}), box(a={"type": "date"})
    publish(store, context, None, with_a)
    row = book(a="kept")
    with store.write(context, with_a) as work:
        writes.insert(work, "box", [row])
    publish(store, context, with_a, without_a)
    assert {"a", "b"} <= columns(store, "box")
    publish(store, context, without_a, other_a)
    assert {"a", "b", "retired$1$a"} <= columns(store, "box")
    with store.read(context, other_a) as work:
        assert rows.load(work, "box", [row["id"]], ["a"])[row["id"]]["a"] is None


def test_a_retired_object_makes_room_for_one_of_the_same_name(store: TenantStore, context: Context) -> None:
    first, gone = box(a={"type": "tags"}), snapshot_of([{"object": "user", "fields": {}}])
    publish(store, context, None, first)
    publish(store, context, first, gone)
    assert indexes(store, "box") == {}
    publish(store, context, gone, first)
    assert {"box", "retired$1$box", "box__a", "retired$1$box__a"} <= tables(store)


def test_a_derived_column_may_change_its_type(store: TenantStore, context: Context) -> None:
    def give(gives: str, expression: str) -> Snapshot:
        derived = {"type": "formula", "gives": gives, "expression": expression, "stored": True, "index": True}
        return box(a={"type": "integer"}, d=derived)

    first, second = give("integer", "a + 1"), give("text", "text(a)")
    publish(store, context, None, first)
    publish(store, context, first, second)
    assert "ix$box$d$id" not in indexes(store, "box")
    assert indexes(store, "box")["ix$box$d__fold$id"] == ["d__fold", "id"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"type": "text"}, {"type": "integer"}),
        ({"type": "text"}, {"type": "email"}),
        ({"type": "number", "precision": 3}, {"type": "number", "precision": 1}),
        ({"type": "lookup", "to": "user"}, {"type": "lookup", "to": "box"}),
        ({"type": "lookup", "to": "user"}, {"type": "text"}),
        ({"type": "text"}, {"type": "formula", "gives": "text", "expression": "'x'", "stored": True}),
    ],
)
def test_another_type_gets_another_column(before: dict[str, Any], after: dict[str, Any]) -> None:
    steps = [step for step in plan_schema(box(a=before), box(a=after), "sqlite") if step.kind == "convert_column"]
    assert [step.cost.value for step in steps] == ["destructive"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"type": "email"}, {"type": "text"}),
        ({"type": "text"}, {"type": "long_text"}),
        ({"type": "select", "options": {"a": "A"}}, {"type": "text"}),
        ({"type": "number"}, {"type": "money"}),
        ({"type": "user"}, {"type": "lookup", "to": "user"}),
    ],
)
def test_a_wider_type_takes_the_column_as_it_is(before: dict[str, Any], after: dict[str, Any]) -> None:
    steps = plan_schema(box(a=before), box(a=after), "sqlite")
    assert {step.kind for step in steps} <= {"widen_column", "create_index", "drop_index"}


def test_a_number_too_large_for_more_decimals_is_refused(store: TenantStore, context: Context) -> None:
    first, second = (box(n={"type": "number", "precision": p}) for p in (0, 3))
    publish(store, context, None, first)
    with store.write(context, first) as work:
        writes.insert(work, "box", [book(n=10**17)])
    with pytest.raises(Invalid):
        publish(store, context, first, second)


LONG = "a" * 41
NAMES = ["select", "order", "group", "user2", "rowid", "index", LONG, "a_b"]


@pytest.mark.parametrize("name", NAMES)
def test_names_a_user_can_choose_are_only_ever_quoted(store: TenantStore, context: Context, name: str) -> None:
    label = """Robert"); DROP TABLE "box"; --'`"""
    kinds: dict[str, Any] = {
        name: {"type": "text", "unique": True, "label": label, "default": label},
        "many": {"type": "tags"},
        LONG[:-1] + "b": {"type": "many_to_many", "to": name},
        "self": {"type": "lookup", "to": name},
        "sum": {"type": "rollup", "of": f"{name}.self", "count": True},
    }
    odd = snapshot_of(
        [{"object": "user", "fields": {}}, {"object": name, "label": label, "summary": label, "fields": kinds}]
    )
    publish(store, context, None, odd)
    one, two = book(**{name: label, "many": (label, "b")}), book(**{name: "other"})
    two["self"] = one["id"]
    with store.write(context, odd) as work:
        writes.insert(work, name, [two, one])
        assert writes.update(work, name, [(two["id"], 1, {name: "third", "version": 2})]) == {two["id"]}
        loaded = rows.load(work, name, [one["id"], two["id"]], [name, "many", "self"])
    assert loaded[one["id"]] == {"id": one["id"], name: label, "many": (label, "b"), "self": None}
    assert (loaded[two["id"]][name], loaded[two["id"]]["self"]) == ("third", one["id"])
    publish(store, context, odd, snapshot_of([{"object": "user", "fields": {}}]))


@pytest.mark.parametrize("name", ["fw_session", "sqlite_x", "pg_class"])
def test_names_that_are_taken_are_refused(name: str) -> None:
    """The language refuses them already; should one get through, no plan is made of it."""
    plain = snapshot_of([{"object": "user", "fields": {}}, {"object": "box", "fields": {}}])
    objects = {**plain.objects, "box": replace(plain.objects["box"], table=name)}
    with pytest.raises(Invalid, match="another name"):
        plan_schema(None, replace(plain, objects=objects), "sqlite")


def test_a_unique_rule_with_a_condition_holds_only_where_it_says(store: TenantStore, context: Context) -> None:
    library = snapshot()
    publish(store, context, None, library)
    with store.write(context, library) as work:
        writes.insert(
            work,
            "book",
            [
                book(shelf="s", primary=True, status="new"),
                book(shelf="s", primary=True, status="old"),
                book(shelf="s", primary=False, status="new"),
                book(shelf="s", status=None),
            ],
        )
        with pytest.raises(Exception, match="exists already"), work.savepoint():
            writes.insert(work, "book", [book(shelf="s", primary=True)])


def test_a_busy_table_is_not_queued_for(
    postgres_only: TenantStore, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, first, second = postgres_only, box(a={"type": "text"}), box(a={"type": "text"}, b={"type": "text"})
    publish(store, context, None, first)
    monkeypatch.setattr(locks, "TRIES", 4)
    slowest: list[float] = []

    def read_for_a_while() -> None:
        until = time.monotonic() + 0.6
        while time.monotonic() < until:
            started = time.monotonic()
            with store.read(context, first) as work:
                rows.load(work, "box", [new_id()], ["a"])
            slowest.append(time.monotonic() - started)

    with store.read(context, first) as work:
        rows.load(work, "box", [new_id()], ["a"])
        reader = threading.Thread(target=read_for_a_while)
        reader.start()
        with pytest.raises(Unavailable, match="in use"):
            publish(store, context, first, second)
        reader.join()
    assert max(slowest) < 0.5
    publish(store, context, first, second)
    assert "b" in columns(store, "box")


def test_links_are_found_by_an_index_without_blanks(store: TenantStore, context: Context) -> None:
    if store.place.is_postgres:
        return
    publish(store, context, None, snapshot())
    with store.read(context, snapshot()) as work:
        for condition in ("reader = ?", "reader IN (SELECT value FROM json_each(?))"):
            plan = work.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN SELECT * FROM loan WHERE {condition}", ("[]",))
            assert "ix$loan$reader$id" in " ".join(str(row[-1]) for row in plan)
