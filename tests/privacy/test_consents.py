"""A consent notes when it was given or taken back and where that came from, whatever door it came through."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from formwork import records
from formwork.catalog import link
from formwork.definitions import load_workspace
from formwork.fieldtypes import FIELD_TYPES
from formwork.kernel import Invalid
from formwork.records import Change, create, update
from tests.privacy.person import PRACTICE
from tests.support.databases import Database
from tests.support.tenants import Installation, installed, shipped

FIELDS = ["mailing", "mailing_at", "mailing_source"]


@pytest.fixture
def here(database: Database, tmp_path: Path) -> Iterator[Installation]:
    """The practice, empty."""
    with installed(database, tmp_path, PRACTICE) as installation:
        yield installation


def noted(here: Installation, user: UUID, client: UUID) -> dict[str, Any]:
    """What is known of the consent."""
    with here.as_user(user) as work:
        return records.get_record(work, "client", client, FIELDS)


def test_a_consent_is_noted_when_it_changes_and_only_then(here: Installation) -> None:
    nurse = here.user("nina", "nurse")
    with here.as_user(nurse) as work:
        before = work.context.now
        [given, asked] = [
            one.id
            for one in create(
                work, "client", [{"last_name": "A", "mailing": True}, {"last_name": "B", "mailing": False}]
            )
        ]
    first = noted(here, nurse, given)
    assert first["mailing_source"] == "entered"
    assert datetime.fromisoformat(first["mailing_at"]) - before < timedelta(minutes=1)
    assert noted(here, nurse, asked)["mailing_at"] is None
    with here.as_user(nurse) as work:
        update(work, "client", [Change(given, {"remarks": "x"})])
    assert noted(here, nurse, given) == first
    with here.as_user(nurse) as work:
        update(work, "client", [Change(given, {"mailing": False, "mailing_source": "phone"})])
    second = noted(here, nurse, given)
    assert second["mailing_source"] == "phone"
    assert second["mailing_at"] > first["mailing_at"]
    with here.as_user(nurse) as work:
        update(work, "client", [Change(given, {"mailing": True})])
        told = [one.changes for one in records.history(work, "client", given) if "mailing" in one.changes]
    assert noted(here, nurse, given)["mailing_source"] == "entered"
    assert [one["mailing"] for one in told] == [(False, True), (True, False), (None, True)]
    with here.as_user(nurse) as work, pytest.raises(Invalid):
        update(work, "client", [Change(given, {"mailing_at": "2001-01-01T00:00:00Z"})])


def test_the_source_is_the_door(here: Installation) -> None:
    nurse = here.user("nina", "nurse")
    with here.system() as work:
        [ours] = [one.id for one in create(work.because("import"), "client", [{"last_name": "C", "mailing": True}])]
        moment = "2020-05-04T00:00:00Z"
        [seeded] = [
            one.id for one in create(work, "client", [{"last_name": "D", "mailing": True, "mailing_at": moment}])
        ]
    assert noted(here, nurse, ours)["mailing_source"] == "import"
    assert noted(here, nurse, seeded)["mailing_at"].startswith("2020-05-04")
    assert noted(here, nurse, seeded)["mailing_source"] is None, "The options lack the word `system`."


def test_a_consent_names_fields_it_can_be_noted_in(tmp_path: Path) -> None:
    files = {
        "metadata/a/package.yaml": "package: a\nversion: 1.0.0\nlabel: A\n",
        "objects/a/thing.yaml": (
            "object: thing\nfields:\n  agreed: {type: boolean, consent: {at: name, source: missing}}\n"
            "  name: {type: text}\n"
        ),
    }
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    found = link({**shipped(), **load_workspace(tmp_path).packages}, FIELD_TYPES).findings
    assert {one.path for one in found} == {"fields.agreed.consent.at", "fields.agreed.consent.source"}
