"""A person leaves: access ends at once, what they have goes over in the background with history, and they come back."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest

from formwork.assignment import Successors, deactivate, handover, holdings, is_moving, reactivate
from formwork.identity import actor_of, authenticate_key, create_key, log_in, set_password, start_session
from formwork.identity.audit import Event, Question, entries
from formwork.identity.link import Purpose, make_link
from formwork.jobs import Worker
from formwork.kernel import Invalid, Unauthenticated
from formwork.records import Change, create, delete, get_record, history, restore, update
from formwork.runtime.chores import make_worker
from formwork.storage import system
from tests.support.databases import Database
from tests.support.tenants import LIBRARY, ROOT, Installation, installed

PASSWORD = "a long enough sentence"


@pytest.fixture
def here(database: Database) -> Iterator[Installation]:
    with installed(database, database.folder, LIBRARY) as found:
        yield found


@pytest.fixture
def worker(here: Installation) -> Worker:
    return replace(make_worker(here.runtime), chores=())


def readers(here: Installation, owner: UUID, count: int, prefix: str = "R") -> list[UUID]:
    with here.system() as work:
        made = create(
            work,
            "reader",
            [{"name": f"{prefix}{n}", "card": f"{prefix}{n}", "owner": str(owner)} for n in range(count)],
        )
    return [one.id for one in made]


def owner_of(here: Installation, id: UUID, object: str = "reader") -> str:
    with here.system() as work:
        return str(get_record(work, object, id, ("owner",))["owner"])


def test_access_ends_at_once_whatever_door_deactivates(here: Installation) -> None:
    boss, ada = here.user("boss", "admin"), here.user("ada", "librarian")
    with here.system() as work:
        set_password(work, ada, "ada", PASSWORD)
        start_session(work, ada, 1)
        key = create_key(work, ada, "till")[1]
        make_link(work, ada, Purpose.RESET)
    with here.as_user(boss) as work:
        update(work, "user", [Change(ada, {"active": False})])
    with here.system() as work:
        assert system.count(work, "fw_session", user=ada) == 0
        assert system.count(work, "fw_link", user=ada) == 0
        for attempt in (
            lambda: log_in(work, "ada", PASSWORD),
            lambda: authenticate_key(work, key),
            lambda: actor_of(work, ada),
        ):
            with pytest.raises(Unauthenticated):
                attempt()
        [entry] = entries(work, Question(event=Event.DEACTIVATED), 5)
        assert (entry.record, entry.by, entry.detail) == (ada, boss, {"sessions": 1, "keys": 1})
    with here.as_user(boss) as work:
        reactivate(work, ada)
    with here.system() as work:
        assert log_in(work, "ada", PASSWORD) == ada
        with pytest.raises(Unauthenticated):
            authenticate_key(work, key)
        delete(work, "user", [ada])
    with here.system() as work:
        with pytest.raises(Unauthenticated):
            log_in(work, "ada", PASSWORD)
        restore(work, "user", [ada])
        assert log_in(work, "ada", PASSWORD) == ada


def test_what_somebody_has_goes_to_others_batch_by_batch(
    here: Installation, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handover, "BATCH", 3)
    boss, ada, bea, cleo = (here.user(name, role) for name, role in (
        ("boss", "admin"), ("ada", "librarian"), ("bea", "librarian"), ("cleo", "librarian")))  # fmt: skip
    dan = here.user("dan", manager=str(ada))
    own, foreign = readers(here, ada, 7), readers(here, cleo, 2, "F")
    with here.as_user(ada) as work:
        [book] = create(work, "book", [{"title": "Mine"}])
    with here.as_user(boss) as work:
        found = {one.place.key: one.count for one in holdings(work, ada)}
        assert found == {"reader.owner": 7, "book.owner": 1, "user.manager": 1}
        deactivate(work, ada, Successors(bea, {"book": cleo, "user": None}))
        assert is_moving(work, ada)
    assert owner_of(here, own[0]) == str(ada)
    worker.go_round()
    assert {owner_of(here, id) for id in own} == {str(bea)}
    assert {owner_of(here, id) for id in foreign} == {str(cleo)}
    assert owner_of(here, book.id, "book") == str(cleo)
    with here.system() as work:
        assert not is_moving(work, ada)
        assert {one.place.key: one.count for one in holdings(work, ada)} == {"user.manager": 1}
        assert get_record(work, "user", dan, ("manager",))["manager"] == str(ada)
        [entry] = entries(work, Question(event=Event.HANDED_OVER), 5)
        assert (entry.record, entry.by) == (ada, boss)
        assert entry.detail == {"moved": {"reader.owner": 7, "book.owner": 1}, "left": {}}
        [latest] = [one for one in history(work, "reader", own[0]) if one.action == "updated"]
        assert latest.by == boss
        assert [str(value) for value in latest.changes["owner"]] == [str(ada), str(bea)]


def test_a_queue_can_take_over_and_bad_successors_are_named(here: Installation, worker: Worker) -> None:
    boss, ada = here.user("boss", "admin"), here.user("ada", "librarian")
    gone, plain, out = here.user("gone", active=False), here.user("plain"), here.user("out", kind="partner")
    readers(here, ada, 2)
    with here.system() as work:
        queue = create(work, "queue", [{"name": "Desk"}])[0].id
        asleep = create(work, "group", [{"name": "Asleep", "active": False}])[0].id
    for bad in (gone, ada, out, plain, asleep, UUID(int=7)):
        with pytest.raises(Invalid) as refused, here.as_user(boss) as work:
            deactivate(work, ada, Successors(None, {"reader.owner": bad}))
        assert [(one.pointer, one.code) for one in refused.value.problems] == [
            ("/successors/reader.owner", "bad_successor")
        ]
    with here.as_user(boss) as work:
        assert get_record(work, "user", ada, ("active",))["active"] is True
        deactivate(work, ada, Successors(queue))
    worker.go_round()
    with here.system() as work:
        assert holdings(work, ada) == []
        assert [one.count for one in holdings(work, queue)] == [2]


def test_a_hand_over_that_was_broken_off_goes_on(
    here: Installation, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handover, "BATCH", 2)
    boss, ada, bea = here.user("boss", "admin"), here.user("ada", "librarian"), here.user("bea", "librarian")
    readers(here, ada, 5)
    with here.as_user(boss) as work:
        deactivate(work, ada, Successors(bea))
    real, calls = handover.update_each, []

    def breaks(*args: object, **named: object) -> object:
        calls.append(args)
        if len(calls) == 2:
            raise RuntimeError("the machine went away")
        return real(*args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(handover, "update_each", breaks)
    worker.go_round()
    with here.system() as work:
        assert [one.count for one in holdings(work, ada)] == [3]
        assert is_moving(work, ada)
        for row in system.find_many(work, "fw_outbox", equals={"state": "waiting"}):
            system.change(work, "fw_outbox", {"due": row["at"]}, equals={"id": row["id"]})
    worker.go_round()
    with here.system() as work:
        assert holdings(work, ada) == []
        assert not is_moving(work, ada)


def test_nobody_locks_the_organisation(here: Installation) -> None:
    boss = here.user("boss", "admin")
    with pytest.raises(Invalid) as refused, here.as_user(boss) as work:
        deactivate(work, boss, Successors())
    assert [(one.pointer, one.code) for one in refused.value.problems] == [("/active", "own_access")]
    other = here.user("other", "admin")
    with here.as_user(boss) as work:
        deactivate(work, other, Successors())


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["done"])
def test_open_tasks_go_over_and_done_ones_keep_the_name(database: Database, kind: str) -> None:
    with installed(database, database.folder, ROOT) as here:
        boss, ada, bea = here.user("boss", "admin"), here.user("ada", "employee"), here.user("bea", "employee")
        assigned = {"assignee": {"object": "user", "id": str(ada)}, "owner": str(boss)}
        with here.system() as work:
            tasks = [one.id for one in create(work, "task", [
                {"subject": "Open", **assigned}, {"subject": "Done", "status": kind, **assigned}])]  # fmt: skip
        with here.as_user(boss) as work:
            assert {one.place.key: one.count for one in holdings(work, ada)} == {"task.assignee": 1}
            deactivate(work, ada, Successors(bea))
        replace(make_worker(here.runtime), chores=()).go_round()
        with here.system() as work:
            found = [get_record(work, "task", id, ("assignee",))["assignee"]["id"] for id in tasks]
        assert found == [str(bea), str(ada)]
