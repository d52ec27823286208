"""audit: read on the screen, written to a file, and verified with an exit code that says what was found."""

import csv
from pathlib import Path

from formwork.identity.audit_seal import seal_entries
from formwork.kernel import Settings
from formwork.runtime import Runtime
from formwork.storage import system
from tests.support.command import Program
from tests.support.databases import Database
from tests.support.tenants import KEY


def test_the_trail_is_read_written_and_verified(program: Program, database: Database, tmp_path: Path) -> None:
    program("user", "create", "rex", "--email", "rex@example.com", "--role", "clerk")
    listed = program("audit", "list", "--event", "role_given", "--json").json
    assert [(one["event"], one["detail"], one["reason"]) for one in listed[:1]] == [
        ("role_given", {"role": "clerk"}, "user create"),
    ]  # fmt: skip
    assert "role=clerk" in program("audit", "list").out
    assert program("audit", "list", "--since", "2999-01-01", "--json").json == []
    file = tmp_path / "trail.csv"
    assert program("audit", "export", file).code == 0
    lines = list(csv.reader(file.read_text().splitlines()))
    assert lines[0][1:4] == ["at", "event", "by"]
    assert {line[2] for line in lines[1:]} >= {"role_given", "password_set"}
    runtime = Runtime(
        Settings(data=database.folder / "data", database_url=database.url if database.is_postgres else "", key=KEY)
    )
    with runtime.system_write("main", "test") as work:
        seal_entries(work)
    assert program("audit", "verify").out.startswith("Nobody touched the ")
    with runtime.system_write("main", "test") as work:
        system.change(work, "fw_audit", {"action": "sign_out"}, equals={"action": "role_given"})
    runtime.close()
    verdict = program("audit", "verify", "--json")
    assert (verdict.code, len(verdict.json["problems"])) == (1, 1)
