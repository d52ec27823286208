"""The doctor finds what is missing and what dangles, and is silent about a sound tenant."""

from decimal import Decimal

from formwork.fieldtypes.value import RecordRef
from formwork.kernel import Context, new_id
from formwork.storage import NO_METADATA, TenantStore, writes
from formwork.storage.upkeep.doctor import examine, examine_values
from tests.storage.snapshots import snapshot
from tests.storage.test_ddl import publish, qualified

LIBRARY = snapshot()


def test_a_sound_tenant_has_no_symptom(store: TenantStore, context: Context) -> None:
    with store.read(context, NO_METADATA) as work:
        assert examine(work) == []
    publish(store, context, None, LIBRARY)
    with store.read_consistent(context, LIBRARY) as work:
        assert examine(work) == []


def test_missing_parts_and_dangling_links_are_found(store: TenantStore, context: Context) -> None:
    publish(store, context, None, LIBRARY)
    reader = new_id()
    with store.write(context, LIBRARY) as work:
        writes.insert(work, "reader", [{"id": reader, "version": 1}])
        good, bad = RecordRef("reader", reader), RecordRef("reader", new_id())
        writes.insert(work, "book", [{"id": new_id(), "version": 1, "subject": ref} for ref in (good, bad, None)])
    place = f'"{store.place.schema}".' if store.place.schema else ""
    with store.write(context, LIBRARY) as work:
        for statement in (
            f"DROP TABLE {qualified(store, 'loan_line')}",
            f'DROP INDEX {place}"ux$book$shelf$pages"',
            f'ALTER TABLE {qualified(store, "book")} DROP COLUMN "price"',
        ):
            work.connection.exec_driver_sql(statement)
    with store.read(context, LIBRARY) as work:
        found = {(one.check, one.object, one.count) for one in examine(work)}
        messages = " ".join(one.message for one in examine(work))
    assert found == {("schema", "loan_line", 1), ("schema", "book", 1), ("links", "book", 1)}
    assert "`price`" in messages
    assert "shelf, pages" in messages


def test_values_that_are_out_of_date_are_found(store: TenantStore, context: Context) -> None:
    publish(store, context, None, LIBRARY)
    right, wrong = ({"id": new_id(), "version": 1, "total": Decimal(0), "doubled": Decimal(n)} for n in (0, 5))
    with store.write(context, LIBRARY) as work:
        writes.insert(work, "loan", [right, wrong])
    with store.read(context, LIBRARY) as work:
        assert [(one.check, one.object, one.count) for one in examine_values(work)] == [("values", "loan", 1)]
