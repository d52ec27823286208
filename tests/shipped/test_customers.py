"""Accounts, contacts, activities and products behave as their rules say, on both databases."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest

from formwork import records
from formwork.kernel import Actor, Conflict, FormworkError, Invalid
from formwork.transfer.likeness import header_likeness
from formwork.web.pages.importing.columns import has_default
from tests.shipped.conftest import Shop

PERSON = {"login": "mara", "full_name": "Mara Lind", "email": "mara@example.com"}
OTHER = {"login": "jun", "full_name": "Jun Kim", "email": "jun@example.com"}


@pytest.fixture(scope="module")
def mara(shop: Shop) -> UUID:
    return shop.make("user", PERSON)[0]


@pytest.fixture(scope="module")
def account(shop: Shop, mara: UUID) -> UUID:
    billing = {"kind": "billing", "address": {"street": "Kiln Street 14", "city": "Zurich", "country": "CH"}}
    body = {"name": "Halden Optics", "owner": str(mara), "addresses": [billing]}
    return shop.make("account", body)[0]


def rep(user: UUID, *queues: UUID) -> Actor:
    """A sales representative."""
    own = {"own": frozenset({user})}
    return Actor(user=user, roles=frozenset({"sales_rep"}), owners=own, queues=frozenset(queues))


def rules(error: FormworkError) -> set[object]:
    """The names of the rules, else the codes, that refused a record."""
    return {problem.args.get("rule", problem.code) for problem in error.problems}


def test_a_detail_is_named_after_its_kind_and_town(shop: Shop, account: UUID) -> None:
    assert [row["name"] for row in shop.read(records.ListRequest("account_address", ("name",)))] == ["Billing: Zurich"]


@pytest.mark.parametrize("header", ["Company Name", "Account name", "Dealer name"])
def test_a_file_may_call_the_name_after_the_kind_of_record(shop: Shop, header: str) -> None:
    fields = shop.snapshot.object("account").fields
    alike = [name for name, one in fields.items() if header_likeness(shop.snapshot, one, header) == 100]
    assert alike == ["name"]


def test_a_name_fills_itself_only_from_what_a_file_brings(shop: Shop) -> None:
    spec = shop.snapshot.object("account")
    assert not has_default(spec, spec.fields["name"], {"phone"})
    assert has_default(spec, spec.fields["name"], {"last_name"})


def test_a_person_is_named_after_first_and_last_name(shop: Shop) -> None:
    (made,) = shop.make("account", {"record_type": "person", "first_name": "Iris", "last_name": "Novak"})
    named = shop.read(records.ListRequest("account", ("name",), filters=("record_type = 'person'",)))
    assert named == [{"id": str(made), "name": "Iris Novak"}]


@pytest.mark.parametrize(
    ("object", "body", "refused"),
    [
        ("account", {"name": "N", "record_type": "person"}, {"last_name_required"}),
        ("account", {"name": "N", "status": "lost"}, {"churn_reason_required"}),
        ("contact", {"last_name": "Nobody"}, {"contact_needs_one_channel"}),
        (
            "event",
            {"subject": "S", "starts_at": "2026-03-06T09:00:00Z", "ends_at": "2026-03-06T08:00:00Z"},
            {"end_before_start"},
        ),
        (
            "product",
            {"sku": "P", "name": "P", "list_price": "1", "qty_step": "3", "min_qty": "4"},
            {"min_qty_in_steps"},
        ),
        ("price_book", {"name": "B", "currency": "eur"}, {"pattern"}),
        (
            "price_book",
            {"name": "B", "currency": "EUR", "valid_from": "2026-02-01", "valid_to": "2026-01-01"},
            {"price_book_period"},
        ),
        ("user", {**OTHER, "absent_from": "2026-03-02", "absent_to": "2026-03-01"}, {"absence_order"}),
    ],
)
def test_what_breaks_a_rule_is_refused(shop: Shop, object: str, body: Mapping[str, Any], refused: set[str]) -> None:
    with pytest.raises(Invalid) as caught:
        shop.make(object, body)
    assert rules(caught.value) == refused


def test_no_account_is_its_own_parent_or_grandparent(shop: Shop, account: UUID) -> None:
    (child,) = shop.make("account", {"name": "Halden Lenses", "parent": str(account)})
    for parent in (account, child):
        with pytest.raises(Invalid) as caught, shop.store.write(shop.context(), shop.snapshot) as work:
            records.update(work, "account", [records.Change(account, {"parent": str(parent)})])
        assert rules(caught.value) == {"hierarchy_cycle"}


def test_only_finance_blocks_an_account(shop: Shop, mara: UUID) -> None:
    (made,) = shop.make("account", {"name": "Brightwater", "owner": str(mara)}, actor=rep(mara))
    with pytest.raises(Invalid) as caught, shop.store.write(shop.context(rep(mara)), shop.snapshot) as work:
        records.update(work, "account", [records.Change(made, {"status": "blocked"})])
    assert rules(caught.value) == {"only_finance_may_block"}


def test_a_contact_point_is_way_enough_to_reach_somebody(shop: Shop, account: UUID) -> None:
    point = {"channel": "e-mail", "email": "iris@example.com"}
    shop.make("contact", {"last_name": "Novak", "account": str(account), "contact_points": [point]})
    assert [row["value"] for row in shop.read(records.ListRequest("contact_point", ("value",)))] == ["iris@example.com"]


def test_item_numbers_occur_once(shop: Shop) -> None:
    probe = {"sku": "P-1", "name": "Probe", "list_price": "10"}
    (made,) = shop.make("product", probe)
    with pytest.raises(Conflict) as caught:
        shop.make("product", probe)
    assert rules(caught.value) == {"duplicate"}
    shop.make("price_book", {"name": "List", "currency": "EUR", "entries": [{"product": str(made)}]})
    prices = shop.read(records.ListRequest("price_book_entry", ("name", "price")))
    assert [(row["name"], row["price"]) for row in prices] == [("Probe", "10.00")]


def test_members_of_a_queue_see_its_tasks(shop: Shop, mara: UUID, account: UUID) -> None:
    (queue,) = shop.make("queue", {"name": "Inbound", "members": [str(mara)]})
    task = {"subject": "Call back", "assignee": {"object": "queue", "id": str(queue)}}
    (made,) = shop.make("task", {**task, "related_to": {"object": "account", "id": str(account)}})
    request = records.ListRequest("task", ("subject",))
    assert [row["id"] for row in shop.read(request, rep(mara, queue))] == [str(made)]
    assert shop.read(request, rep(mara)) == []


def test_a_plan_counts_what_is_done(shop: Shop, account: UUID) -> None:
    (plan,) = shop.make(
        "activity_plan_run", {"plan": "Welcome", "related_to": {"object": "account", "id": str(account)}}
    )
    shop.make("task", *({"subject": status, "plan": str(plan), "status": status} for status in ("done", "open")))
    assert [row["progress"] for row in shop.read(records.ListRequest("activity_plan_run", ("progress",)))] == ["0.50"]


def test_seconds_talked_are_counted(shop: Shop) -> None:
    times = {"started_at": "2026-03-05T09:00:00Z", "answered_at": "2026-03-05T09:00:10Z"}
    shop.make("call_log", {"number": "+34911234567", **times, "ended_at": "2026-03-05T09:03:15Z"})
    assert [row["talk_seconds"] for row in shop.read(records.ListRequest("call_log", ("talk_seconds",)))] == [185]
