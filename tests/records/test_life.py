"""Deleting and restoring, upserts and merges."""

import pytest

from formwork.kernel import Conflict, Invalid, NotFound
from formwork.records import create, delete, get_record, history, merge, restore, upsert
from tests.records.conftest import Library


def test_a_master_goes_and_comes_back_with_its_details(library: Library) -> None:
    [reader] = library.make("reader", {"name": "Ada"})
    [book] = library.make("book", {"title": "One"})
    [loan] = library.make("loan", {"reader": str(reader), "items": [{"book": str(book)}]})
    with library.home.as_user(library.librarian) as work:
        assert delete(work, "loan", [loan]) == 2
        assert get_record(work, "reader", reader)["owed"] == "0.00"
        with pytest.raises(NotFound):
            get_record(work, "loan", loan)
    with library.home.as_user(library.librarian) as work:
        assert restore(work, "loan", [loan]) == 2
        assert get_record(work, "loan", loan)["items_count"] == 1
        assert get_record(work, "reader", reader)["owed"] == "7.00"
        assert [entry.action for entry in history(work, "loan", loan)] == ["restored", "deleted", "created"]


def test_what_is_used_cannot_be_deleted(library: Library) -> None:
    [reader] = library.make("reader", {"name": "Ada"})
    [loan] = library.make("loan", {"reader": str(reader)})
    with library.home.as_user(library.librarian) as work, pytest.raises(Conflict) as raised:
        delete(work, "reader", [reader])
    assert raised.value.code == "in_use"
    assert raised.value.extra["records"] == [str(loan)]


def test_a_restore_that_collides_is_a_conflict(library: Library) -> None:
    [first] = library.make("reader", {"name": "Ada", "card": "C-1"})
    with library.home.as_user(library.librarian) as work:
        delete(work, "reader", [first])
    library.make("reader", {"name": "Bea", "card": "C-1"})
    with library.home.as_user(library.librarian) as work, pytest.raises(Conflict) as raised:
        restore(work, "reader", [first])
    assert raised.value.code == "duplicate"


def test_one_key_stands_once_in_an_upsert(library: Library) -> None:
    twice = [{"card": "C-1", "name": "Ada"}, {"name": "Bea"}, {"name": "Cea"}, {"card": "c-1", "name": "Dee"}]
    with library.home.as_user(library.librarian) as work:
        for _ in range(2):
            with pytest.raises(Invalid) as raised:
                upsert(work, "reader", twice, match=("card",))
            assert raised.value.code == "double_record"
            assert [one.pointer for one in raised.value.problems] == ["/3/card"]
            upsert(work, "reader", twice[:1], match=("card",))


def test_an_upsert_creates_once_and_then_updates(library: Library) -> None:
    with library.home.as_user(library.librarian) as work:
        first = upsert(work, "reader", [{"external_id": "r-1", "name": "Ada"}, {"external_id": "r-2", "name": "Bea"}])
        second = upsert(
            work, "reader", [{"external_id": "r-3", "name": "Cy"}, {"external_id": "r-1", "name": "Ada L."}]
        )
        assert [saved.created for saved in first] == [True, True]
        assert [saved.created for saved in second] == [True, False]
        assert second[1].id == first[0].id
        assert get_record(work, "reader", first[0].id)["name"] == "Ada L."
        by_card = upsert(work, "reader", [{"card": "C-9", "name": "Dee"}], match=("card",))
        assert upsert(work, "reader", [{"card": "c-9", "name": "Dea"}], match=("card",))[0].id == by_card[0].id
        with pytest.raises(Invalid):
            upsert(work, "reader", [{"name": "Ada"}], match=("name",))


def test_a_merge_moves_links_and_keeps_what_was_chosen(library: Library) -> None:
    winner, loser = library.make("reader", {"name": "Ada"}, {"name": "Ada L.", "card": "C-1"})
    [book] = library.make("book", {"title": "One"})
    links = {"about": {"object": "reader", "id": str(loser)}, "helpers": [str(loser), str(winner)]}
    [loan] = library.make("loan", {"reader": str(loser), "items": [{"book": str(book)}], **links})
    with library.home.as_user(library.librarian) as work:
        merge(work, "reader", winner, [loser], {"name": "Ada Lovelace"})
        found = get_record(work, "reader", winner)
        assert (found["name"], found["loans_count"], found["owed"]) == ("Ada Lovelace", 1, "7.00")
        lent = get_record(work, "loan", loan)
        assert (lent["reader"], lent["helpers"]) == (str(winner), [str(winner)])
        assert lent["about"] == {"object": "reader", "id": str(winner)}
        assert lent["version"] == 4
        with pytest.raises(NotFound):
            get_record(work, "reader", loser)
        assert history(work, "reader", winner)[0].action == "merged"


def test_members_of_a_queue_reach_its_records(library: Library) -> None:
    with library.home.system() as work:
        [queue] = create(work, "queue", [{"name": "Counter", "members": [str(library.clerk)]}])
    [reader] = library.make("reader", {"name": "Ada", "owner": str(queue.id)})
    with library.home.as_user(library.clerk) as work:
        assert get_record(work, "reader", reader)["name"] == "Ada"
    with library.home.as_user(library.other_clerk) as work, pytest.raises(NotFound):
        get_record(work, "reader", reader)
