"""Actors are kept between requests, and never longer than what they are made of: over processes, at once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from formwork.identity import (
    assign_role,
    authenticate_key,
    create_key,
    end_sessions_of,
    key_credential,
    list_keys,
    revoke_key,
    session_credential,
    start_session,
    withdraw_role,
)
from formwork.identity.session import authenticate_session
from formwork.kernel import Actor, Unauthenticated
from formwork.records import Change, create, delete, restore, update
from formwork.runtime import Identified, Runtime
from formwork.storage import Work
from tests.support.databases import Database
from tests.support.tenants import LIBRARY, TENANT, Installation, installed

IDLE = 30


@dataclass
class Two:
    """Two processes on one tenant: what the one writes the other must know at its next request."""

    here: Installation
    other: Runtime
    user: UUID
    key: str

    def asks(self, identify: Callable[[Work], Actor] | None = None) -> Actor:
        """The actor the other process finds behind the key."""
        found = identify or (lambda work: authenticate_key(work, self.key))
        tenant = self.other.directory.get(TENANT)
        credential = key_credential(self.key) if identify is None else None
        with self.other.read(tenant, lambda work: Identified(found(work)), credential=credential) as work:
            return work.context.actor


@pytest.fixture
def two(database: Database) -> Iterator[Two]:
    with installed(database, database.folder, LIBRARY) as here:
        user = here.user("ada", "admin")
        with here.system() as work:
            key = create_key(work, user, "test")[1]
        other = Runtime(here.runtime.settings)
        try:
            yield Two(here, other, user, key)
        finally:
            other.close()


def test_an_actor_is_kept_while_nothing_changes(two: Two) -> None:
    first = two.asks()
    with two.here.system() as work:
        create(work, "book", [{"title": "Nothing about people"}])
    assert two.asks() is first


def test_a_withdrawn_role_is_gone_at_the_next_request(two: Two) -> None:
    assert "admin" in two.asks().roles
    with two.here.system() as work:
        withdraw_role(work, two.user, "admin")
    assert two.asks().roles == frozenset()
    with two.here.system() as work:
        assign_role(work, two.user, "admin")
    assert "admin" in two.asks().roles


def test_a_rolled_back_change_of_rights_is_seen_by_nobody(two: Two) -> None:
    before = two.asks()
    with pytest.raises(RuntimeError), two.here.system() as work:
        withdraw_role(work, two.user, "admin")
        assert authenticate_key(work, two.key).roles == frozenset()
        raise RuntimeError
    assert two.asks() is before
    with two.here.runtime.system_read(TENANT, "test") as work:
        assert "admin" in authenticate_key(work, two.key).roles


def test_a_change_after_an_undone_one_counts_too(two: Two) -> None:
    two.asks()
    with two.here.system() as work:
        with pytest.raises(RuntimeError), work.savepoint():
            assign_role(work, two.user, "employee")
            raise RuntimeError
        withdraw_role(work, two.user, "admin")
    assert two.asks().roles == frozenset()


def test_a_deactivated_user_is_out_at_once(two: Two) -> None:
    two.asks()
    with two.here.system() as work:
        update(work, "user", [Change(two.user, {"active": False})])
    with pytest.raises(Unauthenticated):
        two.asks()
    with two.here.system() as work:
        update(work, "user", [Change(two.user, {"active": True})])
    with pytest.raises(Unauthenticated):
        two.asks()  # the key ended with them
    with two.here.system() as work:
        two.key = create_key(work, two.user, "again")[1]
    assert two.asks().user == two.user


def test_a_deleted_user_is_out_and_a_restored_one_in(two: Two) -> None:
    two.asks()
    with two.here.system() as work:
        delete(work, "user", [two.user])
    with pytest.raises(Unauthenticated):
        two.asks()
    with two.here.system() as work:
        restore(work, "user", [two.user])
    with pytest.raises(Unauthenticated):
        two.asks()  # the key ended with them
    with two.here.system() as work:
        two.key = create_key(work, two.user, "again")[1]
    assert two.asks().user == two.user


@pytest.mark.parametrize("object", ["group", "queue"])
def test_a_membership_is_known_at_once(two: Two, object: str) -> None:
    assert not two.asks().groups
    with two.here.system() as work:
        [made] = create(work, object, [{"name": "Night shift", "members": [str(two.user)]}])
    found: Any = two.asks()
    assert getattr(found, f"{object}s") == {made.id}
    with two.here.system() as work:
        update(work, object, [Change(made.id, {"members": []})])
    assert getattr(two.asks(), f"{object}s") == frozenset()


def test_a_revoked_key_and_an_ended_session_are_out_at_once(two: Two) -> None:
    with two.here.system() as work:
        token = start_session(work, two.user, 1)

    def by_session(work: Work) -> Actor:
        return authenticate_session(work, token, IDLE)

    assert two.asks(by_session) is two.asks()
    with two.here.system() as work:
        revoke_key(work, two.user, list_keys(work, two.user)[0].id)
        end_sessions_of(work, two.user)
    for identify in (None, by_session):
        with pytest.raises(Unauthenticated):
            two.asks(identify)


def test_time_ends_a_key_whose_actor_is_kept(two: Two) -> None:
    with two.here.system() as work:
        soon = work.context.now + timedelta(hours=1)
        key = create_key(work, two.user, "short", expires_at=soon)[1]
    two.asks(lambda work: authenticate_key(work, key))
    with two.other.system_read(TENANT, "test") as work:
        late = two.other.context(two.other.directory.get(TENANT))
        with pytest.raises(Unauthenticated):
            authenticate_key(_at(work, late.now + timedelta(hours=2)), key)


def test_scopes_of_a_key_are_its_own(two: Two) -> None:
    with two.here.system() as work:
        narrow = create_key(work, two.user, "narrow", ["read"])[1]
    assert two.asks().scopes is None
    assert two.asks(lambda work: authenticate_key(work, narrow)).scopes == {"read"}
    assert two.asks().scopes is None


def test_the_credential_is_read_with_the_versions(two: Two) -> None:
    with two.here.system() as work:
        token = start_session(work, two.user, 1)
    for credential in (key_credential(two.key), session_credential(token), None):
        tenant = two.other.directory.get(TENANT)
        actor = two.asks()
        with two.other.read(tenant, lambda _, actor=actor: Identified(actor), credential=credential) as work:
            assert work.snapshot.objects


def _at(work: Work, now: Any) -> Work:
    return replace(work, context=replace(work.context, now=now))
