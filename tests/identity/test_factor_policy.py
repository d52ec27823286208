"""Who must have a second factor: the installation's setting, the tenant's own word, and the days people have."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from formwork.identity import actor_of, assign_role
from formwork.identity.audit import Question, entries
from formwork.identity.factor_policy import (
    MOST_DAYS,
    FactorDuty,
    Who,
    factor_duty,
    factor_policy,
    forget_factor_policy,
    people_without_factor,
    set_factor_policy,
)
from formwork.identity.password import set_password
from formwork.kernel import Invalid
from formwork.storage import Work, system
from tests.support.databases import Database
from tests.support.tenants import LIBRARY, Installation, installed

SETTING = "optional"


@pytest.fixture(scope="module")
def here(shared_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder: Path = tmp_path_factory.mktemp("factor-policy")
    with installed(shared_database, folder, LIBRARY) as made:
        yield made


@pytest.fixture(scope="module")
def people(here: Installation) -> tuple[UUID, UUID, UUID]:
    """Somebody who manages, a librarian (whose role includes that of clerks) and a clerk."""
    return here.user("boss", "admin"), here.user("libby", "librarian"), here.user("carl", "clerk")


def asked(work: Work, people: tuple[UUID, ...], setting: str = SETTING) -> list[FactorDuty | None]:
    return [factor_duty(work, setting, actor_of(work, one)) for one in people]


def later(work: Work, **by: float) -> Work:
    return replace(work, context=replace(work.context, now=work.context.now + timedelta(**by)))


def test_without_a_word_of_the_tenant_the_setting_holds(here: Installation, people: tuple[UUID, UUID, UUID]) -> None:
    now = FactorDuty(None)
    with here.system() as work:
        assert asked(work, people, "optional") == [None, None, None]
        assert asked(work, people, "admins") == [now, None, None]
        assert asked(work, people, "all") == [now, now, now]


def test_the_word_of_the_tenant_takes_the_place_of_the_setting(
    here: Installation, people: tuple[UUID, UUID, UUID]
) -> None:
    for who, roles, wanted in (
        ("nobody", [], [0, 0, 0]), ("admins", [], [1, 0, 0]), ("everybody", [], [1, 1, 1]),
        ("roles", ["employee"], [0, 1, 1]), ("roles", ["librarian"], [0, 1, 0]),
    ):  # fmt: skip
        with here.system() as work:
            set_factor_policy(work, who, roles)
            assert [one is not None for one in asked(work, people, "all")] == [bool(one) for one in wanted], who
        with here.runtime.system_read("main", "another unit of work") as work:
            assert factor_policy(work, SETTING).who == who
            assert [one is not None for one in asked(work, people)] == [bool(one) for one in wanted]
    with here.system() as work:
        told = entries(work, Question(event="factor_policy_set"), 1)[0]
        assert told.detail == {"who": "roles", "roles": ["librarian"], "grace_days": 0}
        assert forget_factor_policy(work)
        assert not forget_factor_policy(work)
    with here.system() as work:
        assert asked(work, people) == [None, None, None]


def test_the_days_begin_when_it_begins_to_concern_somebody(here: Installation, people: tuple[UUID, UUID, UUID]) -> None:
    with here.system() as work:
        made = set_factor_policy(work, "everybody", grace_days=7)
        began = work.context.now
        assert made.since == began
        [boss, *_rest] = asked(work, people)
        assert boss is not None
        assert (boss.until, boss.is_over(began)) == (began + timedelta(days=7), False)
        assert boss.is_over(began + timedelta(days=7))
        then = later(work, days=3)
        assert set_factor_policy(then, "everybody", grace_days=5).since == began, "only their number is another one"
        assert set_factor_policy(then, "roles", ["clerk"], 5).since == then.context.now
    with here.system() as work:
        before = set_factor_policy(work, "roles", ["clerk"], 5).since
        assert before is not None
        then = later(work, days=100)
        [late] = asked(then, (people[2],))
        assert late is not None
        assert late.is_over(then.context.now)
        newcomer = here_user(then)
        duty = factor_duty(then, SETTING, actor_of(then, newcomer))
        assert duty is not None
        assert duty.until == then.context.now + timedelta(days=5), "with the role that was given"
        forget_factor_policy(work)


def here_user(work: Work) -> UUID:
    """The librarian, who is given the role of a clerk at the moment of a unit of work."""
    row = system.find(work, "fw_role_assignment", role="librarian")
    assert row is not None
    system.remove(work, "fw_role_assignment", equals={"user": row["user"], "role": "librarian"})
    assign_role(work, row["user"], "clerk")
    user: UUID = row["user"]
    return user


def test_a_policy_that_asks_nothing_sensible_is_refused(here: Installation) -> None:
    with here.system() as work:
        for who, roles, days, pointer in (
            ("", [], 0, "/who"), ("some", [], 0, "/who"), ("roles", [], 0, "/roles"), ("roles", ["zqx"], 0, "/roles/0"),
            ("admins", ["clerk"], 0, "/roles"), ("admins", [], -1, "/grace_days"),
            ("admins", [], MOST_DAYS + 1, "/grace_days"),
        ):  # fmt: skip
            with pytest.raises(Invalid) as refused:
                set_factor_policy(work, who, roles, days)
            assert [one.pointer for one in refused.value.problems] == [pointer], (who, roles, days)


def test_who_has_none_yet_is_counted(here: Installation, people: tuple[UUID, UUID, UUID]) -> None:
    boss, libby, _carl = people
    with here.system() as work:
        assert people_without_factor(work, set_factor_policy(work, "nobody")) == (0, [])
        assert people_without_factor(work, set_factor_policy(work, "admins")) == (1, [boss])
        moment: datetime = work.context.now
        row = {"user": boss, "secret": b"x", "at": moment, "confirmed_at": None, "last_step": 0}
        system.append(work, "fw_totp", [row])
        assert people_without_factor(work, factor_policy(work, SETTING)) == (1, [boss]), "begun is not done"
        system.change(work, "fw_totp", {"confirmed_at": moment}, equals={"user": boss})
        assert people_without_factor(work, factor_policy(work, SETTING)) == (1, [])
        everybody = set_factor_policy(work, Who.EVERYBODY)
        assert people_without_factor(work, everybody) == (0, []), "who cannot sign in is not asked"
        set_password(work, libby, "libby", "a long enough sentence")
        assert people_without_factor(work, everybody) == (1, [libby])
        forget_factor_policy(work)
