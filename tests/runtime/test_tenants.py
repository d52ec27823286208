"""Whole tenants: suspended, resumed, deleted, cloned, moved; everybody is told in one sentence, nobody else notices."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from werkzeug.test import Client

from formwork.identity.audit import Event, Question, entries
from formwork.jobs import outbox
from formwork.kernel import Conflict, Invalid, NotFound
from formwork.records import create, get_record
from formwork.runtime.chores import make_worker
from formwork.runtime.tenants import Wishes, clone, delete_now, purge_due, resume, schedule, suspend
from formwork.storage import State, system
from formwork.storage.upkeep.doctor import examine, examine_values
from tests.support.databases import Database
from tests.support.pairs import BY, OTHER, Pair, paired
from tests.support.tenants import TENANT


@pytest.fixture
def pair(database: Database, tmp_path: Path) -> Iterator[Pair]:
    """Two tenants on one database."""
    with paired(database, tmp_path) as found:
        yield found


def test_a_suspended_tenant_refuses_every_session_and_key_at_the_next_request(pair: Pair) -> None:
    key, own = pair.two.key(pair.user), pair.one.key(pair.user)
    browser = pair.two.browser()
    assert pair.two.call(key, "GET", "/reader").status_code == 200
    assert browser.get("/", base_url=pair.two.origin).status_code == 200
    suspend(pair.runtime, BY, OTHER, "unpaid")
    for method, path in (("GET", "/reader"), ("POST", "/reader"), ("GET", "/me"), ("GET", "/openapi.json")):
        answer = pair.two.call(key, method, path, {"name": "Late"} if method == "POST" else None)
        assert (answer.status_code, answer.json["code"]) == (503, "tenant_suspended"), path
        assert "unpaid" not in answer.text
        assert OTHER not in answer.text
    page = browser.get("/o/reader", base_url=pair.two.origin)
    assert (page.status_code, "suspended" in page.text, OTHER in page.text) == (503, True, False)
    assert browser.get("/login", base_url=pair.two.origin).status_code == 503
    assert pair.one.call(own, "GET", "/reader").status_code == 200
    resume(pair.runtime, BY, OTHER)
    assert pair.two.call(key, "GET", "/reader").status_code == 200
    assert browser.get("/", base_url=pair.two.origin).status_code == 303


def test_another_process_sees_it_at_its_next_request_whatever_it_remembers(pair: Pair) -> None:
    """The tenant's own database says so: what the process believes of the directory for seconds does not matter."""
    key = pair.two.key(pair.user)
    assert pair.two.call(key, "GET", "/me").status_code == 200
    remembered = dict(pair.runtime._tenants)
    suspend(pair.runtime, BY, OTHER)
    pair.runtime._tenants = remembered
    assert pair.two.call(key, "GET", "/me").json["code"] == "tenant_suspended"


def test_keys_can_be_ended_with_the_suspension(pair: Pair) -> None:
    key = pair.two.key(pair.user)
    suspend(pair.runtime, BY, OTHER, revoke_keys=True)
    resume(pair.runtime, BY, OTHER)
    assert pair.two.call(key, "GET", "/me").status_code == 401


def test_jobs_of_a_suspended_tenant_wait_and_the_others_go_on(pair: Pair) -> None:
    worker = make_worker(pair.runtime)
    while worker.go_round():
        pass
    for side in (pair.one, pair.two):
        with pair.runtime.system_write(side.name, "test") as work:
            outbox.put(work, "nobody.listens", {}, work.context.now)
    serving = list(worker.tenants())
    suspend(pair.runtime, BY, OTHER)
    worker.tenants = lambda: serving  # a round that had begun
    worker.go_round()
    assert worker.resting() == [OTHER]
    assert [waiting(pair, name) for name in (TENANT, OTHER)] == [0, 1]
    resume(pair.runtime, BY, OTHER)
    fresh = make_worker(pair.runtime)
    fresh.go_round()
    assert waiting(pair, OTHER) == 0


def waiting(pair: Pair, name: str) -> int:
    with pair.runtime.system_read(name, "test") as work:
        return system.count(work, "fw_outbox", state="waiting", topic="nobody.listens")


def test_both_logs_tell_of_it(pair: Pair) -> None:
    suspend(pair.runtime, BY, OTHER, "unpaid")
    resume(pair.runtime, BY, OTHER)
    told = [(one.act, one.by, one.tenant) for one in pair.runtime.stores.log.list()]
    assert told == [("resume", "test", OTHER), ("suspend", "test", OTHER), ("clone", "test", OTHER)]
    with pair.runtime.system_read(OTHER, "test") as work:
        acts = [one.detail["act"] for one in entries(work, Question(event=Event.OPERATOR), 10)]
    assert acts == ["resume", "suspend"]
    with pytest.raises(Conflict) as refused:
        resume(pair.runtime, BY, OTHER)
    assert refused.value.code == "wrong_state"


def test_a_deleted_tenant_can_be_taken_back_until_its_time_is_over(pair: Pair) -> None:
    key = pair.two.key(pair.user)
    schedule(pair.runtime, BY, OTHER, 3)
    assert pair.two.call(key, "GET", "/me").status_code == 503
    assert purge_due(pair.runtime, BY) == []
    resume(pair.runtime, BY, OTHER)
    assert pair.two.call(key, "GET", "/me").status_code == 200
    left = schedule(pair.runtime, BY, OTHER, 3)
    assert left.purge_at is not None
    pair.runtime.directory.change(OTHER, purge_at=left.purge_at - timedelta(days=4))
    assert purge_due(pair.runtime, BY) == [OTHER]
    answer = pair.two.call(key, "GET", "/me")
    assert (answer.status_code, answer.json["code"]) == (404, "unknown_host")
    assert pair.runtime.stores.log.list(OTHER)[0].act == "purge"


def test_deleting_at_once_needs_the_name_and_takes_the_files_along(pair: Pair) -> None:
    folder = pair.runtime.settings.data / "files" / OTHER
    blobs = pair.runtime.blobs(OTHER)
    (folder.parent / "content").write_bytes(b"x")
    with (folder.parent / "content").open("rb") as content:
        blobs.put("ab" * 32, content)
    with pytest.raises(Invalid) as refused:
        delete_now(pair.runtime, BY, OTHER, "othr")
    assert refused.value.code == "unconfirmed"
    delete_now(pair.runtime, BY, OTHER, OTHER, wait=lambda _: None)
    with pytest.raises(NotFound):
        pair.runtime.directory.get(OTHER)
    assert [*blobs.list()] == []
    with pair.runtime.system_read(TENANT, "test") as work:
        assert get_record(work, "reader", pair.shared)["name"] == "Shared"


def test_a_tenant_made_anew_is_not_taken_for_the_old_one(pair: Pair) -> None:
    """Another process keeps the database of the tenant before open, and its key must not work."""
    key = pair.two.key(pair.user)
    assert pair.two.call(key, "GET", "/me").status_code == 200
    remembered = {**pair.runtime.stores._open}, dict(pair.runtime._tenants)
    delete_now(pair.runtime, BY, OTHER, OTHER, wait=lambda _: None)
    clone(pair.runtime, BY, TENANT, OTHER, Wishes(), 0)
    pair.runtime.stores._open.update(remembered[0])
    pair.runtime._tenants.clear()
    assert pair.two.call(key, "GET", "/me").status_code == 401


@pytest.mark.slow
@pytest.mark.parametrize("rows", [0, 2])
def test_a_clone_with_a_sample_is_well(pair: Pair, rows: int) -> None:
    books = [pair.one.made("book", title=f"Book {n}") for n in range(5)]
    for n in range(4):
        reader = pair.one.made("reader", name=f"Reader {n}")
        pair.one.made("loan", reader=str(reader), items=[{"book": str(one)} for one in books[n : n + 2]])
    restored = clone(pair.runtime, BY, TENANT, "part", Wishes(), rows)
    with pair.runtime.consistent_read("part", "test") as work:
        assert examine(work) == []
        assert examine_values(work) == []
        counts = {name: restored.manifest.tables[work.object(name).table].rows for name in ("user", "reader", "loan")}
        history = system.count(work, "fw_history")
    assert counts["user"] == 1
    assert (counts["loan"], history) == (rows, 0)
    assert counts["reader"] in ((0,) if rows == 0 else (2, 3))
    key = pair.one.key(pair.user)
    assert (
        Client(pair.api)
        .get("/api/v1/me", headers={"Authorization": f"Bearer {key}"}, base_url="http://part.localhost")
        .status_code
        == 401
    )


def test_effects_that_wait_are_not_done_again_in_a_copy(pair: Pair) -> None:
    with pair.runtime.system_write(TENANT, "test") as work:
        outbox.put(work, "mail", {"to": "somebody"}, work.context.now)
    clone(pair.runtime, BY, TENANT, "copy", Wishes())
    with pair.runtime.system_read("copy", "test") as work:
        assert outbox.due(work) == []
        rows = system.find_many(work, "fw_outbox", equals={"state": "waiting"})
        assert all(row["topic"].startswith(outbox.CHORE) for row in rows)


def test_a_message_of_another_tenant_is_never_run(pair: Pair) -> None:
    with pair.runtime.system_write(TENANT, "test") as work:
        outbox.put(work, "mail", {}, work.context.now)
    with pair.runtime.system_read(TENANT, "test") as work:
        [message] = [one for one in outbox.due(work) if one.topic == "mail"]
    assert message.tenant == TENANT
    with pytest.raises(RuntimeError, match="was about to be run in tenant 'other'"):
        make_worker(pair.runtime)._settle(OTHER, message, None)


def test_a_clone_that_fails_leaves_nothing(pair: Pair) -> None:
    with pytest.raises(Conflict):
        clone(pair.runtime, BY, TENANT, "copy", Wishes(hosts=("localhost",)))
    with pytest.raises(NotFound):
        pair.runtime.directory.get("copy")
    assert pair.runtime.directory.get(TENANT).state == State.ACTIVE
    with pair.runtime.system_write(TENANT, "test") as work:
        create(work, "reader", [{"name": "Goes on"}])
