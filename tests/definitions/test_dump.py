"""What is dumped and parsed again is the same definition, for everything that ships."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from formwork.definitions import dump_document, load_workspace, parse_document
from formwork.definitions.workspace import PackageContent
from tests.definitions.workspaces import ROOT, examples_of_pages, write

FOLDERS = [ROOT, *sorted(path for path in (ROOT / "examples").glob("*") if (path / "metadata").is_dir())]


def definitions(package: PackageContent) -> Iterator[Any]:
    yield package.manifest
    for slot in package.__slots__:
        if slot not in ("manifest", "hooks", "texts"):
            yield from getattr(package, slot)


def check(folder: Path) -> int:
    count = 0
    for package in load_workspace(folder).packages.values():
        for definition in definitions(package):
            kind, data = dump_document(definition)
            again = json.loads(json.dumps(data))
            parsed, findings = parse_document(kind, again, package.name, locale=getattr(definition, "locale", ""))
            assert not findings, (kind, findings)
            if kind == "seed":
                assert parsed == replace(definition, written=False)
            else:
                assert parsed == definition
            count += 1
        if package.hooks:
            kind, data = dump_document(package.hooks)
            scripts = {hook.script: hook.code for hook in package.hooks}
            assert parse_document(kind, data, package.name, scripts=scripts) == (package.hooks, ())
    return count


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_everything_shipped_comes_back(folder: Path) -> None:
    assert check(folder) > 5


def test_every_example_of_the_pages_comes_back(tmp_path: Path) -> None:
    assert check(write(tmp_path, examples_of_pages())) > 15
