"""Links to deleted records and to records the reader may not see read as blank, and are there again when these are."""

from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest

from formwork.kernel import Conflict, Invalid
from formwork.records import (
    AggregateRequest,
    Change,
    ListRequest,
    aggregate,
    create,
    delete,
    get_record,
    history,
    list_records,
    restore,
    update,
)
from formwork.records.preview import preview_record
from formwork.storage import Work, rows
from tests.records.conftest import Library

KEY = b"a key for cursors"
LINKS = ("guide", "helpers", "about", "guide.name", "guided_by")


def listed(work: Work, *filters: str, sort: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """The loans of these filters with their links."""
    return list_records(work, ListRequest("loan", (*LINKS, "days"), filters, sort), KEY).records


def lend(library: Library) -> tuple[UUID, UUID, UUID]:
    """A loan with a guide, who is also its helper and what it is about: (loan, reader, guide)."""
    reader, guide = library.make("reader", {"name": "Ada"}, {"name": "Guy", "member": True})
    body = {
        "reader": str(reader),
        "guide": str(guide),
        "helpers": [str(reader), str(guide)],
        "about": {"object": "reader", "id": str(guide)},
    }
    [loan] = library.make("loan", body)
    return loan, reader, guide


def test_a_link_to_a_deleted_record_reads_as_blank_and_comes_back(library: Library) -> None:
    loan, reader, guide = lend(library)
    whole = {
        "guide": str(guide),
        "helpers": [str(reader), str(guide)],
        "about": {"object": "reader", "id": str(guide)},
        "guide.name": "Guy",
        "guided_by": "Guy",
    }
    without = {"guide": None, "helpers": [str(reader)], "about": None, "guide.name": None, "guided_by": "nobody"}
    with library.home.as_user(library.librarian) as work:
        assert {name: listed(work)[0][name] for name in LINKS} == whole
        delete(work, "reader", [guide])
    with library.home.as_user(library.librarian) as work:
        assert {name: listed(work)[0][name] for name in LINKS} == without
        assert {name: get_record(work, "loan", loan)[name] for name in LINKS if "." not in name} == {
            name: value for name, value in without.items() if "." not in name
        }
        for text in (
            f"guide = '{guide}'",
            f"guide in ('{guide}', '{reader}')",
            f"helpers contains '{guide}'",
            f"about = '{guide}'",
            "guide is not blank",
            "about is not blank",
        ):
            assert listed(work, text) == [], text
        for text in ("guide is blank", f"guide != '{guide}'", "about is blank", f"helpers contains '{reader}'"):
            assert len(listed(work, text)) == 1, text
        assert aggregate(work, AggregateRequest("loan", ("guide",))) == [
            {"guide": None, "title(guide)": None, "count": 1}
        ]
        [entry] = history(work, "loan", loan)
        assert entry.changes["guide"] == (None, None)
        assert entry.changes["helpers"] == ([], [str(reader)])
        assert preview_record(work, "loan", loan).value("guide") is None
        assert restore(work, "reader", [guide]) == 1
    with library.home.as_user(library.librarian) as work:
        assert {name: listed(work)[0][name] for name in LINKS} == whole
        assert len(listed(work, f"guide = '{guide}'", f"about = '{guide}'")) == 1
        assert history(work, "loan", loan)[0].changes["guide"] == (None, str(guide))


def test_a_change_that_does_not_name_a_link_keeps_it(library: Library) -> None:
    loan, _, guide = lend(library)
    with library.home.as_user(library.librarian) as work:
        delete(work, "reader", [guide])
    with library.home.as_user(library.librarian) as work:
        update(work, "loan", [Change(loan, {"days": 9})])
        assert get_record(work, "loan", loan, ("guide", "guided_by")) == {
            "id": str(loan), "guide": None, "guided_by": "nobody",
        }  # fmt: skip
        restore(work, "reader", [guide])
    with library.home.as_user(library.librarian) as work:
        assert get_record(work, "loan", loan, ("guide", "guided_by"))["guide"] == str(guide)
        assert get_record(work, "loan", loan, ("guide", "guided_by"))["guided_by"] == "Guy"


def test_a_rule_reads_a_link_to_a_deleted_record_as_blank(library: Library) -> None:
    """`sponsor = id` and the stored formula are asked in Python and in SQL; both see no link."""
    loan, _, guide = lend(library)
    with library.home.as_user(library.librarian) as work:
        with pytest.raises(Invalid):
            update(work, "reader", [Change(guide, {"sponsor": str(guide)})])
        delete(work, "reader", [guide])
    with library.home.as_user(library.librarian) as work:
        with pytest.raises(Invalid) as raised:
            create(work, "loan", [{"reader": str(guide)}])
        assert [problem.code for problem in raised.value.problems] == ["bad_reference"]
        row = preview_record(work, "loan", loan).row
        assert row.value("guided_by") == "nobody"


def test_a_link_to_a_record_one_may_not_see_reads_as_blank(library: Library) -> None:
    """The clerk sees the loan at the counter, and only readers of their own."""
    loan, reader, guide = lend(library)
    with library.home.as_user(library.librarian) as work:
        update(work, "loan", [Change(loan, {"at_counter": True, "owner": str(library.clerk)})])
    with library.home.as_user(library.clerk) as work:
        [row] = listed(work)
        assert (row["guide"], row["helpers"], row["about"], row["guide.name"]) == (None, [], None, None)
        assert get_record(work, "loan", loan, ("reader", "owner")) == {
            "id": str(loan), "reader": None, "owner": str(library.clerk),
        }  # fmt: skip
        for text in (f"guide = '{guide}'", f"about = '{guide}'", f"helpers contains '{guide}'", "reader is not blank"):
            assert listed(work, text) == [], text
        assert aggregate(work, AggregateRequest("loan", ("reader",)))[0]["reader"] is None
        for entry in history(work, "loan", loan):
            for name in ("guide", "reader", "about"):
                assert entry.changes.get(name, (None, None)) == (None, None)
            assert entry.changes.get("helpers", ([], [])) == ([], [])
        shown = preview_record(work, "loan", loan)
        assert [shown.value(name) for name in ("guide", "reader", "about", "helpers")] == [None] * 4
        update(work, "loan", [Change(loan, {"days": 8})])
        with pytest.raises(Conflict) as raised:
            update(work, "loan", [Change(loan, {"guide": None, "days": 3}, version=1)])
        assert (
            "guide" not in raised.value.extra["differing"]
            or raised.value.extra["differing"]["guide"]["current"] is None
        )
    with library.home.as_user(library.librarian) as work:
        assert get_record(work, "loan", loan, ("guide", "reader", "days")) == {
            "id": str(loan), "guide": str(guide), "reader": str(reader), "days": 8,
        }  # fmt: skip


@pytest.mark.parametrize("sort", [("guide",), ("-guide",), ("guide", "-days"), ("-guide", "days")])
def test_a_list_is_sorted_by_the_title_of_a_link(library: Library, sort: tuple[str, ...]) -> None:
    [reader] = library.make("reader", {"name": "Ada"})
    names = ["zoe", "Émile", "adam", "Bea", "Zoe"]
    guides = library.make("reader", *({"name": name, "member": True} for name in names))
    bodies = [
        {"reader": str(reader), "guide": None if n % 4 == 3 else str(guides[n % 5]), "days": n + 1} for n in range(14)
    ]
    library.make("loan", *bodies)
    order = {"adam": 0, "Bea": 1, "Émile": 2, "zoe": 3, "Zoe": 3, None: 4}
    with library.home.as_user(library.librarian) as work:
        delete(work, "reader", [guides[3]])
    with library.home.as_user(library.librarian) as work:
        forward, cursor, rows = True, None, []
        while forward:
            request = ListRequest("loan", ("guide.name", "days"), sort=sort, limit=3, cursor=cursor)
            page = list_records(work, request, KEY)
            rows += page.records
            cursor, forward = page.next, page.next is not None
        assert len(rows) == 14
        assert len({row["id"] for row in rows}) == 14
        places = [order[row["guide.name"]] for row in rows]
        filled = [place for place in places if place < 4]
        assert filled == sorted(filled, reverse=sort[0].startswith("-"))
        assert places[len(filled) :] == [4] * (len(places) - len(filled))
        if len(sort) == 2:
            for one, two in pairwise(rows):
                if order[one["guide.name"]] == order[two["guide.name"]]:
                    assert (one["days"] > two["days"]) == sort[1].startswith("-")
        back = list_records(work, ListRequest("loan", ("guide.name",), sort=sort, limit=3, cursor=page.previous), KEY)
        assert [row["id"] for row in back.records] == [row["id"] for row in rows[-5:-2]]


def test_groups_of_a_link_come_with_titles_and_in_their_order(library: Library) -> None:
    [reader] = library.make("reader", {"name": "Ada"})
    guides = library.make("reader", *({"name": name, "member": True} for name in ("Zoe", "Bea")))
    library.make("loan", *({"reader": str(reader), "guide": str(guides[n % 2])} for n in range(5)))
    with library.home.as_user(library.librarian) as work:
        found = aggregate(work, AggregateRequest("loan", ("guide",), sort=("guide",)))
        assert [(row["title(guide)"], row["guide"], row["count"]) for row in found] == [
            ("Bea", str(guides[1]), 2),
            ("Zoe", str(guides[0]), 3),
        ]


def test_what_one_does_not_see_in_a_list_of_links_stays_in_it(library: Library) -> None:
    """P9: nobody unlinks what they may not see, and a list that is sent as it was read changes nothing."""
    [hidden] = library.make("reader", {"name": "Ada"})
    own = {"owner": str(library.clerk)}
    first, second, gone = library.make("reader", *({"name": name, **own} for name in ("Bo", "Cy", "Di")))
    helpers = [str(one) for one in (first, hidden, gone)]
    [loan] = library.make("loan", {"reader": str(first), "helpers": helpers, **own})
    with library.home.as_user(library.librarian) as work:
        delete(work, "reader", [gone])

    def stored() -> list[UUID]:
        with library.home.system() as work:
            return list(rows.load(work, "loan", [loan], ["helpers"])[loan]["helpers"])

    with library.home.as_user(library.clerk) as work:
        update(work, "loan", [Change(loan, {"helpers": [str(first)]})])
        assert get_record(work, "loan", loan, ("version", "helpers")) == {
            "id": str(loan), "version": 1, "helpers": [str(first)],
        }  # fmt: skip
        update(work, "loan", [Change(loan, {"helpers": [str(second), str(first)]})])
    assert stored() == [second, first, hidden, gone]
    with library.home.as_user(library.clerk) as work:
        for one in (hidden, gone):
            with pytest.raises(Invalid) as raised:
                update(work, "loan", [Change(loan, {"helpers": [str(one)]})])
            assert [problem.code for problem in raised.value.problems] == ["bad_reference"]
        update(work, "loan", [Change(loan, {"helpers": None})])
        assert get_record(work, "loan", loan, ("helpers",))["helpers"] == []
    assert stored() == [hidden, gone]
