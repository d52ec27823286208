"""People and departments keep their order: no circles, and portal users hold portal roles only."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Barrier, Thread
from uuid import UUID

import pytest

from formwork.access import Verb, decide, decide_management, may_use
from formwork.catalog import link
from formwork.fieldtypes.registry import FIELD_TYPES
from formwork.identity import actor_of, assign_role, log_in, roles_of, set_password, start_session, withdraw_role
from formwork.identity.absence import absence_of, who_acts
from formwork.identity.api_key import authenticate_key, create_key, key_credential, revoke_key
from formwork.identity.link import Purpose, find_link, make_link
from formwork.identity.role import managing_users, require_manager_left
from formwork.kernel import Denied, FormworkError, Invalid, Malformed, NotFound, Raced, Refused, Unauthenticated
from formwork.notify import ADDRESS_CHANGED
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
    merge,
    update,
)
from formwork.runtime import Identified
from formwork.runtime.people import guard_going, guard_repointing
from formwork.storage import Work, system, transaction
from tests.support.databases import Database
from tests.support.tenants import LIBRARY, ROOT, TENANT, Installation, installed, packages_of

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


def test_a_changed_address_ends_links_is_told_to_the_old_one_and_stands_in_the_trail(here: Installation) -> None:
    user = here.user("mover")
    with here.system() as work:
        token = make_link(work, user, Purpose.RESET)
        update(work, "user", [Change(user, {"full_name": "Mo Ver"})])
        assert find_link(work, token).user == user
        update(work, "user", [Change(user, {"email": "moved@example.com"})])
        with pytest.raises(Malformed):
            find_link(work, token)
        told = [row["payload"] for row in system.find_many(work, "fw_outbox", equals={"topic": ADDRESS_CHANGED})]
        assert {"user": str(user), "address": "mover@example.com"} in told
        assert system.count(work, "fw_audit", record=user, action="address_changed") == 1


def test_somebody_is_left_to_manage(here: Installation) -> None:
    with here.system() as work:
        for one in managing_users(work):
            withdraw_role(work, one, "admin")
    first, second = here.user("last_one", "admin"), here.user("last_two", "admin")
    with here.as_user(first) as work:
        assert managing_users(work) == {first, second}
        for act in (delete, lambda work, object, ids: merge(work, object, second, ids, {})):
            with pytest.raises(Refused) as stopped:
                act(work, "user", [first])
            assert stopped.value.code == "own_access"
        require_manager_left(work, {second})
        withdraw_role(work, second, "admin")
        with pytest.raises(Refused) as stopped:
            require_manager_left(work, {first})
        assert stopped.value.code == "last_manager"


def test_two_who_take_the_right_to_manage_from_each_other_leave_one(here: Installation) -> None:
    with here.system() as work:
        for one in managing_users(work):
            withdraw_role(work, one, "admin")
    pair = here.user("duel_one", "admin"), here.user("duel_two", "admin")
    tenant, known, results = here.runtime.directory.get(TENANT), Barrier(2), []

    def withdraw(me: UUID, other: UUID) -> None:
        met: list[bool] = []

        def who(work: Work) -> Identified:
            found = Identified(actor_of(work, me))
            if not met:
                met.append(True)
                known.wait(10)
            return found

        try:
            with here.runtime.write(tenant, who) as work:
                decide_management(work.snapshot, work.context.actor).require()
                withdraw_role(work, other, "admin")
            results.append("done")
        except FormworkError as error:
            results.append(error.code)

    both = [Thread(target=withdraw, args=one) for one in (pair, pair[::-1])]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert sorted(result == "done" for result in results) == [False, True]
    with here.system() as work:
        assert len(managing_users(work)) == 1


@pytest.mark.parametrize("late", [True, False])
def test_a_role_that_was_taken_before_the_turn_to_write_writes_nothing(
    here: Installation, monkeypatch: pytest.MonkeyPatch, late: bool
) -> None:
    monkeypatch.setattr(transaction, "SURE_SECONDS", 0.0)
    anna, other = here.user(f"late_{late}", "librarian"), here.user(f"other_{late}")
    tenant = here.runtime.directory.get(TENANT)

    def write(meanwhile: Callable[[], None]) -> None:
        todo = [meanwhile]

        def who(work: Work) -> Identified:
            found = Identified(actor_of(work, anna))
            while todo:
                todo.pop()()
            return found

        with here.runtime.write(tenant, who, late=late) as work:
            create(work, "book", [{"title": "Late"}])

    def rename() -> None:
        with here.system() as work:
            update(work, "user", [Change(other, {"full_name": "Somebody else"})])

    def withdraw() -> None:
        with here.system() as work:
            withdraw_role(work, anna, "librarian")

    write(rename)
    with pytest.raises(Denied if not late and not here.runtime.stores.get(TENANT).place.is_postgres else Raced):
        write(withdraw)


def test_a_key_that_was_ended_before_the_turn_to_write_writes_nothing(
    here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transaction, "SURE_SECONDS", 0.0)
    anna, tenant = here.user("key_of", "librarian"), here.runtime.directory.get(TENANT)
    with here.system() as work:
        key, text = create_key(work, anna, "key")
    todo = [key.id]

    def who(work: Work) -> Identified:
        found = Identified(authenticate_key(work, text))
        while todo:
            with here.system() as other:
                revoke_key(other, anna, todo.pop())
        return found

    with pytest.raises(Unauthenticated):
        here.runtime.perform(
            tenant, who, lambda work: create(work, "book", [{"title": "Ended"}]), credential=key_credential(text)
        )


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


def test_portal_people_name_nothing_internal_and_count_only_what_is_shared(crm: Installation) -> None:
    """Line 32 of SECURITY: fields, users, notes and totals that are not for them answer like ones nobody knows."""
    home = account(crm, "Named")
    pia = crm.user("pia", "customer_user", kind="customer", account=home)
    about = {"related_to": {"object": "account", "id": home}, "title": "Zqx"}
    with crm.system() as work:
        said = [{**about, "shared_with_customer": shared} for shared in (True, False)]
        shown, internal = (one.id for one in create(work, "note", said))
    with crm.as_user(pia) as work:
        readable = decide(work.snapshot, work.context.actor, "account", Verb.READ).readable
        hidden = set(work.object("account").fields) - readable
        assert hidden >= {"credit_limit", "tax_id", "segment"}
        for asked in (
            lambda name: ListRequest("account", (name,)), lambda name: ListRequest("account", sort=(name,)),
            lambda name: ListRequest("account", filters=(f"{name} is blank",)),
        ):  # fmt: skip
            told = set()
            for name in ("no_such_field", *sorted(hidden), "owner.full_name", "owner.email"):
                with pytest.raises(Malformed) as refused:
                    list_records(work, asked(name), KEY)
                told.add(re.sub(rf"\b{name}\b|`[^`]*`", "…", refused.value.message.partition(" Did")[0]))
            assert len(told) == 1, told
        assert [one["id"] for one in list_records(work, ListRequest("note"), KEY).records] == [str(shown)]
        assert count_records(work, ListRequest("note"), 10) == 1
        assert aggregate(work, AggregateRequest("note")) == [{"count": 1}]
        with pytest.raises(NotFound):
            get_record(work, "note", internal)


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


# ---- rank -----------------------------------------------------------------------------------------------------------


def test_whoever_looks_after_a_branch_neither_rises_by_it_nor_writes_people_with_other_rights(
    crm: Installation,
) -> None:
    with crm.system() as work:
        home, branch = (one.id for one in create(work, "department", [{"name": "Home"}, {"name": "Branch"}]))
    boss = crm.user("rank_boss", "admin", department=str(branch))
    seller = crm.user("rank_seller", "sales_rep", department=str(branch))
    clerk = crm.user("rank_clerk", "employee", department=str(branch))
    head = crm.user("rank_head", "branch_admin", department=str(branch))
    tries: list[tuple[UUID, dict[str, object]]] = [
        (head, {"department": str(home)}), (head, {"manager": str(boss)}),
        *((one, {"email": f"taken{n}@example.com"}) for n, one in enumerate((boss, seller))),
        *((one, {"login": f"taken{n}"}) for n, one in enumerate((boss, seller))),
        (seller, {"manager": str(head)}), (seller, {"active": False}), (boss, {"active": False}),
    ]  # fmt: skip
    for who, body in tries:
        with pytest.raises(Invalid) as refused, crm.as_user(head) as work:
            update(work, "user", [Change(who, body)])
        assert codes(refused) == [(f"/{next(iter(body))}", "needs_management")], body
    with crm.as_user(head) as work:
        update(work, "user", [Change(clerk, {"email": "clerk@branch.example", "manager": str(head)})])
        update(work, "user", [Change(seller, {"skills": ["es"]}), Change(head, {"timezone": "Europe/Madrid"})])
        spec = work.object("department").fields.get("parent")
        assert spec is not None
        for guard, given in (
            (guard_going, ("user", [boss], "deleted")), (guard_going, ("user", [seller], "restored")),
            (guard_repointing, (work.object("user").fields["department"], [head])),
        ):  # fmt: skip
            with pytest.raises(Refused) as stopped:
                guard(work, *given)
            assert stopped.value.code == "needs_management"
        guard_repointing(work, spec, [branch])
    with crm.as_user(boss) as work:
        update(work, "user", [Change(boss, {"department": str(home)}), Change(seller, {"login": "seller"})])
