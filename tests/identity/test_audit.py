"""The audit trail: what is told, that nothing secret is, and that every way of tampering by SQL is found."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from formwork.identity import assign_role, attempt, create_key, let_in, log_in, revoke_key, set_password, withdraw_role
from formwork.identity.audit import Entry, Event, Question, entries, note
from formwork.identity.audit_seal import prune_trail, seal_entries, verify_trail
from formwork.storage import Work, system
from tests.support.databases import Database
from tests.support.tenants import LIBRARY, Installation, installed

PASSWORD = "a long enough sentence"


@pytest.fixture
def here(database: Database) -> Iterator[Installation]:
    with installed(database, database.folder, LIBRARY) as home:
        with home.system() as work:
            system.remove(work, "fw_audit")
        yield home


def told(work: Work, **asked: object) -> list[Entry]:
    return list(entries(work, Question(**asked), 100))  # type: ignore[arg-type]


def test_sign_ins_keys_roles_and_passwords_are_told_without_their_secrets(here: Installation) -> None:
    user = here.user("ada", "clerk")
    with here.system() as work:
        set_password(work, user, "ada", PASSWORD)
        work = replace(work, context=replace(work.context, address="203.0.113.9"))
        let_in(work, log_in(work, "ada", PASSWORD, "203.0.113.9"), 1, "password")
        attempt.note_failure(work, "ada", "203.0.113.9")
        attempt.note_failure(work, "my secret typed as a login", "203.0.113.9")
        assign_role(work, user, "clerk")
        withdraw_role(work, user, "clerk")
        withdraw_role(work, user, "clerk")
    with here.as_user(user) as work:
        key, text = create_key(work, user, "sync", ["read"])
        revoke_key(work, user, key.id)
    with here.system() as work:
        found = told(work)
        assert [one.event for one in reversed(found)] == [
            "role_given", "password_set", "sign_in", "sign_in_failed", "sign_in_failed", "role_taken",
            "sessions_ended", "key_made", "key_revoked",
        ]  # fmt: skip
        signed_in, failed, stranger = (found[at] for at in (-3, -4, -5))
        assert (signed_in.by, signed_in.record, signed_in.address) == (user, user, "203.0.113.9")
        assert (failed.record, failed.reason, stranger.record) == (user, "test", None)
        assert stranger.detail == {"failures": 1, "known": False}
        assert found[1].detail == {"key": str(key.id), "name": "sync", "scopes": ["read"]}
        assert found[1].by == user
        everything = str([one.detail for one in found])
        assert not any(secret in everything for secret in (PASSWORD, text, "my secret"))


def test_questions_narrow_by_event_person_record_and_moment_and_go_on(here: Installation) -> None:
    ada, bo = here.user("ada"), here.user("bo")
    with here.system() as work:
        for days, user in ((0, ada), (1, bo), (2, ada)):
            then = replace(work, context=replace(work.context, now=work.context.now + timedelta(days=days)))
            note(then, Event.SIGN_IN, object="user", record=user, by=user)
        note(work, Event.EXPORT, object="book", detail={"filter": "x" * 500})
        newest = told(work)
        assert [one.by for one in told(work, by=ada)] == [ada, ada]
        assert [one.by for one in told(work, record=bo)] == [bo]
        assert [one.event for one in told(work, object="book")] == ["export"]
        assert len(newest[0].detail["filter"]) == 200
        assert [one.by for one in told(work, event="sign_in", since=work.context.now)] == [ada, bo]
        assert [one.by for one in told(work, event="sign_in", until=work.context.now + timedelta(hours=1))] == [ada]
        assert told(work, before=newest[1].id) == newest[2:]


def sealed(here: Installation, count: int = 3) -> None:
    for _ in range(2):
        with here.system() as work:
            for number in range(count):
                note(work, Event.EXPORT, object="book", detail={"rows": number, "filter": "título = '圖書'"})
        with here.system() as work:
            assert seal_entries(work) == count
            assert seal_entries(work) == 0


def problems(here: Installation) -> tuple[str, ...]:
    with here.system() as work:
        return verify_trail(work).problems


def test_a_trail_nobody_touched_is_whole(here: Installation) -> None:
    with here.system() as work:
        assert verify_trail(work).problems == ()
    sealed(here)
    with here.system() as work:
        note(work, Event.SIGN_OUT)
        verdict = verify_trail(work)
    assert (verdict.entries, verdict.seals, verdict.unsealed, verdict.problems) == (6, 2, 1, ())


@pytest.mark.parametrize("column", ["at", "by", "action", "object", "record", "detail", "request", "reason", "address"])
def test_a_changed_entry_is_found(here: Installation, column: str) -> None:
    sealed(here)
    with here.system() as work:
        row = system.find_many(work, "fw_audit", equals={"seal": 1}, order=("id",))[1]
        other = {
            "at": row["at"] + timedelta(microseconds=1),
            "by": row["id"],
            "record": row["id"],
            "detail": {"rows": 9},
        }
        system.change(work, "fw_audit", {column: other.get(column, "another")}, equals={"id": row["id"]})
    [sentence] = problems(here)
    assert sentence.startswith("An entry under seal 1 (")
    assert sentence.endswith("was changed.")


def test_entries_and_seals_taken_away_added_or_moved_are_found(here: Installation) -> None:
    sealed(here)
    with here.system() as work:
        first = system.find_many(work, "fw_audit", equals={"seal": 1}, order=("id",))
        second = system.find_many(work, "fw_audit", equals={"seal": 2}, order=("id",))
        system.remove(work, "fw_audit", equals={"id": first[0]["id"]})
        system.append(work, "fw_audit", [{**second[0], "id": here_id(work), "seal": 2}])
    assert [one.split(" (")[0] for one in problems(here)] == ["Under seal 1", "Under seal 2"]
    with here.system() as work:
        system.append(work, "fw_audit", [first[0]])
        system.change(work, "fw_audit", {"seal": 1}, equals={"id": second[0]["id"]})
    assert len(problems(here)) == 2
    with here.system() as work:
        system.remove(work, "fw_audit", equals={"seal": 1})
        system.remove(work, "fw_audit_seal", equals={"number": 1})
    assert "Seal 1 is missing." in problems(here)


def test_a_seal_made_by_sql_is_found_out(here: Installation) -> None:
    sealed(here)
    with here.system() as work:
        system.change(work, "fw_audit_seal", {"entries": 2}, equals={"number": 2})
        system.change(work, "fw_audit_seal", {"pruned_at": work.context.now}, equals={"number": 1})
    assert [one.split(" (")[0] for one in problems(here)] == ["Seal 1", "Seal 2"]
    with here.system() as work:
        system.remove(work, "fw_audit_seal", equals={"number": 2})
    assert "Entries name seal 2, which is missing." in problems(here)


def test_old_entries_go_and_the_chain_still_holds(here: Installation) -> None:
    sealed(here)
    with here.system() as work:
        assert prune_trail(work, work.context.now - timedelta(days=1)) == 0
        later = replace(work, context=replace(work.context, now=work.context.now + timedelta(days=600)))
        note(later, Event.SIGN_IN)
        seal_entries(later)
        assert prune_trail(later, work.context.now + timedelta(days=50)) == 6
        assert [one.event for one in told(work)] == ["audit_pruned", "sign_in"]
        assert verify_trail(work).problems == ()
        system.append(
            work, "fw_audit", [{**system.find_many(work, "fw_audit", limit=1)[0], "id": here_id(work), "seal": 1}]
        )
    assert len(problems(here)) == 1


def here_id(work: Work) -> object:
    """An id later than every other."""
    newest = system.find_many(work, "fw_audit", order=("-id",), limit=1)[0]["id"]
    return type(newest)(int=newest.int + 1)
