"""Orders with their whole chain: shipments, invoices, payments, returns and refunds."""

import random
from dataclasses import dataclass, field, replace
from decimal import Decimal

from company import PRICES, TAX, TAX_RATES, currency_in
from customers import Account
from deals import Deal, Line
from writing import Record, Shelves, cents, day

STAGES = (
    ["draft"] * 4
    + ["submitted"] * 5
    + ["confirmed"] * 8
    + ["in_fulfilment"] * 9
    + ["delivered"] * 9
    + ["completed"] * 30
    + ["cancelled"] * 3
)
AGE = {
    "draft": (0, 4),
    "submitted": (0, 5),
    "confirmed": (2, 14),
    "in_fulfilment": (6, 24),
    "delivered": (14, 62),
    "completed": (60, 340),
    "cancelled": (20, 120),
}
SUPPLIES = ["SK-R1", "CL-5", "FL-12", "CA-M", "MB-7", "TS-3", "CR-2", "SV-CAL", "SW-AN1", "SV-HOT", "WM-50"]


@dataclass
class Order:
    """An order while its chain is made."""

    key: str
    account: Account
    owner: str
    stage: str
    ago: int
    lines: list[Line]
    fee: Decimal
    discount: Decimal
    payment: str | None = None
    shipped: dict[int, Decimal] = field(default_factory=dict)

    @property
    def money(self) -> dict[str, object]:
        """The currency of the order and of all that follows from it, with its rate."""
        currency, rate = currency_in(self.account.country)
        return {"currency": currency, "rate": rate}

    def amounts(self, at: int, quantity: Decimal) -> tuple[Decimal, Decimal]:
        """Net and tax of a part of a line, after the discount of the order."""
        line = self.lines[at]
        net = line.net * (1 - self.discount)
        tax = cents(net * TAX_RATES[TAX[line.sku]])
        return cents(net * quantity / line.quantity), cents(tax * quantity / line.quantity)

    def line_key(self, at: int) -> str:
        """External id of a line."""
        return f"{self.key}-{at + 1}"


def add_orders(shelves: Shelves, rng: random.Random, accounts: list[Account], deals: list[Deal]) -> None:
    """Sixty-eight orders, the first of them from won deals."""
    won = [deal for deal in deals if deal.stage == "won" and deal.lines]
    buyers = [one for one in accounts if one.status == "customer"]
    stages = STAGES[:]
    rng.shuffle(stages)
    orders = []
    for at, stage in enumerate(stages, 1):
        deal = next((one for one in won if _fits(one, stage)), None)
        if deal:
            won.remove(deal)
        orders.append(_order(shelves, rng, at, stage, deal.account if deal else rng.choice(buyers), deal))
    for order in orders:
        if order.stage in ("in_fulfilment", "delivered", "completed"):
            _ship(shelves, rng, order)
        if order.stage in ("delivered", "completed"):
            _invoice_and_pay(shelves, rng, order)
    _returns(shelves, rng, orders)


def _fits(deal: Deal, stage: str) -> bool:
    low, high = AGE[stage]
    return low <= deal.closed_days_ago - 2 <= high


def _order(shelves: Shelves, rng: random.Random, at: int, stage: str, account: Account, deal: Deal | None) -> Order:
    ago = deal.closed_days_ago - 2 if deal else rng.randrange(*AGE[stage])
    lines = (
        deal.lines
        if deal
        else [
            Line(
                sku,
                Decimal(rng.choice((1, 2, 4, 5, 10, 20))) if PRICES[sku] < 500 else Decimal(rng.choice((1, 2, 3))),
                Decimal(0),
            )
            for sku in rng.sample(SUPPLIES, rng.randrange(1, 5))
        ]
    )
    currency, rate = currency_in(account.country)
    lines = [replace(line, rate=rate) for line in lines]
    fee = Decimal(rng.choice((0, 25, 60, 240)))
    order = Order(
        f"ord-{at:03d}",
        account,
        account.owner,
        stage,
        ago,
        lines,
        fee,
        Decimal(rng.choice(("0", "0", "0", "0", "0.05"))),
    )
    book = "pb-partner" if account.record_type == "partner" else "pb-key" if account.segment == "key" else "pb-list"
    shelves.add(
        "orders",
        "sales_order",
        order.key,
        record_type="web" if account.record_type == "person" else "standard",
        account=account.key,
        contact=account.contacts[0] if account.contacts else None,
        order_date=day(-ago),
        requested_date=day(-ago + rng.choice((14, 21, 30))),
        channel="web" if account.record_type == "person" else rng.choice(("sales", "sales", "phone", "mobile")),
        price_book=book,
        currency=currency,
        rate=rate,
        payment_terms="prepaid" if account.record_type == "person" else "net30",
        billing_address=account.address,
        shipping_address=account.address,
        discount_pct=order.discount or None,
        shipping_fee=fee,
        customer_ref=f"PO {70000 + at * 37}",
        notes="Delivery before the plant shutdown; the site contact confirms the slot two days ahead."
        if at % 9 == 0
        else None,
        stage=stage,
        cancel_reason=rng.choice(("customer_request", "out_of_stock", "duplicate")) if stage == "cancelled" else None,
        owner=order.owner,
        lines=[line.fields(order.line_key(n), full=True) for n, line in enumerate(lines)],
    )
    if deal:
        shelves.add("sales", "sales_order", order.key, opportunity=deal.key, quote=deal.quote, contract=deal.contract)
    return order


def _ship(shelves: Shelves, rng: random.Random, order: Order) -> None:
    whole = order.stage != "in_fulfilment"
    parts = [list(range(len(order.lines)))] if len(order.lines) < 3 else [[0, 1], list(range(2, len(order.lines)))]
    if not whole and len(parts) == 1 and order.ago < 12:
        parts = []
    for number, part in enumerate(parts if whole else parts[:1], 1):
        left = max(order.ago - 5 - number * 3, 1)
        arrived = whole and left - 3 >= 0
        lines: list[Record] = []
        for at in part:
            quantity = order.lines[at].quantity
            if not whole and quantity >= 2:
                quantity = Decimal(int(quantity) // 2)
            order.shipped[at] = quantity
            lines.append(
                {
                    "external_id": f"{order.key}-shp{number}-{at + 1}",
                    "order_line": order.line_key(at),
                    "quantity": quantity,
                }
            )
        shelves.add(
            "orders",
            "shipment",
            f"{order.key}-shp{number}",
            sales_order=order.key,
            account=order.account.key,
            carrier=rng.choice(("parcel", "freight", "own_fleet", "express")),
            tracking_no=f"TR{rng.randrange(10**8, 10**9)}",
            shipped_on=day(-left),
            delivered_on=day(-left + 3) if arrived else None,
            status="delivered" if arrived else "shipped",
            owner=order.owner,
            lines=lines,
        )


def _invoice_and_pay(shelves: Shelves, rng: random.Random, order: Order) -> None:
    key = f"{order.key}-inv"
    lines: list[Record] = []
    total = Decimal(0)
    for at, line in enumerate(order.lines):
        net, tax = order.amounts(at, line.quantity)
        total += net + tax
        lines.append(
            {
                "external_id": f"{key}-{at + 1}",
                "order_line": order.line_key(at),
                "quantity": line.quantity,
                "amount": net,
                "tax": tax,
            }
        )
    if order.fee:
        total += order.fee
        lines.append(
            {"external_id": f"{key}-fee", "description": "Shipping", "quantity": 1, "amount": order.fee, "tax": 0}
        )
    issued = max(order.ago - 10, 1)
    due = issued - 30
    done = order.stage == "completed"
    state = "paid" if done else "overdue" if due > 0 else rng.choice(("issued", "partial"))
    shelves.add(
        "orders",
        "invoice",
        key,
        sales_order=order.key,
        account=order.account.key,
        kind="invoice",
        issue_date=day(-issued),
        due_date=day(-due),
        status=state,
        **order.money,
        owner="greta.nolan",
        lines=lines,
    )
    order.payment = f"{order.key}-pay"
    part = total if done else cents(total * Decimal("0.4"))
    if state in ("paid", "partial"):
        shelves.add(
            "orders",
            "payment",
            order.payment,
            account=order.account.key,
            sales_order=order.key,
            amount=part,
            **order.money,
            method=rng.choice(("transfer", "transfer", "direct_debit", "card")),
            planned_on=day(-due),
            received_on=day(-max(issued - rng.randrange(6, 40), 0)),
            status="posted",
            reference=f"{order.account.key.upper()} {order.key.upper()}",
            owner="greta.nolan",
            allocations=[{"external_id": f"{order.payment}-1", "invoice": key, "amount": part}],
        )
    if not done:
        shelves.add(
            "orders",
            "payment",
            f"{order.key}-plan",
            account=order.account.key,
            sales_order=order.key,
            amount=total - part if state == "partial" else total,
            **order.money,
            method="transfer",
            planned_on=day(-due),
            status="planned",
            owner="greta.nolan",
        )


def _returns(shelves: Shelves, rng: random.Random, orders: list[Order]) -> None:
    settled = [one for one in orders if one.stage == "completed"][:6]
    running = [one for one in orders if one.stage == "delivered"][:4]
    for at, order in enumerate(settled + running):
        stage = "settled" if at < 6 else ("submitted", "approved", "received", "rejected")[at - 6]
        asked = max(order.ago - 30, 2)
        key = f"{order.key}-ret"
        quantity = max(Decimal(1), order.lines[0].quantity // 4)
        shelves.add(
            "orders",
            "return_order",
            key,
            sales_order=order.key,
            account=order.account.key,
            shipment=f"{order.key}-shp1",
            reason=("defect", "wrong_item", "damaged", "not_needed")[at % 4],
            requested_on=day(-asked),
            received_on=day(-max(asked - 6, 0)) if stage in ("settled", "received") else None,
            stage=stage,
            owner=order.owner,
            lines=[
                {
                    "external_id": f"{key}-1",
                    "order_line": order.line_key(0),
                    "quantity": quantity,
                    "condition": "broken" if at % 4 == 0 else "new",
                    "restock": at % 4 != 0,
                }
            ],
        )
        if stage == "settled":
            _credit(shelves, order, key, quantity, max(asked - 8, 0))


def _credit(shelves: Shelves, order: Order, return_key: str, quantity: Decimal, ago: int) -> None:
    net, tax = order.amounts(0, quantity)
    key = f"{order.key}-crd"
    shelves.add(
        "orders",
        "invoice",
        key,
        sales_order=order.key,
        account=order.account.key,
        kind="credit_note",
        issue_date=day(-ago),
        due_date=day(-ago),
        status="paid",
        **order.money,
        owner="greta.nolan",
        lines=[
            {
                "external_id": f"{key}-1",
                "order_line": order.line_key(0),
                "quantity": quantity,
                "amount": net,
                "tax": tax,
            }
        ],
    )
    shelves.add(
        "orders",
        "refund",
        f"{order.key}-ref",
        payment=order.payment,
        return_order=return_key,
        sales_order=order.key,
        account=order.account.key,
        amount=net + tax,
        method="transfer",
        status="paid",
        paid_on=day(-max(ago - 4, 0)),
        owner="greta.nolan",
    )
