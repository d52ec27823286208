"""Records are kept as long as their object says, then deleted or anonymised; what was deleted goes for good."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from formwork.catalog import link
from formwork.definitions import load_workspace
from formwork.definitions.model import Retention
from formwork.fieldtypes import FIELD_TYPES
from formwork.identity.audit import Event, Question, entries
from formwork.kernel import new_id
from formwork.privacy.purge import purge_deleted
from formwork.privacy.retention import _before, due_records, let_go
from formwork.records import create, delete
from formwork.records.erase import load_any
from formwork.runtime.erasures import finish_erasures
from formwork.storage import Work, system
from tests.privacy.person import PRACTICE
from tests.support.databases import Database
from tests.support.tenants import TENANT, Installation, installed, shipped


@pytest.fixture
def here(database: Database, tmp_path: Path) -> Iterator[Installation]:
    """The practice, empty."""
    with installed(database, tmp_path, PRACTICE) as installation:
        yield installation


def opener(here: Installation) -> AbstractContextManager[Work]:
    """A unit of work as the worker opens it."""
    return here.runtime.system_write(TENANT, "test")


def made(work: Work, object: str, *bodies: dict[str, object]) -> list[UUID]:
    """New records."""
    return [one.id for one in create(work, object, list(bodies))]


def set_moment(work: Work, table: str, column: str, id: UUID, moment: datetime) -> None:
    """Let something have happened at another time."""
    schema = work.place.schema
    where = f'"{schema}"."{table}"' if schema else f'"{table}"'
    value = moment if schema else int(moment.timestamp() * 1_000_000)
    key = id if schema else id.bytes
    work.connection.execute(text(f'UPDATE {where} SET "{column}" = :at WHERE id = :id'), {"at": value, "id": key})


def test_people_not_seen_for_long_are_anonymised_once(here: Installation) -> None:
    old, today = date.today() - timedelta(days=800), date.today()
    with here.system() as work:
        gone, kept, regular = made(
            work, "client",
            {"last_name": "Gone", "email": "gone@example.com", "seen_on": old.isoformat()},
            {"last_name": "Kept", "email": "kept@example.com", "seen_on": today.isoformat()},
            {"last_name": "Regular", "seen_on": old.isoformat(), "regular": True},
        )  # fmt: skip
        due = {one.object: one for one in due_records(work)}
        assert (due["client"].count, due["client"].act, due["visit"].count) == (1, "anonymise", 0)
    assert let_go(lambda: opener(here)) == {"client": 1}
    assert finish_erasures(here.runtime, lambda: opener(here)) == 1
    with here.system() as work:
        names = {id: row["name"] for id, row in load_any(work, "client", [gone, kept, regular], ["name"]).items()}
        assert names[gone].startswith("anonymised-")
        assert (names[kept], names[regular]) == ("Kept", "Regular")
        told = entries(work, Question(event=Event.RETENTION), 5)
        assert [one.detail for one in told] == [{"do": "anonymise", "records": 1}]
    assert let_go(lambda: opener(here)) == {}


def test_old_records_are_deleted_and_purged_a_month_later(here: Installation) -> None:
    with here.system() as work:
        old, fresh = made(work, "visit", {"summary": "a", "notes": [{"text": "n"}]}, {"summary": "b"})
        set_moment(work, "visit", "created_at", old, datetime.now(UTC) - timedelta(days=3_700))
        given = {"object": "visit", "principal": old, "level": "read", "at": work.context.now, "note": ""}
        shares = [{**given, "record": one, "cause": cause} for one in (old, fresh) for cause in ("hand", "team")]
        system.append(work, "fw_share", [{**one, "id": new_id()} for one in shares])
        assert {one.object: one.count for one in due_records(work)}["visit"] == 1
    assert let_go(lambda: opener(here)) == {"visit": 1}
    with here.system() as work:
        rows = load_any(work, "visit", [old, fresh], ["deleted_at"])
        assert [rows[one]["deleted_at"] is not None for one in (old, fresh)] == [True, False]
    assert purge_deleted(lambda: opener(here)) == {}
    with here.system() as work:
        month = datetime.now(UTC) - timedelta(days=31)
        set_moment(work, "visit", "deleted_at", old, month)
        for [note] in work.connection.execute(text(f"SELECT id FROM {table(work, 'visit_note')}")):
            set_moment(work, "visit_note", "deleted_at", note if isinstance(note, UUID) else UUID(bytes=note), month)
    assert purge_deleted(lambda: opener(here)) == {"visit": 1, "visit_note": 1}
    with here.system() as work:
        assert set(load_any(work, "visit", [old, fresh], ["id"])) == {fresh}
        assert system.find_many(work, "fw_history", in_={"record": [old]}) == []
        left = [(row["record"], row["cause"]) for row in system.find_many(work, "fw_share", order=("id",))]
        assert left == [(fresh, "hand"), (fresh, "team")]
        assert [one.detail for one in entries(work, Question(event=Event.PURGE), 5)] == [{"records": 1}] * 2


def test_links_to_what_is_purged_become_blank(here: Installation) -> None:
    with here.system() as work:
        [client] = made(work, "client", {"last_name": "Gone"})
        [visit] = made(work, "visit", {"client": str(client), "companions": [str(client)]})
        delete(work, "client", [client])
        set_moment(work, "client", "deleted_at", client, datetime.now(UTC) - timedelta(days=31))
    assert purge_deleted(lambda: opener(here)) == {"client": 1}
    with here.system() as work:
        row = load_any(work, "visit", [visit], ["client", "companions"])[visit]
        assert (row["client"], row["companions"]) == (None, None)


@pytest.mark.parametrize(
    ("count", "unit", "today", "before"),
    [
        (30, "days", date(2026, 3, 1), date(2026, 1, 30)), (1, "months", date(2026, 3, 31), date(2026, 2, 28)),
        (24, "months", date(2026, 1, 15), date(2024, 1, 15)), (2, "years", date(2026, 2, 28), date(2024, 2, 28)),
        (1, "years", date(2024, 2, 29), date(2023, 2, 28)),
    ],
)  # fmt: skip
def test_the_first_day_that_is_kept(count: int, unit: str, today: date, before: date, sqlite: Database) -> None:
    with installed(sqlite, sqlite.folder / "x", PRACTICE) as here, here.system() as work:
        context = replace(work.context, now=datetime.combine(today, datetime.min.time(), UTC).replace(hour=12))
        assert _before(context, Retention(count, unit, "delete")) == before


def table(work: Work, name: str) -> str:
    """A table's name in SQL."""
    return f'"{work.place.schema}"."{name}"' if work.place.schema else f'"{name}"'


def test_what_cannot_be_kept_so_is_told_when_it_is_checked(tmp_path: Path) -> None:
    files = {
        "metadata/a/package.yaml": "package: a\nversion: 1.0.0\nlabel: A\n",
        "objects/a/thing.yaml": (
            "object: thing\nretention: {after: 2 years, from: name, do: anonymise, when: \"nmae = 'x'\"}\n"
            "fields:\n  name: {type: text}\n"
        ),
        "objects/a/part.yaml": (
            "object: part\nmaster: {field: thing, to: thing, inverse: parts}\nretention: {after: 1 day, do: delete}\n"
            "fields:\n  name: {type: text}\n"
        ),
        "objects/b/odd.yaml": "object: odd\nretention: {after: two years, do: burn}\nfields:\n  name: {type: text}\n",
    }
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    workspace = load_workspace(tmp_path)
    assert {"retention.after", "retention.do"} <= {one.path for one in workspace.findings}
    found = link({**shipped(), "a": workspace.packages["a"]}, FIELD_TYPES).findings
    assert {(one.code, one.path) for one in found} >= {
        ("unknown_field", "retention.from"), ("nothing_personal", "retention.do"), ("retention_of_detail", "retention"),
    }  # fmt: skip
    assert any("nmae" in one.message for one in found)
