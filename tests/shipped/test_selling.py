"""Leads, deals and orders as people use them: conversion, the chain of an order, the demo data."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from formwork.kernel import Invalid, Refused
from formwork.publishing import load_seeds
from formwork.records import Change, ListRequest, apply_mapping, convert, create, get_record, list_records, update
from formwork.storage import Work
from tests.support.databases import Database
from tests.support.tenants import ROOT, Installation, installed, packages_of

KEY = b"a key for cursors"
PLACE = {"street": "Kiln Street 14", "city": "Zurich", "country": "CH"}


@dataclass(frozen=True)
class Shop:
    """All shipped packages. Every step is a unit of work of its own, as requests are."""

    home: Installation
    person: UUID | None = None

    def work(self) -> Any:
        """A unit of work of the person, else of the system."""
        return self.home.system() if self.person is None else self.home.as_user(self.person)

    def make(self, object: str, **values: Any) -> UUID:
        """A new record; look-ups are given as ids."""
        with self.work() as work:
            return create(work, object, [_sent(values)])[0].id

    def change(self, object: str, id: UUID, **values: Any) -> None:
        """Changes one record."""
        with self.work() as work:
            update(work, object, [Change(id, _sent(values))])

    def get(self, object: str, id: UUID, *fields: str) -> Any:
        """The value of one field, or a tuple of several."""
        with self.work() as work:
            found = get_record(work, object, id)
        values = tuple(found[field] for field in fields)
        return values if len(values) > 1 else values[0]

    def apply(self, mapping: str, id: UUID) -> UUID:
        """Runs a mapping on a record."""
        with self.work() as work:
            return apply_mapping(work, mapping, id).id

    def refuses(self, object: str, id: UUID | None = None, **values: Any) -> set[str]:
        """The rules (else the codes) that refuse a write."""
        with pytest.raises(Invalid) as raised:
            if id is None:
                self.make(object, **values)
            else:
                self.change(object, id, **values)
        return {str(problem.args.get("rule", problem.code)) for problem in raised.value.problems}


def _sent(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _sent(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_sent(one) for one in value]
    return str(value) if isinstance(value, UUID) else value


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> Iterator[Shop]:
    """All shipped packages, without any record."""
    with installed(database, tmp_path, ROOT) as home:
        yield Shop(home)


def confirmed_order(shop: Shop) -> tuple[UUID, UUID]:
    """A confirmed order of two probes and ten filters at 20 % tax with 60 for shipping, and the line of probes."""
    account = shop.make("account", name="Vantage Metrology", status="customer")
    book = shop.make("price_book", name="List", currency="EUR")
    probe = shop.make("product", sku="VX", name="Probe", list_price="9800", cost="5900")
    filters = shop.make("product", sku="FL", name="Filter", list_price="90", qty_step="5")
    lines = [{"product": probe, "quantity": "2"}, {"product": filters, "quantity": "10", "discount_pct": "0.1"}]
    order = shop.make("sales_order", account=account, price_book=book, shipping_fee="60", lines=lines)
    assert shop.refuses("sales_order", order, stage="submitted") == {"required"}
    shop.change("sales_order", order, stage="submitted", billing_address=PLACE, shipping_address=PLACE)
    assert "no_step_skipped" in shop.refuses("sales_order", order, stage="in_fulfilment")
    shop.change("sales_order", order, stage="confirmed")
    with shop.work() as work:
        found = list_records(work, ListRequest("order_line", ("id",), filters=("product.sku = 'VX'",)), KEY).records
    return order, UUID(str(found[0]["id"]))


def test_an_order_walks_its_chain_and_closes(shop: Shop) -> None:
    order, probes = confirmed_order(shop)
    assert shop.get("sales_order", order, "subtotal", "tax", "total") == ("20410.00", "4082.00", "24552.00")
    assert shop.get("sales_order", order, "cost", "loop_state") == ("11800.00", "to_ship")
    assert shop.refuses("order_line", probes, quantity="3") == {"use_change_order"}
    three = [{"order_line": probes, "quantity": "3"}]
    assert shop.refuses("shipment", sales_order=order, lines=three) == {"more_than_open"}
    shop.change("shipment", shop.apply("order_to_shipment", order), status="shipped", shipped_on="2026-01-10")
    for stage in ("in_fulfilment", "delivered"):
        shop.change("sales_order", order, stage=stage)
    assert shop.refuses("sales_order", order, stage="completed") == {"completed_needs_closed_loop"}
    payment = pay(shop, order, issue(shop, order), "24552")
    give_back(shop, order, probes, payment)
    shop.change("sales_order", order, stage="completed")
    assert shop.get("sales_order", order, "loop_state", "refunded", "kept_total") == ("closed", "11760.00", "12792.00")


def test_an_order_in_dollars_keeps_its_worth_in_euros(shop: Shop) -> None:
    account = shop.make("account", name="Cascade Tooling", status="customer", credit_limit="800", currency="USD")
    probe = shop.make("product", sku="VX", name="Probe", list_price="980", cost="590", tax_class="zero")
    assert shop.refuses("price_book", name="Dollars", currency="USD") == {"required"}
    book = shop.make("price_book", name="Dollars", currency="USD", rate="0.8")
    lines = [{"product": probe, "quantity": "1"}]
    order = shop.make("sales_order", account=account, price_book=book, shipping_fee="25", lines=lines)
    assert shop.get("sales_order", order, "currency", "rate") == ("USD", "0.80")
    assert shop.get("sales_order", order, "subtotal", "total", "total_base") == ("1225.00", "1250.00", "1000.00")
    assert shop.get("sales_order", order, "over_credit")
    places = {"billing_address": PLACE, "shipping_address": PLACE}
    for stage in ("submitted", "confirmed"):
        shop.change("sales_order", order, stage=stage, **places)
    invoice = shop.apply("order_to_invoice", order)
    shop.change("invoice", invoice, status="issued", issue_date="2026-01-11", due_date="2026-02-10")
    assert shop.get("invoice", invoice, "currency", "rate", "balance") == ("USD", "0.80", "1225.00")
    assert shop.get("account", account, "outstanding", "credit_left") == ("980.00", "-180.00")
    values = {"sales_order": order, "account": account, "status": "posted", "received_on": "2026-01-20"}
    part = [{"invoice": invoice, "amount": "225"}]
    shop.make("payment", **values, amount="225", rate="0.9", allocations=part)
    shop.make("payment", **values, amount="80", currency="EUR", allocations=[{"invoice": invoice, "amount": "80"}])
    assert shop.get("sales_order", order, "paid", "paid_base") == ("325.00", "260.00")
    assert shop.get("invoice", invoice, "balance", "balance_base") == ("900.00", "720.00")
    assert shop.get("account", account, "outstanding") == "720.00"


def issue(shop: Shop, order: UUID) -> UUID:
    """Invoices the whole order with its shipping."""
    invoice = shop.apply("order_to_invoice", order)
    shop.make("invoice_line", invoice=invoice, description="Shipping", quantity="1", amount="60", tax="0")
    shop.change("invoice", invoice, status="issued", issue_date="2026-01-11", due_date="2026-02-10")
    assert shop.refuses("invoice", invoice, issue_date="2026-01-12") == {"issued_is_final"}
    assert shop.get("sales_order", order, "loop_state") == "to_collect"
    return invoice


def pay(shop: Shop, order: UUID, invoice: UUID, amount: str) -> UUID:
    """Pays an invoice."""
    values = {"sales_order": order, "account": shop.get("sales_order", order, "account")}
    values |= {"status": "posted", "received_on": "2026-01-20", "allocations": [{"invoice": invoice, "amount": amount}]}
    assert shop.refuses("payment", **values, amount="100") == {"allocated_too_much"}
    payment = shop.make("payment", **values, amount=amount)
    assert shop.get("invoice", invoice, "balance") == "0.00"
    return payment


def give_back(shop: Shop, order: UUID, probes: UUID, payment: UUID) -> None:
    """One probe comes back, is credited and refunded."""
    account = UUID(shop.get("sales_order", order, "account"))
    values = {"sales_order": order, "reason": "defect"}
    three = [{"order_line": probes, "quantity": "3"}]
    assert shop.refuses("return_order", **values, lines=three) == {"more_than_shipped"}
    back = shop.make("return_order", **values, lines=[{"order_line": probes, "quantity": "1", "condition": "broken"}])
    shop.change("return_order", back, stage="received", received_on="2026-01-25")
    credit = shop.apply("return_to_credit_note", back)
    shop.change("invoice", credit, status="issued", issue_date="2026-01-26", due_date="2026-01-26")
    assert shop.get("account", account, "outstanding") == "-11760.00"
    assert shop.refuses("refund", payment=payment, amount="30000") == {"more_than_paid"}
    refund = shop.make("refund", payment=payment, return_order=back)
    shop.change("refund", refund, status="paid", paid_on="2026-01-27")
    shop.change("invoice", credit, status="paid")
    assert shop.get("account", account, "outstanding") == "0.00"


def test_a_qualified_lead_becomes_account_contact_and_deal(shop: Shop) -> None:
    shop = Shop(shop.home, shop.home.user("sofia", "sales_rep"))
    person = {"first_name": "Iris", "last_name": "Novak", "email": "iris@example.com", "company": "Brightwater Clinic"}
    lead = shop.make("lead", **person, email_opt_in=True)
    assert shop.get("lead", lead, "name", "score") == ("Iris Novak", 20)
    with shop.work() as work, pytest.raises(Refused):
        convert(work, "lead_deal_conversion", lead)
    assert shop.refuses("lead", lead, stage="qualified") == {"qualification_incomplete"}
    shop.change("lead", lead, stage="qualified", budget="18500", need="Warn early", timeframe="quarter")
    with shop.work() as work:
        made = {name: str(one.id) for name, one in convert(work, "lead_deal_conversion", lead).made.items()}
    assert shop.get("lead", lead, "stage", "converted_by") == ("converted", str(shop.person))
    assert shop.get("lead", lead, "converted_opportunity") == made["opportunity"]
    found = shop.get("opportunity", UUID(made["opportunity"]), "account", "amount", "stage", "lead")
    assert found == (made["account"], "18500.00", "qualify", str(lead))
    assert shop.get("contact", UUID(made["contact"]), "account") == made["account"]
    assert shop.get("account", UUID(made["account"]), "open_deals") == 1
    assert shop.refuses("lead", lead, company="Another") == {"converted_is_final"}


def test_the_lines_of_a_deal_are_its_amount(shop: Shop) -> None:
    account = shop.make("account", name="Kestrel Logistics")
    product = shop.make("product", sku="TS", name="Sensor", list_price="1280")
    values = {"name": "Telemetry", "account": account, "amount_estimate": "5000", "close_date": "2999-12-31"}
    deal = shop.make("opportunity", **values)
    assert shop.get("opportunity", deal, "amount", "stage") == ("5000.00", "qualify")
    shop.make("opportunity_line", opportunity=deal, product=product, quantity="10")
    shop.change("opportunity", deal, stage="proposal")
    assert shop.get("opportunity", deal, "amount", "expected_revenue") == ("12800.00", "6400.00")
    assert shop.refuses("opportunity", deal, probability_override="0.9") == {"required"}
    assert shop.refuses("opportunity", deal, stage="idea") == {"bad_option"}
    assert shop.refuses("opportunity", deal, stage="lost") == {"reason_required"}


@pytest.mark.slow
def test_the_demo_closes_the_chains_it_tells(shop: Shop) -> None:
    seeds = [seed for package in packages_of((ROOT,)).values() for seed in package.seeds]
    with shop.work() as work:
        assert sum(load_seeds(work, seeds, demo=True).created.values()) > 900
    with shop.work() as work:
        assert sum(load_seeds(work, seeds, demo=True).created.values()) == 0
        assert chain(work, "completed") == {"closed"}
        assert chain(work, "confirmed") == {"to_ship"}
        assert chain(work, "cancelled") == {"cancelled"}


def chain(work: Work, stage: str) -> set[str]:
    """The states in the chain of all orders in a stage."""
    request = ListRequest("sales_order", ("loop_state",), filters=(f"stage = '{stage}'",), limit=100)
    return {row["loop_state"] for row in list_records(work, request, KEY).records}
