"""A Snapshot from its stored form is the one that linking from nothing gives, object by object and in any order."""

import dataclasses
import json
import random
from collections.abc import Mapping
from threading import Thread
from typing import Any

import pytest

from formwork.catalog import Snapshot, link
from formwork.definitions import load_workspace
from formwork.definitions.model import PackageContent
from formwork.definitions.stored import dump_packages, restore_packages
from formwork.fieldtypes import FIELD_TYPES
from formwork.publishing import restore_snapshot, with_index
from tests.support import tenants
from tests.support.seeds import scaled
from tests.support.tenants import ROOT


@pytest.fixture(scope="module", name="shipped")
def shipped_and_example() -> dict[str, PackageContent]:
    """The packages of the repository and of the example."""
    found = dict(tenants.shipped())
    example = load_workspace(ROOT / "examples/crm-sales")
    return {**found, **{name: one for name, one in example.packages.items() if name not in found}}


def stored(packages: Mapping[str, PackageContent]) -> dict[str, Any]:
    """The packages as a database gives them back."""
    linked = link(packages, FIELD_TYPES)
    assert linked.snapshot is not None, linked.findings
    kept: dict[str, Any] = json.loads(json.dumps(with_index(dump_packages(packages), linked.snapshot.index)))
    return kept


def assert_same(found: Snapshot, wanted: Snapshot) -> None:
    """Every part of two Snapshots agrees, each object and name in the same order."""
    for part in dataclasses.fields(Snapshot):
        if part.name in ("seeds", "vocabulary", "objects"):
            continue
        assert getattr(found, part.name) == getattr(wanted, part.name), part.name
    assert list(found.objects) == list(wanted.objects)
    for name, spec in wanted.objects.items():
        mine = found.objects[name]
        assert list(mine.fields) == list(spec.fields)
        for key, field in spec.fields.items():
            assert mine.fields[key] == field, f"{name}.{key}"
        assert mine == spec, name
        assert found.vocabulary.objects[name] == wanted.vocabulary.objects[name], name
    assert found.vocabulary.actor == wanted.vocabulary.actor


def from_nothing(kept: Mapping[str, Any]) -> Snapshot:
    """The stored packages linked as a whole."""
    linked = link(restore_packages(kept), FIELD_TYPES, version="v")
    assert linked.snapshot is not None
    return linked.snapshot


def test_the_shipped_packages_come_back_the_same(shipped: dict[str, PackageContent]) -> None:
    kept = stored(shipped)
    assert_same(restore_snapshot(kept, FIELD_TYPES, "v"), from_nothing(kept))


@pytest.mark.parametrize("seed", range(scaled(4)))
def test_any_selection_of_packages_in_any_order_of_use(shipped: dict[str, PackageContent], seed: int) -> None:
    chance = random.Random(seed)
    chosen = _closed(shipped, chance.sample(sorted(shipped), chance.randint(1, len(shipped))))
    kept = stored(chosen)
    lazy, whole = restore_snapshot(kept, FIELD_TYPES, "v"), from_nothing(kept)
    names = list(whole.objects)
    chance.shuffle(names)
    for name in names:
        assert lazy.objects[name] == whole.objects[name], name
    assert_same(lazy, whole)


def test_what_is_not_asked_for_is_not_linked(shipped: dict[str, PackageContent], monkeypatch: Any) -> None:
    kept = stored(shipped)
    made: list[str] = []
    original = restore_packages.__globals__["restore_document"]
    monkeypatch.setitem(
        restore_packages.__globals__,
        "restore_document",
        lambda kind, data, *rest, **named: made.append(data.get("object", "")) or original(kind, data, *rest, **named),
    )
    snapshot = restore_snapshot(kept, FIELD_TYPES, "v")
    made.clear()
    assert snapshot.objects["group"] is snapshot.objects["group"]
    assert len(set(made)) < 5 < len(snapshot.objects)
    assert "nothing" not in snapshot.objects
    with pytest.raises(KeyError):
        snapshot.objects["nothing"]


def test_threads_that_ask_at_once_get_the_same_object(shipped: dict[str, PackageContent]) -> None:
    snapshot = restore_snapshot(stored(shipped), FIELD_TYPES, "v")
    seen: list[list[int]] = [[] for _ in range(4)]
    threads = [
        Thread(target=lambda mine=mine: mine.extend(id(one) for one in snapshot.objects.values())) for mine in seen
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen[0] == seen[1] == seen[2] == seen[3]


def test_documents_of_an_earlier_product_are_linked_as_a_whole(shipped: dict[str, PackageContent]) -> None:
    kept = stored({"core": shipped["core"]})
    del kept["index"]
    for slot in ("objects", "layouts"):
        kept["packages"]["core"][slot] = [
            {"kind": slot[:-1], "data": json.loads(one["text"])} for one in kept["packages"]["core"][slot]
        ]
    assert_same(restore_snapshot(kept, FIELD_TYPES, "v"), from_nothing(stored({"core": shipped["core"]})))


def _closed(packages: Mapping[str, PackageContent], names: list[str]) -> dict[str, PackageContent]:
    """The packages with all they require."""
    found: dict[str, PackageContent] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = packages[name]
            waiting += packages[name].manifest.requires
    return found
