"""Creating records: defaults, numbers, derived values, and every problem at once."""

from uuid import uuid4

import pytest

from formwork.kernel import Conflict, Denied, Invalid
from formwork.records import create, get_record
from tests.records.conftest import Library


def test_defaults_numbers_and_derived_values_come_with_the_record(library: Library) -> None:
    [reader] = library.make("reader", {"name": "Ada"})
    [book] = library.make("book", {"title": "Notes", "daily_fee": "0.75"})
    with library.home.as_user(library.librarian) as work:
        [loan] = create(work, "loan", [{"reader": str(reader), "items": [{"book": str(book), "copies": 2}]}])
        found = get_record(work, "loan", loan.id)
        assert found["number"].endswith("-0001")
        assert found["begun_on"] == work.context.today.isoformat()
        assert found["fee_total"] == "10.50"
        assert found["items_count"] == 1
        assert found["reader_name"] == "Ada"
        assert found["record_type"] == "home"
        owner = get_record(work, "reader", reader)
        assert (owner["loans_count"], owner["owed"], owner["credit_left"]) == (1, "10.50", "89.50")
        assert len(loan.details["items"]) == 1


def test_every_problem_is_named_at_once_with_its_place(library: Library) -> None:
    [book] = library.make("book", {"title": "Locked", "lendable": False})
    body = {
        "reader": str(uuid4()),
        "status": "nowhere",
        "days": 0,
        "colour": "red",
        "version": 3,
        "items": [{"copies": "many"}, {"book": str(book)}],
    }
    with library.home.as_user(library.librarian) as work, pytest.raises(Invalid) as raised:
        create(work, "loan", [body])
    codes = {(problem.pointer, problem.code) for problem in raised.value.problems}
    assert ("/colour", "unknown_field") in codes
    assert ("/version", "not_writable") in codes
    assert ("/reader", "bad_reference") in codes
    assert ("/items/0/book", "required") in codes
    assert {pointer for pointer, _ in codes} >= {"/status", "/days", "/items/0/copies"}


def test_a_filtered_reference_is_refused(library: Library) -> None:
    [reader] = library.make("reader", {"name": "Ada"})
    [book] = library.make("book", {"title": "Locked", "lendable": False})
    with library.home.as_user(library.librarian) as work, pytest.raises(Invalid) as raised:
        create(work, "loan", [{"reader": str(reader), "guide": str(reader), "items": [{"book": str(book)}]}])
    pointers = [problem.pointer for problem in raised.value.problems if problem.code == "filtered_reference"]
    assert sorted(pointers) == ["/guide", "/items/0/book"]


def test_a_rule_over_details_is_asked_after_they_are_written(library: Library) -> None:
    [reader] = library.make("reader", {"name": "Ada"})
    with library.home.as_user(library.librarian) as work, pytest.raises(Invalid) as raised:
        create(work, "loan", [{"reader": str(reader), "status": "closed", "closed_note": "done"}])
    assert [(p.pointer, p.args["rule"]) for p in raised.value.problems] == [("/status", "empty_close")]


def test_nothing_stays_of_a_refused_batch(library: Library) -> None:
    with library.home.as_user(library.librarian) as work, pytest.raises(Invalid):
        create(work, "reader", [{"name": "Ada"}, {"name": ""}])
    [again] = library.make("reader", {"name": "Ada"})
    with library.home.as_user(library.librarian) as work:
        assert get_record(work, "reader", again)["loans_count"] == 0


def test_a_duplicate_is_a_conflict_that_links_the_other_only_to_who_may_see_it(library: Library) -> None:
    [first] = library.make("reader", {"name": "Ada", "card": "C-1"})
    with library.home.as_user(library.librarian) as work, pytest.raises(Conflict) as raised:
        create(work, "reader", [{"name": "Bea", "card": "c-1"}])
    assert raised.value.problems[0].args["record"] == str(first)
    with library.home.as_user(library.clerk) as work, pytest.raises(Conflict) as raised:
        create(work, "reader", [{"name": "Bea", "card": "C-1"}])
    assert "record" not in raised.value.problems[0].args


def test_a_field_without_a_right_is_unknown_to_who_may_not_see_it(library: Library) -> None:
    with library.home.as_user(library.clerk) as work, pytest.raises(Invalid) as raised:
        create(work, "reader", [{"name": "Ada", "fine_note": "x"}])
    assert raised.value.problems[0].code == "unknown_field"


def test_a_clerk_cannot_make_a_record_of_somebody_else(library: Library) -> None:
    [reader] = library.make("reader", {"name": "Ada", "owner": str(library.other_clerk)})
    with library.home.as_user(library.other_clerk) as work:
        assert get_record(work, "reader", reader)["name"] == "Ada"
    with library.home.as_user(library.clerk) as work, pytest.raises(Denied):
        create(work, "book", [{"title": "Mine"}])
