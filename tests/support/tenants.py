"""Whole installations for tests: a runtime on either database with a tenant and packages in it."""

import atexit
import base64
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from formwork.definitions import load_workspace
from formwork.definitions.model import PackageContent
from formwork.identity import actor_of, assign_role
from formwork.kernel import Settings
from formwork.records import create
from formwork.runtime import Identified, Runtime
from formwork.storage import Tenant, Work
from tests.support.databases import Database, copy_postgres, new_postgres, server_of

ROOT = Path(__file__).parents[2]
LIBRARY = Path(__file__).parent / "library"
ABROAD = Path(__file__).parent / "abroad"
KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()
TENANT = "main"


@dataclass(frozen=True)
class Installation:
    """A runtime with one tenant. `users` are those made by `user`."""

    runtime: Runtime

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


@contextmanager
def installed(database: Database, folder: Path, *workspaces: Path) -> Iterator[Installation]:
    """An installation with the packages of these folders; core comes along.

    Packages are published once per process and kind of database; every further one is a copy.
    """
    data = folder / "data"
    if database.is_postgres:
        copy_postgres(_postgres_template(database, workspaces), database)
    else:
        shutil.copytree(_sqlite_template(workspaces), data)
    runtime = Runtime(_settings(database, data))
    try:
        yield Installation(runtime)
    finally:
        runtime.close()


def _settings(database: Database, data: Path) -> Settings:
    return Settings(data=data, database_url=database.url if database.is_postgres else "", key=KEY)


@lru_cache
def _sqlite_template(workspaces: tuple[Path, ...]) -> Path:
    """A data folder with the packages published, removed when the process ends."""
    folder = Path(tempfile.mkdtemp(prefix="formwork-template-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    _publish(Settings(data=folder / "data", key=KEY), workspaces)
    return folder / "data"


_POSTGRES_TEMPLATES: dict[tuple[str, tuple[Path, ...]], Database] = {}


def _postgres_template(database: Database, workspaces: tuple[Path, ...]) -> Database:
    """A database with the packages published; it goes with the test server."""
    server = server_of(database)
    if (server, workspaces) not in _POSTGRES_TEMPLATES:
        template = new_postgres(server)
        _publish(_settings(template, database.folder / "unused"), workspaces)
        _POSTGRES_TEMPLATES[(server, workspaces)] = template
    return _POSTGRES_TEMPLATES[(server, workspaces)]


def _publish(settings: Settings, workspaces: tuple[Path, ...]) -> None:
    runtime = Runtime(settings)
    try:
        runtime.create_tenant(Tenant(TENANT, datetime.now(UTC), "Main", hosts=("localhost", "127.0.0.1")))
        with runtime.system_write(TENANT, "install") as work:
            runtime.publish(work, runtime.plan(work, packages_of(workspaces)))
    finally:
        runtime.close()


def packages_of(workspaces: tuple[Path, ...]) -> Mapping[str, PackageContent]:
    """The packages of folders with the shipped core under them."""
    found: dict[str, PackageContent] = {"core": shipped()["core"]}
    for folder in workspaces:
        found |= shipped() if folder == ROOT else loaded(folder)
    return found


def shipped() -> Mapping[str, PackageContent]:
    """The packages of the repository."""
    return loaded(ROOT)


@lru_cache
def loaded(folder: Path) -> Mapping[str, PackageContent]:
    """The packages of one folder, read once a process; a problem in them fails the test."""
    workspace = load_workspace(folder)
    assert not workspace.findings, [str(finding) for finding in workspace.findings]
    return workspace.packages
