"""The history of a master tells what happened to its details, with the rights of who reads it."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from formwork.definitions.model import GrantDef, VerbGrant
from formwork.kernel import NotFound
from formwork.records import Change, HistoryPage, ListRequest, history_page, list_records, update
from tests.records.conftest import Library
from tests.support.payloads import listening
from tests.support.rights import library_with, person
from tests.support.tenants import TENANT

ALL = VerbGrant(("all",))
DESK = (GrantDef("desk", "loan", {"read": ALL}), GrantDef("desk", "reader", {"read": ALL}))
ITEMS = GrantDef("desk", "loan_item", {"read": ALL}, {"copies": "hidden"})
SOME = GrantDef("desk", "loan_item", {"read": VerbGrant(("all",), "copies > 2")}, {"copies": "hidden"})
BOOKS = GrantDef("desk", "book", {"read": ALL})


@pytest.fixture
def loan(library: Library) -> UUID:
    """A loan of three books; one line was changed, then one removed."""
    [reader] = library.make("reader", {"name": "Ada"})
    books = library.make("book", *({"title": title, "daily_fee": "0.5"} for title in ("Emma", "Ulysses", "Walden")))
    items = [{"book": str(book), "position": at} for at, book in enumerate(books)]
    [loan] = library.make("loan", {"reader": str(reader), "items": items})
    emma, ulysses, _ = lines(library, loan)
    with library.home.as_user(library.librarian) as work:
        update(work, "loan", [Change(loan, {"items": [{"id": str(emma), "copies": 3}]})])
        update(work, "loan", [Change(loan, {"days": 9, "items": [{"id": str(ulysses), "_delete": True}]})])
    return loan


def lines(library: Library, loan: UUID) -> list[UUID]:
    """The live lines of a loan in their order."""
    with library.home.as_user(library.librarian) as work:
        request = ListRequest("loan_item", ("position",), (f"loan = '{loan}'",), ("position",))
        return [UUID(row["id"]) for row in list_records(work, request, b"k").records]


def told(page: HistoryPage) -> list[tuple[str, str, str]]:
    """Object, action and title of each entry."""
    return [(entry.object, entry.action, entry.title) for entry in page.entries]


def test_lines_are_told_with_their_titles(library: Library, loan: UUID) -> None:
    with library.home.as_user(library.librarian) as work:
        page = history_page(work, "loan", loan)
    assert sorted(told(page)[:2]) == [("loan", "updated", ""), ("loan_item", "deleted", "Ulysses")]
    assert told(page)[2] == ("loan_item", "updated", "Emma")
    assert page.entries[2].changes["copies"] == (1, 3)
    made = [("loan_item", "created", title) for title in ("Emma", "Ulysses", "Walden")]
    assert sorted(told(page)[3:]) == [("loan", "created", ""), *made]
    assert {entry.by for entry in page.entries} == {library.librarian}
    assert page.next is None


def test_pages_follow_each_other_without_gap_or_repetition(library: Library, loan: UUID) -> None:
    with library.home.as_user(library.librarian) as work:
        whole = history_page(work, "loan", loan).entries
        found, before = [], None
        for _ in range(4):
            page = history_page(work, "loan", loan, limit=2, before=before)
            found += page.entries
            before = page.next
            if before is None:
                break
    assert found == whole
    assert before is None


def test_a_line_that_is_gone_is_reached_from_its_master(library: Library, loan: UUID) -> None:
    with library.home.as_user(library.librarian) as work:
        gone = next(one.record for one in history_page(work, "loan", loan).entries if one.action == "deleted")
        page = history_page(work, "loan", loan, line=gone)
        assert [entry.action for entry in page.entries] == ["deleted", "created"]
        for id in (uuid4(), loan):
            with pytest.raises(NotFound, match="no such line"):
                history_page(work, "loan", loan, line=id)


def test_rights_on_details_hold(library: Library, loan: UUID) -> None:
    """Fields that are hidden are left out, so is a change of nothing else; titles behind hidden records are blank."""
    for grants, seen in (
        ((*DESK, SOME), [("loan", "created", ""), ("loan", "updated", ""), ("loan_item", "created", ""),
                         ("loan_item", "updated", "")]),
        ((*DESK, ITEMS), [("loan", "created", ""), ("loan", "updated", ""), ("loan_item", "created", ""),
                          ("loan_item", "created", ""), ("loan_item", "created", ""), ("loan_item", "deleted", ""),
                          ("loan_item", "updated", "")]),
        ((*DESK, ITEMS, BOOKS), [("loan", "created", ""), ("loan", "updated", ""),
                                 *(("loan_item", "created", one) for one in ("Emma", "Ulysses", "Walden")),
                                 ("loan_item", "deleted", "Ulysses"), ("loan_item", "updated", "Emma")]),
    ):  # fmt: skip
        with library.home.runtime.system_read(TENANT, "test") as opened:
            context = opened.context.acting_as(person(library.clerk, "desk"))
            page = history_page(replace(opened.with_snapshot(library_with(grants)), context=context), "loan", loan)
        assert sorted(told(page)) == sorted(seen)
        assert all("copies" not in entry.changes for entry in page.entries)


def test_one_who_may_not_see_the_master_sees_nothing(library: Library, loan: UUID) -> None:
    with library.home.as_user(library.clerk) as work, pytest.raises(NotFound):
        history_page(work, "loan", loan)


def test_more_lines_take_no_more_statements(library: Library, loan: UUID) -> None:
    def counted() -> int:
        with library.home.as_user(library.librarian) as work, listening() as heard:
            history_page(work, "loan", loan)
        return len(heard)

    few = counted()
    [book] = library.make("book", {"title": "Middlemarch"})
    with library.home.as_user(library.librarian) as work:
        update(work, "loan", [Change(loan, {"items": [{"book": str(book), "position": 9} for _ in range(30)]})])
    assert counted() == few
