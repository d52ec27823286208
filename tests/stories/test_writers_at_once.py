"""Several people write the same records at the same moment, without saying which version they saw.

Through a real server, on both databases: everybody is answered 200, and nothing that anybody wrote is lost.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
import requests

from formwork.api import create_api
from formwork.identity import create_key
from tests.support.databases import Database
from tests.support.server import served
from tests.support.tenants import LIBRARY, Installation, installed

WRITERS = 5
ROUNDS = 6


@dataclass
class Desk:
    """A server, and everybody who writes there with one key."""

    here: Installation
    address: str
    bearer: str

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
        """One request."""
        named = {"Authorization": f"Bearer {self.bearer}"} | {k.replace("_", "-"): v for k, v in headers.items()}
        return requests.request(method, f"{self.address}/api/v1{path}", json=body, headers=named, timeout=60)

    def made(self, object: str, **fields: Any) -> dict[str, Any]:
        """A new record."""
        answer = self.send("POST", f"/{object}", fields)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def found(self, path: str) -> dict[str, Any]:
        """A record as it is."""
        found: dict[str, Any] = self.send("GET", path).json()
        return found

    def at_once(self, *writers: Callable[[int], requests.Response]) -> list[requests.Response]:
        """Every writer does its write `ROUNDS` times, all of them beginning together; gives all answers."""
        answers: list[requests.Response] = []
        start = Barrier(len(writers))

        def write(writer: Callable[[int], requests.Response]) -> None:
            start.wait()
            answers.extend(writer(turn) for turn in range(ROUNDS))

        threads = [Thread(target=write, args=(one,)) for one in writers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(answers) == len(writers) * ROUNDS
        return answers


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Iterator[Desk]:
    """The library on a port."""
    with opened_desk(database, tmp_path) as found:
        yield found


@contextmanager
def opened_desk(database: Database, folder: Path) -> Iterator[Desk]:
    """The library on a port, for the length of the block."""
    with installed(database, folder, LIBRARY) as here:
        here.runtime.settings = replace(here.runtime.settings, rate_limit="")
        librarian = here.user("lina", "librarian")
        with here.system() as work:
            bearer = create_key(work, librarian, "desk")[1]
        with served(create_api(here.runtime)) as address:
            yield Desk(here, address, bearer)


def told(answers: list[requests.Response]) -> dict[Any, int]:
    """How often each answer was given, with its code when it is no good one."""
    return Counter(one.status_code if one.ok else (one.status_code, one.text) for one in answers)


FIELDS = (
    ("name", lambda turn: f"Ada {turn}"),
    ("member", lambda turn: turn % 2 == 0),
    ("credit", lambda turn: f"{101 + turn}.00"),
    ("topics", lambda turn: [f"topic {turn}"]),
    ("card", lambda turn: f"C-{turn}"),
)


def test_everybody_changes_a_field_of_one_record(desk: Desk) -> None:
    reader = desk.made("reader", name="Ada", member=False)
    path = f"/reader/{reader['id']}"

    def writer(field: str, value: Callable[[int], Any]) -> Callable[[int], requests.Response]:
        if field == "card":  # one of them in a batch of which each row stands for itself
            row = {"id": reader["id"]}
            return lambda turn: desk.send(
                "POST", "/reader/batch", {"mode": "each", "update": [{**row, field: value(turn)}]}
            )
        return lambda turn: desk.send("PATCH", path, {field: value(turn)})

    answers = desk.at_once(*(writer(field, value) for field, value in FIELDS))
    assert told(answers) == {200: len(answers)}
    assert [one.json() for one in answers if one.json().get("failed")] == []
    found = desk.found(path)
    assert {field: found[field] for field, _ in FIELDS} == {field: value(ROUNDS - 1) for field, value in FIELDS}
    assert found["version"] == 1 + len(answers)
    history = desk.found(f"{path}/history")["data"]
    assert len(history) == found["version"]
    for field, value in FIELDS:
        changes = [one["changes"][field]["to"] for one in reversed(history) if field in one["changes"]]
        assert changes[-ROUNDS:] == [value(turn) for turn in range(ROUNDS)]


def test_everybody_changes_a_line_of_one_master(desk: Desk) -> None:
    """Through the line, through the master, and by new lines: the master's sums are those of its lines."""
    reader, book = desk.made("reader", name="Ada", credit="100000"), desk.made("book", title="One", daily_fee="1")
    items = [{"book": book["id"]} for _ in range(4)]
    loan = desk.made("loan", reader=reader["id"], items=items)["id"]
    lines = [one["id"] for one in desk.found(f"/loan/{loan}?include=items")["items"]]

    def through_the_line(id: str) -> Callable[[int], requests.Response]:
        return lambda turn: desk.send("PATCH", f"/loan_item/{id}", {"copies": turn + 2})

    def through_the_master(id: str) -> Callable[[int], requests.Response]:
        return lambda turn: desk.send("PATCH", f"/loan/{loan}", {"items": [{"id": id, "copies": turn + 2}]})

    def by_a_new_line(turn: int) -> requests.Response:
        return desk.send("POST", "/loan_item", {"loan": loan, "book": book["id"], "copies": 10})

    answers = desk.at_once(
        *(through_the_line(id) for id in lines[:2]), *(through_the_master(id) for id in lines[2:]),
        by_a_new_line, by_a_new_line,
    )  # fmt: skip
    assert told(answers) == {200: 4 * ROUNDS, 201: 2 * ROUNDS}
    after = desk.found(f"/loan/{loan}?include=items")
    copies = 4 * (ROUNDS + 1) + 2 * ROUNDS * 10
    assert sum(one["copies"] for one in after["items"]) == copies
    assert (after["items_count"], after["fee_total"]) == (4 + 2 * ROUNDS, f"{copies * 7}.00")
    assert after["version"] == 1 + 2 * ROUNDS
    assert desk.found(f"/reader/{reader['id']}")["owed"] == f"{copies * 7}.00"
    assert all(desk.found(f"/loan_item/{id}")["version"] == 1 + ROUNDS for id in lines)


def test_everybody_upserts_one_record(desk: Desk) -> None:
    def writer(turn: int) -> requests.Response:
        body = {"records": [{"external_id": f"r{turn}", "name": f"Ada {turn}", "topics": ["one"]}]}
        return desk.send("POST", "/reader/upsert", body)

    answers = desk.at_once(*(writer for _ in range(WRITERS)))
    assert told(answers) == {200: len(answers)}
    assert [one["name"] for one in desk.found("/reader?sort=name")["data"]] == [f"Ada {n}" for n in range(ROUNDS)]


def test_who_names_a_version_is_told_of_the_other(desk: Desk) -> None:
    """Of writers who saw the same version one is taken; the others are told what differs, and nothing is repeated."""
    reader = desk.made("reader", name="Ada")
    path = f"/reader/{reader['id']}"
    start = Barrier(WRITERS)
    answers: list[requests.Response] = []

    def write(who: int) -> None:
        start.wait()
        answers.append(desk.send("PATCH", path, {"name": f"Ada {who}"}, If_Match='"1"'))

    threads = [Thread(target=write, args=(one,)) for one in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(one.status_code for one in answers) == {200: 1, 412: WRITERS - 1}
    [taken] = [one.json() for one in answers if one.status_code == 200]
    for refused in (one.json() for one in answers if one.status_code == 412):
        assert refused["current_version"] == 2
        assert refused["differing"]["name"]["current"] == taken["name"]
    assert desk.found(path)["version"] == 2


def test_a_repeated_request_of_one_key_is_done_once(desk: Desk) -> None:
    """Writers of one record, each with a key of its own that is sent twice: each write is there once."""
    reader = desk.made("reader", name="Ada")
    path = f"/reader/{reader['id']}"

    def writer(who: int) -> Callable[[int], requests.Response]:
        def write(turn: int) -> requests.Response:
            sent = [
                desk.send("PATCH", path, {"name": f"Ada {who} {turn}"}, Idempotency_Key=f"{who}-{turn}")
                for _ in range(2)
            ]
            assert sent[0].json()["version"] == sent[1].json()["version"]
            return sent[0]

        return write

    answers = desk.at_once(*(writer(one) for one in range(WRITERS)))
    assert told(answers) == {200: len(answers)}
    assert len({one.json()["version"] for one in answers}) == len(answers)
    assert desk.found(path)["version"] == 1 + len(answers)
