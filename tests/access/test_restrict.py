"""`restrict`: no query reads a field or a row its reader may not see, on whatever way it gets there."""

from uuid import UUID

import pytest

from formwork.access import HiddenFields, restrict, restrict_for_platform
from formwork.catalog import EVERYTHING, NOTHING, Query, Selected, Snapshot, Sort
from formwork.catalog.reading import field_expression
from formwork.definitions.model import GrantDef, VerbGrant
from formwork.expressions import Expression, check
from formwork.kernel import ANONYMOUS, Denied, Malformed, Unauthenticated
from formwork.kernel.actor import system_actor
from tests.support.rights import library_with, person

ADA = UUID(int=1)
ALL = VerbGrant(("all",))
OWN = VerbGrant(("own",))


def rights() -> Snapshot:
    """A clerk reads own readers without their credit, and every loan."""
    return library_with(
        [
            GrantDef("clerk", "reader", {"read": OWN}, {"credit": "hidden"}),
            GrantDef("clerk", "loan", {"read": ALL}),
            GrantDef("guest", "book", {"read": ALL}),
            GrantDef("guest", "loan", {"read": OWN}),
        ]
    )


def asked(snapshot: Snapshot, text: str, object: str = "loan") -> Expression:
    """An expression as the platform would check it."""
    return check(text, snapshot.scope(object))


def selecting(snapshot: Snapshot, object: str, *texts: str) -> Query:
    """A query of these expressions."""
    return Query(object, tuple(Selected(text, asked(snapshot, text, object)) for text in texts))


def test_every_object_on_the_way_gets_its_rule() -> None:
    snapshot = rights()
    found = restrict(snapshot, person(ADA, "clerk"), selecting(snapshot, "loan", "reader.name", "sum(items, fee)"))
    assert found.rules["loan"] == EVERYTHING
    assert found.rules["reader"].owners == {ADA}
    assert found.rules["loan_item"] == EVERYTHING


def test_rows_of_an_object_without_a_grant_read_as_blank_and_its_fields_are_not_named() -> None:
    snapshot = rights()
    found = restrict(snapshot, person(ADA, "guest"), selecting(snapshot, "loan", "reader", "reader_name"))
    assert found.rules["reader"] == NOTHING
    with pytest.raises(Malformed) as raised:
        restrict(snapshot, person(ADA, "guest"), selecting(snapshot, "loan", "reader.name"))
    assert raised.value.code == "bad_query"


def test_what_a_key_has_no_scope_for_reads_as_blank_like_what_a_person_may_not_read() -> None:
    snapshot = rights()
    key = person(ADA, "clerk", scopes=["read:loan"])
    found = restrict(snapshot, key, selecting(snapshot, "loan", "reader", "reader_name"))
    assert (found.rules["loan"], found.rules["reader"]) == (EVERYTHING, NOTHING)
    with pytest.raises(Malformed):
        restrict(snapshot, key, selecting(snapshot, "loan", "reader.name"))
    with pytest.raises(Denied) as raised:
        restrict(snapshot, key, selecting(snapshot, "reader", "name"))
    assert raised.value.code == "missing_scope"
    assert "name" in HiddenFields(snapshot, key)["reader"]


def test_a_reference_and_a_read_time_formula_take_their_rules_along() -> None:
    snapshot = rights()
    found = restrict(snapshot, person(ADA, "clerk"), selecting(snapshot, "loan", "reader_name"))
    assert found.rules["reader"].owners == {ADA}


@pytest.mark.parametrize("place", ["select", "where", "sort"])
def test_a_hidden_field_is_refused_wherever_it_stands(place: str) -> None:
    snapshot = rights()
    secret, plain = asked(snapshot, "reader.credit"), asked(snapshot, "number")
    query = Query(
        "loan",
        (Selected("x", secret if place == "select" else plain),),
        where=(asked(snapshot, "reader.credit > 3"),) if place == "where" else (),
        sort=(Sort(secret),) if place == "sort" else (),
    )
    with pytest.raises(Malformed) as raised:
        restrict(snapshot, person(ADA, "clerk"), query)
    assert raised.value.code == "bad_query"
    assert "credit" not in raised.value.message


def test_what_a_list_reads_of_its_records_is_judged_too() -> None:
    snapshot = rights()
    query = Query("reader", (), where=(asked(snapshot, "exists(loans, reader.credit > 3)", "reader"),))
    with pytest.raises(Malformed):
        restrict(snapshot, person(ADA, "clerk"), query)


def test_an_object_without_right_is_denied_and_nobody_is_asked_to_sign_in() -> None:
    snapshot = rights()
    query = selecting(snapshot, "reader", "name")
    with pytest.raises(Denied):
        restrict(snapshot, person(ADA, "guest"), query)
    with pytest.raises(Unauthenticated):
        restrict(snapshot, ANONYMOUS, query)


def test_the_platform_reads_everything_and_so_does_the_system() -> None:
    snapshot = rights()
    query = Query("loan", (Selected("credit", asked(snapshot, "reader.credit")),))
    for found in (restrict_for_platform(snapshot, query), restrict(snapshot, system_actor("test"), query)):
        assert found.rules == {"loan": EVERYTHING, "reader": EVERYTHING}


def test_hidden_fields_name_what_a_filter_may_not() -> None:
    snapshot = rights()
    hidden = HiddenFields(snapshot, person(ADA, "clerk"))
    assert hidden["reader"] == {"credit", "fine_note", "signed"}
    assert hidden["loan"] == frozenset()
    assert field_expression(snapshot, "reader", "name").reads == {("reader", "name")}
