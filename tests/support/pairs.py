"""Two tenants with equal ids, names, mails and roles in one process: the second is a clone of the first."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask
from werkzeug.test import Client, TestResponse

from formwork.api import create_api
from formwork.identity import create_key, set_password
from formwork.records import create
from formwork.runtime import Runtime
from formwork.runtime.tenants import Operator, Wishes, clone
from formwork.web.app import create_web
from tests.support.callers import API
from tests.support.databases import Database
from tests.support.tenants import LIBRARY, TENANT, Installation, installed

OTHER = "other"
BY = Operator("test")
PASSWORD = "a long enough sentence"
HOSTS = {TENANT: "main.localhost", OTHER: "other.localhost"}


@dataclass(frozen=True)
class Side:
    """One tenant of a pair, as its own people see it."""

    pair: "Pair"
    name: str

    @property
    def origin(self) -> str:
        """Where it answers."""
        return f"http://{HOSTS[self.name]}"

    def made(self, object: str, **fields: Any) -> UUID:
        """A record that only this tenant has."""
        with self.pair.runtime.system_write(self.name, "test") as work:
            [saved] = create(work, object, [fields])
            return saved.id

    def key(self, user: UUID) -> str:
        """An API key of this tenant."""
        with self.pair.runtime.system_write(self.name, "test") as work:
            return create_key(work, user, "test", None)[1]

    def call(self, key: str, method: str, path: str, json: Any = None, **options: Any) -> TestResponse:
        """A call of the API at this tenant's host, with whosever key."""
        headers = {"Authorization": f"Bearer {key}"} | options.pop("headers", {})
        if json is not None:
            options["json"] = json
        return Client(self.pair.api).open(API + path, method=method, headers=headers, base_url=self.origin, **options)

    def browser(self) -> Client:
        """A browser that has signed in here."""
        client = Client(self.pair.web)
        page = client.get("/login", base_url=self.origin)
        token = page.text.split('name="_csrf" value="', 1)[1].split('"', 1)[0]
        form = {"_csrf": token, "email": "twin", "password": PASSWORD}
        answer = client.post("/login", data=form, base_url=self.origin)
        assert answer.status_code == 303, answer.text
        return client


@dataclass(frozen=True)
class Pair:
    """The runtime and doors of a process that serves both. `user` has the same id, login and roles in each."""

    runtime: Runtime
    user: UUID
    shared: UUID
    """A reader with the same id in both."""

    @cached_property
    def api(self) -> Flask:
        """The door of programs."""
        return create_api(self.runtime)

    @cached_property
    def web(self) -> Flask:
        """The door of browsers."""
        return create_web(self.runtime)

    @property
    def one(self) -> Side:
        """The tenant that was cloned."""
        return Side(self, TENANT)

    @property
    def two(self) -> Side:
        """Its clone."""
        return Side(self, OTHER)


@contextmanager
def paired(database: Database, folder: Path, workspace: Path = LIBRARY) -> Iterator[Pair]:
    """A pair on one database."""
    with installed(database, folder, workspace, furnish=furnish) as here:
        yield pair_of(here)


def pair_of(here: Installation) -> Pair:
    """The pair an installation was furnished with; the rate limit is lifted."""
    here.runtime.settings = replace(here.runtime.settings, rate_limit="")
    return Pair(here.runtime, here.known["user"], here.known["shared"])


def furnish(here: Installation) -> dict[str, UUID]:
    """Somebody with a password, a reader, and the clone."""
    user = here.user("twin", "admin")
    with here.system() as work:
        set_password(work, user, "twin", PASSWORD)
        [saved] = create(work, "reader", [{"name": "Shared", "card": "S-1"}])
    clone(here.runtime, BY, TENANT, OTHER, Wishes())
    return {"user": user, "shared": saved.id}
