"""backup, restore, doctor, upgrade, worker, keys, schema."""

import json
import socket
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from formwork.identity import authenticate_key, create_key
from formwork.kernel import Settings, Unauthenticated
from formwork.records import create, get_record
from formwork.runtime import Runtime
from formwork.runtime.keys import master_key, new_key
from tests.support.command import Program
from tests.support.databases import Database
from tests.support.tenants import KEY, ROOT


def test_a_backup_restores_to_equal_checksums(program: Program, shelf: Path, tmp_path: Path) -> None:
    program("apply", shelf)
    program("user", "create", "rex", "--email", "rex@example.com")
    first = program("backup", tmp_path / "one.zip", "--json")
    assert first.code == 0, first.err
    restored = program("restore", tmp_path / "one.zip", "--tenant", "copy", "--json")
    assert restored.code == 0, restored.err
    second = program("backup", tmp_path / "two.zip", "--tenant", "copy", "--json")
    tables = [
        {name: sums for name, sums in one.json["tables"].items() if name != "fw_outbox"} for one in (first, second)
    ]
    assert tables[1] == tables[0]
    assert restored.json["dropped_effects"] == first.json["tables"]["fw_outbox"]["rows"]
    assert program("doctor", "--tenant", "copy", "--json").json["symptoms"] == []
    assert [path.name for path in tmp_path.glob(".*.part")] == []


def test_a_backup_with_sealed_fields_restores_under_another_name_and_key(
    program: Program, database: Database, tmp_path: Path
) -> None:
    """The data key is wrapped by tenant and master key; the copy gets it under its own."""
    plain = "P-7714"
    with runtime_of(database, KEY) as runtime, runtime.system_write("main", "test") as work:
        [saved] = create(work, "reader", [{"name": "Ada", "passport": plain}])
    assert program("backup", tmp_path / "one.zip").code == 0
    assert plain not in zip_text(tmp_path / "one.zip")
    assert program("restore", tmp_path / "one.zip", "--tenant", "copy").code == 0
    with runtime_of(database, KEY) as runtime, runtime.system_read("copy", "test") as work:
        assert get_record(work, "reader", saved.id)["passport"] == plain
    other = new_key()
    elsewhere = Program({**program.environment, "FORMWORK_KEY": other})
    refused = elsewhere("restore", tmp_path / "one.zip", "--tenant", "moved")
    assert refused.code != 0
    assert "--key-file" in refused.err
    assert "moved" not in [one["name"] for one in elsewhere("tenant", "list", "--json").json]
    (tmp_path / "old-key").write_text(KEY + "\n")
    words = ("restore", tmp_path / "one.zip", "--tenant", "moved", "--key-file", tmp_path / "old-key")
    moved = elsewhere(*words)
    assert moved.code == 0, moved.err
    with runtime_of(database, other) as runtime, runtime.system_read("moved", "test") as work:
        assert get_record(work, "reader", saved.id)["passport"] == plain


def test_a_copy_keeps_label_language_zone_and_currency(program: Program, tmp_path: Path) -> None:
    words = ("--currency", "USD", "--timezone", "America/New_York", "--locale", "es", "--label", "USD Inc")
    assert program("tenant", "create", "usd", "--bare", *words).code == 0
    file = tmp_path / "usd.zip"
    assert program("backup", file, "--tenant", "usd").code == 0
    assert program("restore", file, "--tenant", "copy").code == 0
    changed = program("restore", file, "--tenant", "other", "--currency", "USD", "--label", "Copy", "--locale", "ko")
    assert changed.code == 0, changed.err
    assert locality(program, "copy") == ("USD Inc", "es", "America/New_York", "USD")
    assert locality(program, "other") == ("Copy", "ko", "America/New_York", "USD")
    refused = program("restore", file, "--tenant", "euro", "--currency", "EUR")
    assert (refused.code, "kept in USD" in refused.err) == (1, True)


def test_a_backup_that_does_not_say_its_currency_asks_for_it(program: Program, tmp_path: Path) -> None:
    assert program("backup", tmp_path / "new.zip").code == 0
    old = tmp_path / "old.zip"

    def forget(manifest: bytes) -> bytes:
        return json.dumps({name: one for name, one in json.loads(manifest).items() if name != "locality"}).encode()

    rewrite(tmp_path / "new.zip", old, "manifest.json", forget)
    refused = program("restore", old, "--tenant", "copy", "--currency", "USD")
    assert (refused.code, "--timezone" in refused.err) == (1, True)
    words = ("--currency", "USD", "--timezone", "Asia/Seoul", "--locale", "ko")
    assert program("restore", old, "--tenant", "copy", *words).code == 0
    assert locality(program, "copy") == ("copy", "ko", "Asia/Seoul", "USD")


@pytest.mark.parametrize("member", ["tables/user.jsonl", "tables/fw_metadata.jsonl", "manifest.json"])
def test_a_backup_cut_in_half_is_refused_in_one_sentence(program: Program, tmp_path: Path, member: str) -> None:
    program("user", "create", "rex", "--email", "rex@example.com")
    assert program("backup", tmp_path / "whole.zip").code == 0
    cut = tmp_path / "cut.zip"
    rewrite(tmp_path / "whole.zip", cut, member, lambda data: data[: len(data) // 2])
    refused = program("restore", cut, "--tenant", "copy")
    assert (refused.code, len(refused.err.strip().splitlines())) == (1, 1)
    told = program("restore", cut, "--tenant", "copy", "--json")
    assert (told.code, told.json["error"]) == (1, "bad_backup")
    assert [one["name"] for one in program("tenant", "list", "--json").json] == ["main"]


def test_a_backup_whose_bytes_rotted_is_refused(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "one.zip"
    assert program("backup", file).code == 0
    data = bytearray(file.read_bytes())
    with zipfile.ZipFile(file) as archive:
        start = archive.getinfo("tables/fw_metadata.jsonl").header_offset
    for place in range(start + 200, start + 260):
        data[place] ^= 0xFF
    file.write_bytes(data)
    assert program("restore", file, "--tenant", "copy", "--json").json["error"] == "bad_backup"


@pytest.mark.proof
def test_api_keys_work_in_a_copy_only_when_they_are_kept(program: Program, database: Database, tmp_path: Path) -> None:
    made = program("user", "create", "rex", "--email", "rex@example.com", "--json").json
    person = UUID(made["id"])
    with runtime_of(database, KEY) as runtime, runtime.system_write("main", "test") as work:
        text = create_key(work, person, "nightly")[1]
    file = tmp_path / "one.zip"
    assert program("backup", file).code == 0
    said = program("restore", file, "--tenant", "copy")
    assert (said.code, "1 API keys are revoked" in said.out) == (0, True)
    assert program("restore", file, "--tenant", "kept", "--keep-keys", "--json").json["revoked_keys"] == 0
    assert program("tenant", "delete", "main", "--now", "--confirm", "main").code == 0
    assert program("restore", file, "--tenant", "main", "--json").json["revoked_keys"] == 0
    with runtime_of(database, KEY) as runtime:
        for name in ("kept", "main"):
            with runtime.system_read(name, "test") as work:
                assert authenticate_key(work, text).user == person
        with runtime.system_read("copy", "test") as work, pytest.raises(Unauthenticated):
            authenticate_key(work, text)


def locality(program: Program, name: str) -> tuple[str, ...]:
    """Label, language, time zone and currency of a tenant."""
    [found] = [one for one in program("tenant", "list", "--json").json if one["name"] == name]
    return (found["label"], found["locale"], found["timezone"], found["currency"])


def rewrite(source: Path, target: Path, member: str, change: Callable[[bytes], bytes]) -> None:
    """A copy of a zip with one member changed."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        assert old.read(member)
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == member else old.read(name))


@contextmanager
def runtime_of(database: Database, key: str) -> Iterator[Runtime]:
    """The installation under a master key."""
    url = database.url if database.is_postgres else ""
    runtime = Runtime(Settings(data=database.folder / "data", database_url=url, key=key))
    try:
        yield runtime
    finally:
        runtime.close()


def zip_text(file: Path) -> str:
    """Everything a zip holds."""
    with zipfile.ZipFile(file) as archive:
        return "".join(archive.read(name).decode("latin-1") for name in archive.namelist())


def test_a_file_that_is_no_backup_leaves_no_tenant(program: Program, tmp_path: Path) -> None:
    (tmp_path / "bad.zip").write_text("nothing")
    assert program("restore", tmp_path / "bad.zip", "--tenant", "copy").code == 1
    assert [one["name"] for one in program("tenant", "list", "--json").json] == ["main"]


def test_doctor_upgrade_and_worker_find_nothing_to_do(program: Program) -> None:
    assert (program("doctor").code, program("upgrade").code) == (0, 0)
    assert program("upgrade", "--json").json == [{"tenant": "main", "migrations": [], "error": None}]
    program("worker", "--once")
    assert program("worker", "--once", "--json").json == {"settled": 0, "not_served": []}


def test_nothing_is_served_with_an_empty_secret(program: Program) -> None:
    """A5 of SECURITY: what is not set is refused, never taken for open."""
    for name, text in (
        ("FORMWORK_KEY", ""), ("FORMWORK_KEY", " "), ("FORMWORK_KEY", "c2hvcnQ="), ("FORMWORK_OPERATOR_KEY", " "),
        ("FORMWORK_OPERATOR_KEY", "x" * 31),
    ):  # fmt: skip
        refused = replace(program, environment={**program.environment, name: text})("serve")
        assert refused.code not in (0, None), (name, text)
        assert name in refused.err or "key" in refused.err


def test_a_taken_port_is_told_before_anything_is_made(database: Database, program: Program) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        refused = program("serve", "--host", "127.0.0.1", "--port", port)
        assert (refused.code, port in refused.err, "--port" in refused.err) == (5, True, True)
        elsewhere = Program({"FORMWORK_DATA": str(database.folder / "none")})
        assert elsewhere("demo", "--port", port).code == 5
    assert not (database.folder / "none").exists()


def test_a_key_in_the_data_folder_is_rotated(database: Database) -> None:
    data = database.folder / "data"
    keyless = Program({"FORMWORK_DATA": str(data)})
    refused = keyless("tenant", "list")
    assert (refused.code, "FORMWORK_KEY" in refused.err) == (1, True)
    assert keyless("serve").code == 1
    assert keyless("keys", "new", "--save").code == 0
    assert keyless("keys", "new", "--save").code == 4
    before = master_key(Settings(data=data))
    assert keyless("keys", "rotate").code == 0
    assert master_key(Settings(data=data)) != before
    assert (data / "key").stat().st_mode & 0o077 == 0
    assert len(keyless("keys", "new", "--json").json["key"]) == 44


def test_schema_writes_what_the_documentation_holds(tmp_path: Path) -> None:
    assert Program()("schema", "--out", tmp_path / "schemas").code == 0
    for file in (tmp_path / "schemas").iterdir():
        assert file.read_text() == (ROOT / "docs/schemas" / file.name).read_text()
        assert json.loads(file.read_text())["$schema"].endswith("2020-12/schema")
