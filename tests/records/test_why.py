"""Explanations: the verdict is what `get`, `update` and `delete` do, and the path named is the one that leads there.

More than fifty seeded organisations of roles, rules, shares and owners; where one path leads, taking it away turns
the verdict.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from formwork.access import Verb
from formwork.definitions.model import GrantDef, RoleDef, VerbGrant
from formwork.identity import actor_of, assign_role, withdraw_role
from formwork.kernel import Actor, Denied, FormworkError, Invalid, Malformed, NotFound, new_id
from formwork.records import Change, create, delete, get_record, share, update
from formwork.records.shares import Level
from formwork.records.why import SENTENCES, Explanation, Fact, Question, explain, tell
from formwork.storage import Work, system
from tests.records.conftest import Library
from tests.support.rights import library_with, person

SEEDS = 54
RULES = {"counter": ("loan", "at_counter"), "long": ("loan", "days > 10")}
SCOPES = ("own", "team", "department", "subordinates", "shared", "rule:counter", "rule:long", "all", "none")
CONDITIONS = (None, None, None, "days > 7", "at_counter")
ROLES = {
    "low": RoleDef("low", "Low"),
    "mid": RoleDef("mid", "Middle", ("low",)),
    "high": RoleDef("high", "High", ("mid",)),
    "side": RoleDef("side", "Side"),
}
BASE = tuple(GrantDef("base", object, {"read": VerbGrant(("all",))}) for object in ("user", "reader", "book", "group"))


@dataclass(frozen=True)
class House:
    """People in three levels and two departments, a queue, and loans of all of them."""

    library: Library
    people: tuple[UUID, ...]
    loans: tuple[UUID, ...]
    items: tuple[UUID, ...]


@pytest.fixture
def house(library: Library) -> House:
    home = library.home
    with home.system() as work:
        north, south = (one.id for one in create(work, "department", [{"name": "North"}, {"name": "South"}]))
    boss = home.user("boss", department=str(north))
    mia = home.user("mia", manager=str(boss), department=str(north))
    noah = home.user("noah", manager=str(mia), department=str(south))
    olga = home.user("olga", manager=str(mia), department=str(south))
    zoe = home.user("zoe")
    people = (boss, mia, noah, olga, zoe)
    with home.system() as work:
        queue = create(work, "queue", [{"name": "Desk", "members": [str(noah)]}])[0].id
        group = create(work, "group", [{"name": "Helpers", "members": [str(zoe)]}])[0].id
        [reader] = create(work, "reader", [{"name": "Ada"}])
        [book] = create(work, "book", [{"title": "Emma"}])
        bodies: list[dict[str, Any]] = [
            {"reader": str(reader.id), "owner": str(owner), "days": 5 + 3 * n, "at_counter": n % 2 == 0,
             "items": [{"book": str(book.id)}]}
            for n, owner in enumerate((*people, queue))
        ]  # fmt: skip
        saved = create(work, "loan", bodies)
        loans = tuple(one.id for one in saved)
        now = work.context.now
        ended = now - timedelta(days=1)
        for record, principal, level, until in (
            (loans[0], zoe, "read", None), (loans[1], group, "edit", None), (loans[2], olga, "read", ended),
            (loans[3], mia, "edit", now + timedelta(days=2)), (loans[4], queue, "read", None),
        ):  # fmt: skip
            row = {"id": new_id(), "object": "loan", "record": record, "principal": principal, "level": level,
                   "until": until, "at": now, "by": boss, "note": "", "cause": "hand"}  # fmt: skip
            system.append(work, "fw_share", [row])
    return House(library, people, loans, tuple(one.details["items"][0] for one in saved))


def random_grants(dice: random.Random) -> list[GrantDef]:
    """One or two scopes for some verbs of some roles, on loans and sometimes on their items."""
    found = []
    for role in ROLES:
        verbs = {
            verb: VerbGrant(tuple(dice.sample(SCOPES, dice.randint(1, 2))), dice.choice(CONDITIONS))
            for verb in ("read", "edit", "delete")
            if dice.random() < 0.5
        }
        fields = {"days": dice.choice(("hidden", "read", "edit"))} if dice.random() < 0.3 else {}
        found.append(GrantDef(role, "loan", verbs, fields))
        if dice.random() < 0.3:
            own = {"read": VerbGrant((dice.choice(("own", "subordinates", "shared", "all")),))}
            found.append(GrantDef(role, "loan_item", own))
    return found


@contextmanager
def under(house: House, grants: list[GrantDef], user: UUID, roles: tuple[str, ...]) -> Iterator[Work]:
    """A unit of work of somebody who manages the tenant, where the user has these roles."""
    snapshot = library_with([*BASE, *grants], RULES, {**ROLES, "boss": RoleDef("boss", "Boss", manage_all=True)})
    with house.library.home.system() as opened:
        work = opened.with_snapshot(snapshot)
        for role in (*ROLES, "base"):
            withdraw_role(work, user, role)
        for role in (*roles, "base"):
            assign_role(work, user, role)
        yield replace(work, context=work.context.acting_as(person(house.library.librarian, "boss")))


class Undone(Exception):
    """Takes a trial back."""


def really(work: Work, actor: Actor, question: Question) -> bool:
    """What the doors would do: tried, and taken back."""
    theirs = replace(work, context=work.context.acting_as(actor))
    assert question.record is not None
    try:
        with work.savepoint():
            if question.verb is Verb.READ:
                found = get_record(theirs, question.object, question.record)
                assert question.field is None or question.field in found
            elif question.verb is Verb.EDIT:
                body = {} if question.field is None else {question.field: 400}
                update(theirs, question.object, [Change(question.record, body)])
            else:
                delete(theirs, question.object, [question.record])
            raise Undone
    except Undone:
        return True
    except (NotFound, Denied, AssertionError):
        return False
    except Invalid as error:
        return not {one.code for one in error.problems} <= {"field_denied", "unknown_field"}


def questions(house: House, dice: random.Random, user: UUID) -> list[Question]:
    """What is asked of one person in one organisation."""
    found = []
    for at in dice.sample(range(len(house.loans)), 3):
        loan = house.loans[at]
        found.append(Question(user, dice.choice((Verb.READ, Verb.EDIT, Verb.DELETE)), "loan", loan))
        found.append(Question(user, dice.choice((Verb.READ, Verb.EDIT)), "loan", loan, "days"))
        found.append(Question(user, Verb.READ, "loan_item", house.items[at]))
    return found


def without(grants: list[GrantDef], told: Explanation) -> list[GrantDef]:
    """The grants without the scope the only leading path names."""
    [path] = told.leading
    verb = told.question.verb.value if path.object == told.question.object else "read"
    found = []
    for grant in grants:
        if (grant.role, grant.object) == (path.role, path.object):
            verbs = {
                name: replace(right, scopes=tuple(one for one in right.scopes if one != path.scope))
                if name == verb else right
                for name, right in grant.verbs.items()
            }  # fmt: skip
            grant = replace(grant, verbs=verbs)
        found.append(grant)
    return found


@pytest.mark.slow
def test_explanations_agree_with_what_is_done_and_name_the_path(house: House) -> None:
    asked = turned = 0
    for seed in range(SEEDS):
        dice = random.Random(seed)
        grants = random_grants(dice)
        user = dice.choice(house.people)
        roles = tuple(dice.sample(sorted(ROLES), dice.randint(0, 2)))
        sole = []
        with under(house, grants, user, roles) as work:
            actor = actor_of(work, user)
            for question in questions(house, dice, user):
                told = explain(work, question)
                assert told.allowed == really(work, actor, question), (seed, question, told)
                assert told.allowed <= bool(told.leading), (seed, told)
                assert all(tell(step) for step in (*told.state, *told.field, *told.needed))
                assert all(path.holds == all(step.holds for step in path.steps) for path in told.paths), told
                asked += 1
                if told.allowed and question.field is None and len(told.leading) == 1:
                    sole.append(told)
        for told in sole[:1]:
            with under(house, without(grants, told), user, roles) as work:
                assert not explain(work, told.question).allowed, (seed, told)
                turned += 1
    assert asked >= 450
    assert turned >= 15, turned


def test_roles_that_are_said_to_be_needed_do(house: House) -> None:
    grants = [
        GrantDef("low", "loan", {"read": VerbGrant(("own",))}),
        GrantDef("mid", "loan", {"read": VerbGrant(("subordinates",))}),
        GrantDef("side", "loan", {"read": VerbGrant(("all",)), "edit": VerbGrant(("all",))}),
    ]
    mia = house.people[1]
    with under(house, grants, mia, ("low",)) as work:
        told = explain(work, Question(mia, Verb.READ, "loan", house.loans[2]))
        assert not told.allowed
        assert [tell(step) for step in told.paths[0].steps] == [
            "Mia has the role “Low”.", "“Low” may read in “Loans”: own records.", "It belongs to Noah, not to Mia.",
        ]  # fmt: skip
        assert [tell(step) for step in told.needed[:4]] == [
            "Make Mia the owner.", "Give Mia the role “Side”.", "Give Mia the role “Middle”.",
        ]  # fmt: skip
    with under(house, grants, mia, ("mid",)) as work:
        told = explain(work, Question(mia, Verb.READ, "loan", house.loans[2]))
        assert told.allowed
        assert [tell(step) for step in told.leading[0].steps] == [
            "Mia has the role “Middle”.", "“Middle” may read in “Loans”: records of subordinates, own ones included.",
            "It belongs to Noah, who reports to Mia.",
        ]  # fmt: skip


def test_shares_are_told_with_their_end_and_reach(house: House) -> None:
    grants = [GrantDef("low", "loan", {"read": VerbGrant(("shared",)), "edit": VerbGrant(("shared",))})]
    zoe, mia, olga = house.people[4], house.people[1], house.people[3]

    def facts(user: UUID, verb: Verb, loan: int) -> list[Fact]:
        with under(house, grants, user, ("low",)) as work:
            told = explain(work, Question(user, verb, "loan", house.loans[loan]))
            return [told.paths[0].steps[-1].fact, *(step.fact for step in told.needed[:1])]

    assert facts(zoe, Verb.READ, 0) == [Fact.SHARED]
    assert facts(zoe, Verb.EDIT, 0) == [Fact.SHARED_TO_READ, Fact.SHARE]
    assert facts(zoe, Verb.EDIT, 1) == [Fact.SHARED]
    assert facts(olga, Verb.READ, 2) == [Fact.SHARE_ENDED, Fact.SHARE]
    assert facts(mia, Verb.EDIT, 3) == [Fact.SHARED_UNTIL]
    assert facts(mia, Verb.READ, 5) == [Fact.NOT_SHARED, Fact.SHARE]


def test_what_stands_in_everybodys_way_is_told_first(house: House) -> None:
    grants = [GrantDef("low", "loan", {"read": VerbGrant(("all",))})]
    mia = house.people[1]
    with under(house, grants, mia, ("low",)) as work:
        gone = Question(mia, Verb.READ, "loan", new_id())
        assert [step.fact for step in explain(work, gone).state] == [Fact.MISSING]
        delete(work, "loan", [house.loans[0]])
        told = explain(work, Question(mia, Verb.READ, "loan", house.loans[0]))
        assert ([step.fact for step in told.state], [step.fact for step in told.needed]) == (
            [Fact.DELETED], [Fact.RESTORE],
        )  # fmt: skip
        update(work, "user", [Change(mia, {"active": False})])
        told = explain(work, Question(mia, Verb.READ, "loan", house.loans[1]))
        assert ([step.fact for step in told.state], [step.fact for step in told.needed]) == (
            [Fact.INACTIVE], [Fact.ACTIVATE],
        )  # fmt: skip


def test_fields_are_told_with_the_level_of_each_role(house: House) -> None:
    grants = [
        GrantDef("low", "reader", {"read": VerbGrant(("all",)), "edit": VerbGrant(("all",))}, {"name": "read"}),
        GrantDef("side", "reader", {"read": VerbGrant(("all",))}, {"fine_note": "read"}),
    ]
    mia = house.people[1]
    with under(house, grants, mia, ("low",)) as work:
        told = explain(work, Question(mia, Verb.EDIT, "reader", None, "name"))
        assert ([step.fact for step in told.field if not step.holds], told.allowed) == (
            [Fact.FIELD_AS_OBJECT, Fact.FIELD_LEVEL, Fact.FIELD_NOT_GRANTED], False,
        )  # fmt: skip
        told = explain(work, Question(mia, Verb.READ, "reader", None, "fine_note"))
        assert not told.allowed
        assert tell(told.needed[0]) == "Give Mia the role “Side”."
        told = explain(work, Question(mia, Verb.EDIT, "reader", None, "owner"))
        assert told.field[-1].fact is Fact.FIELD_OF_TRANSFER


def test_questions_are_for_who_manages_and_must_make_sense(house: House) -> None:
    mia = house.people[1]
    with under(house, [], mia, ("low",)) as work:
        for wrong, kind in (
            (Question(mia, Verb.READ, "nothing"), NotFound),
            (Question(mia, Verb.READ, "loan", None, "nothing"), NotFound),
            (Question(new_id(), Verb.READ, "loan"), NotFound),
            (Question(mia, Verb.DELETE, "loan", None, "days"), Malformed),
            (Question(mia, Verb.CREATE, "loan", house.loans[0]), Malformed),
        ):
            with pytest.raises(kind):
                explain(work, wrong)
        told = explain(work, Question(mia, Verb.CREATE, "loan"))
        assert [step.fact for step in told.state] == [Fact.NO_GRANT]
        assert {step.fact for step in told.needed} == {Fact.GIVE_ROLE}
        theirs = replace(work, context=work.context.acting_as(actor_of(work, mia)))
        with pytest.raises(FormworkError) as caught:
            explain(theirs, Question(mia, Verb.READ, "loan"))
        assert caught.value.code == "denied"


def test_every_fact_has_a_sentence() -> None:
    assert set(SENTENCES) == set(Fact)


def test_a_share_made_by_hand_turns_the_verdict(house: House) -> None:
    grants = [GrantDef("low", "loan", {"read": VerbGrant(("shared",))})]
    boss = house.people[0]
    with under(house, grants, boss, ("low",)) as work:
        question = Question(boss, Verb.READ, "loan", house.loans[5])
        assert explain(work, question).needed[0].fact is Fact.SHARE
        share(work, "loan", house.loans[5], boss, Level.READ)
        assert explain(work, question).allowed
