"""Deals with their history, quotes and contracts."""

import random
from dataclasses import dataclass, field, replace
from decimal import Decimal

from company import COSTS, PRICES, TAX, UNITS, currency_in, product_id, territory_of
from customers import Account
from leads import Converted
from words import DEALS, NEXT_STEPS, RENEWALS
from writing import Shelves, cents, day, moment

FLOWS = {
    "new_business": ["qualify", "needs", "proposal", "negotiation"],
    "expansion": ["qualify", "needs", "proposal", "negotiation"],
    "renewal": ["due", "offered"],
    "project": ["idea", "study", "tender", "shortlist", "contract"],
}
CHANCE = {
    "qualify": "0.1",
    "needs": "0.25",
    "proposal": "0.5",
    "negotiation": "0.75",
    "due": "0.6",
    "offered": "0.8",
    "idea": "0.05",
    "study": "0.2",
    "tender": "0.4",
    "shortlist": "0.6",
    "contract": "0.85",
    "won": "1",
    "lost": "0",
}
BASKETS = {
    "new_business": [
        "VX-200",
        "GB-600",
        "LS-10",
        "TS-3",
        "WM-50",
        "FT-8",
        "CR-2",
        "CB-1",
        "KI-24",
        "SW-MS1",
        "SV-CAL",
        "SV-INS",
        "SK-R1",
    ],
    "expansion": ["VX-200", "TS-3", "CR-2", "SW-AN1", "SW-API", "SK-R1", "SV-INS", "TR-OP"],
    "renewal": ["SW-MS1", "SV-HOT", "SV-CAL"],
    "project": ["VX-400", "LS-10", "GB-600", "SW-MS1", "SV-INS", "TR-OP", "TR-AD"],
}


@dataclass
class Line:
    """A product line, before it becomes a line of a deal, a quote or an order."""

    sku: str
    quantity: Decimal
    discount: Decimal
    rate: Decimal = Decimal(1)

    @property
    def price(self) -> Decimal:
        """The price of one in the currency of the document."""
        return self._in_currency(PRICES[self.sku])

    @property
    def net(self) -> Decimal:
        """What the line costs, as the formula `net` computes it."""
        return cents(self.quantity * self.price * (1 - self.discount))

    def _in_currency(self, amount: Decimal) -> Decimal:
        return amount if self.rate == 1 else cents(amount / self.rate)

    def fields(self, key: str, *, full: bool) -> dict[str, object]:
        """The fields of the line; a full one has unit and tax class."""
        found: dict[str, object] = {"external_id": key, "product": product_id(self.sku), "quantity": self.quantity}
        if full:
            found |= {"unit": UNITS[self.sku], "tax_class": TAX[self.sku], "list_price": self.price}
        found |= {"unit_price": self.price, "unit_cost": self._in_currency(COSTS[self.sku])}
        if self.discount:
            found["discount_pct"] = self.discount
        return found


@dataclass
class Deal:
    """What orders and activities need to know of a deal."""

    key: str
    account: Account
    owner: str
    stage: str
    closed_days_ago: int
    lines: list[Line] = field(default_factory=list)
    quote: str | None = None
    contract: str | None = None

    @property
    def is_open(self) -> bool:
        """Neither won nor lost."""
        return self.stage not in ("won", "lost")


def lines_for(rng: random.Random, kind: str, count: int) -> list[Line]:
    """Some lines of one kind of deal."""
    found = []
    for sku in rng.sample(BASKETS[kind], min(count, len(BASKETS[kind]))):
        dear = PRICES[sku] > 5000
        quantity = rng.choice((1, 1, 2)) if dear else rng.choice((1, 2, 3, 4, 6, 10, 12))
        found.append(Line(sku, Decimal(quantity), Decimal(rng.choice(("0", "0", "0", "0.05", "0.1")))))
    return found


def add_deals(shelves: Shelves, rng: random.Random, accounts: list[Account], converted: list[Converted]) -> list[Deal]:
    """Eighty deals over eighteen months with what hangs on them."""
    kinds = ["new_business"] * 46 + ["expansion"] * 14 + ["renewal"] * 12 + ["project"] * 8
    rng.shuffle(kinds)
    pool = [
        one for one in accounts if one.record_type == "company" and one.status in ("customer", "prospect", "dormant")
    ]
    closing = [
        -3,
        -6,
        -11,
        -17,
        -24,
        -38,
        -52,
        -75,
        -96,
        -120,
        -150,
        -185,
        -220,
        -260,
        -300,
        -345,
        -390,
        -430,
        -470,
        -510,
        -530,
    ]
    buyers = [one for one in pool if one.status == "customer"]
    deals = []
    for at, kind in enumerate(kinds, 1):
        lead = converted[at - 1] if at <= len(converted) else None
        outcome = rng.choices(("open", "won", "lost"), (46, 38, 16))[0] if not lead else "open"
        if lead and lead.days_ago >= 60:
            outcome = rng.choice(("won", "lost"))
        account = lead.account if lead else rng.choice(buyers if outcome == "won" else pool)
        if outcome == "won" and account.status != "customer":
            outcome = "lost"
        if lead:
            kind = "new_business"
        closed = min(rng.choice(closing), -1) if not lead or outcome == "open" else -rng.randrange(3, 40)
        deals.append(_deal(shelves, rng, at, kind, account, outcome, closed, lead))
    for deal in deals:
        _quote_and_contract(shelves, rng, deal)
    return deals


def _deal(
    shelves: Shelves,
    rng: random.Random,
    at: int,
    kind: str,
    account: Account,
    outcome: str,
    closed: int,
    lead: Converted | None,
) -> Deal:
    flow = FLOWS[kind]
    reached = (
        rng.randrange(len(flow))
        if outcome == "open"
        else len(flow) - 1
        if outcome == "won"
        else rng.randrange(len(flow))
    )
    key = f"opp-{at:03d}"
    path = flow[: reached + 1] + ([outcome] if outcome != "open" else [])
    stage = path[-1]
    lines = lines_for(rng, kind, rng.randrange(1, 5)) if stage not in ("qualify", "idea") else []
    estimate = sum((line.net for line in lines), Decimal(0)) or Decimal(
        rng.choice((6000, 12000, 18500, 31800, 42000, 75000))
    )
    history, entered = _history(rng, key, path, closed, account.owner, estimate)
    name = RENEWALS[account.language] if kind == "renewal" else rng.choice(DEALS[account.language])
    override = stage in ("proposal", "negotiation", "tender") and rng.random() < 0.15
    roles = [
        {
            "external_id": f"{key}-role-{n}",
            "contact": contact,
            "role": ("decision_maker", "influencer", "user")[n],
            "is_primary": n == 0,
            "attitude": rng.randrange(2, 6),
        }
        for n, contact in enumerate(account.contacts[:3])
    ]
    is_open = outcome == "open"
    shelves.add(
        "sales",
        "opportunity",
        key,
        record_type=kind,
        name=name,
        account=account.key,
        amount_estimate=estimate,
        close_date=day(rng.choice((4, 9, 14, 20, 27, 35, 48, 60, 85, 110))) if is_open else day(closed),
        stage=stage,
        stage_entered_at=moment(entered),
        probability_override=Decimal("0.9") if override else None,
        probability_reason="Verbal promise of the plant manager" if override else None,
        forecast_category="closed"
        if outcome == "won"
        else "omitted"
        if outcome == "lost"
        else "commit"
        if stage in ("negotiation", "contract", "offered")
        else "best_case"
        if stage in ("proposal", "shortlist")
        else "pipeline",
        type_of_need=rng.choice(("first_purchase", "replacement", "extension", "service")),
        priority=rng.choices(("low", "normal", "high"), (15, 60, 25))[0],
        source="web" if lead else rng.choice(("referral", "event", "phone", "e-mail")),
        territory=territory_of(account.country),
        next_step=rng.choice(NEXT_STEPS) if is_open and rng.random() < 0.8 else None,
        lost_reason=rng.choice(("price", "product", "timing", "competitor", "no_decision"))
        if outcome == "lost"
        else None,
        won_reason=rng.choice(("price", "product", "service", "relationship", "references"))
        if outcome == "won"
        else None,
        won_on=day(closed) if outcome == "won" else None,
        lost_on=day(closed) if outcome == "lost" else None,
        last_activity_at=moment(-rng.choice((0.2, 1, 2, 4, 6, 9, 18, 25))) if is_open else moment(closed),
        next_activity_at=moment(rng.choice((0.1, 1, 2, 5, 9))) if is_open and rng.random() < 0.65 else None,
        owner=account.owner,
        lines=[line.fields(f"{key}-{n}", full=False) for n, line in enumerate(lines, 1)] or None,
        contact_roles=roles or None,
        stage_history=history,
    )
    if lead:
        shelves.add("sales", "lead", lead.key, converted_opportunity=key)
    return Deal(key, account, account.owner, stage, -closed if not is_open else 0, lines)


def _history(
    rng: random.Random, key: str, path: list[str], closed: int, owner: str, amount: Decimal
) -> tuple[list[dict[str, object]], float]:
    """The stages of a path, oldest first, and when the last one was entered (days from now, below 0)."""
    entered = float(closed) if path[-1] in ("won", "lost") else -float(rng.choice((1, 2, 4, 7, 10, 13, 17, 24, 31)))
    moments = [entered]
    for _ in path[1:]:
        moments.insert(0, moments[0] - rng.randrange(5, 32))
    rows = []
    for n, stage in enumerate(path):
        row: dict[str, object] = {"external_id": f"{key}-stage-{n + 1}"}
        if n:
            row["from_stage"] = path[n - 1]
        row |= {"to_stage": stage, "entered_at": moment(moments[n])}
        if n + 1 < len(path):
            row["left_at"] = moment(moments[n + 1])
        row |= {"amount": amount, "probability": Decimal(CHANCE[stage]), "by": owner}
        rows.append(row)
    return rows, entered


def _quote_and_contract(shelves: Shelves, rng: random.Random, deal: Deal) -> None:
    sendable = ("proposal", "negotiation", "offered", "tender", "shortlist", "contract", "won")
    if not deal.lines or not (deal.stage in sendable or (deal.stage == "lost" and rng.random() < 0.5)):
        return
    stage = {
        "won": "accepted",
        "lost": "rejected",
        "proposal": "draft",
        "negotiation": "sent",
        "offered": "sent",
        "contract": "sent",
    }.get(deal.stage, "approved")
    deal.quote = f"quo-{deal.key[4:]}"
    currency, rate = currency_in(deal.account.country)
    book = "pb-key" if deal.account.segment == "key" else "pb-list"
    shelves.add(
        "sales",
        "quote",
        deal.quote,
        opportunity=deal.key,
        account=deal.account.key,
        contact=deal.account.contacts[0] if deal.account.contacts else None,
        price_book=book,
        valid_until=day(-deal.closed_days_ago + 12) if deal.closed_days_ago else day(rng.choice((6, 12, 21, 30))),
        currency=currency,
        rate=rate,
        stage=stage,
        primary=True,
        terms="Delivery ex works within four weeks of order.",
        owner=deal.owner,
        lines=[replace(line, rate=rate).fields(f"{deal.quote}-{n}", full=True) for n, line in enumerate(deal.lines, 1)],
    )
    if deal.stage == "won" and rng.random() < 0.45:
        deal.contract = f"ctr-{deal.key[4:]}"
        signed = -deal.closed_days_ago + 1
        over = signed + 365 < 0
        shelves.add(
            "sales",
            "contract",
            deal.contract,
            record_type=rng.choice(("sales", "framework", "service_link")),
            account=deal.account.key,
            contact=deal.account.contacts[0] if deal.account.contacts else None,
            opportunity=deal.key,
            quote=deal.quote,
            start_date=day(signed),
            end_date=day(signed + 365),
            value=sum((line.net for line in deal.lines), Decimal(0)),
            renewal=rng.choice(("manual", "automatic")),
            notice_days=60,
            payment_terms="net30",
            text="The supplier delivers and maintains the equipment listed in the quote.",
            signed_on=day(min(signed, 0)),
            stage="expired" if over else "active",
            owner=deal.owner,
        )
