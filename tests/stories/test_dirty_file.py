"""A file that has everything wrong at once: told whole, mended, sent again, and in the end each row is there once."""

import csv
import io
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from formwork.api import create_api
from tests.support.callers import Caller, World
from tests.support.databases import Database
from tests.support.tenants import LIBRARY, installed

MAPPING = {
    "import": "dirty", "object": "loan", "match": ["external_id"],
    "columns": {
        "Loan": {"field": "external_id", "transform": ["trim"]},
        "Reader": {"field": "reader", "by": "name", "transform": ["trim"]},
        "Guide": {"field": "guide", "by": "card"},
        "Begun": {"field": "begun_on", "transform": [{"date": "dmy"}]},
        "Days": "days",
        "Rate": {"field": "rate", "transform": [{"decimal": ","}]},
        "Status": "status",
        "Note": "closed_note",
    },
}  # fmt: skip
HEADER = "Loan;Reader;Guide;Begun;Days;Rate;Status;Note"
ROWS = (
    " L1 ; Ann Smith ;;01/02/2026;7;0,5;Open;fine",
    "L2;Ann Smit;zz;02/14/2026;ten;x;nonsense;",
    "L3;;;31/02/2026;0;1;closed;",
    "L4;Ann Smith;b1;13/02/2026;5;0;open;=1+1",
    "L4;Ann Smith;b1;13/02/2026;5;0;open;=1+1",
    ";Bo;;13/02/2026;5;0;open;without a key",
    "",
    "L5;Bo;;13/02/2999;5;0;lost;",
    'L6;Ann Smith;;13/02/2026;5;0;open;"two\nlines"',
    "L7;Ann Smith;;13/02/2026;5;0;open;one cell;too many",
    "L8;Double;;13/02/2026;5;0;open;",
    "L9;Ann Smith;;13/02/2026;5;0;open;bell\x07",
    "L10;Ann Smith;b1;soon;5;0;closed;",
    ";;;;;;;only a note",
)
"""Of every kind of mistake one, and rows that are good between them."""
TOLD = {
    "L2": {"Reader", "Guide", "Begun", "Days", "Rate", "Status"},
    "L3": {"Begun", "Days", "Reader", "Note"},
    "": {"Loan"},
    "L5": {"Begun", "Status"},
    "L6": {"Note"},
    "L7": {""},
    "L8": {"Reader"},
    "L9": {"Note"},
    "L10": {"Begun", "Note"},
}
MENDED = {
    "L2": ["L2", "Ann Smith", "b1", "14/02/2026", "10", "0,1", "open", ""],
    "L3": ["L3", "Ann Smith", "", "28/02/2026", "3", "1", "open", "back"],
    "": ["L11", "Bo", "", "13/02/2026", "5", "0", "open", "without a key"],
    "L5": ["L5", "Bo", "", "13/02/2026", "5", "0", "open", ""],
    "L6": ["L6", "Ann Smith", "", "13/02/2026", "5", "0", "open", "two lines"],
    "L7": ["L7", "Ann Smith", "", "13/02/2026", "5", "0", "open", "one cell, too many"],
    "L8": ["L8", "Double Two", "", "13/02/2026", "5", "0", "open", ""],
    "L9": ["L9", "Ann Smith", "", "13/02/2026", "5", "0", "open", "bell"],
}


@pytest.fixture
def librarian(database: Database) -> Iterator[Caller]:
    """Who imports; four readers are there."""
    with installed(database, database.folder, LIBRARY) as here:
        here.runtime.settings = replace(here.runtime.settings, rate_limit="")
        caller = World(here, create_api(here.runtime)).caller("boss", "admin")
        for card, name in (("a1", "Ann Smith"), ("b1", "Bo"), ("d1", "Double"), ("d2", "Double"), ("d3", "Double Two")):
            caller.made("reader", name=name, card=card, member=card == "b1")
        yield caller


def send(caller: Caller, data: bytes) -> str:
    """A file on its way with the mapping; the address of its import."""
    answer = caller("POST", "/loan/imports?mapping=Dirty", data=data, headers={"Content-Type": "text/csv"})
    assert answer.status_code == 201, answer.text
    return f"/imports/{answer.json['id']}"


def settled(caller: Caller, job: str, step: str) -> dict[str, Any]:
    """The import after its dry run, or its run."""
    assert caller.post(f"{job}/{step}").status_code == 202
    for _ in range(600):
        found: dict[str, Any] = caller.get(job).json
        if found["state"] not in ("checking", "running") and (step == "check" or found["state"] != "uploaded"):
            return found
        time.sleep(0.05)
    pytest.fail(f"The {step} has not ended: {found}")


def errors_of(caller: Caller, job: str) -> list[list[str]]:
    """The rows of the errors file."""
    return list(csv.reader(io.StringIO(caller.get(f"{job}/errors").text.removeprefix("\ufeff"))))


def written(rows: list[list[str]]) -> bytes:
    """A CSV file."""
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def loans(caller: Caller) -> list[str]:
    """The keys of all loans."""
    found = caller.get("/loan", fields="external_id", limit=100).json["data"]
    return sorted(str(one["external_id"]) for one in found)


def test_a_dirty_file_is_mended_until_every_row_is_there_once(librarian: Caller) -> None:
    assert librarian.post("/loan/import-mappings", {"name": "Dirty", "mapping": MAPPING}).status_code == 201
    file = ("\ufeff" + "\r\n".join((HEADER, *ROWS)) + "\r\n").encode()
    job = send(librarian, file)
    tried = settled(librarian, job, "check")["check"]
    assert loans(librarian) == []
    first = settled(librarian, job, "run")
    assert first["failures"] == tried["failures"], "The run tells what the dry run told."
    assert first["totals"] == tried["totals"] | {"rows": 13}
    assert {key: first["totals"][key] for key in ("created", "same", "failed")} == {
        "created": 2,
        "same": 1,
        "failed": 10,
    }
    assert loans(librarian) == ["L1", "L4"]

    headers, *bad = errors_of(librarian, job)
    assert headers == [*HEADER.split(";"), "problem"]
    columns = {row[0]: {p["column"] for p in one["problems"]} for row, one in zip(bad, first["failures"], strict=True)}
    assert columns == TOLD
    assert bad[5][9:] == ["too many"], "What stands beyond the header is not lost."
    assert {one["line"] for one in first["failures"]} == {3, 4, 7, 9, 10, 12, 13, 14, 15, 16}

    half = [MENDED.get(row[0], row) if row[7] != "only a note" else row for row in bad]
    again = send(librarian, written([headers, *half]))
    second = settled(librarian, again, "run")
    assert (second["totals"]["created"], second["totals"]["failed"]) == (8, 2)
    headers, *bad = errors_of(librarian, again)
    assert headers == [*HEADER.split(";"), "problem"], "The old problems are gone, the new ones told."
    assert [row[0] for row in bad] == ["L10", ""]

    last = [
        ["L10", "Ann Smith", "b1", "13/02/2026", "5", "0", "open", "back"],
        ["L12", "Bo", "", "", "", "", "", "only a note"],
    ]
    third = settled(librarian, send(librarian, written([headers, *last])), "run")
    assert (third["totals"]["created"], third["totals"]["failed"]) == (2, 0)
    everything = sorted(f"L{n}" for n in range(1, 13))
    assert loans(librarian) == everything, "None is lost, none is there twice."

    repeated = settled(librarian, send(librarian, file), "run")["totals"]
    assert (repeated["created"], repeated["updated"], repeated["same"]) == (0, 0, 3)
    assert loans(librarian) == everything
    assert librarian.post(f"{again}/undo").json == {"deleted": 8, "restored": 0, "kept": []}
    assert loans(librarian) == ["L1", "L10", "L12", "L4"]
