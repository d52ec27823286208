"""Changing records: versions, details, derived values that follow links, rights on rows."""

from uuid import UUID

import pytest

from formwork.kernel import Conflict, Denied, Invalid, NotFound
from formwork.records import Change, create, get_record, history, update
from tests.records.conftest import Library


def make_loan(library: Library) -> tuple[object, object, object]:
    """A reader with one loan of two items."""
    [reader] = library.make("reader", {"name": "Ada"})
    books = library.make("book", {"title": "One"}, {"title": "Two", "daily_fee": "2"})
    items = [{"book": str(book)} for book in books]
    [loan] = library.make("loan", {"reader": str(reader), "items": items})
    return reader, loan, books


def test_an_old_version_is_a_conflict_that_shows_both_values(library: Library) -> None:
    [reader] = library.make("reader", {"name": "Ada"})
    with library.home.as_user(library.librarian) as work:
        [saved] = update(work, "reader", [Change(reader, {"name": "Ada L."}, 1)])
        assert saved.version == 2
    with library.home.as_user(library.librarian) as work, pytest.raises(Conflict) as raised:
        update(work, "reader", [Change(reader, {"name": "Countess"}, 1)])
    assert raised.value.code == "version_conflict"
    assert raised.value.extra["differing"] == {"name": {"current": "Ada L.", "yours": "Countess"}}


def test_details_change_come_and_go_with_their_master(library: Library) -> None:
    reader, loan, books = make_loan(library)
    with library.home.as_user(library.librarian) as work:
        items = get_record_items(work, loan)
        body = {"items": [{"id": items[0], "copies": 3}, {"id": items[1], "_delete": True}, {"book": str(books[1])}]}
        [saved] = update(work, "loan", [Change(loan, body, 1)])
        assert saved.version == 2
        found = get_record(work, "loan", loan)
        assert (found["items_count"], found["fee_total"]) == (2, "35.00")
        assert get_record(work, "reader", reader)["owed"] == "35.00"


def test_details_follow_a_field_of_their_master(library: Library) -> None:
    reader, loan, _ = make_loan(library)
    with library.home.as_user(library.librarian) as work:
        update(work, "loan", [Change(loan, {"days": 10, "rate": "0.5"})])
        assert get_record(work, "loan", loan)["fee_total"] == "15.00"
        assert get_record(work, "reader", reader)["credit_left"] == "85.00"


def test_a_changed_link_moves_the_roll_ups_of_both_ends(library: Library) -> None:
    reader, loan, _ = make_loan(library)
    [other] = library.make("reader", {"name": "Bea"})
    with library.home.as_user(library.librarian) as work:
        update(work, "loan", [Change(loan, {"reader": str(other)})])
        assert get_record(work, "reader", reader)["owed"] == "0.00"
        assert get_record(work, "reader", other)["owed"] == "21.00"


def test_a_write_that_changes_nothing_keeps_the_version(library: Library) -> None:
    [reader] = library.make("reader", {"name": "Ada"})
    with library.home.as_user(library.librarian) as work:
        [saved] = update(work, "reader", [Change(reader, {"name": "Ada"})])
        assert saved.version == 1


def test_invisible_is_not_found_and_readable_is_denied(library: Library) -> None:
    reader, loan, _ = make_loan(library)
    with library.home.as_user(library.clerk) as work, pytest.raises(NotFound):
        update(work, "loan", [Change(loan, {"days": 3})])
    with library.home.as_user(library.librarian) as work:
        update(work, "loan", [Change(loan, {"at_counter": True})])
    with library.home.as_user(library.clerk) as work:
        assert get_record(work, "loan", loan)["days"] == 7
        with pytest.raises(Denied):
            update(work, "loan", [Change(loan, {"days": 3})])


def test_a_grant_with_a_condition_asks_it_of_the_record_as_it_was(library: Library) -> None:
    [reader] = library.make("reader", {"name": "Ada", "owner": str(library.clerk)})
    with library.home.as_user(library.clerk) as work:
        [loan] = create(work, "loan", [{"reader": str(reader)}])
        update(work, "loan", [Change(loan.id, {"status": "overdue"})])
    with library.home.as_user(library.clerk) as work, pytest.raises(Denied):
        update(work, "loan", [Change(loan.id, {"days": 3})])


def test_conditions_and_options_hold_on_update(library: Library) -> None:
    _, loan, _ = make_loan(library)
    with library.home.as_user(library.librarian) as work, pytest.raises(Invalid) as raised:
        update(work, "loan", [Change(loan, {"status": "closed"})])
    assert [problem.pointer for problem in raised.value.problems] == ["/closed_note"]
    with library.home.as_user(library.librarian) as work, pytest.raises(Invalid) as raised:
        update(work, "loan", [Change(loan, {"status": "lost"})])
    assert raised.value.problems[0].code == "bad_option"


def test_history_tells_changes_with_the_rights_of_the_reader(library: Library) -> None:
    [reader] = library.make("reader", {"name": "Ada", "owner": str(library.clerk)})
    with library.home.as_user(library.librarian) as work:
        update(work, "reader", [Change(reader, {"name": "Bea", "fine_note": "late"})])
        newest = history(work, "reader", reader)[0]
        assert newest.changes == {"name": ("Ada", "Bea"), "fine_note": (None, "late")}
    with library.home.as_user(library.clerk) as work:
        assert history(work, "reader", reader)[0].changes == {"name": ("Ada", "Bea")}


def test_details_keep_the_history_their_master_has(library: Library) -> None:
    _, loan, books = make_loan(library)
    with library.home.as_user(library.librarian) as work:
        item = UUID(get_record_items(work, loan)[0])
        update(work, "loan", [Change(loan, {"items": [{"id": str(item), "copies": 3}]})])
        changed, made = history(work, "loan_item", item)
        assert (changed.action, changed.version, changed.changes) == ("updated", 2, {"copies": (1, 3)})
        assert made.changes["book"] == (None, str(books[0]))


def get_record_items(work: object, loan: object) -> list[str]:
    """Ids of the items of a loan in their order."""
    from formwork.records import ListRequest, list_records

    page = list_records(work, ListRequest("loan_item", ("position",), (f"loan = '{loan}'",), ("position",)), b"k")
    return [row["id"] for row in page.records]
