"""People and departments keep their order: no circles, and portal users hold portal roles only."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from formwork.access import Verb, may_use
from formwork.catalog import link
from formwork.fieldtypes.registry import FIELD_TYPES
from formwork.identity import actor_of, assign_role, log_in, roles_of, set_password, start_session, withdraw_role
from formwork.identity.absence import absence_of, who_acts
from formwork.kernel import Denied, Invalid, NotFound, Refused
from formwork.records import Change, ListRequest, create, get_record, list_records, update
from formwork.storage import system
from tests.support.databases import Database
from tests.support.tenants import LIBRARY, ROOT, Installation, installed, packages_of

KEY = b"k" * 32


@pytest.fixture(scope="module")
def here(shared_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installed(shared_database, tmp_path_factory.mktemp("people"), LIBRARY) as found:
        yield found


def codes(error: pytest.ExceptionInfo[Invalid]) -> list[tuple[str, str]]:
    return [(one.pointer, one.code) for one in error.value.problems]


def test_nobody_is_their_own_manager_at_any_depth(here: Installation) -> None:
    chain = [here.user("m0")]
    for number in range(1, 8):
        chain.append(here.user(f"m{number}", manager=str(chain[-1])))
    for above in (chain[0], chain[1], chain[7]):
        with pytest.raises(Invalid) as refused, here.system() as work:
            update(work, "user", [Change(chain[0], {"manager": str(above)})])
        assert codes(refused) == [("/manager", "manager_cycle")]
    a, b = here.user("ma"), here.user("mb")
    with pytest.raises(Invalid) as refused, here.system() as work:
        update(work, "user", [Change(a, {"manager": str(b)}), Change(b, {"manager": str(a)})])
    assert {code for _, code in codes(refused)} == {"manager_cycle"}


def test_no_department_is_part_of_itself_at_any_depth(here: Installation) -> None:
    with here.system() as work:
        chain = [create(work, "department", [{"name": "D0"}])[0].id]
        for number in range(1, 8):
            chain.append(create(work, "department", [{"name": f"D{number}", "parent": str(chain[-1])}])[0].id)
    for below in (chain[0], chain[1], chain[7]):
        with pytest.raises(Invalid) as refused, here.system() as work:
            update(work, "department", [Change(chain[0], {"parent": str(below)})])
        assert codes(refused) == [("/parent", "department_cycle")]


def test_another_login_is_the_one_to_sign_in_with(here: Installation) -> None:
    user = here.user("before")
    with here.system() as work:
        set_password(work, user, "before", "a long enough sentence")
        update(work, "user", [Change(user, {"login": "After"})])
        assert log_in(work, "after", "a long enough sentence") == user


def test_a_role_that_is_taken_ends_the_sessions(here: Installation) -> None:
    user, boss = here.user("clara", "clerk"), here.user("chief", "admin")
    with here.system() as work:
        start_session(work, user, 1)
    with here.as_user(boss) as work:
        withdraw_role(work, user, "clerk")
        assert system.count(work, "fw_session", user=user) == 0
        with pytest.raises(Refused):
            withdraw_role(work, boss, "admin")


def test_a_deputy_stands_in_through_the_chain(here: Installation) -> None:
    there = here.user("there")
    second = here.user("second", delegate=str(there), absent_from="2020-01-01")
    first = here.user("first", delegate=str(second), absent_from="2020-01-01", absent_to="2999-01-01")
    back = here.user("back", delegate=str(there), absent_from="2020-01-01", absent_to="2020-01-02")
    alone = here.user("alone", absent_from="2020-01-01")
    with here.system() as work:
        update(work, "user", [Change(there, {"delegate": str(first)})])
        assert [who_acts(work, one) for one in (first, second, back, alone)] == [there, there, back, alone]
        found = absence_of(work, first)
        assert (found.now, found.deputy, found.stands_in) == (True, second, there)
        assert (absence_of(work, back).now, absence_of(work, back).stands_in) == (False, None)
        assert (absence_of(work, alone).now, absence_of(work, alone).stands_in) == (True, None)
        update(work, "user", [Change(there, {"absent_from": "2020-01-01"})])
        assert who_acts(work, first) == first


# ---- portal users ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def crm(shared_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installed(shared_database, tmp_path_factory.mktemp("crm"), ROOT) as found:
        yield found


def account(crm: Installation, name: str) -> str:
    with crm.system() as work:
        return str(create(work, "account", [{"name": name, "record_type": "company"}])[0].id)


def test_portal_users_need_their_account_and_hold_portal_roles_only(crm: Installation) -> None:
    with pytest.raises(Invalid) as refused:
        crm.user("pat", kind="customer")
    assert codes(refused) == [("/account", "required")]
    home = account(crm, "Home")
    pat = crm.user("pat", "customer_user", kind="customer", account=home)
    for role in ("employee", "sales_rep", "admin", "integration"):
        with pytest.raises(Refused) as stopped, crm.system() as work:
            assign_role(work, pat, role)
        assert stopped.value.code == "refused_portal_role"
    inside = crm.user("ivy", "sales_rep")
    with pytest.raises(Invalid) as refused, crm.system() as work:
        update(work, "user", [Change(inside, {"kind": "customer", "account": home})])
    assert codes(refused) == [("/kind", "portal_roles")]


def test_a_role_that_came_by_another_way_counts_for_nothing(crm: Installation) -> None:
    """Roles given before the kind changed by other means, or before a role lost its mark, give no right."""
    quin = crm.user("quin", "customer_user", kind="customer", account=account(crm, "Quin's"))
    with crm.system() as work:
        row = {"user": quin, "role": "admin", "at": work.context.now, "by": None}
        system.append(work, "fw_role_assignment", [row])
    with crm.system() as work:
        assert actor_of(work, quin).roles == frozenset({"customer_user"}) == roles_of(work, quin)


def test_portal_people_see_their_own_account_and_no_internal_person(crm: Installation) -> None:
    home, foreign = account(crm, "Mine"), account(crm, "Theirs")
    rita, boss = crm.user("rita", "customer_user", kind="customer", account=home), crm.user("rob", "sales_rep")
    with crm.as_user(rita) as work:
        assert str(work.context.actor.account or work.context.actor.attributes["account"]) == home
        found = list_records(work, ListRequest("account", ("name",)), KEY).records
        assert [one["id"] for one in found] == [home]
        with pytest.raises(NotFound):
            get_record(work, "account", UUID(foreign))
        for object in ("user", "department", "group", "queue"):
            assert not may_use(work.snapshot, work.context.actor, object, Verb.READ)
            with pytest.raises(Denied):
                list_records(work, ListRequest(object), KEY)
        shown = get_record(work, "account", UUID(home))
        assert shown.get("owner") is None
        assert str(boss) not in str(shown)


def test_a_portal_role_brings_nothing_that_is_not_for_people_outside(tmp_path: Path) -> None:
    package = tmp_path / "metadata/loose"
    package.mkdir(parents=True)
    (package / "package.yaml").write_text("package: loose\nversion: 1.0.0\nlabel: Loose\nrequires: {core: '^1.0'}\n")
    (package / "permissions.yaml").write_text(
        "roles:\n  visitor: {label: Visitor, portal: true, includes: [employee]}\n"
        "  guest: {label: Guest, portal: true, manage_all: true}\n  caller: {label: Caller, portal: true}\n"
    )
    linked = link(packages_of((tmp_path,)), FIELD_TYPES)
    assert [(one.code, one.path) for one in linked.findings] == [
        ("not_for_portal", "roles.visitor.portal"), ("not_for_portal", "roles.guest.portal"),
    ]  # fmt: skip
