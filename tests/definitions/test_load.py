"""Workspaces: folders and zips, shelves, packages, seeds."""

import zipfile
from pathlib import Path

import pytest

from formwork.definitions import load_workspace
from formwork.definitions.reading import shelves
from formwork.kernel import Malformed
from tests.definitions.workspaces import MANIFEST, load, told, write

BOOK = "object: book\nfields: {title: {type: text}}\n"


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("objects/library/book.txt", "x", "misplaced_file"),
        ("objects/book.yaml", BOOK, "misplaced_file"),
        ("objects/library/deep/book.yaml", BOOK, "misplaced_file"),
        ("metadata/library/other.yaml", "a: 1", "misplaced_file"),
        ("metadata/library/translations/es.csv", "a", "misplaced_file"),
        ("plugins/library/hook.yaml", "a: 1", "misplaced_file"),
        ("objects/library/book.yaml", "", "empty_file"),
        ("objects/library/book.yaml", "# nothing\n", "empty_file"),
        ("objects/shelf/book.yaml", BOOK, "no_manifest"),
        ("metadata/other/package.yaml", MANIFEST.format("another"), "package_name"),
        (
            "plugins/library/hooks.yaml",
            "hooks: [{hook: a, object: b, events: [button], script: a.py}]",
            "missing_script",
        ),
        ("seed/library/book.csv", "title,external_id\nA,1\n", "bad_header"),
        ("seed/library/book.csv", "external_id,title\n1,A,B\n", "bad_row"),
        ("seed/library/book.csv", 'external_id,title\n1,"A\n', "bad_csv"),
    ],
)
def test_files_out_of_order(tmp_path: Path, name: str, text: str, code: str) -> None:
    (finding,) = load(tmp_path, {name: text}).findings
    assert (finding.file, finding.code) == (name, code)


def test_files_that_are_no_content_are_left_aside(tmp_path: Path) -> None:
    files = {"objects/README.md": "x", "objects/library/.book.yaml.swp": "x", "plugins/library/__pycache__/a.pyc": "x"}
    workspace = load(tmp_path, {**files, "docs/other.yaml": "x", "layouts/library/label.html": "<p>"})
    assert workspace.findings == ()
    (tmp_path / "objects/library/link.yaml").symlink_to("/etc/hostname")
    assert load_workspace(tmp_path).findings == ()


def test_json_stands_for_yaml(tmp_path: Path) -> None:
    workspace = load(
        tmp_path, {"objects/library/book.json": '{"object": "book", "fields": {"title": {"type": "text"}}}'}
    )
    assert workspace.packages["library"].objects[0].fields["title"].type == "text"


def test_csv_seed_is_text_with_parts(tmp_path: Path) -> None:
    text = 'external_id,name,address.city,address.country\na-1,"One, two",Girona,ES\na-2,,,\n\n'
    (seed,) = load(tmp_path, {"seed/library/demo/reader.csv": text}).packages["library"].seeds
    assert (seed.object, seed.demo, seed.written) == ("reader", True, True)
    assert seed.records == (
        {"external_id": "a-1", "name": "One, two", "address": {"city": "Girona", "country": "ES"}},
        {"external_id": "a-2"},
    )
    assert seed.source.at("records", 1).line == 3


def test_the_order_is_that_of_the_names(tmp_path: Path) -> None:
    names = ["c", "a", "b"]
    workspace = load(tmp_path, {f"objects/library/{name}.yaml": f"object: {name}\nfields: {{}}\n" for name in names})
    assert [one.name for one in workspace.packages["library"].objects] == ["a", "b", "c"]
    assert told(workspace) == []


def test_a_zip_is_a_workspace_that_travels(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "a", {"metadata/library/package.yaml": MANIFEST.format("library"), "objects/library/book.yaml": BOOK}
    )
    archive = tmp_path / "library.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for path in sorted(folder.rglob("*.yaml")):
            packed.write(path, path.relative_to(folder))
        packed.writestr("README.md", "x")
    assert load_workspace(archive) == load_workspace(folder)


@pytest.mark.parametrize("name", ["../objects/library/book.yaml", "/objects/library/book.yaml", "objects\\..\\x.yaml"])
def test_a_zip_that_reaches_out_is_refused(tmp_path: Path, name: str) -> None:
    archive = tmp_path / "library.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr(name, BOOK)
    with pytest.raises(Malformed) as caught:
        load_workspace(archive)
    assert caught.value.code == "unsafe_file"


def test_a_zip_that_swells_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelves, "MOST_BYTES_UNPACKED", 100_000)
    archive = tmp_path / "library.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for index in range(5):
            packed.writestr(f"objects/library/b{index}.yaml", bytes(60_000))
    with pytest.raises(Malformed):
        load_workspace(archive)


def test_what_is_no_workspace(tmp_path: Path) -> None:
    with pytest.raises(Malformed):
        load_workspace(tmp_path / "missing")
    assert load_workspace(tmp_path).packages == {}
