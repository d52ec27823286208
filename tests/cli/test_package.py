"""`package`: from a folder to a file, to a tenant, to its next version, and away again."""

from pathlib import Path

import pytest

from tests.support.command import Program


@pytest.fixture(name="folder")
def scaffolded(program: Program, tmp_path: Path) -> Path:
    """A workspace with the package `garden` as `package new` writes it."""
    folder = tmp_path / "work"
    assert program("package", "new", "garden", "--object", "plant", "--folder", folder).code == 0
    return folder


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_package_goes_the_whole_way(program: Program, folder: Path, tmp_path: Path) -> None:
    refused = program("package", "new", "garden", "--folder", folder)
    assert (refused.code, program("check", folder).code) == (4, 0)
    first, second = tmp_path / "garden-1.zip", tmp_path / "garden-2.zip"
    built = program("package", "build", "garden", "--folder", folder, "--out", first, "--json").json
    assert program("package", "verify", first, "--json").json["sha256"] == built["sha256"]
    planned = program("package", "install", first, "--plan", "--json").json
    assert (planned["published"], planned["plan"]["differences"][0]["sentence"]) == (
        False, "Install package garden 0.1.0.",
    )  # fmt: skip
    done = program("package", "install", first, "--demo", "--json").json
    assert (done["published"], done["records"]) == (True, {"plant": 1})
    assert (again := program("package", "install", first, "--json")).code == 4
    assert again.json["error"] == "package_installed"

    own = tmp_path / "own/objects/tenant/plant.yaml"
    own.parent.mkdir(parents=True)
    own.write_text("extends: plant\nlabel: Tree\nfields: {note: {label: Remark}, state: {label: Stage}}\n")
    assert program("apply", tmp_path / "own").code == 0
    edit(folder / "metadata/garden/package.yaml", "0.1.0", "0.2.0")
    edit(folder / "objects/garden/plant.yaml", "  note: {type: long_text}\n", "  place: {type: text}\n")
    assert program("package", "build", "garden", "--folder", folder, "--out", second).code == 0
    asked = program("package", "upgrade", second)
    assert (asked.code, "plant.fields.note.label" in asked.err) == (4, True)
    choice = ("package", "upgrade", second, "--take-theirs", "plant.fields.note")
    assert "Remove field plant.note" in program(*choice, "--plan").out
    assert program(*choice, "--json").json["error"] == "unconfirmed"
    done = program(*choice, "--yes")
    assert (done.code, "Upgrade garden to 0.2.0. Done." in done.out) == (0, True)

    listed = {one["package"]: one for one in program("package", "list", "--json").json}
    assert (listed["garden"]["version"], listed["tenant"]["own"]) == ("0.2.0", True)
    assert listed["core"]["required_by"] == ["garden", "library"]
    assert program("package", "uninstall", "core", "--json").json["error"] == "required_by"
    assert program("package", "uninstall", "garden", "--json").json["error"] == "package_conflicts"
    gone = program("package", "uninstall", "garden", "--take-theirs", "all", "--yes", "--json").json
    assert gone["published"] is True
    assert "garden" not in {one["package"] for one in program("package", "list", "--json").json}


def test_a_package_that_does_not_hold_fails_its_test(program: Program, folder: Path) -> None:
    edit(folder / "seed/garden/demo/plant.yaml", "name: First plant", "nmae: First plant")
    failed = program("package", "test", "garden", "--folder", folder, "--json")
    assert (failed.code, failed.json["passed"], failed.json["steps"][-1]["error"]) == (1, False, "bad_seed")
    edit(folder / "seed/garden/demo/plant.yaml", "nmae: First plant", "name: First plant")
    edit(folder / "metadata/garden/tests/garden.yaml", "count: 1", "count: 2")
    unmet = program("package", "test", "garden", "--folder", folder)
    assert (unmet.code, "2 of `plant` where state = 'open' are expected, there are 1." in unmet.out) == (1, True)
    assert program("package", "build", "nothing", "--folder", folder).code == 1
    assert program("package", "new", "tenant").code == 1
