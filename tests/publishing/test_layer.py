"""A tenant's layer is published like every package: what it says holds at once, and outlives an upgrade."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from formwork.definitions import package_files
from formwork.kernel import Denied, Invalid
from formwork.records import create, get_record
from formwork.runtime.snapshots import Snapshots
from tests.support.databases import Database
from tests.support.layers import read
from tests.support.tenants import LIBRARY, Installation, installed, loaded

LAYER = {
    "objects/tenant/reader.yaml": (
        "extends: reader\nlabel: Borrower\nfields:\n  card: {hidden: true}\n  name: {label: Full name}\n"
        "  shelf: {type: text}\nvalidations: [{rule: credit_used_up, hidden: true}]\n"
    ),
    "objects/tenant/loan.yaml": "extends: loan\nrecord_types: {hall: {hidden: true}}\n",
    "objects/tenant/vehicle.yaml": "object: vehicle\ntitle: name\nfields: {name: {type: text, required: true}}\n",
    "metadata/tenant/permissions.yaml": (
        "grants: {librarian: {book: {delete: false}, vehicle: {create: true, read: all}}}\n"
    ),
}  # fmt: skip


@pytest.fixture(name="home")
def library(database: Database) -> Iterator[Installation]:
    with installed(database, database.folder, LIBRARY) as home:
        yield home


def published(home: Installation, packages: Any) -> bool:
    """Publish packages over those of the tenant; False when that changes nothing."""
    with home.system() as work:
        plan = home.runtime.plan(work, packages)
        if not plan.is_empty:
            home.runtime.publish(work, plan)
        return not plan.is_empty


def test_what_the_layer_says_holds_at_once_and_outlives_an_upgrade(home: Installation) -> None:
    assert published(home, read(LAYER))
    desk = home.user("desk", "librarian")
    with home.as_user(desk) as work:
        create(work, "vehicle", [{"name": "Van"}])
        [reader] = create(work, "reader", [{"name": "Ada", "shelf": "A"}])
        assert "card" not in get_record(work, "reader", reader.id)
        assert work.object("reader").definition.label == "Borrower"
        with pytest.raises(Invalid) as refused:
            create(work, "reader", [{"name": "Bob", "card": "7"}])
        assert [one.code for one in refused.value.problems] == ["unknown_field"]
        with pytest.raises((Denied, Invalid)):
            create(work, "loan", [{"reader": str(reader.id), "record_type": "hall"}])
    with home.system() as work:
        own = home.runtime.snapshots.packages(work)["tenant"]
        fresh = Snapshots(home.runtime.registry).current(work)
        assert fresh.objects["reader"].fields["name"].definition.label == "Full name"
    assert not published(home, read(package_files(own)))

    old = loaded(LIBRARY)["library"]
    bare = [one if one.name != "reader" else replace(one, label="Patron", summary="New.") for one in old.objects]
    newer = replace(old, manifest=replace(old.manifest, version="1.1.0"), objects=tuple(bare))
    assert published(home, {"library": newer})
    with home.as_user(desk) as work:
        reader_now = work.object("reader").definition
        assert (reader_now.label, reader_now.summary) == ("Borrower", "New.")
        assert work.snapshot.packages["library"].version == "1.1.0"
