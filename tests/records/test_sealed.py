"""Encrypted fields and secrets: read by who may, found by nobody, plain nowhere in the database."""

import base64
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from formwork.kernel import Malformed, Unavailable
from formwork.records import Change, ListRequest, create, get_record, history, list_records, update
from formwork.runtime import Runtime
from tests.records.conftest import Library
from tests.support.databases import Database, conninfo
from tests.support.tenants import Installation

CANARY = "P-7714-CANARY"


def test_sealed_values_come_back_and_are_plain_nowhere(library: Library, database: Database, tmp_path: Path) -> None:
    body = {"name": "Ada", "passport": CANARY, "born_on": "1815-12-10", "door_code": f"{CANARY}-code"}
    [reader] = library.make("reader", body)
    with library.home.as_user(library.librarian) as work:
        found = get_record(work, "reader", reader)
        assert (found["passport"], found["born_on"]) == (CANARY, "1815-12-10")
        assert found["door_code"]
        assert CANARY not in found["door_code"]
        [saved] = update(work, "reader", [Change(reader, {"passport": f"{CANARY}-2"})])
        assert saved.version == 2
        assert update(work, "reader", [Change(reader, {"passport": f"{CANARY}-2"})])[0].version == 2
        assert all(CANARY not in str(entry.changes) for entry in history(work, "reader", reader))
    library.home.runtime.close()
    assert CANARY not in dumped(database, tmp_path)


def test_sealed_values_cannot_be_asked_for(library: Library) -> None:
    library.make("reader", {"name": "Ada", "passport": CANARY})
    with library.home.as_user(library.librarian) as work:
        for request in (
            ListRequest("reader", filters=(f"passport = '{CANARY}'",)),
            ListRequest("reader", filters=(f"passport contains '{CANARY}'",)),
            ListRequest("reader", sort=("passport",)),
        ):
            with pytest.raises(Malformed):
                list_records(work, request, b"k")
        assert len(list_records(work, ListRequest("reader", filters=("passport is not blank",)), b"k").records) == 1


def test_an_import_of_python_values_seals_too(library: Library) -> None:
    with library.home.as_user(library.librarian) as work:
        [one, two] = create(work, "reader", [{"name": "Ada", "passport": CANARY}, {"name": "Bea"}])
        assert get_record(work, "reader", one.id)["passport"] == CANARY
        assert get_record(work, "reader", two.id)["passport"] is None


def dumped(database: Database, folder: Path) -> str:
    """Everything the database keeps, as text."""
    if not database.is_postgres:
        files = [*folder.rglob("*.sqlite"), *folder.rglob("*.sqlite-wal")]
        return "".join(file.read_bytes().decode("latin-1") for file in files)
    found = []
    with psycopg.connect(conninfo(database.url)) as connection:
        tables = connection.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname LIKE 'tenant%'"
        ).fetchall()
        for (table,) in tables:
            rows = connection.execute(f"SELECT t::text FROM {table} t").fetchall()  # type: ignore[arg-type]
            found += [row[0] for row in rows]
    assert found
    return "\n".join(found)


def test_a_new_master_key_opens_what_the_old_one_sealed(library: Library) -> None:
    [reader] = library.make("reader", {"name": "Ada", "passport": CANARY})
    old = library.home.runtime
    fresh = bytes(range(1, 33))
    assert (old.rewrap(fresh), old.rewrap(fresh)) == (1, 0)
    settings = replace(old.settings, key=base64.urlsafe_b64encode(fresh).decode())
    turned = Installation(Runtime(settings))
    with turned.as_user(library.librarian) as work:
        assert get_record(work, "reader", reader)["passport"] == CANARY
    turned.runtime.close()
    with library.home.as_user(library.librarian) as work, pytest.raises(Unavailable):
        get_record(work, "reader", reader)
