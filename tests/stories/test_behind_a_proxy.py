"""Whose address a request has: the one that connects, or the one the proxies in front have noted, and no other."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from werkzeug.test import Client

from formwork.kernel import Invalid, Settings
from formwork.storage import system
from formwork.wsgi import Site
from tests.support.databases import Database
from tests.support.tenants import LIBRARY, Installation, installed

PROXY = "10.0.0.1"


@pytest.fixture
def here(database: Database, tmp_path: Path) -> Iterator[Installation]:
    """The library on SQLite and on PostgreSQL."""
    with installed(database, tmp_path, LIBRARY) as found:
        yield found


def guessers(here: Installation, proxies: int, *forwarded: str | None) -> int:
    """How many addresses failed sign-ins are counted for when one login is tried once with each of these headers."""
    site = Site(replace(here.runtime.settings, trusted_proxies=proxies))
    client = Client(site, use_cookies=True)
    for header in forwarded:
        sent = {"headers": {"X-Forwarded-For": header} if header else {}, "environ_base": {"REMOTE_ADDR": PROXY}}
        token = re.search(r'name="_csrf" value="([^"]+)"', client.get("/login", base_url="http://localhost").text)
        assert token is not None
        form = {"_csrf": token[1], "email": "nobody", "password": "wrong"}
        assert client.post("/login", data=form, base_url="http://localhost", **sent).status_code == 401
    with here.system() as work:
        return system.count(work, "fw_attempt") - 1  # the login has a row of its own


def test_the_header_is_ignored_unless_a_proxy_is_named(here: Installation) -> None:
    assert here.runtime.settings.trusted_proxies == 0
    assert guessers(here, 0, "203.0.113.1", "203.0.113.2", None) == 1


def test_people_behind_one_proxy_have_addresses_of_their_own(here: Installation) -> None:
    assert guessers(here, 1, "203.0.113.1", "203.0.113.2", "203.0.113.1") == 2


def test_what_people_forge_stands_left_of_what_the_proxy_notes(here: Installation) -> None:
    assert guessers(here, 1, "198.51.100.7, 203.0.113.1", "198.51.100.8, 203.0.113.1", "203.0.113.1") == 1


def test_the_depth_is_exactly_the_one_that_is_set(here: Installation) -> None:
    """Two proxies: the second address from the right; where there are fewer, the address that connects."""
    found = guessers(
        here, 2, "198.51.100.7, 203.0.113.1, 10.0.0.2", "198.51.100.8, 203.0.113.1, 10.0.0.3", "203.0.113.9", None
    )  # fmt: skip
    assert found == 2


def test_the_scheme_is_the_proxys_word_too(here: Installation) -> None:
    for proxies, told in ((0, False), (1, True)):
        site = Site(replace(here.runtime.settings, trusted_proxies=proxies))
        answer = Client(site).get("/login", base_url="http://localhost", headers={"X-Forwarded-Proto": "https"})
        assert ("Strict-Transport-Security" in answer.headers) is told


@pytest.mark.parametrize("text", ["-1", "10", "two", "1.5", ""])
def test_a_number_of_proxies_that_cannot_be_is_told(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        Settings.from_environment({"FORMWORK_TRUSTED_PROXIES": text})
    assert [problem.pointer for problem in refused.value.problems] == ["/trusted_proxies"]
