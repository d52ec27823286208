"""Whose turn it is to write: a unit of work that may be done anew reads first and takes the file late."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from formwork.kernel import Context, Raced, new_id
from formwork.storage import NO_METADATA, Work, metadata, system
from formwork.storage.standing import forget_standing, standing_of
from formwork.storage.store import TenantStore

_SOMEBODY = new_id()


@contextmanager
def writing(store: TenantStore, context: Context, *, late: bool = True) -> Iterator[Work]:
    """A unit of work that writes, after it was found out where the request stands."""

    def settle(work: Work) -> Work:
        standing_of(work)
        return work

    with store.write_settled(context, NO_METADATA, settle, late=late) as work:
        yield work


def leave(work: Work, name: str) -> None:
    """Write something."""
    system.put(work, "fw_preference", {"user": _SOMEBODY, "key": name, "value": 1})


def names(store: TenantStore, context: Context) -> set[str]:
    """What was written."""
    with store.read(context, NO_METADATA) as work:
        return {row["key"] for row in system.find_many(work, "fw_preference", columns=("key",))}


def test_whoever_has_only_read_is_in_nobodys_way(store: TenantStore, context: Context) -> None:
    with writing(store, context) as slow:
        system.count(slow, "fw_preference")
        with writing(store, context) as quick:
            leave(quick, "quick")
        leave(slow, "slow")
    assert names(store, context) == {"quick", "slow"}


def test_what_is_read_after_the_turn_was_taken_is_what_the_others_left(store: TenantStore, context: Context) -> None:
    with writing(store, context) as slow:
        assert system.count(slow, "fw_preference") == 0
        with writing(store, context) as quick:
            leave(quick, "quick")
        slow.take_turn()
        assert system.count(slow, "fw_preference") == 1


def test_an_error_before_the_first_statement_that_writes_leaves_the_file_free(
    store: TenantStore, context: Context
) -> None:
    with pytest.raises(ZeroDivisionError), writing(store, context):
        raise ZeroDivisionError
    with pytest.raises(ZeroDivisionError), writing(store, context) as work:
        leave(work, "lost")
        raise ZeroDivisionError
    with writing(store, context) as work:
        leave(work, "kept")
    assert names(store, context) == {"kept"}


def test_a_publish_between_reading_and_writing_lets_the_write_be_done_anew(
    store: TenantStore, context: Context
) -> None:
    def overtaken() -> None:
        with writing(store, context) as slow:
            with writing(store, context) as publishing:
                metadata.store_documents(publishing, 0, "a hash", {}, "")
                forget_standing(publishing)
            leave(slow, "slow")

    if store.place.is_postgres:
        overtaken()
    else:
        with pytest.raises(Raced):
            overtaken()


def test_a_savepoint_is_undone_alone_in_a_transaction_that_had_only_read(store: TenantStore, context: Context) -> None:
    with writing(store, context) as work:
        with pytest.raises(ZeroDivisionError), work.savepoint():
            leave(work, "undone")
            raise ZeroDivisionError
        leave(work, "kept")
    assert names(store, context) == {"kept"}
