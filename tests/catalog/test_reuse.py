"""Linking a version with what still holds of the one before gives what linking from nothing gives."""

import random
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from formwork.catalog import Linked, link
from formwork.catalog.link import NOTHING_LINKED
from formwork.definitions.model import FieldDef, ObjectDef, PackageContent
from formwork.definitions.stored import dump_packages
from formwork.fieldtypes import FIELD_TYPES
from formwork.publishing import restore_snapshot, with_index
from tests.catalog.test_link_stored import assert_same
from tests.support.seeds import scaled
from tests.support.tenants import shipped

Packages = dict[str, PackageContent]
Edit = Callable[[Packages, random.Random], None]


def edited(packages: Packages, chance: random.Random, change: Callable[[ObjectDef], ObjectDef]) -> None:
    """One object of one package after a change."""
    name = chance.choice([one for one in sorted(packages) if packages[one].objects])
    objects = list(packages[name].objects)
    at = chance.randrange(len(objects))
    objects[at] = change(objects[at])
    packages[name] = replace(packages[name], objects=tuple(objects))


def add_text(packages: Packages, chance: random.Random) -> None:
    key = f"fresh{chance.randrange(1000)}"
    field = FieldDef(key, "text", "Fresh", settings={"max": 100, "pattern": None})
    edited(packages, chance, lambda one: replace(one, fields={**one.fields, key: field}))


def add_formula(packages: Packages, chance: random.Random) -> None:
    def change(one: ObjectDef) -> ObjectDef:
        read = chance.choice([*one.fields, "id"])
        settings = {"gives": "boolean", "expression": f"{read} is blank", "stored": chance.random() < 0.5}
        return replace(one, fields={**one.fields, "freshly": FieldDef("freshly", "formula", "F", settings=settings)})

    edited(packages, chance, change)


def drop_field(packages: Packages, chance: random.Random) -> None:
    def change(one: ObjectDef) -> ObjectDef:
        gone = chance.choice(sorted(one.fields)) if one.fields else ""
        return replace(one, fields={key: field for key, field in one.fields.items() if key != gone})

    edited(packages, chance, change)


def become_number(packages: Packages, chance: random.Random) -> None:
    def change(one: ObjectDef) -> ObjectDef:
        texts = [key for key, field in one.fields.items() if field.type == "text"]
        if not texts:
            return one
        key = chance.choice(texts)
        return replace(one, fields={**one.fields, key: FieldDef(key, "integer", "N", settings={})})

    edited(packages, chance, change)


def relabel(packages: Packages, chance: random.Random) -> None:
    edited(packages, chance, lambda one: replace(one, label=f"Label {chance.randrange(100)}"))


def drop_object(packages: Packages, chance: random.Random) -> None:
    name = chance.choice([one for one in sorted(packages) if len(packages[one].objects) > 1])
    objects = list(packages[name].objects)
    del objects[chance.randrange(len(objects))]
    packages[name] = replace(packages[name], objects=tuple(objects))


def drop_layout(packages: Packages, chance: random.Random) -> None:
    name = chance.choice([one for one in sorted(packages) if packages[one].layouts])
    packages[name] = replace(packages[name], layouts=packages[name].layouts[1:])


def drop_package(packages: Packages, chance: random.Random) -> None:
    del packages[chance.choice([one for one in sorted(packages) if one != "core"] or ["core"])]


EDITS: tuple[Edit, ...] = (
    add_text, add_text, add_formula, drop_field, become_number, relabel, drop_object, drop_layout, drop_package,
)  # fmt: skip


@pytest.mark.parametrize("seed", range(scaled(2)))
def test_random_edits_link_the_same_with_and_without_the_version_before(seed: int) -> None:
    chance = random.Random(seed)
    packages: Packages = dict(shipped())
    before = linked(packages).snapshot
    assert before is not None
    for _ in range(4):
        packages_then = dict(packages)
        chance.choice(EDITS)(packages, chance)
        whole = link(packages, FIELD_TYPES)
        close = link(packages, FIELD_TYPES, previous=before)
        assert close.findings == whole.findings
        if whole.snapshot is None:
            assert close.snapshot is None
            packages = packages_then
            continue
        assert close.snapshot is not None
        assert_same(close.snapshot, whole.snapshot)
        before = close.snapshot


def linked(packages: Mapping[str, PackageContent]) -> Linked:
    return link(packages, FIELD_TYPES)


def test_objects_no_change_concerns_are_the_very_same() -> None:
    packages = dict(shipped())
    before = linked(packages).snapshot
    assert before is not None
    core = packages["core"]
    fresh = FieldDef("fresh", "text", "Fresh", settings={"max": 100, "pattern": None})
    objects = tuple(
        replace(one, fields={**one.fields, "fresh": fresh}) if one.name == "group" else one for one in core.objects
    )
    after = link({**packages, "core": replace(core, objects=objects)}, FIELD_TYPES, previous=before).snapshot
    assert after is not None
    relinked = {name for name, spec in after.objects.items() if spec is not before.objects[name]}
    assert relinked == {"group"}


def test_a_version_that_was_only_restored_is_no_shortcut() -> None:
    packages = dict(shipped())
    before = linked(packages).snapshot
    assert before is not None
    lazy = restore_snapshot(with_index(dump_packages(packages), before.index), FIELD_TYPES, before.version)
    again = link(packages, FIELD_TYPES, previous=lazy)
    assert again.snapshot is not None
    assert_same(again.snapshot, before)
    assert link(packages, FIELD_TYPES, previous=NOTHING_LINKED).snapshot == before
