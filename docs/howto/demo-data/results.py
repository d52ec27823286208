"""Goals, expenses and commissions of the sales team."""

import random
from decimal import Decimal

from company import REPS
from deals import Deal
from writing import Shelves, day


def add_results(shelves: Shelves, rng: random.Random, deals: list[Deal]) -> None:
    """Goals of eight quarters, expenses of two months and commissions of three."""
    _goals(shelves, rng)
    _expenses(shelves, rng, deals)
    _commissions(shelves, rng)


def _goals(shelves: Shelves, rng: random.Random) -> None:
    for back in range(8):
        start = f"=add_months(start_of_quarter(), {-3 * back})" if back else "=start_of_quarter()"
        total, reached, parts = 0, 0, []
        for login in REPS:
            target = rng.choice((60000, 75000, 90000))
            actual = round(target * (rng.randrange(20, 70) if back == 0 else rng.randrange(55, 135)) / 100)
            total, reached = total + target, reached + actual
            parts.append((login, target, actual))
        team = f"goal-q{back}-sales"
        shelves.add(
            "sales",
            "sales_goal",
            team,
            level="department",
            department="dep-sales",
            period="quarter",
            period_start=start,
            metric="won_amount",
            target=round(total * 1.05),
            actual=reached,
            owner="viktor.hale",
        )
        for login, target, actual in parts:
            shelves.add(
                "sales",
                "sales_goal",
                f"goal-q{back}-{login}",
                level="user",
                user=login,
                period="quarter",
                period_start=start,
                metric="won_amount",
                target=target,
                actual=actual,
                parent=team,
                owner="mara.lind",
            )


def _expenses(shelves: Shelves, rng: random.Random, deals: list[Deal]) -> None:
    for at in range(1, 27):
        deal = rng.choice(deals)
        ago = rng.randrange(1, 60)
        status = "reimbursed" if ago > 35 else "approved" if ago > 20 else rng.choice(("approved", "draft", "rejected"))
        shelves.add(
            "sales",
            "sales_expense",
            f"exp-{at:03d}",
            kind=rng.choice(("travel", "travel", "meal", "event", "sample")),
            amount=Decimal(rng.randrange(1200, 48000)) / 100,
            spent_on=day(-ago),
            account=deal.account.key,
            opportunity=deal.key,
            status=status,
            notes=rng.choice(
                ("Site visit", "Dinner with the purchasing team", "Train and taxi", "Samples for the trial")
            ),
            owner=deal.owner,
        )


def _commissions(shelves: Shelves, rng: random.Random) -> None:
    shelves.add(
        "sales",
        "commission_plan",
        "plan-standard",
        name="Standard plan",
        basis="payment_received",
        measure="revenue",
        rate=Decimal("0.03"),
        period="month",
        eligible_roles=["sales_rep"],
        split_owner=Decimal("0.8"),
        split_converter=Decimal("0.1"),
        split_team=Decimal("0.1"),
        active_from=day(-500),
        owner="jun.kim",
        tiers=[
            {"external_id": f"plan-standard-{start}", "from_amount": start, "rate": Decimal(rate)}
            for start, rate in ((50000, "0.035"), (100000, "0.04"))
        ],
    )
    for back in range(1, 4):
        for login in REPS:
            shelves.add(
                "sales",
                "commission_entry",
                f"com-{back}-{login}",
                plan="plan-standard",
                user=login,
                period=f"=add_months(start_of_month(), -{back})",
                base_amount=Decimal(rng.randrange(8000, 52000)),
                rate=Decimal("0.03"),
                share=Decimal("0.8"),
                kind="earn",
                status="paid" if back > 1 else "calculated",
                owner="jun.kim",
            )
