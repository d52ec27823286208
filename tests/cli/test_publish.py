"""check, plan and apply: every problem at once, all of it or nothing, twice is once."""

from pathlib import Path

from tests.support.command import Program


def test_apply_publishes_and_loads_records_once(program: Program, shelf: Path) -> None:
    planned = program("plan", shelf, "--json").json
    assert [one["sentence"] for one in planned["differences"]] == [
        "Install package garden 1.0.0.", "Add object plant with 3 fields.",
    ]  # fmt: skip
    first = program("apply", shelf, "--json").json
    assert (first["published"], first["records"]) == (True, {"plant": 1})
    again = program("apply", shelf, "--json").json
    assert (again["published"], again["records"], again["plan"]["differences"]) == (False, {}, [])
    assert "Nothing differs." in program("plan", shelf).out


def test_packages_taken_out_change_nothing_where_they_came_from(program: Program, shelf: Path, tmp_path: Path) -> None:
    program("apply", shelf)
    for target in (tmp_path / "folder", tmp_path / "all.zip"):
        written = program("package", "export", target, "--json").json
        assert "objects/garden/plant.yaml" in written["files"]
        assert program("plan", target, "--json").json["differences"] == []
        refused = program("package", "export", target, "garden", "--json")
        assert (refused.code, refused.json["error"]) == (4, "file_exists")
        assert program("package", "export", target, "garden", "--replace").code == 0
    assert program("package", "export", tmp_path / "other", "gardn").code == 3


def test_what_puts_values_away_wants_a_yes(program: Program, shelf: Path) -> None:
    program("apply", shelf)
    file = shelf / "objects/garden/plant.yaml"
    file.write_text(file.read_text().replace("  note: {type: text}\n", ""))
    refused = program("apply", shelf)
    assert (refused.code, "Remove field plant.note" in refused.out) == (1, True)
    assert program("plan", shelf, "--json").json["differences"] != []
    assert program("apply", shelf, "--yes").code == 0
    assert program("plan", shelf, "--json").json["differences"] == []


def test_errors_are_told_at_once_and_nothing_is_applied(program: Program, shelf: Path) -> None:
    (shelf / "objects/garden/plant.yaml").write_text(
        "object: plant\nlabel: Plant\ntitle: nam\nfields:\n  name: {type: txt}\n  kind: {type: lookup, to: planet}\n"
    )
    checked = program("check", shelf, "--json")
    lines = {(one["file"].rsplit("/", 1)[-1], one["line"]) for one in checked.json["findings"]}
    assert checked.code == 1
    assert lines >= {("plant.yaml", 5), ("plant.yaml", 6)}
    refused = program("apply", shelf)
    assert refused.code == 1
    assert "plant.yaml:5:" in refused.err
    assert "Traceback" not in refused.err


def test_a_seed_that_does_not_fit_undoes_the_publish(program: Program, shelf: Path) -> None:
    (shelf / "seed/garden/plant.yaml").write_text(
        "object: plant\nrecords:\n  - {external_id: oak, name: Oak, hight: 20}\n"
    )
    refused = program("apply", shelf, "--json")
    assert (refused.code, refused.json["error"]) == (1, "bad_seed")
    assert len(program("plan", shelf, "--json").json["differences"]) == 2


def test_the_shipped_packages_have_no_problem(program: Program) -> None:
    assert program("check").code == 0


def test_the_same_package_twice_is_refused(program: Program, shelf: Path, tmp_path: Path) -> None:
    twin = tmp_path / "twin/metadata/garden"
    twin.mkdir(parents=True)
    (twin / "package.yaml").write_text("package: garden\nversion: 1.0.0\nlabel: Garden\n")
    refused = program("check", shelf, tmp_path / "twin", "--json")
    assert (refused.code, refused.json["error"]) == (1, "package_twice")
