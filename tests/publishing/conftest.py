"""A lending library that is published to again and again, and what it holds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from formwork.definitions import load_files, package_files
from formwork.definitions.model import PackageContent
from formwork.definitions.reading.shelves import ZipFiles
from formwork.fieldtypes import RecordRef
from formwork.publishing import Plan
from formwork.records import create
from formwork.storage import Work, rows, scan
from formwork.storage.upkeep.doctor import examine, examine_values
from tests.support.databases import Database
from tests.support.tenants import LIBRARY, TENANT, Installation, installed, loaded

READ_BY_ID = 500
FILES = {str(file.relative_to(LIBRARY)): file.read_text() for file in sorted(LIBRARY.rglob("*.yaml"))}
"""The library as it is written."""


@dataclass(frozen=True)
class Press:
    """The library and a way to publish other versions of it."""

    home: Installation
    ids: Mapping[str, UUID]

    def plan(self, *packages: PackageContent) -> Plan:
        """What publishing these packages would do."""
        with self.home.runtime.system_read(TENANT, "test") as work:
            return self.home.runtime.plan(work, {one.name: one for one in packages})

    def publish(self, *packages: PackageContent) -> Plan:
        """Publish packages; gives the plan."""
        with self.home.system() as work:
            planned = self.home.runtime.plan(work, {one.name: one for one in packages})
            self.home.runtime.publish(work, planned)
        return planned

    def written(self) -> PackageContent:
        """The library as it is in force, by way of the files somebody would take out."""
        with self.home.runtime.system_read(TENANT, "test") as work:
            found = self.home.runtime.snapshots.packages(work)["library"]
        return packages_in(package_files(found))["library"]

    def values(self) -> dict[tuple[str, str, str], Any]:
        """Every stored value of the library's objects by table, record and column, whatever they are called now."""
        with self.home.runtime.system_read(TENANT, "test") as work:
            return {key: value for name in self.objects(work) for key, value in _values(work, name)}

    def objects(self, work: Work) -> list[str]:
        """The library's objects as they are called now."""
        return [name for name, spec in work.snapshot.objects.items() if spec.package == "library"]

    def is_well(self) -> bool:
        """True when the database holds what the metadata says, and what follows is up to date."""
        with self.home.runtime.system_read(TENANT, "test") as work:
            assert examine(work) == []
            assert examine_values(work) == []
        return True


def packages_in(files: Mapping[str, str]) -> Mapping[str, PackageContent]:
    """The packages of files by their paths; a problem fails the test."""
    workspace = load_files(ZipFiles({name: text.encode() for name, text in files.items()}))
    assert not workspace.findings, [str(one) for one in workspace.findings]
    return workspace.packages


def _values(work: Work, object: str) -> Iterator[tuple[tuple[str, str, str], Any]]:
    spec = work.object(object)
    stored = {name: field.physical for name, field in spec.fields.items() if field.stored}
    for ids in scan.every_id(work, object, READ_BY_ID):
        for id, row in rows.load(work, object, ids, list(stored)).items():
            yield from (((spec.table, str(id), stored[name]), _placed(work, value)) for name, value in row.items())


def _placed(work: Work, value: Any) -> Any:
    """A value with the table a link to one of several objects leads to, whatever the object is called now."""
    return replace(value, object=work.object(value.object).table) if isinstance(value, RecordRef) else value


def furnish(home: Installation) -> dict[str, UUID]:
    """A librarian, two readers of whom one has borrowed two books, and what leads from one to the other."""
    found = {"librarian": home.user("lina", "librarian")}
    with home.as_user(found["librarian"]) as work:
        reader = {
            "name": "Örsi Bálint", "card": "R-1", "topics": ["sea", "law"], "passport": "AB 123", "door_code": "4711",
            "home": {"city": "Pécs"},
        }  # fmt: skip
        made = create(work, "reader", [reader, {"name": "Lev", "born_on": "1990-03-04", "member": True}])
        found["reader"], found["other"] = made[0].id, made[1].id
        books = create(work, "book", [{"title": "Emma", "isbn": "1"}, {"title": "Sanditon", "daily_fee": "2"}])
        lent = {
            "reader": str(found["reader"]), "guide": str(found["other"]), "helpers": [str(found["other"])],
            "about": {"object": "book", "id": str(books[0].id)}, "status": "overdue",
            "items": [{"book": str(one.id), "copies": 2} for one in books],
        }  # fmt: skip
        found["loan"] = create(work, "loan", [lent])[0].id
        found["book"] = books[0].id
    return found


@pytest.fixture
def press(database: Database, tmp_path: Path) -> Iterator[Press]:
    """The library on SQLite and on PostgreSQL, with records."""
    with installed(database, tmp_path, LIBRARY, furnish=furnish) as home:
        yield Press(home, home.known)


@pytest.fixture
def library() -> PackageContent:
    """The library as it is shipped to these tests."""
    return loaded(LIBRARY)["library"]
