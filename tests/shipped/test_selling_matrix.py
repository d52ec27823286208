"""Leads, sales and orders grant the roles what the permission matrix promises, and nothing more."""

from uuid import UUID

import pytest

from formwork.access.decide import decide
from formwork.access.decision import Decision, Verb
from formwork.kernel import Actor
from tests.support.tenants import shipped_snapshot

PERSON = UUID(int=1)
ROLES = ("sales_rep", "sales_manager", "marketing", "service_agent", "finance", "partner_user", "customer_user")
LETTERS = {"C": Verb.CREATE, "R": Verb.READ, "U": Verb.EDIT, "D": Verb.DELETE, "T": Verb.TRANSFER, "X": Verb.EXPORT}
# A sales manager has everything a sales representative has, hence some letters more than the table shows, and
# hands over with a deal or an order its quotes, contracts and returns.
MATRIX = {
    "lead": ("CRU", "CRUDTX", "CRUTX", "CR", "", "CRU", ""),
    "web_form": ("R", "R", "CRUD", "R", "", "", ""),
    "opportunity": ("CRU", "CRUDTX", "R", "R", "R", "CRU", ""),
    "quote": ("CRUD", "CRUDTX", "", "", "R", "CRU", "R"),
    "contract": ("CRU", "CRUTX", "R", "R", "RU", "R", "R"),
    "sales_goal": ("R", "CRU", "R", "R", "R", "R", ""),
    "sales_expense": ("CRUD", "CRUD", "CRU", "CRU", "RUX", "", ""),
    "commission_plan": ("R", "R", "", "", "CRUX", "", ""),
    "commission_entry": ("R", "R", "", "", "CRUX", "", ""),
    "territory": ("R", "RU", "R", "R", "", "", ""),
    "sales_order": ("CRU", "CRUTX", "R", "R", "RU", "CRU", "CR"),
    "shipment": ("R", "R", "", "RU", "R", "R", "R"),
    "invoice": ("R", "R", "", "R", "CRUX", "R", "R"),
    "payment": ("CR", "CR", "", "", "CRUX", "", "R"),
    "return_order": ("CRU", "CRUT", "", "CRU", "RU", "CR", "CR"),
    "refund": ("R", "R", "", "CR", "CRU", "", "R"),
}
COSTS = [
    ("opportunity", {"cost", "margin"}),
    ("opportunity_line", {"unit_cost", "cost"}),
    ("quote", {"cost", "margin_pct"}),
    ("quote_line", {"unit_cost", "cost"}),
    ("sales_order", {"cost", "margin_pct"}),
    ("order_line", {"unit_cost", "cost"}),
]


def answer(role: str, object: str, verb: Verb = Verb.READ) -> Decision:
    owners = {scope: frozenset({PERSON}) for scope in ("own", "team", "department", "subordinates")}
    actor = Actor(user=PERSON, name="Somebody", roles=frozenset({role}), owners=owners)
    return decide(shipped_snapshot(), actor, object, verb)


@pytest.mark.parametrize("object", MATRIX)
def test_verbs_of_the_matrix(object: str) -> None:
    for role, letters in zip(ROLES, MATRIX[object], strict=True):
        found = "".join(letter for letter in "CRUDTX" if answer(role, object, LETTERS[letter]).allowed)
        assert set(found) == set(letters), f"{role} may {found or 'nothing'} on {object}, not {letters or 'nothing'}"


@pytest.mark.parametrize(("object", "fields"), COSTS)
def test_costs_are_for_managers_and_finance(object: str, fields: set[str]) -> None:
    readers = {role for role in ROLES if fields & answer(role, object).readable}
    assert readers == {"sales_manager", "finance"}
    assert all(fields <= answer(role, object).readable for role in readers)


@pytest.mark.parametrize(
    "object", ["lead", "opportunity", "quote", "contract", "sales_order", "invoice", "payment", "refund"]
)
def test_sales_and_portal_people_see_a_part(object: str) -> None:
    for role in ("sales_rep", "sales_manager", "partner_user", "customer_user"):
        decision = answer(role, object)
        assert not decision.allowed or not decision.rule.everything, f"{role} sees every {object}"


def test_stage_history_is_the_systems_own() -> None:
    for role in ROLES:
        for verb in (Verb.CREATE, Verb.EDIT, Verb.DELETE):
            assert not answer(role, "opportunity_stage_history", verb).allowed, f"{role} may {verb}"


def test_lines_follow_their_order() -> None:
    assert not answer("sales_rep", "order_line").rule.everything
    assert answer("service_agent", "order_line").rule.everything
    assert not answer("service_agent", "order_line", Verb.EDIT).allowed
