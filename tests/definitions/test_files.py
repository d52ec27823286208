"""Packages written as the files of a workspace are the same packages when they are read."""

from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formwork.definitions import load_workspace
from formwork.definitions.dump.files import package_files
from formwork.definitions.dump.yaml_text import WIDTH, yaml_text
from formwork.definitions.load import load_files
from formwork.definitions.reading.shelves import ZipFiles
from formwork.definitions.reading.yaml_text import read_yaml
from formwork.definitions.workspace import PackageContent
from tests.definitions.test_dump import FOLDERS
from tests.definitions.workspaces import examples_of_pages, write

_SLOTS = tuple(slot for slot in PackageContent.__slots__ if slot not in ("manifest", "seeds", "prints"))

_ODD = (
    "no", "on", "~", "null", "1e5", "0o17", "0x1f", "012", "1_000", ".5", "2024-01-01", "12:30", "- a", "a: b", "#", "",
    "yes\n", " lead", "trail ", "a\n b\n", "{x}", "[x]", "*x", "&x", "!x", "'", '"', "%", "@", "`", "=", "<<",
    "\t", "\x85",
)  # fmt: skip
scalars = st.none() | st.booleans() | st.integers(-(10**12), 10**12) | st.floats(-1e9, 1e9) | st.text()
documents = st.recursive(
    scalars | st.sampled_from(_ODD),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(min_size=1), inner, max_size=4),
    max_leaves=20,
)


read_once = lru_cache(load_workspace)
"""Reading what ships takes a second."""


def files_of(folder: Path) -> dict[str, str]:
    return {path: text for one in read_once(folder).packages.values() for path, text in package_files(one).items()}


def check(folder: Path) -> dict[str, str]:
    files = files_of(folder)
    again = load_files(ZipFiles({path: text.encode() for path, text in files.items()}))
    assert [str(finding) for finding in again.findings] == []
    for name, package in read_once(folder).packages.items():
        assert again.packages[name].manifest == package.manifest
        for slot in _SLOTS:
            found, wanted = list(getattr(again.packages[name], slot)), list(getattr(package, slot))
            assert len(found) == len(wanted), (name, slot)
            assert all(one in wanted for one in found), (name, slot)
    return files


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_everything_shipped_comes_back(folder: Path) -> None:
    assert len(check(folder)) > 3


def test_every_example_of_the_pages_comes_back(tmp_path: Path) -> None:
    check(write(tmp_path, examples_of_pages()))


def test_files_written_once_are_written_the_same_again(tmp_path: Path) -> None:
    written = {path: text for path, text in files_of(FOLDERS[0]).items() if path.split("/")[1] in ("core", "sales")}
    write(tmp_path, written)
    files = files_of(tmp_path)
    assert files == written
    assert (
        max(len(line) for text in files.values() for line in text.splitlines() if line.rstrip()[-1:] in "}]")
        <= WIDTH + 6
    )


@given(st.dictionaries(st.text(min_size=1), documents, max_size=4))
def test_any_value_is_read_as_it_was_written(value: dict[str, object]) -> None:
    read = read_yaml(yaml_text(value).encode("utf-8", "surrogatepass"), "any.yaml")
    assert not read.findings
    assert read.data == value
