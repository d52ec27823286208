"""docs/howto/ship-a-package.md is what happens: its files are written and its commands run, in their order."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command import Program, program_for
from tests.support.databases import Database
from tests.support.tenants import ROOT, installed

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
PAGE = ROOT / "docs/howto/ship-a-package.md"


@pytest.fixture(name="tenants")
def two_tenants(database: Database) -> Iterator[Program]:
    """A command line with the tenants of the page, `main` and `second`, both with core alone."""
    with installed(database, database.folder):
        program = program_for(database)
        assert program("tenant", "clone", "main", "second").code == 0
        yield program


def test_the_page_is_what_happens(tenants: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    said = ""
    for kind, text in _BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        match kind:
            case "yaml":
                path = tmp_path / text.partition("\n")[0].removeprefix("# ")
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            case "sh":
                said = ""
                for line in text.splitlines():
                    command, _, note = line.partition("   # ")
                    ran = tenants(*shlex.split(command)[1:])
                    assert (ran.code != 0) == (note == "refused"), (line, ran.out, ran.err)
                    said += ran.out + ran.err
            case "text":
                assert not [line for line in text.splitlines() if line not in said], said
