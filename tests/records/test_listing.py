"""Lists: pages by key in both directions, filters with rights, groups."""

from dataclasses import replace
from uuid import UUID

import pytest

from formwork.definitions.model import GrantDef, VerbGrant
from formwork.kernel import LimitExceeded, Malformed
from formwork.records import (
    AggregateRequest,
    ListRequest,
    MeasureRequest,
    aggregate,
    count_records,
    list_records,
    suggest,
    titles,
)
from tests.records.conftest import Library
from tests.support.rights import library_with, person

KEY = b"a key for cursors"


def pages(work: object, request: ListRequest) -> list[list[object]]:
    """Every page of a list, followed to its end and back to its beginning."""
    found = []
    page = list_records(work, request, KEY)
    while True:
        found.append([row["name"] for row in page.records])
        if page.next is None:
            break
        page = list_records(work, ListRequest(**{**vars_of(request), "cursor": page.next}), KEY)
    back = [found[-1]]
    while page.previous is not None:
        page = list_records(work, ListRequest(**{**vars_of(request), "cursor": page.previous}), KEY)
        back.append([row["name"] for row in page.records])
    assert list(reversed(back)) == found
    return found


def vars_of(request: ListRequest) -> dict[str, object]:
    """The fields of a request."""
    return {name: getattr(request, name) for name in request.__slots__}


@pytest.mark.parametrize("sort", [("card",), ("-card",), ("credit", "-card"), ("-credit", "card"), ()])
def test_pages_follow_each_other_whatever_is_blank(library: Library, sort: tuple[str, ...]) -> None:
    bodies = [
        {"name": f"R{n}", "card": None if n % 3 == 0 else f"C{n % 4}{n}", "credit": str(n % 2 * 50)} for n in range(11)
    ]
    library.make("reader", *bodies)
    with library.home.as_user(library.librarian) as work:
        found = pages(work, ListRequest("reader", ("name",), sort=sort, limit=3))
        assert sorted(name for page in found for name in page) == sorted(body["name"] for body in bodies)
        assert [len(page) for page in found] == [3, 3, 3, 2]
        if sort and sort[0].endswith("card"):
            assert set(found[-1]) <= {"R0", "R3", "R6", "R9"}


def test_a_title_that_is_a_link_is_told_sorted_and_found_by_the_one_behind_it(library: Library) -> None:
    books = library.make("book", {"title": "Zuleika"}, {"title": "Emma"})
    [reader] = library.make("reader", {"name": "Ann"})
    library.make("loan", {"reader": str(reader), "items": [{"book": str(one)} for one in books]})
    with library.home.as_user(library.librarian) as work:
        found = suggest(work, "loan_item", "", limit=5)
        assert [one["title"] for one in found] == ["Emma", "Zuleika"]
        ids = [UUID(one["id"]) for one in found]
        assert titles(work, "loan_item", ids) == {str(ids[0]): "Emma", str(ids[1]): "Zuleika"}
        assert [one["title"] for one in suggest(work, "loan_item", "zul")] == ["Zuleika"]
        rights = library_with([GrantDef("desk", "loan", {"read": VerbGrant(("all",))})])
        desk = work.with_snapshot(rights)
        desk = replace(desk, context=desk.context.acting_as(person(library.clerk, "desk")))
        assert set(titles(desk, "loan_item", ids).values()) == {None}, "Books are not for the desk."
        assert suggest(desk, "loan_item", "zul") == []
        assert {one["title"] for one in suggest(desk, "loan_item", "")} == {str(id) for id in ids}


def test_a_cursor_is_of_one_question_only(library: Library) -> None:
    library.make("reader", *({"name": f"R{n}"} for n in range(4)))
    with library.home.as_user(library.librarian) as work:
        page = list_records(work, ListRequest("reader", ("name",), limit=2), KEY)
        for request, key in (
            (ListRequest("reader", ("name",), limit=2, cursor=page.next, sort=("name",)), KEY),
            (ListRequest("reader", ("name",), limit=2, cursor=page.next), b"another key"),
            (ListRequest("reader", ("name",), limit=2, cursor="nonsense"), KEY),
        ):
            with pytest.raises(Malformed) as raised:
                list_records(work, request, key)
            assert raised.value.code == "bad_cursor"


def test_an_unknown_field_and_a_hidden_one_get_one_answer(library: Library) -> None:
    library.make("reader", {"name": "Ada", "fine_note": "secret", "owner": str(library.clerk)})
    answers = set()

    def ask(request: ListRequest, word: str) -> None:
        """The answer repeats the word that was asked with, and differs in nothing else."""
        with pytest.raises(Malformed) as raised:
            list_records(work, request, KEY)
        answers.add((raised.value.code, raised.value.message.replace(word, "…")))

    with library.home.as_user(library.clerk) as work:
        for word in ("fine_note", "no_such_field"):
            ask(ListRequest("reader", filters=(f"{word} = 'secret'",)), word)
            ask(ListRequest("reader", filters=(f"{word} > 3",)), word)
            ask(ListRequest("reader", (word,)), word)
            ask(ListRequest("reader", sort=(word,)), word)
        assert "fine_note" not in list_records(work, ListRequest("reader"), KEY).records[0]
    assert len(answers) == 1


def test_a_page_has_a_bound(library: Library) -> None:
    with library.home.as_user(library.librarian) as work, pytest.raises(LimitExceeded):
        list_records(work, ListRequest("reader", limit=201), KEY)


def test_paths_through_invisible_records_read_as_blank(library: Library) -> None:
    [reader] = library.make("reader", {"name": "Ada"})
    library.make("loan", {"reader": str(reader), "owner": str(library.clerk)})
    with library.home.as_user(library.clerk) as work:
        [row] = list_records(work, ListRequest("loan", ("reader.name", "reader_name")), KEY).records
        assert (row["reader.name"], row["reader_name"]) == (None, None)
        assert count_records(work, ListRequest("loan", filters=("reader.name = 'Ada'",))) == 0


def test_only_what_has_an_order_has_a_least_and_a_greatest(library: Library) -> None:
    """PostgreSQL knows no greatest id and no greatest yes/no, so neither database is asked for one."""
    library.make("reader", {"name": "Ada", "member": True})
    with library.home.system() as work:
        for expression in ("id", "sponsor", "member"):
            for kind in ("min", "max"):
                with pytest.raises(Malformed):
                    aggregate(work, AggregateRequest("reader", measures=(MeasureRequest("x", kind, expression),)))
        assert aggregate(work, AggregateRequest("reader", measures=(MeasureRequest("x", "max", "name"),))) == [
            {"x": "Ada"}
        ]


def test_groups_and_measures_run_over_visible_rows(library: Library) -> None:
    readers = library.make("reader", {"name": "Ada"}, {"name": "Bea"})
    [book] = library.make("book", {"title": "One"})
    items = [{"book": str(book)}]
    for owner, reader in ((library.clerk, readers[0]), (library.clerk, readers[1]), (library.librarian, readers[1])):
        library.make("loan", {"reader": str(reader), "owner": str(owner), "items": items})
    request = AggregateRequest(
        "loan", ("status",), (MeasureRequest("n", "count"), MeasureRequest("fees", "sum", "fee_total"))
    )
    with library.home.as_user(library.librarian) as work:
        assert aggregate(work, request) == [{"status": "open", "n": 3, "fees": "21.00"}]
    with library.home.as_user(library.clerk) as work:
        assert aggregate(work, request) == [{"status": "open", "n": 2, "fees": "14.00"}]


def test_suggestions_are_titles_of_visible_records_and_wildcards_are_text(library: Library) -> None:
    library.make("reader", {"name": "Ána 100%", "owner": str(library.clerk)}, {"name": "Anton"})
    with library.home.as_user(library.clerk) as work:
        assert [one["title"] for one in suggest(work, "reader", "an")] == ["Ána 100%"]
        assert [one["title"] for one in suggest(work, "reader", "100%")] == ["Ána 100%"]
        assert suggest(work, "reader", "%") == suggest(work, "reader", "0%")
