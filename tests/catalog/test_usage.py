"""Where-used: what is said to be used cannot be taken away, and what is not can."""

from dataclasses import replace

import pytest

from formwork.catalog import Snapshot, link
from formwork.catalog.usage import usage_of
from formwork.definitions.model import ObjectDef, PackageContent
from formwork.fieldtypes import FIELD_TYPES
from tests.support.tenants import LIBRARY, loaded, shipped, shipped_snapshot

PACKAGES = {"core": shipped()["core"], "library": loaded(LIBRARY)["library"]}


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    """The library with core."""
    linked = link(PACKAGES, FIELD_TYPES)
    assert linked.snapshot is not None
    return linked.snapshot


def links(library: PackageContent) -> bool:
    """Whether a changed library still links."""
    return link({**PACKAGES, "library": library}, FIELD_TYPES).snapshot is not None


def without(definition: ObjectDef, field: str) -> PackageContent:
    """The library without a field."""
    changed = replace(definition, fields={name: one for name, one in definition.fields.items() if name != field})
    library = PACKAGES["library"]
    return replace(library, objects=tuple(changed if one is definition else one for one in library.objects))


@pytest.mark.parametrize("definition", PACKAGES["library"].objects, ids=lambda one: str(one.name))
def test_a_field_can_go_exactly_when_nothing_uses_it(snapshot: Snapshot, definition: ObjectDef) -> None:
    told = {name: bool(usage_of(snapshot).of(definition.name, name)) for name in definition.fields}
    found = {name: not links(without(definition, name)) for name in definition.fields}
    assert told == found


def test_an_object_can_go_exactly_when_nothing_outside_uses_it(snapshot: Snapshot) -> None:
    library = PACKAGES["library"]
    for definition in library.objects:
        rest = tuple(one for one in library.objects if one is not definition)
        assert bool(usage_of(snapshot).of(definition.name)) != links(replace(library, objects=rest)), definition.name


def test_every_kind_of_reference_is_told(snapshot: Snapshot) -> None:
    def kinds(object: str, field: str = "") -> set[tuple[str, str]]:
        return {(one.kind, one.place) for one in usage_of(snapshot).of(object, field)}

    assert kinds("loan", "days") == {
        ("formula", "loan.fields.due_on.expression"), ("formula", "loan_item.fields.fee.expression"),
        ("permission", "grants.home_clerk.loan"),
    }  # fmt: skip
    assert kinds("book", "daily_fee") == {("default", "loan_item.fields.daily_fee.default")}
    assert ("rollup", "reader.fields.loans_count") in kinds("loan", "reader")
    assert ("record_type", "loan.record_types.hall") in kinds("loan", "status")
    assert {("master", "loan_item.master"), ("rollup", "reader.fields.owed")} <= kinds("loan")
    assert usage_of(snapshot).following("loan_item", "copies") == [
        ("loan", "fee_total"), ("loan_item", "fee"), ("reader", "credit_left"), ("reader", "owed"),
    ]  # fmt: skip


def test_the_shipped_packages_are_told_about_too() -> None:
    """Layouts, views, the menu, mappings and rights of the shipped packages all have their place among the uses."""
    usage = usage_of(shipped_snapshot())
    found = {one.kind for name in shipped_snapshot().objects for one in usage.of(name)}
    assert found >= {"layout", "view", "navigation", "permission", "mapping", "lookup", "master", "rollup", "formula"}
