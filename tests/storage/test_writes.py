"""Records are written whole, conditionally, and come back equal, on both databases."""

import threading
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from formwork.catalog.snapshot import Snapshot
from formwork.fieldtypes.value import Address, Geolocation, RecordRef
from formwork.kernel import Conflict, Context, Invalid, new_id
from formwork.storage import TenantStore, UniqueViolation, Work, rows, writes
from formwork.storage.schema.tables import violated
from formwork.storage.upkeep.purge import purge
from tests.storage.snapshots import snapshot
from tests.storage.test_ddl import publish

LIBRARY = snapshot()


@pytest.fixture
def library(store: TenantStore, context: Context) -> Snapshot:
    publish(store, context, None, LIBRARY)
    return LIBRARY


def record(**values: Any) -> dict[str, Any]:
    return {"id": new_id(), "version": 1, **values}


def load(work: Work, object: str, id: UUID, *names: str) -> Mapping[str, Any]:
    return rows.load(work, object, [id], names)[id]


def test_every_kind_of_value_comes_back_equal(store: TenantStore, context: Context, library: Snapshot) -> None:
    reader = record(
        name="Ürsula", card="K-1", topics=("law", "art"), home=Address(street="1 High St", city="Öbø", country="NO"),
        place=Geolocation(Decimal("59.913900"), Decimal("10.752200")),
    )  # fmt: skip
    book = record(
        title="Ice", price=Decimal("12.3400"), weight=Decimal("0.125"), share=Decimal("0.333333"), pages=300,
        bought_on=date(2024, 2, 29), opens_at=time(9, 30), seen_at=datetime(2024, 3, 1, 8, 0, 0, 5, tzinfo=UTC),
        length=timedelta(hours=2), lent=True, status="new", subject=RecordRef("reader", reader["id"]),
        authors=(reader["id"],), settings={"a": [1, None]}, labels=("z", "a"), archived=False, external_id="B-1",
    )  # fmt: skip
    with store.write(context, library) as work:
        writes.insert(work, "reader", [reader])
        writes.insert(work, "book", [book])
    with store.read(context, library) as work:
        assert load(work, "reader", reader["id"], *reader) == reader
        assert load(work, "book", book["id"], *book) == book
        assert load(work, "book", book["id"], "previous", "keeper", "deleted_at") == {
            "id": book["id"], "previous": None, "keeper": None, "deleted_at": None,
        }  # fmt: skip


def test_many_rows_of_every_kind_come_back_equal(store: TenantStore, context: Context, library: Snapshot) -> None:
    """As many as PostgreSQL takes by COPY: signs that mean something to it, and blanks, in every column."""
    texts = ("plain", "\\N", "\\", "a\tb", "one\ntwo\r\nthree", "\\.", "Ürsula \N{SNOWMAN}", "'\"", "\\x41", "\\\t")
    full = {
        "title": "Ice", "price": Decimal("-12.3400"), "weight": Decimal("0.125"), "share": Decimal("0.000001"),
        "pages": -3, "bought_on": date(1, 1, 1), "opens_at": time(23, 59, 59, 5), "length": timedelta(hours=-2),
        "seen_at": datetime(9998, 12, 31, 23, 59, 59, 999999, tzinfo=UTC), "lent": False, "status": "new",
    }  # fmt: skip
    books = [
        record(**{**full, "title": text, "settings": {text: [text, None, 1.5]}, "labels": (text,)}) for text in texts
    ] + [record(title=f"B{place}", **{name: full[name] for name in list(full)[place:]}) for place in range(1, 11)]
    books += [record(title=f"C{place}", lent=place % 2 == 0, price=Decimal(place * 10**9)) for place in range(5)]
    with store.write(context, library) as work:
        writes.insert(work, "book", books)
    names = ["id", "version", "settings", "labels", *full]
    with store.read(context, library) as work:
        found = rows.load(work, "book", [book["id"] for book in books], names)
    assert [found[book["id"]] for book in books] == [{name: book.get(name) for name in names} for book in books]


def test_rows_of_different_shape_and_order_go_together(store: TenantStore, context: Context, library: Snapshot) -> None:
    first, second = record(title="A"), record(pages=3)
    second["previous"] = first["id"]
    first["previous"] = second["id"]
    with store.write(context, library) as work:
        writes.insert(work, "book", [first, second])
        assert load(work, "book", first["id"], "title", "pages", "previous") == {
            "id": first["id"], "title": "A", "pages": None, "previous": second["id"],
        }  # fmt: skip


def test_many_rows(store: TenantStore, context: Context, library: Snapshot) -> None:
    many = [record(title=f"Book {n}", price=Decimal(n), labels=("x",) if n % 2 else None) for n in range(2_500)]
    with store.write(context, library) as work:
        writes.insert(work, "book", many)
        loaded = rows.load(work, "book", [one["id"] for one in many], ["title", "price", "labels"])
    assert [(loaded[one["id"]]["title"], loaded[one["id"]]["labels"]) for one in many] == [
        (one["title"], one["labels"]) for one in many
    ]


def test_an_update_needs_its_version_and_a_live_record(store: TenantStore, context: Context, library: Snapshot) -> None:
    books = [record(title=str(n)) for n in range(4)]
    ids = [one["id"] for one in books]
    with store.write(context, library) as work:
        writes.insert(work, "book", books)
        writes.soft_delete(work, "book", [ids[3]], context.now)
        changes = [
            (ids[0], 1, {"title": "a", "version": 2}),
            (ids[1], 7, {"title": "b", "version": 8}),
            (ids[2], None, {"labels": ("q",)}),
            (ids[3], 1, {"title": "d"}),
            (new_id(), None, {"title": "e"}),
        ]
        assert writes.update(work, "book", changes) == {ids[0], ids[2]}
        assert [load(work, "book", id, "title")["title"] for id in ids[:3]] == ["a", "1", "2"]
        assert load(work, "book", ids[2], "labels")["labels"] == ("q",)
        for one in changes:
            assert writes.update(work, "book", [one]) == ({one[0]} if one[0] == ids[2] else set())
        assert writes.update(work, "book", [(ids[0], 2, {"version": 3, "labels": ("r", "s")})]) == {ids[0]}
        assert load(work, "book", ids[0], "labels", "version") == {"id": ids[0], "labels": ("r", "s"), "version": 3}
        assert writes.update(work, "book", [(ids[0], 2, {"labels": ("t",)})]) == set()
        assert load(work, "book", ids[0], "labels")["labels"] == ("r", "s")


def test_of_two_writers_on_one_version_one_wins(store: TenantStore, context: Context, library: Snapshot) -> None:
    one = record(title="start")
    with store.write(context, library) as work:
        writes.insert(work, "book", [one])
    ready, answers = threading.Barrier(4), []

    def change(title: str) -> None:
        ready.wait()
        with store.write(context, library) as work:
            answers.append(writes.update(work, "book", [(one["id"], 1, {"title": title, "version": 2})]))

    threads = [threading.Thread(target=change, args=(f"t{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers, key=len) == [set(), set(), set(), {one["id"]}]


def test_uniqueness_folds_counts_live_rows_only_and_names_its_rule(
    store: TenantStore, context: Context, library: Snapshot
) -> None:
    first, second = record(card="Ä-1"), record(card="a-1")
    with store.write(context, library) as work:
        writes.insert(work, "reader", [first, record(card=None), record(card=None)])
        with pytest.raises(UniqueViolation) as caught, work.savepoint():
            writes.insert(work, "reader", [second])
        rule = violated(library.object("reader"), caught.value)
        assert rule is not None
        assert rule.fields == ("card",)
        writes.soft_delete(work, "reader", [first["id"]], context.now)
        writes.insert(work, "reader", [second])
        with pytest.raises(UniqueViolation), work.savepoint():
            writes.restore(work, "reader", [first["id"]])
        writes.soft_delete(work, "reader", [second["id"]], context.now)
        writes.restore(work, "reader", [first["id"]])
        assert load(work, "reader", first["id"], "card")["card"] == "Ä-1"
        book = record(shelf="s", pages=1, external_id="x")
        writes.insert(work, "book", [book])
        for twin, fields in (
            (record(shelf="s", pages=1), ("shelf", "pages")),
            (record(external_id="x"), ("external_id",)),
        ):
            with pytest.raises(UniqueViolation) as caught, work.savepoint():
                writes.insert(work, "book", [twin])
            rule = violated(library.object("book"), caught.value)
            assert rule is not None
            assert rule.fields == fields
        with pytest.raises(UniqueViolation) as caught, work.savepoint():
            writes.insert(work, "book", [{"id": book["id"], "version": 1}])
        assert violated(library.object("book"), caught.value) is None


def test_a_link_to_nothing_never_commits(store: TenantStore, context: Context, library: Snapshot) -> None:
    with pytest.raises(Conflict), store.write(context, library) as work:
        writes.insert(work, "book", [record(previous=new_id())])
    with pytest.raises(Conflict), store.write(context, library) as work:
        writes.insert(work, "book", [record(authors=(new_id(),))])


def test_a_number_that_does_not_fit_is_refused(store: TenantStore, context: Context, library: Snapshot) -> None:
    with pytest.raises(Invalid), store.write(context, library) as work:
        writes.insert(work, "book", [record(price=Decimal("1e15"))])


def test_a_purge_leaves_no_trace_and_blanks_links(store: TenantStore, context: Context, library: Snapshot) -> None:
    author, old = record(name="A"), record(title="old")
    book = record(title="B", authors=(author["id"],), labels=("x",), subject=RecordRef("book", old["id"]))
    book["previous"] = old["id"]
    other = record(title="C", previous=old["id"], subject=RecordRef("reader", author["id"]))
    with store.write(context, library) as work:
        writes.insert(work, "reader", [author])
        writes.insert(work, "book", [old, book, other])
    with store.write(context, library) as work:
        purge(work, "book", [old["id"]])
        purge(work, "reader", [author["id"]])
    with store.write(context, library) as work:
        assert load(work, "book", book["id"], "previous", "subject", "authors", "labels") == {
            "id": book["id"], "previous": None, "subject": None, "authors": None, "labels": ("x",),
        }  # fmt: skip
        assert load(work, "book", other["id"], "previous", "subject")["subject"] is None
        purge(work, "book", [book["id"], other["id"]])
        for table in ("book", "book__labels", "book__authors", "reader"):
            name = f'"{store.place.schema}"."{table}"' if store.place.schema else f'"{table}"'
            assert work.connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one() == 0


def test_rows_are_locked_in_the_order_of_their_ids(store: TenantStore, context: Context, library: Snapshot) -> None:
    books = [record(title=str(n)) for n in range(3)]
    ids = [one["id"] for one in books]
    with store.write(context, library) as work:
        writes.insert(work, "book", books)

    def hold(order: list[UUID]) -> None:
        for _ in range(10):
            with store.write(context, library) as work:
                writes.lock(work, "book", order)
                writes.update(work, "book", [(id, None, {"pages": 1}) for id in order])

    threads = [threading.Thread(target=hold, args=(order,)) for order in (ids, ids[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_links_are_repointed_and_versions_move_on(store: TenantStore, context: Context, library: Snapshot) -> None:
    old, new = record(title="old"), record(title="new")
    linked = record(title="linked", previous=old["id"])
    with store.write(context, library) as work:
        writes.insert(work, "book", [old, new, linked])
        writes.repoint(work, "book", "previous", [linked["id"]], new["id"])
        found = load(work, "book", linked["id"], "previous", "version")
        assert (found["previous"], found["version"]) == (new["id"], 2)
