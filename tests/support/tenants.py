"""Whole installations for tests: a runtime on either database with a tenant and packages in it."""

import base64
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from uuid import UUID

from formwork.catalog import Snapshot, link
from formwork.definitions import load_workspace
from formwork.definitions.model import PackageContent
from formwork.fieldtypes import FIELD_TYPES
from formwork.identity import actor_of, assign_role
from formwork.kernel import Settings
from formwork.records import create
from formwork.runtime import Identified, Runtime
from formwork.storage import Tenant, Work
from tests.support.databases import Database, copy_postgres, new_postgres, server_of
from tests.support.session import made_once

ROOT = Path(__file__).parents[2]
LIBRARY = Path(__file__).parent / "library"
ABROAD = Path(__file__).parent / "abroad"
KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()
TENANT = "main"


@dataclass(frozen=True)
class Installation:
    """A runtime with one tenant; `known` is what its template was furnished with, by name."""

    runtime: Runtime
    known: Mapping[str, UUID] = field(default_factory=dict)

    @contextmanager
    def system(self) -> Iterator[Work]:
        """A unit of work without limits that commits."""
        with self.runtime.system_write(TENANT, "test") as work:
            yield work

    @contextmanager
    def as_user(self, user: UUID) -> Iterator[Work]:
        """A unit of work of a user that commits."""
        tenant = self.runtime.directory.get(TENANT)
        with self.runtime.write(tenant, lambda work: Identified(actor_of(work, user))) as work:
            yield work

    def user(self, login: str, *roles: str, **values: Any) -> UUID:
        """A new user with these roles."""
        with self.system() as work:
            body = {"login": login, "full_name": login.title(), "email": f"{login}@example.com", **values}
            [saved] = create(work, "user", [body])
            for role in roles:
                assign_role(work, saved.id, role)
            return saved.id


Furnish = Callable[[Installation], Mapping[str, UUID]]
"""Fills a template with what every test of a module wants; a function of a module, which is what it is known by."""


@contextmanager
def installed(
    database: Database, folder: Path, *workspaces: Path, furnish: Furnish | None = None
) -> Iterator[Installation]:
    """An installation with the packages of these folders; core comes along.

    Packages are published once per session and kind of database, and their Snapshot is restored once per process;
    every further installation is a copy that knows it already. What `furnish` makes is in the copy too: it runs once
    per session and kind, and `Installation.known` is what it gave.
    """
    data = folder / "data"
    made_by = furnish and (furnish.__module__, furnish.__qualname__)
    known = copied(database, data, (workspaces, made_by), partial(_fill, workspaces, furnish))
    runtime = Runtime(_settings(database, data))
    try:
        if workspaces not in _RESTORED:
            with runtime.system_read(TENANT, "test") as work:
                _RESTORED[workspaces] = (work.snapshot, runtime.snapshots.packages(work))
        runtime.snapshots.keep(*_RESTORED[workspaces])
        yield Installation(runtime, known)
    finally:
        runtime.close()


def _settings(database: Database, data: Path) -> Settings:
    return Settings(data=data, database_url=database.url if database.is_postgres else "", key=KEY, mfa="optional")


_RESTORED: dict[tuple[Path, ...], tuple[Snapshot, Mapping[str, PackageContent]]] = {}


Fill = Callable[[Database, Path], Mapping[str, UUID]]
"""Fills an empty database and a data folder that is not there yet; gives what it made, by name."""


def copied(database: Database, data: Path, name: object, fill: Fill) -> Mapping[str, UUID]:
    """Make a fresh database and data folder copies of a template; gives what `fill` gave.

    The template is known by `name` and filled once per session and kind of database; one on PostgreSQL goes with
    the test server.
    """
    server = server_of(database) if database.is_postgres else ""

    def make(place: Path) -> None:
        place.mkdir()
        fresh = new_postgres(server) if server else Database("sqlite", "", place)
        known = {name: str(id) for name, id in fill(fresh, place / "data").items()}
        (place / "made.json").write_text(json.dumps({"url": fresh.address, "known": known}))

    place = made_once("template", (server, name), make)
    made = json.loads((place / "made.json").read_text())
    if (place / "data").exists():
        shutil.copytree(place / "data", data)
    if server:
        copy_postgres(Database("postgres", made["url"], place), database)
    return {name: UUID(id) for name, id in made["known"].items()}


def _fill(workspaces: tuple[Path, ...], furnish: Furnish | None, database: Database, data: Path) -> Mapping[str, UUID]:
    if furnish is None:
        _publish(_settings(database, data), workspaces)
        return {}
    with installed(database, data.parent, *workspaces) as home:
        return furnish(home)


def _publish(settings: Settings, workspaces: tuple[Path, ...]) -> None:
    runtime = Runtime(settings)
    try:
        runtime.create_tenant(Tenant(TENANT, datetime.now(UTC), "Main", hosts=("localhost", "127.0.0.1")))
        with runtime.system_write(TENANT, "install") as work:
            runtime.publish(work, runtime.plan(work, packages_of(workspaces)))
    finally:
        runtime.close()


def workspace_of(files: Mapping[str, str]) -> Path:
    """A workspace of these files by their paths, made once per session: installations with it share a template."""

    def write(folder: Path) -> None:
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")

    return made_once("workspace", sorted(files.items()), write)


def packages_of(workspaces: tuple[Path, ...]) -> Mapping[str, PackageContent]:
    """The packages of folders with the shipped core under them."""
    found: dict[str, PackageContent] = {"core": shipped()["core"]}
    for folder in workspaces:
        found |= shipped() if folder == ROOT else loaded(folder)
    return found


def shipped() -> Mapping[str, PackageContent]:
    """The packages of the repository."""
    return loaded(ROOT)


@lru_cache(maxsize=1)
def shipped_snapshot() -> Snapshot:
    """The packages of the repository, linked once a process."""
    linked = link(shipped(), FIELD_TYPES)
    assert linked.snapshot is not None, linked.findings
    return linked.snapshot


@lru_cache
def loaded(folder: Path) -> Mapping[str, PackageContent]:
    """The packages of one folder, read once a process; a problem in them fails the test."""
    workspace = load_workspace(folder)
    assert not workspace.findings, [str(finding) for finding in workspace.findings]
    return workspace.packages
