"""Random layers over everything that ships: they link, come back from files and from storage, and reset to nothing."""

import json
import random
from dataclasses import replace
from typing import Any

import pytest

from formwork.catalog import ObjectSpec, Snapshot, link
from formwork.definitions import load_files, package_files
from formwork.definitions.dump.yaml_text import yaml_text
from formwork.definitions.model import FieldSection
from formwork.definitions.reading.shelves import ZipFiles
from formwork.definitions.stored import documents_hash, dump_packages
from formwork.fieldtypes import FIELD_TYPES
from formwork.publishing import restore_snapshot, with_index
from tests.catalog.test_link_stored import assert_same
from tests.support.seeds import scaled
from tests.support.tenants import shipped, shipped_snapshot


def random_layer(chance: random.Random, base: Snapshot) -> dict[str, str]:
    """The files of a layer that says sound things of some objects, of the menu and of rights."""
    files: dict[str, str] = {}
    for name in chance.sample(sorted(base.objects), 6):
        spec = base.objects[name]
        files[f"objects/tenant/{name}.yaml"] = yaml_text({"extends": name, **_object(chance, spec)})
        if spec.layout is not None:
            files[f"layouts/tenant/{name}.yaml"] = yaml_text({"extends": name, **_layout(chance, spec)})
    role, target = chance.choice(sorted(base.rights.grants))
    grant = {"read": "all", "delete": False, "fields": {chance.choice(sorted(base.objects[target].fields)): "hidden"}}
    files["metadata/tenant/permissions.yaml"] = yaml_text({"grants": {role: {target: grant}}})
    first, second, *_, last = (one.key for one in base.navigation)
    groups: list[dict[str, Any]] = [{"group": first, "label": "New", "after": second}, {"group": last, "hidden": True}]
    files["metadata/tenant/navigation.yaml"] = yaml_text({"navigation": groups})
    return files


def _object(chance: random.Random, spec: ObjectSpec) -> dict[str, Any]:
    fields: dict[str, Any] = {"own_note": {"type": "text", "label": "Own note"}}
    for name in chance.sample(sorted(spec.definition.fields), min(4, len(spec.definition.fields))):
        field = spec.definition.fields[name]
        change: dict[str, Any] = {"label": f"My {name}", "help": "Mine."}
        if name != spec.title and not (field.required and field.default is None) and chance.random() < 0.5:
            change["hidden"] = True
        if field.settings.get("options") and field.type == "select":
            codes = list(field.settings["options"])
            change["options"] = {codes[-1]: {"label": "Other", "after": codes[0]} if len(codes) > 1 else "Other"}
        fields[name] = change
    rules = [{"rule": rule.rule, "hidden": True} for rule in spec.validations if chance.random() < 0.5]
    types = {code: {"label": "Kind"} for code in spec.definition.record_types}
    return {"label": "Mine", "plural": "All mine", "fields": fields, "validations": rules, "record_types": types}


def _layout(chance: random.Random, spec: ObjectSpec) -> dict[str, Any]:
    assert spec.layout is not None
    forms: dict[str, Any] = {}
    for form in spec.layout.forms.values():
        places = [(tab, one) for tab in form.tabs for one in tab.sections if isinstance(one, FieldSection)]
        if len(places) < 2:
            continue
        (_, first), (tab, second) = places[0], places[-1]
        moved = chance.choice(first.fields).field
        section = {"id": second.id, "label": "Moved here", "fields": [{"field": moved, "span": 2}]}
        forms[form.name] = {
            "tabs": [{"id": tab.id, "label": "Renamed", "after": form.tabs[0].id, "sections": [section]}]
        }
        if tab is form.tabs[0]:
            del forms[form.name]["tabs"][0]["after"]
    views = {name: {"hidden": True} for name in spec.layout.views if chance.random() < 0.3}
    kept = [name for name in spec.layout.views if name not in views]
    views |= {name: {"label": "My view", "after": kept[0]} for name in kept[1:]}
    return {"forms": forms, "views": views}


@pytest.mark.parametrize("seed", range(scaled(2)))
def test_a_layer_comes_back_from_files_and_from_storage(seed: int) -> None:
    chance = random.Random(seed)
    base = dict(shipped())
    files = random_layer(chance, shipped_snapshot())
    read = load_files(ZipFiles({name: text.encode() for name, text in files.items()}))
    assert not read.findings, [str(one) for one in read.findings]
    packages = base | read.packages
    linked = link(packages, FIELD_TYPES)
    assert linked.snapshot is not None, [str(one) for one in linked.findings]
    assert not linked.findings

    documents = dump_packages(packages)
    again = load_files(ZipFiles({name: text.encode() for name, text in package_files(packages["tenant"]).items()}))
    assert documents_hash(dump_packages(base | again.packages)) == documents_hash(documents)

    kept: dict[str, Any] = json.loads(json.dumps(with_index(documents, linked.snapshot.index)))
    assert_same(restore_snapshot(kept, FIELD_TYPES, "v"), _as(linked.snapshot, "v"))


def _as(snapshot: Snapshot, version: str) -> Snapshot:
    return replace(snapshot, version=version)
