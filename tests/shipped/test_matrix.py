"""The roles of the shipped packages may do what the permission matrix promises, and nothing more."""

from functools import cache
from uuid import UUID

import pytest

from formwork.access.decide import decide
from formwork.access.decision import Decision, Verb
from formwork.catalog.link import link
from formwork.catalog.snapshot import Snapshot
from formwork.fieldtypes.registry import FIELD_TYPES
from formwork.kernel import Actor
from tests.support import tenants

PERSON = UUID(int=1)
PACKAGES = ("core", "customers", "activities", "products")
ROLES = ("sales_rep", "sales_manager", "marketing", "service_agent", "finance", "partner_user", "customer_user")
LETTERS = {"C": Verb.CREATE, "R": Verb.READ, "U": Verb.EDIT, "D": Verb.DELETE, "T": Verb.TRANSFER, "X": Verb.EXPORT}
MATRIX = {
    "account": ("CRU", "CRUTX", "RX", "R", "RU", "RU", "RU"),
    "account_address": ("CRUD", "CRUD", "R", "CRU", "R", "CRU", "CRU"),
    "account_relationship": ("CRUD", "CRUD", "R", "R", "R", "R", ""),
    "account_team_member": ("CRUD", "CRUD", "R", "R", "R", "", ""),
    "contact": ("CRU", "CRUTX", "CRUX", "CRU", "R", "CRU", "RU"),
    "event": ("CRUD", "CRUD", "CRUD", "CRUD", "CRUD", "CRUD", ""),
    "task": ("CRUD", "CRUDTX", "CRUD", "CRUD", "CRUD", "CRUD", ""),
    "note": ("CRUD", "CRUD", "CRUD", "CRUD", "CRUD", "CRUD", "R"),
    "call_log": ("CRU", "CRUX", "CRU", "CRU", "CRU", "CRU", ""),
    "message": ("CRU", "CRUX", "CRU", "CRU", "CRU", "CRU", "R"),
    "product": ("R", "R", "R", "R", "CRUX", "R", "R"),
    "price_book": ("R", "R", "R", "R", "CRUX", "R", "R"),
    "price_book_entry": ("R", "R", "R", "R", "CRUD", "R", "R"),
}


@cache
def shipped() -> Snapshot:
    linked = link({name: tenants.shipped()[name] for name in PACKAGES}, FIELD_TYPES)
    assert linked.snapshot is not None, linked.findings
    return linked.snapshot


def answer(role: str, object: str, verb: Verb = Verb.READ) -> Decision:
    owners = {scope: frozenset({PERSON}) for scope in ("own", "team", "department", "subordinates")}
    actor = Actor(user=PERSON, name="Somebody", roles=frozenset({role}), owners=owners)
    return decide(shipped(), actor, object, verb)


@pytest.mark.parametrize("object", MATRIX)
def test_verbs_of_the_matrix(object: str) -> None:
    for role, letters in zip(ROLES, MATRIX[object], strict=True):
        asked = "CRUD" if shipped().object(object).master else "CRUDTX"
        found = "".join(letter for letter in asked if answer(role, object, LETTERS[letter]).allowed)
        assert set(found) == set(letters), f"{role} may {found or 'nothing'} on {object}, not {letters or 'nothing'}"


def test_sales_people_own_a_part_and_finance_reads_all() -> None:
    assert not answer("sales_rep", "account").rule.everything
    assert not answer("sales_manager", "account").rule.everything
    assert answer("finance", "account").rule.everything
    assert answer("analyst", "account").rule.everything


def test_portal_roles_see_only_their_account_and_what_is_sold() -> None:
    for role in ("partner_user", "customer_user"):
        for object in ("account", "contact", "product", "price_book"):
            assert not answer(role, object).rule.everything, f"{role} sees every {object}"


@pytest.mark.parametrize(
    ("object", "field", "readers", "writers"),
    [
        ("account", "credit_limit", {"sales_rep", "sales_manager", "finance"}, {"finance"}),
        ("account", "payment_terms", {"sales_rep", "sales_manager", "finance"}, {"finance"}),
        ("account", "discount_class", {"sales_rep", "sales_manager", "finance"}, {"finance"}),
        ("account", "tax_id", {"finance"}, {"finance"}),
        ("product", "cost", {"sales_manager", "finance"}, {"finance"}),
        ("price_book_entry", "min_price", {"sales_manager", "finance"}, {"finance"}),
        ("call_log", "recording", {"sales_manager"}, set()),
    ],
)
def test_restricted_fields(object: str, field: str, readers: set[str], writers: set[str]) -> None:
    decisions = {role: answer(role, object) for role in ROLES}
    assert {role for role, decision in decisions.items() if field in decision.readable} == readers
    assert {role for role, decision in decisions.items() if field in decision.writable} == writers


def test_portal_users_read_nothing_internal() -> None:
    internal = {"segment", "source", "churn_reason", "description", "tags", "tax_id", "credit_limit"}
    for role in ("partner_user", "customer_user"):
        assert not internal & answer(role, "account").readable


def test_nobody_but_the_administration_makes_users() -> None:
    assert [role for role in ROLES if answer(role, "user", Verb.CREATE).allowed] == []
    assert answer("admin", "user", Verb.CREATE).allowed
    branch = answer("branch_admin", "user", Verb.EDIT).rule
    assert "department.parent.parent = me.department" in branch.criteria[0].text
    employee = answer("employee", "user", Verb.EDIT)
    assert employee.allowed
    assert not employee.rule.everything
    assert not {"login", "email", "kind", "manager", "department", "active", "account", "contact"} & employee.writable
