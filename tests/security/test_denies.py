"""P6 of SECURITY: what is empty, blank, missing or cannot be worked out grants nothing, whatever a rule says of it.

Each rule is asked of records that hold the same nothing, by somebody who lacks what it compares with.
"""

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from formwork.access import Verb, decide
from formwork.definitions.model import GrantDef, VerbGrant
from formwork.kernel import ANONYMOUS, Actor, NotFound, Unauthenticated
from formwork.records import (
    AggregateRequest,
    Change,
    ListRequest,
    aggregate,
    count_records,
    create,
    delete,
    get_record,
    list_records,
    suggest,
    update,
)
from formwork.storage import Work
from tests.support.databases import Database
from tests.support.payloads import listening
from tests.support.rights import library_with, person
from tests.support.tenants import LIBRARY, TENANT, Installation, installed

KEY = b"k" * 32
RULES = {
    "blank_is_blank": "sponsor.owner.manager = me.manager",
    "equal_to_a_missing_attribute": "name = me.timezone",
    "a_blank_link_and_a_missing_one": "owner = me.delegate",
    "not_equal_to_a_missing_attribute": "owner.department != me.department",
    "later_than_nothing": "created_at > me.absent_from",
    "between_blanks": "me.absent_from <= today() and me.absent_to >= today()",
    "begins_with_nothing": "name starts with me.timezone",
    "holds_nothing": "name contains me.currency",
    "nothing_divided_by_nothing": "credit / 0 > 0",
    "a_rule_about_a_list_without_rows": "exists(loans, days > 0)",
    "a_sum_of_no_rows": "sum(loans, days) > 0",
    "blank_truth": "member and member",
    "neither_nor": "name = me.timezone or credit < 0",
    "not_equal_by_another_way": "not (name = me.timezone)",
    "none_of_these_denied_twice": "not (not (name != me.currency))",
    "not_in_a_missing_one": "name not in ('x', me.timezone)",
    "not_beginning_with_nothing": "not (name starts with me.timezone)",
    "neither_of_two": "not (name = me.timezone or name = me.currency)",
    "no_row_like_a_missing_one": "not exists(loans, number = me.timezone)",
    "no_number_of_rows_like_it": "count(loans, number = me.timezone) = 0",
    "a_choice_that_hangs_on_it": "if(name = me.timezone, false, true)",
    "not_even_with_a_true_one": "not (name = me.timezone) and credit is not blank",
}
"""By name, a condition that must reach no record for somebody without manager, department, groups, zone or absence."""
KNOWING = {
    "me.timezone is blank": 2, "not (name = coalesce(me.timezone, 'Bo'))": 1, "name = me.timezone or name = 'Ada'": 1,
    "not (me.has_role('clerk')) and name = 'Ada'": 1,
}  # fmt: skip
"""Conditions that say what holds for somebody who lacks an attribute, and how many of two records they reach."""
SCOPES = (("own",), ("team",), ("department",), ("subordinates",), ("shared",), ("none",), ())


@pytest.fixture(scope="module")
def home(shared_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Readers of whom nothing is known but their name."""
    with installed(shared_database, tmp_path_factory.mktemp("denies"), LIBRARY) as found:
        with found.system() as work:
            create(work, "reader", [{"name": "Ada", "credit": None}, {"name": "Bo", "card": "", "credit": "0"}])
        yield found


def seen_by(home: Installation, actor: Actor, grants: list[GrantDef], rules: dict[str, str] | None = None) -> int:
    """How many readers somebody counts, who sees exactly those in every other way too."""
    snapshot = library_with(grants, {name: ("reader", text) for name, text in (rules or {}).items()})
    with home.runtime.system_read(TENANT, "test") as opened:
        ids = [UUID(one["id"]) for one in list_records(opened, ListRequest("reader", ("id",)), KEY).records]
        work = replace(opened.with_snapshot(snapshot), context=opened.context.acting_as(actor))
        if not decide(snapshot, actor, "reader", Verb.READ).allowed:
            return 0
        counts = {
            count_records(work, ListRequest("reader")),
            len(list_records(work, ListRequest("reader", ("id",)), KEY).records),
            aggregate(work, AggregateRequest("reader"))[0]["count"],
            sum(got(work, id) for id in ids),
        }
    [count] = counts
    return count


def got(work: Work, id: UUID) -> bool:
    """True when one record can be had by its id."""
    try:
        get_record(work, "reader", id, ("id",))
    except NotFound:
        return False
    return True


@pytest.mark.parametrize("name", RULES)
def test_what_compares_with_nothing_reaches_nothing(home: Installation, name: str) -> None:
    """As a rule, and as the condition of a grant."""
    grants = [
        GrantDef("desk", "reader", {"read": VerbGrant((f"rule:{name}",))}),
        GrantDef("desk", "reader", {"read": VerbGrant(("all",), RULES[name])}),
    ]
    assert seen_by(home, person(uuid4(), "desk"), grants, {name: RULES[name]}) == 0


@pytest.mark.parametrize("condition", KNOWING)
def test_who_asks_for_a_missing_attribute_gets_an_answer(home: Installation, condition: str) -> None:
    """And what stands beside a missing attribute, joined by `or`, reaches as far as ever."""
    grant = GrantDef("desk", "reader", {"read": VerbGrant(("rule:knowing",))})
    assert seen_by(home, person(uuid4(), "desk"), [grant], {"knowing": condition}) == KNOWING[condition]


@pytest.mark.parametrize("scopes", SCOPES, ids=str)
def test_a_scope_without_anybody_in_it_reaches_nothing(home: Installation, scopes: tuple[str, ...]) -> None:
    actor = replace(person(uuid4(), "desk"), owners={scope: frozenset() for scope in scopes})
    assert seen_by(home, actor, [GrantDef("desk", "reader", {"read": VerbGrant(scopes)})]) == 0
    assert seen_by(home, replace(actor, owners={}), [GrantDef("desk", "reader", {"read": VerbGrant(scopes)})]) == 0


def test_a_rule_that_is_true_reaches_what_it_says(home: Installation) -> None:
    """Or the tests above would prove nothing."""
    grant = GrantDef("desk", "reader", {"read": VerbGrant(("rule:named",))})
    assert seen_by(home, person(uuid4(), "desk"), [grant], {"named": "name = 'Ada'"}) == 1


def test_nobody_is_refused_before_a_query(home: Installation) -> None:
    with home.runtime.system_read(TENANT, "test") as opened, listening() as heard:
        work = opened.acting_as(ANONYMOUS)
        for ask in (
            lambda: list_records(work, ListRequest("reader"), KEY),
            lambda: count_records(work, ListRequest("reader")),
            lambda: get_record(work, "reader", uuid4()),
            lambda: aggregate(work, AggregateRequest("reader")),
            lambda: suggest(work, "reader", "Ada"),
            lambda: create(work, "reader", [{"name": "x"}]),
            lambda: update(work, "reader", [Change(uuid4(), {"name": "x"})]),
            lambda: delete(work, "reader", [uuid4()]),
        ):
            with pytest.raises(Unauthenticated):
                ask()
        assert heard == []
