"""The audit trail over HTTP: exports, refusals, bulk work and administration are told, to who manages the tenant."""

from datetime import UTC, datetime
from typing import Any

import pytest

from formwork.identity.audit_seal import seal_entries
from formwork.storage import system
from tests.support.callers import Caller, World


@pytest.fixture(scope="module")
def lina(world: World) -> Caller:
    """Sees every reader."""
    return world.caller("lina", "librarian")


@pytest.fixture(scope="module")
def cleo(world: World) -> Caller:
    """May export nothing."""
    return world.caller("cleo", "clerk")


def newest(admin: Caller, **asked: str) -> dict[str, Any]:
    """The newest entry that fits."""
    found: dict[str, Any] = admin.get("/audit", limit=1, **asked).json["data"][0]
    return found


def test_an_export_is_told_with_its_rows_and_filter(admin: Caller) -> None:
    asked = {"fields": "name", "filter": "name != 'x'"}
    from_afar = {"REMOTE_ADDR": "203.0.113.9"}
    assert admin("GET", "/reader/export", query_string=asked, environ_base=from_afar).status_code == 200
    told = newest(admin, event="export")
    assert told["detail"] == {"rows": told["detail"]["rows"], "format": "csv", "filter": "name != 'x'"}
    assert (told["object"], told["by_name"], told["address"], told["sealed"]) == (
        "reader",
        "Boss",
        "203.0.113.9",
        False,
    )


def test_a_refusal_is_told_and_a_missing_record_is_not(admin: Caller, cleo: Caller) -> None:
    assert cleo.get("/audit").status_code == 403
    told = newest(admin)
    assert (told["event"], told["by_name"], told["object"]) == ("denied", "Cleo", None)
    assert told["detail"] == {"operation": "audit", "code": "denied"}
    assert cleo.get("/reader/0198b5a0-0000-7000-8000-000000000000").status_code == 404
    assert newest(admin)["id"] == told["id"]


def test_writing_many_records_at_once_is_told(admin: Caller, lina: Caller) -> None:
    answer = lina.post("/reader/batch", {"create": [{"name": "A"}, {"name": "B"}]})
    assert answer.status_code == 200, answer.json
    told = newest(admin, event="bulk", object="reader")
    assert told["detail"] == {"mode": "all", "create": 2, "update": 0, "delete": 0}


def test_pages_follow_each_other_and_moments_narrow(admin: Caller, lina: Caller) -> None:
    first = admin.get("/audit", limit=2).json
    second = admin.get("/audit", limit=2, before=first["next"]).json
    ids = [one["id"] for one in (*first["data"], *second["data"])]
    assert ids == sorted(set(ids), reverse=True)
    assert admin.get("/audit", since="2999-01-01T00:00:00Z").json == {"data": [], "next": None}
    assert admin.get("/audit", until="2001-01-01T00:00:00+01:00").json["data"] == []
    wrong = (
        ("event", "nothing"),
        ("since", "yesterday"),
        ("since", "2030-01-01T00:00:00"),
        ("limit", "201"),
        ("by", "x"),
    )
    for name, value in wrong:
        assert admin.get("/audit", **{name: value}).status_code == 400


def test_whether_the_trail_was_touched_is_told(world: World, admin: Caller) -> None:
    with world.here.system() as work:
        seal_entries(work)
    verdict = admin.get("/audit/verify").json
    assert (verdict["whole"], verdict["problems"]) == (True, [])
    with world.here.system() as work:
        [row] = system.find_many(work, "fw_audit", equals={"seal": 1}, limit=1)
        system.change(work, "fw_audit", {"at": datetime(2020, 1, 1, tzinfo=UTC)}, equals={"id": row["id"]})
    verdict = admin.get("/audit/verify").json
    assert (verdict["whole"], len(verdict["problems"])) == (False, 1)
    with world.here.system() as work:
        system.change(work, "fw_audit", {"at": row["at"]}, equals={"id": row["id"]})
