"""P1 of SECURITY: a field one may not see cannot be selected, filtered, sorted, grouped, measured, matched or guessed.

Every question about it gets the answer of a name that does not exist, whatever else is wrong with the question.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from formwork.definitions.model import GrantDef, VerbGrant
from formwork.kernel import FormworkError, Invalid, Malformed
from formwork.records import (
    AggregateRequest,
    ListRequest,
    MeasureRequest,
    aggregate,
    count_records,
    create,
    list_records,
    suggest,
    titles,
    upsert,
)
from formwork.storage import Work
from tests.records.conftest import Library
from tests.support.rights import library_with, person
from tests.support.tenants import TENANT

KEY = b"k" * 32
ALL = VerbGrant(("all",))
GRANTS = (
    GrantDef("desk", "reader", {"read": ALL, "create": ALL, "edit": ALL},
             {"credit": "hidden", "card": "hidden", "topics": "hidden", "home": "hidden", "name": "hidden"}),
    GrantDef("desk", "loan", {"read": ALL}, {"rate": "hidden", "helpers": "hidden", "guide": "hidden"}),
    GrantDef("desk", "loan_item", {"read": ALL}, {"fee": "hidden", "copies": "hidden"}),
)  # fmt: skip


@contextmanager
def at_the_desk(library: Library) -> Iterator[Work]:
    """Somebody who may read readers, loans and items, but not all of their fields, and no books."""
    snapshot = library_with(GRANTS)
    with library.home.runtime.system_read(TENANT, "test") as opened:
        actor = person(library.clerk, "desk")
        yield replace(opened.with_snapshot(snapshot), context=opened.context.acting_as(actor))


def told(work: Work, object: str, name: str, **question: object) -> tuple[str, str]:
    """Code and words of the refusal of a list or of groups, `…` for the word `name` that was asked for."""
    with pytest.raises(FormworkError) as raised:
        if "groups" in question or "measures" in question:
            aggregate(work, AggregateRequest(object, **question))  # type: ignore[arg-type]
        else:
            list_records(work, ListRequest(object, **question), KEY)  # type: ignore[arg-type]
    assert isinstance(raised.value, Malformed)
    assert all(one.args == {"name": name} for one in raised.value.problems), raised.value.problems
    return raised.value.code, raised.value.message.replace(f"`{name}`", "`…`")


HIDDEN = {
    "reader": ("credit", "card", "topics", "home.city", "name"),
    "loan": ("rate", "helpers", "guide", "reader.credit", "reader.topics", "guide.name"),
    "loan_item": ("fee", "loan.rate", "loan.reader.card", "book.title", "book.daily_fee", "book.id"),
}
LISTS = {
    "loan": (
        "exists(items, {name} > 1)",
        "sum(items, {name}) > 1",
        "max(items, {name}) = 1",
        "count(items, {name} is blank) = 0",
    ),
    "reader": ("exists(loans, exists(items, {name} = 1))",),
}  # fmt: skip


@pytest.mark.parametrize("object", HIDDEN)
def test_a_hidden_field_answers_like_an_unknown_one_everywhere(library: Library, object: str) -> None:
    with at_the_desk(library) as work:
        expected = {told(work, object, "nothing", fields=("nothing",))}
        for name in HIDDEN[object]:
            found = {
                told(work, object, name, fields=(name,)),
                told(work, object, name, sort=(f"-{name}",)),
                told(work, object, name, filters=(f"{name} is blank",)),
                told(work, object, name, filters=(f"{name} > 'a' and {name} < 3",)),
                told(work, object, name, filters=(f"coalesce({name}, 1, 'a') = today()",)),
                told(work, object, name, groups=(name,)),
                told(work, object, name, groups=(f"year({name})",)),
                told(work, object, name, measures=(MeasureRequest("x", "sum", name),)),
                told(work, object, name, measures=(MeasureRequest("x", "max", f"{name} + 1"),)),
            }
            assert found == expected, name


def test_the_refusal_names_the_word_and_where_it_stands(library: Library) -> None:
    """Of several words the first, whether it is hidden or unknown; a name much like it is never told."""
    with at_the_desk(library) as work:
        for first, second in (("rate", "nothing"), ("nothing", "rate"), ("nothing", "dayz")):
            with pytest.raises(Malformed) as raised:
                list_records(work, ListRequest("loan", filters=(f"days > 1 and\n{first} > {second}",)), KEY)
            assert raised.value.message == f"`{first}` does not exist or you may not see it."
            assert [(one.pointer, one.args) for one in raised.value.problems] == [("/filter", {"name": first})]
        with pytest.raises(Malformed) as raised:
            list_records(work, ListRequest("loan", ("days", "dayz"), sort=("rate",)), KEY)
        assert [(one.pointer, one.args) for one in raised.value.problems] == [("/fields", {"name": "dayz"})]
        with pytest.raises(Malformed) as raised:
            list_records(work, ListRequest("loan", ("days",), sort=("-reader.credit",)), KEY)
        assert [(one.pointer, one.args) for one in raised.value.problems] == [("/sort", {"name": "reader.credit"})]


def test_lists_do_not_give_away_what_their_records_hide(library: Library) -> None:
    with at_the_desk(library) as work:
        for object, texts in LISTS.items():
            for text in texts:
                unknown = told(work, object, "nothing", filters=(text.format(name="nothing"),))
                for name in ("fee", "copies"):
                    assert told(work, object, name, filters=(text.format(name=name),)) == unknown, text


def test_an_object_one_may_not_use_answers_like_an_unknown_list(library: Library) -> None:
    """Without a right on loans the list `loans` of a reader is a word nobody knows."""
    snapshot = library_with(GRANTS[:1])
    with library.home.runtime.system_read(TENANT, "test") as opened:
        actor = person(library.clerk, "desk")
        work = replace(opened.with_snapshot(snapshot), context=opened.context.acting_as(actor))
        unknown = told(work, "reader", "nothing", filters=("count(nothing) = 'x'",))
        for text in ("count(loans) = 'x'", "count(loans) = 1", "exists(loans, days > 'a')", "sum(loans, days) = 1"):
            assert told(work, "reader", "loans", filters=(text,)) == unknown, text


def test_a_list_is_as_hidden_as_the_link_behind_it(library: Library) -> None:
    """`loans` of a reader says whom each loan is for, and `helpers` names readers: both are fields of loans here."""
    grants = (
        GrantDef("desk", "reader", {"read": ALL}),
        GrantDef("desk", "loan", {"read": ALL}, {"reader": "hidden", "helpers": "hidden"}),
        GrantDef("desk", "loan_item", {"read": ALL}, {"loan": "hidden"}),
    )
    snapshot = library_with(grants)
    with library.home.runtime.system_read(TENANT, "test") as opened:
        actor = person(library.clerk, "desk")
        work = replace(opened.with_snapshot(snapshot), context=opened.context.acting_as(actor))
        for object, name in (("reader", "loans"), ("loan", "items")):
            for text in ("count({}) > 0", "exists({}, true)", "exists({}, id is not blank)", "count({}) = 'x'"):
                unknown = told(work, object, "nothing", filters=(text.format("nothing"),))
                assert told(work, object, name, filters=(text.format(name),)) == unknown, text
            for request in ({"fields": (f"count({name})",)}, {"sort": (f"count({name})",)}):
                assert told(work, object, name, **request)
            expressions = [MeasureRequest("x", "max", f"count({name})")]
            assert told(work, object, name, measures=tuple(expressions))


def test_a_link_into_an_object_one_may_not_use_stays_a_link(library: Library) -> None:
    """It reads as blank and is sorted and grouped by like any other; only what lies behind it has no name."""
    [book] = library.make("book", {"title": "One"})
    [ada] = library.make("reader", {"name": "Ada"})
    library.make("loan", {"reader": str(ada), "items": [{"book": str(book)}]})
    with at_the_desk(library) as work:
        page = list_records(work, ListRequest("loan_item", ("book",), sort=("book",)), KEY)
        assert [row["book"] for row in page.records] == [None]
        assert aggregate(work, AggregateRequest("loan_item", ("book",))) == [{"book": None, "count": 1}]


def test_a_key_of_hidden_fields_matches_nothing(library: Library) -> None:
    library.make("reader", {"name": "Ada", "card": "C1"})
    with at_the_desk(library) as work:
        with pytest.raises(Invalid) as raised:
            upsert(work, "reader", [{"card": "C1"}], match=("card",))
        assert (raised.value.code, "card" in raised.value.message) == ("bad_match", False)


def test_a_hidden_title_is_not_told(library: Library) -> None:
    [ada] = library.make("reader", {"name": "Ada"})
    with library.home.system() as work:
        create(work, "loan", [{"reader": str(ada)}])
    with at_the_desk(library) as work:
        assert titles(work, "reader", [ada]) == {}
        assert suggest(work, "reader", "") == [{"id": str(ada), "title": str(ada)}]
        assert suggest(work, "reader", "Ada") == []
        assert count_records(work, ListRequest("reader", search="Ada")) == 0
        page = list_records(work, ListRequest("loan", ("reader",), sort=("reader",)), KEY)
        assert [row["reader"] for row in page.records] == [str(ada)]
