"""The menu of several packages: groups merge by key and stand by their order."""

from formwork.catalog import link
from formwork.catalog.labels import conversion_label, mapping_label
from formwork.catalog.layer.menu import UNPLACED
from formwork.definitions import dump_document
from formwork.definitions.model import PackageContent
from formwork.definitions.parse.document import parse_document
from formwork.fieldtypes.registry import FIELD_TYPES
from tests.support.tenants import ROOT, packages_of


def test_groups_stand_by_order_and_merge_by_key() -> None:
    packages = packages_of((ROOT,))
    linked = link(packages, FIELD_TYPES)
    assert linked.snapshot is not None, linked.findings
    groups = {group.key: group for group in linked.snapshot.navigation}
    orders = [group.order for group in linked.snapshot.navigation]
    assert orders == sorted(orders, key=lambda order: UNPLACED if order is None else order)
    first, *_, last = groups
    assert (first, last) == ("sales", "organisation")
    assert len(groups["sales"].items) > 5


def test_a_group_without_order_stands_after_a_hundred() -> None:
    written = [{"group": "late", "order": 101, "items": ["user"]}, {"group": "plain", "items": ["user"]}]
    menu, findings = parse_document("navigation", {"navigation": written}, "zoo")
    manifest, _ = parse_document("package", {"package": "zoo", "version": "1.0.0", "label": "Zoo"}, "zoo")
    assert not findings
    packages = {**packages_of(()), "zoo": PackageContent(manifest, navigation=(menu,))}
    linked = link(packages, FIELD_TYPES)
    assert linked.snapshot is not None, linked.findings
    assert [group.key for group in linked.snapshot.navigation] == ["plain", "late", "organisation"]
    assert parse_document("navigation", dump_document(menu)[1], "zoo")[0] == menu


def test_what_a_button_says_is_translated() -> None:
    linked = link(packages_of((ROOT,)), FIELD_TYPES)
    assert linked.snapshot is not None, linked.findings
    name, mapping = next((name, one) for name, one in linked.snapshot.mappings.items() if one.label)
    assert mapping_label(linked.snapshot, "es", name, mapping.label) != mapping.label
    assert mapping_label(linked.snapshot, "en", name, mapping.label) == mapping.label
    for name, one in linked.snapshot.conversions.items():
        assert conversion_label(linked.snapshot, "es", name, one.label) != one.label
