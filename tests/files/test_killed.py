"""A writer dies between a file's bytes, its row and the record that holds it: no record ever points at nothing."""

from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from formwork.api import create_api
from formwork.files import Blobs
from formwork.files.checkup import examine_files
from formwork.files.stored import LOOSE
from formwork.kernel import Settings
from formwork.records import ListRequest, list_records
from formwork.storage import Work, system
from formwork.storage.upkeep.doctor import examine
from tests.support.callers import World
from tests.support.databases import Database
from tests.support.killed import LAST, Answer, Request, write_until
from tests.support.pictures import png
from tests.support.seeds import scaled
from tests.support.tenants import KEY, LIBRARY, TENANT, installed

STEP = max(1, 12 // scaled(1))
"""Every so many moments a writer dies; the proof lets one die at each of them."""


def writes(run: str) -> list[Request]:
    """A record with a picture, then another picture in its place."""
    where = f"/reader/by/external_id/{run}"
    return [
        Request("POST", "/files", {}, f"{run}-1", png(3, len(run))),
        Request("PUT", where, {"name": run, "photo": LAST}, f"{run}-2"),
        Request("POST", "/files", {}, f"{run}-3", png(4, len(run))),
        Request("PUT", where, {"photo": LAST}, f"{run}-4"),
    ]


def require_whole(work: Work, blobs: Blobs, run: str, told: list[Answer]) -> None:
    """What was acknowledged is there, and every file a record names is there in full."""
    assert all(answer.status in (200, 201) for answer in told), told
    asked = ListRequest("reader", ("name", "photo"), (f"external_id = '{run}'",))
    found = list_records(work, asked, KEY.encode()).records
    assert len(found) >= (len(told) >= 2)
    for record in found:
        [row] = system.find_many(work, "fw_file", equals={"id": UUID(record["photo"]["id"])})
        assert sum(map(len, blobs.read(row["sha256"]))) == row["size"] == record["photo"]["size"]
        assert row["state"] != LOOSE
    assert [one for one in examine_files(work, blobs) if one.check == "files"] == []


@pytest.mark.slow
def test_a_killed_upload_leaves_no_record_that_points_at_nothing(database: Database, tmp_path: Path) -> None:
    with installed(database, tmp_path, LIBRARY) as home:
        world = World(home, create_api(home.runtime))
        bearer = world.caller("lina", "librarian").headers["Authorization"].split()[1]
        url = database.url if database.is_postgres else ""
        settings = replace(Settings(data=tmp_path / "data", database_url=url, key=KEY))
        blobs, moment, deaths, finished = home.runtime.blobs(TENANT), 1, 0, False
        while not finished:
            run = f"run{moment}"
            told = write_until(settings, bearer, writes(run), moment)
            finished = len(told) == 4
            deaths += not finished
            with home.runtime.system_read(TENANT, "test") as work:
                require_whole(work, blobs, run, told)
            moment += STEP
        again = write_until(settings, bearer, writes(run), None)
        assert [answer.status for answer in again] == [201, 201, 201, 200]
        assert deaths > 3
        with home.system() as work:
            assert examine(work) == []
