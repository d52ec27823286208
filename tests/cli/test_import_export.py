"""import and export from the shell: by a written mapping, tried, mended, undone, written out again."""

from pathlib import Path

import pytest

from tests.support.command import Program

MAPPING = """
import: readers
object: reader
match: [card]
columns:
  Card: card
  Name: {field: name, transform: [trim]}
"""


@pytest.fixture
def mapping(tmp_path: Path) -> str:
    """A mapping file."""
    file = tmp_path / "readers.yaml"
    file.write_text(MAPPING)
    return str(file)


def test_a_file_is_tried_imported_mended_undone_and_exported(program: Program, mapping: str, tmp_path: Path) -> None:
    file, errors, out = tmp_path / "in.csv", tmp_path / "errors.csv", tmp_path / "out.csv"
    file.write_text("Card,Name\na1, Ann\nb1,\n")
    tried = program("import", str(file), "--mapping-file", mapping, "--dry-run", "--json")
    assert (tried.code, tried.json["totals"]["created"], tried.json["state"]) == (1, 1, "checked")
    done = program("import", str(file), "--mapping-file", mapping, "--errors", str(errors), "--json")
    assert (done.code, done.json["totals"]["created"], done.json["failures"][0]["line"]) == (1, 1, 3)
    assert errors.read_text("utf-8-sig").splitlines()[1].startswith("b1,,Line 3: Name:")
    errors.write_text(errors.read_text("utf-8-sig").replace("b1,", "b1,Bo"))
    assert program("import", str(errors), "--mapping-file", mapping, "--json").json["totals"]["created"] == 1
    written = program("export", "reader", str(out), "--field", "card", "--field", "name", "--sort", "card")
    assert written.code == 0
    assert out.read_text("utf-8-sig") == "card,name\na1,Ann\nb1,Bo\n"
    undone = program("import", "--undo", done.json["id"], "--json")
    assert (undone.code, undone.json["deleted"]) == (0, 1)


def test_a_mapping_is_guessed_when_the_object_is_named(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "in.csv"
    file.write_text("card;name\na1;Ann\n")
    done = program("import", str(file), "--object", "reader")
    assert done.code == 0
    assert "1 created" in done.out


def test_rights_are_those_of_whoever_is_named(program: Program, mapping: str, tmp_path: Path) -> None:
    program("user", "create", "rex", "--email", "rex@example.com", "--role", "clerk")
    file = tmp_path / "in.csv"
    file.write_text("Card,Name\na1,Ann\n")
    assert program("import", str(file), "--mapping-file", mapping, "--as", "rex").code == 3
    assert program("import", str(file)).code == 2
    assert program("export", "reader", str(tmp_path / "x.txt")).code == 2
