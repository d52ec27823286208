"""Packages come, change and go, and a tenant's own layer keeps what it says."""

import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO

import pytest

from formwork.definitions.model import PackageContent
from formwork.definitions.reading.shelves import ZipFiles
from formwork.kernel import Conflict, FormworkError, Invalid, Malformed, NotFound
from formwork.publishing import build_package, open_package
from formwork.records import create, get_record
from formwork.runtime.packages import Choices, PackagePlan, carry_out, plan_install, plan_uninstall, plan_upgrade
from tests.support.databases import Database
from tests.support.layers import read
from tests.support.tenants import Installation, installed

GARDEN = {
    "metadata/garden/package.yaml": "package: garden\nversion: 1.0.0\nlabel: Garden\nrequires: {core: '^1.0'}\n",
    "objects/garden/plant.yaml": (
        "object: plant\ntitle: name\nfields:\n  name: {type: text, required: true}\n  height: {type: integer}\n"
        "  note: {type: text}\n  state: {type: select, options: {seed: Seed, grown: Grown}}\n"
    ),
    "layouts/garden/plant.yaml": "object: plant\nviews: {tall: {label: Tall, columns: [name, height]}}\n",
    "metadata/garden/permissions.yaml": "roles: {gardener: Gardener}\ngrants: {gardener: {plant: {read: all}}}\n",
    "seed/garden/plant.yaml": "object: plant\nrecords:\n  - {external_id: oak, name: Oak, height: 20}\n",
}
NEWER = GARDEN | {
    "metadata/garden/package.yaml": GARDEN["metadata/garden/package.yaml"].replace("1.0.0", "1.1.0"),
    "objects/garden/plant.yaml": (
        "object: plant\ntitle: name\nsummary: What grows.\nfields:\n"
        "  name: {type: text, required: true, label: Species}\n"
        "  height: {type: integer, label: Height in cm}\n  shelf: {type: text, label: Shelf}\n"
        "  state: {type: select, options: {seed: Seedling, grown: Grown}}\n"
    ),
}
LAYER = {
    "objects/tenant/plant.yaml": (
        "# ours\nextends: plant\nlabel: Tree\nfields:\n  height: {label: How high}  # in metres\n"
        "  note: {label: Remark}\n  shelf: {type: text}\n  state: {options: {grown: Big}}\n"
    ),
    "metadata/tenant/permissions.yaml": "grants: {gardener: {plant: {read: own}}, employee: {plant: {read: all}}}\n",
}


@pytest.fixture(name="home")
def bare(database: Database) -> Iterator[Installation]:
    with installed(database, database.folder) as home:
        yield home


def package(files: Mapping[str, str], name: str = "garden") -> PackageContent:
    return open_package(built(files, name)).content()


def built(files: Mapping[str, str], name: str = "garden") -> bytes:
    return build_package(ZipFiles({path: text.encode() for path, text in files.items()}), name)


def install(home: Installation, one: PackageContent) -> PackagePlan:
    with home.system() as work:
        planned = plan_install(home.runtime, work, one)
        assert carry_out(home.runtime, planned, work, "test").created == {"plant": 1}
    return planned


def with_layer(home: Installation) -> None:
    with home.system() as work:
        home.runtime.publish(work, home.runtime.plan(work, read(LAYER)))


def test_a_package_comes_and_goes_with_its_plan(home: Installation) -> None:
    planned = install(home, package(GARDEN))
    assert {(one.kind, one.path) for one in planned.plan.differences} >= {("added", "garden"), ("added", "plant")}
    with home.system() as work:
        with pytest.raises(Conflict, match="Upgrade it instead") as there:
            plan_install(home.runtime, work, package(GARDEN))
        assert there.value.code == "package_installed"
        bed = package({
            "metadata/bed/package.yaml": "package: bed\nversion: 1.0.0\nlabel: Bed\nrequires: {garden: '>=1.0'}\n",
            "objects/bed/bed.yaml": "object: bed\nfields: {name: {type: text}, plant: {type: lookup, to: plant}}\n",
        }, "bed")  # fmt: skip
        work = carry_out(home.runtime, plan_install(home.runtime, work, bed), work, "test").work
        with pytest.raises(Conflict, match="is required by bed") as needed:
            plan_uninstall(home.runtime, work, "garden")
        assert (needed.value.code, needed.value.extra["packages"]) == ("required_by", ["bed"])
        with pytest.raises(Conflict, match="is required by"):
            plan_uninstall(home.runtime, work, "core")
        work = carry_out(home.runtime, plan_uninstall(home.runtime, work, "bed"), work, "test").work
        gone = plan_uninstall(home.runtime, work, "garden")
        assert ("removed", "plant") in {(one.kind, one.path) for one in gone.plan.differences}
        work = carry_out(home.runtime, gone, work, "test").work
        assert "plant" not in work.snapshot.objects
        assert sorted(home.runtime.snapshots.packages(work)) == ["core"]
        for name in ("garden", "tenant"):
            with pytest.raises(NotFound):
                plan_uninstall(home.runtime, work, name)


def test_an_upgrade_asks_about_what_both_changed_and_keeps_the_rest(home: Installation) -> None:
    install(home, package(GARDEN))
    with_layer(home)
    with home.system() as work:
        [tree] = create(work, "plant", [{"name": "Elm", "shelf": "A"}])
        with pytest.raises(Conflict) as asked:
            plan_upgrade(home.runtime, work, package(NEWER))
        told = {one["key"]: (one["kind"], one["mine"], one["theirs"]) for one in asked.value.extra["conflicts"]}
        assert told == {
            "plant.fields.height.label": ("changed", "How high", "Height in cm"),
            "plant.fields.note.label": ("removed", "Remark", None),
            "plant.fields.shelf.type": ("added", "text", "text"),
        }
        with pytest.raises(NotFound) as unknown:
            plan_upgrade(home.runtime, work, package(NEWER), Choices(theirs=["plant.fields.name"]))
        assert unknown.value.code == "unknown_key"
        choices = Choices(mine=["plant.fields.height", "plant.fields.shelf"], theirs=["all"])
        planned = plan_upgrade(home.runtime, work, package(NEWER), choices)
        work = carry_out(home.runtime, planned, work, "test").work
        plant = work.object("plant")
        labels = {name: one.definition.label for name, one in plant.fields.items() if not one.system}
        assert labels == {"name": "Species", "height": "How high", "shelf": "Shelf", "state": "State"}
        options = {code: one.label for code, one in plant.fields["state"].options.items()}
        assert options == {"seed": "Seedling", "grown": "Big"}
        assert (plant.definition.label, plant.definition.summary) == ("Tree", "What grows.")
        assert get_record(work, "plant", tree.id)["shelf"] == "A"
        layer = home.runtime.snapshots.packages(work)["tenant"]
        assert "{label: How high}  # in metres" in layer.texts["objects/tenant/plant.yaml"]
        assert "note" not in layer.texts["objects/tenant/plant.yaml"]
        with pytest.raises(Conflict) as older:
            plan_upgrade(home.runtime, work, package(GARDEN))
        assert older.value.code == "older_version"


def test_a_package_that_goes_takes_what_the_layer_says_of_it(home: Installation) -> None:
    install(home, package(GARDEN))
    with_layer(home)
    with home.system() as work:
        with pytest.raises(Conflict) as asked:
            plan_uninstall(home.runtime, work, "garden")
        assert {one["kind"] for one in asked.value.extra["conflicts"]} == {"removed"}
        bed = {
            "objects/tenant/bed.yaml": "object: bed\nfields: {name: {type: text}, plant: {type: lookup, to: plant}}\n"
        }
        after = home.runtime.publish(work, home.runtime.plan(work, read(LAYER | bed)))
        with pytest.raises(Conflict) as used:
            plan_uninstall(home.runtime, after, "garden", Choices(theirs=["all"]))
        assert used.value.code == "in_use"
        work = home.runtime.publish(after, home.runtime.plan(after, read(LAYER)))
        planned = plan_uninstall(home.runtime, work, "garden", Choices(theirs=["all"]))
        work = carry_out(home.runtime, planned, work, "test").work
        assert sorted(home.runtime.snapshots.packages(work)) == ["core"]


def test_the_file_of_a_package_is_the_same_twice_and_found_whole(sqlite: Database) -> None:
    data = built(GARDEN)
    assert data == built(dict(reversed(GARDEN.items())))
    found = open_package(data)
    assert (found.name, found.version, sorted(found.files)) == ("garden", "1.0.0", sorted(GARDEN))
    assert len(found.content().seeds) == 1


def changed(data: bytes, **members: bytes | None) -> bytes:
    """The zip with members written anew by their last word, or left out."""
    packed = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as before, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            content = members.get(name.split("/")[-1].partition(".")[0], before.read(name))
            if content is not None:
                after.writestr(name, content)
        for name in (one for one in members if "/" in one):
            after.writestr(name, members[name] or b"")
    return packed.getvalue()


FOREIGN = b'{"package": "tenant", "version": "1.0.0", "files": {}, "sha256": ""}'


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (changed(built(GARDEN), plant=b"object: weed\n"), "bad_checksum"),
        (changed(built(GARDEN), permissions=None), "bad_checksum"),
        (changed(built(GARDEN), **{"objects/garden/more.yaml": b"object: more\n"}), "bad_checksum"),
        (changed(built(GARDEN), checksums=None), "no_package"),
        (changed(built(GARDEN), **{"../../etc/passwd": b"x"}), "unsafe_file"),
        (changed(built(GARDEN), **{"objects/garden/zeros.yaml": b"0" * 20_000_000}), "unsafe_file"),
        (changed(built(GARDEN), checksums=FOREIGN), "reserved_name"),
        (b"PK\x03\x04 nonsense", "no_package"),
    ],
    ids=["changed", "missing", "more", "no sums", "outside", "bomb", "layer", "no zip"],
)  # fmt: skip
def test_a_file_that_is_not_what_was_built_is_refused(data: bytes, code: str) -> None:
    with pytest.raises((Invalid, Malformed)) as refused:
        open_package(data)
    assert refused.value.code == code


def test_only_a_sound_package_of_its_own_is_built() -> None:
    for files, name, code in (
        (GARDEN, "gardn", "unknown_package"),
        (LAYER, "tenant", "reserved_name"),
        (GARDEN | {"objects/garden/plant.yaml": "object: plant\nfieds: {}\n"}, "garden", "metadata_invalid"),
    ):
        with pytest.raises(FormworkError) as refused:
            built(files, name)
        assert refused.value.code == code
