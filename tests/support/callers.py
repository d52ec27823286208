"""People and programs that call the API of an installation over HTTP."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from flask import Flask
from werkzeug.test import Client, TestResponse

from formwork.identity import create_key
from tests.support.tenants import TENANT, Installation

ORIGIN = "http://localhost"
API = "/api/v1"


@dataclass(frozen=True)
class Caller:
    """A person or program with an API key."""

    client: Client
    headers: Mapping[str, str]
    user: UUID | None = None

    def __call__(self, method: str, path: str, json: Any = None, **options: Any) -> TestResponse:
        headers = {**self.headers, **options.pop("headers", {})}
        if json is not None:
            options["json"] = json
        return self.client.open(API + path, method=method, headers=headers, base_url=ORIGIN, **options)

    def get(self, path: str, **query: Any) -> TestResponse:
        """GET with query parameters."""
        return self("GET", path, query_string=query)

    def post(self, path: str, json: Any = None, **options: Any) -> TestResponse:
        """POST a JSON body."""
        return self("POST", path, json, **options)

    def made(self, object: str, **fields: Any) -> dict[str, Any]:
        """A new record, which must be taken."""
        answer = self.post(f"/{object}", fields)
        assert answer.status_code == 201, answer.json
        found: dict[str, Any] = answer.json
        return found

    def dry_run(self, job: str) -> dict[str, Any]:
        """What the dry run of an import found."""
        answer = self.post(f"/imports/{job}/check")
        assert answer.status_code == 202, answer.text
        for _ in range(600):
            found: dict[str, Any] = self.get(f"/imports/{job}").json
            if found["state"] != "checking":
                assert found["state"] == "uploaded"
                return dict(found["check"])
            time.sleep(0.1)
        raise AssertionError(f"The dry run has not ended: {found}")

    def with_headers(self, **headers: str) -> "Caller":
        """The same caller with more headers; underscores stand for dashes."""
        return replace(self, headers={**self.headers, **{k.replace("_", "-"): v for k, v in headers.items()}})


@dataclass(frozen=True)
class World:
    """The installation, its application and who calls it."""

    here: Installation
    app: Flask

    def caller(self, login: str, *roles: str, scopes: list[str] | None = None) -> Caller:
        """A new user with roles and a key."""
        user = self.here.user(login, *roles)
        return Caller(Client(self.app), {"Authorization": f"Bearer {self.key(user, scopes)}"}, user)

    def key(self, user: UUID, scopes: list[str] | None = None) -> str:
        """A new API key of a user."""
        with self.here.system() as work:
            return create_key(work, user, "test", scopes)[1]

    @property
    def nobody(self) -> Caller:
        """A caller without credentials."""
        return Caller(Client(self.app), {})

    @property
    def tenant(self) -> str:
        """The tenant's name."""
        return TENANT
