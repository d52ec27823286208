"""privacy: a person found, shown, written to a file and anonymised from the shell."""

import zipfile
from pathlib import Path

from tests.support.command import Program


def test_a_person_is_found_exported_and_anonymised(program: Program, tmp_path: Path) -> None:
    program("user", "create", "rex", "--email", "rex@example.com", "--role", "clerk")
    [found] = program("privacy", "find", "rex@example.com", "--json").json
    record = f"{found['object']}:{found['id']}"
    assert "rex" in program("privacy", "show", record).out.lower()
    file = tmp_path / "rex.zip"
    assert program("privacy", "export", file, record).code == 0
    assert zipfile.ZipFile(file).namelist() == ["person.json"]
    refused = program("privacy", "anonymise", record, "--confirm", "ANONYMISE")
    assert (refused.code == 0, "Deactivate" in refused.err) == (False, True)
    assert program("privacy", "show", "user:x").code != 0
    assert program("privacy", "retention", "--json").json == []
