"""The gallery of sample pages on a port, and a small installation with a signed-in browserless client."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.test import Client, TestResponse

from formwork.identity import set_password
from formwork.web.app import create_web
from tests.support.databases import Database
from tests.support.server import served
from tests.support.tenants import LIBRARY, Installation, installed
from tests.web.gallery import gallery

PASSWORD = "a long enough sentence"


@pytest.fixture(scope="session")
def gallery_address() -> Iterator[str]:
    """Where the sample pages are served."""
    with served(gallery()) as address:
        yield address


@dataclass
class Person:
    """Somebody signed in, without a browser."""

    client: Client
    user: UUID

    def get(self, path: str) -> TestResponse:
        """A page."""
        return self.client.get(path, base_url="http://localhost")

    def post(self, path: str, form: dict[str, object] | None = None, page: str = "/preferences") -> TestResponse:
        """Send a form with the token of a page."""
        return self.client.post(path, data={"_csrf": self.token(page), **(form or {})}, base_url="http://localhost")

    def token(self, page: str = "/preferences") -> str:
        """The token a page carries."""
        found = re.search(r'name="_csrf" value="([^"]+)"', self.get(page).text)
        assert found is not None
        return found[1]


@dataclass(frozen=True)
class House:
    """An installation with its browser's door."""

    here: Installation
    app: Flask

    def add_user(self, login: str, *roles: str, **values: object) -> UUID:
        """A user with these values who can sign in with PASSWORD."""
        user = self.here.user(login, *roles, **values)
        with self.here.system() as work:
            set_password(work, user, login, PASSWORD)
        return user

    def person(self, login: str, *roles: str, **values: object) -> Person:
        """A new user with these values who has signed in."""
        person = Person(Client(self.app), self.add_user(login, *roles, **values))
        answer = person.post("/login", {"email": login, "password": PASSWORD}, page="/login")
        assert answer.status_code == 303
        return person


@pytest.fixture(scope="module")
def house(shared_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The library on both databases."""
    folder: Path = tmp_path_factory.mktemp("house")
    with installed(shared_database, folder, LIBRARY) as here:
        yield House(here, create_web(here.runtime))
