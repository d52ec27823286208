"""Money of several currencies: twins in the organisation's currency, roll-ups that convert, and their property test."""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formwork.kernel import Conflict, Denied, Invalid, Malformed, NotFound
from formwork.records import (
    AggregateRequest,
    Change,
    ListRequest,
    MeasureRequest,
    aggregate,
    create,
    delete,
    list_records,
    restore,
    update,
)
from formwork.storage import Work, rows, scan
from formwork.storage.upkeep.doctor import examine_values
from tests.support.databases import Database
from tests.support.seeds import scaled
from tests.support.tenants import ABROAD, TENANT, Installation, installed, packages_of

Values = Mapping[UUID, Mapping[str, Any]]
OWN = "EUR"
KEY = b"k" * 32


def exactly(number: Decimal, scale: int) -> Decimal:
    """The number at so many decimals, halves away from zero."""
    return number.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP)


def worth(record: Mapping[str, Any]) -> Decimal | None:
    """What one unit of a record's currency is worth."""
    return Decimal(1) if record["currency"] in (None, OWN) else record["rate"]


def in_base(amount: Decimal | None, rate: Decimal | None) -> Decimal | None:
    """The twin of an amount."""
    return None if amount is None or rate is None else exactly(amount * rate, 4)


def brought(amount: Decimal | None, giver: Mapping[str, Any], taker: Mapping[str, Any]) -> Decimal | None:
    """An amount in the currency of one record brought to that of another; one in the same currency stays as it is."""
    if (giver["currency"] or OWN) == (taker["currency"] or OWN):
        return amount
    base, rate = in_base(amount, worth(giver)), worth(taker)
    return None if base is None or not rate else exactly(base / rate, 10)


def rounded(amount: Decimal | None) -> Decimal | None:
    """An amount as it is stored."""
    return None if amount is None else exactly(amount, 4)


def figures(amounts: list[Decimal | None]) -> dict[str, Decimal | None]:
    """Sum, largest, smallest and average of the filled ones."""
    filled = [one for one in amounts if one is not None]
    mean = exactly(sum(filled, Decimal(0)) / len(filled), 10) if filled else None
    return {
        "sum": sum(filled, Decimal(0)),
        "max": max(filled, default=None),
        "min": min(filled, default=None),
        "avg": mean,
    }


@pytest.fixture(scope="module")
def home(shared_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installed(shared_database, tmp_path_factory.mktemp("abroad"), ABROAD) as here:
        yield here


def load(work: Work, object: str, *names: str) -> Values:
    """Live records with these fields, all of them when none is named."""
    wanted = names or [name for name, spec in work.object(object).fields.items() if spec.stored]
    ids = [id for batch in scan.every_id(work, object, 500) for id in batch]
    return rows.load(work, object, ids, list(wanted))


def made(home: Installation, object: str, **body: Any) -> UUID:
    with home.system() as work:
        return create(work, object, [body])[0].id


def stored(home: Installation, object: str, id: UUID, *names: str) -> tuple[Any, ...]:
    with home.runtime.system_read(TENANT, "test") as work:
        found = rows.load(work, object, [id], list(names))[id]
    return tuple(None if found[name] is None else Decimal(found[name]).normalize() for name in names)


def test_a_twin_is_the_amount_times_the_rate_half_up(home: Installation) -> None:
    deal = made(home, "deal", name="A", currency="USD", rate="0.915505", fee="10.01", lines=[{"price": "2.505"}])
    assert stored(home, "deal", deal, "fee_base", "subtotal_base", "total_base") == (
        Decimal("9.1642"), Decimal("2.2933"), Decimal("11.4575"),
    )  # fmt: skip
    with home.system() as work:
        update(work, "deal", [Change(deal, {"rate": "2"})])
    assert stored(home, "deal", deal, "fee_base", "total_base") == (Decimal("20.02"), Decimal("25.03"))
    with home.runtime.system_read(TENANT, "test") as work:
        [line] = [row for row in load(work, "deal_line").values() if row["deal"] == deal]
    assert (line["price_base"], line["amount_base"]) == (Decimal("5.0100"), Decimal("5.0100"))


@pytest.mark.parametrize(
    ("body", "twin"),
    [
        ({}, Decimal(7)),
        ({"rate": "3"}, Decimal(7)),
        ({"currency": OWN}, Decimal(7)),
        ({"currency": OWN, "rate": "3"}, Decimal(7)),
        ({"currency": "USD", "rate": "3"}, Decimal(21)),
        ({"currency": "USD", "rate": "0"}, Decimal(0)),
    ],
)
def test_the_rate_of_the_own_currency_is_one(home: Installation, body: dict[str, str], twin: Decimal) -> None:
    deal = made(home, "deal", name="B", fee="7", **body)
    assert stored(home, "deal", deal, "fee_base") == (twin,)


def test_without_a_rate_there_is_no_twin(home: Installation) -> None:
    venture = made(home, "venture", name="V", currency="USD", target="5")
    assert stored(home, "venture", venture, "target_base") == (None,)
    with pytest.raises(Invalid), home.system() as work:
        create(work, "deal", [{"name": "C", "currency": "USD", "fee": "1"}])


def test_roll_ups_convert_and_follow_both_rates(home: Installation) -> None:
    venture = made(home, "venture", name="V", currency="USD", rate="0.5", target="100")
    client = made(home, "client", name="C", credit="100")
    for currency, rate, fee in (("CHF", "2", "10"), ("USD", "0.5", "8"), (None, None, "3")):
        made(home, "deal", name="D", currency=currency, rate=rate, fee=fee, venture=str(venture), client=str(client))
    assert stored(home, "client", client, "spent", "largest", "smallest", "usual", "credit_left") == (
        Decimal(27), Decimal(20), Decimal(3), Decimal(9), Decimal(73),
    )  # fmt: skip
    names = ("raised", "largest", "smallest", "usual", "newest", "missing", "raised_base")
    assert stored(home, "venture", venture, *names) == tuple(Decimal(n) for n in (54, 40, 6, 18, 6, 46, 27))
    with home.system() as work:
        update(work, "venture", [Change(venture, {"rate": "4"})])
    assert stored(home, "venture", venture, *names) == tuple(
        Decimal(n) for n in ("13.75", "8", "0.75", "4.5833", "0.75", "86.25", "55")
    )


def test_a_currency_read_from_another_record_serves_too(home: Installation) -> None:
    deal = made(home, "deal", name="D", currency="USD", rate="0.5")
    receipt = made(home, "receipt", text="R", deal=str(deal), amount="30")
    alone = made(home, "receipt", text="S", amount="30")
    assert stored(home, "receipt", receipt, "amount_base") == (Decimal(15),)
    assert stored(home, "receipt", alone, "amount_base") == (Decimal(30),)
    with home.system() as work:
        update(work, "deal", [Change(deal, {"rate": "2"})])
    assert stored(home, "receipt", receipt, "amount_base") == (Decimal(60),)
    with home.system() as work:
        delete(work, "deal", [deal])
    assert stored(home, "receipt", receipt, "amount_base") == (Decimal(30),)


def test_twins_are_listed_filtered_and_sorted_but_not_written(home: Installation) -> None:
    for name, rate in (("low", "0.1"), ("high", "9")):
        made(home, "deal", name=f"listed {name}", currency="USD", rate=rate, fee="10")
    request = ListRequest(
        "deal",
        fields=("name", "total_base", "half_base"),
        filters=("name starts with 'listed' and total_base > 0.5 and half_base < 1000",),
        sort=("-total_base",),
    )
    with home.runtime.system_read(TENANT, "test") as work:
        found = list_records(work, request, KEY).records
    assert [(one["name"], one["total_base"], one["half_base"]) for one in found] == [
        ("listed high", "90.00", "45.00"), ("listed low", "1.00", "0.50"),
    ]  # fmt: skip
    with pytest.raises(Invalid) as caught, home.system() as work:
        create(work, "deal", [{"name": "E", "fee_base": "3"}])
    assert [problem.code for problem in caught.value.problems] == ["not_writable"]


def test_a_twin_has_the_rights_of_its_field(home: Installation) -> None:
    trader = home.user("tina", "trader")
    with home.as_user(trader) as work:
        [record] = list_records(work, ListRequest("deal", limit=1), KEY).records
        assert "total_base" in record
        assert not {"fee", "fee_base"} & record.keys()
        with pytest.raises((Denied, Malformed)):
            list_records(work, ListRequest("deal", filters=("fee_base > 1",)), KEY)


def test_measures_never_mix_currencies(home: Installation) -> None:
    client = made(home, "client", name="M")
    for currency, rate in (("USD", "0.5"), ("USD", "0.25"), (None, None)):
        made(home, "deal", name="M", currency=currency, rate=rate, client=str(client), lines=[{"price": "8"}])
    mine = f"client = '{client}'"

    def ask(object: str, measure: str, *groups: str, where: str = mine) -> list[dict[str, Any]]:
        kind, _, of = measure.rstrip(")").partition("(")
        request = AggregateRequest(object, groups, (MeasureRequest("m", kind, of),), (where,), groups)
        with home.runtime.system_read(TENANT, "test") as work:
            return aggregate(work, request)

    assert ask("deal", "sum(total_base)") == [{"m": "14.00"}]
    assert ask("deal", "max(half_base)") == [{"m": "4.00"}]
    assert ask("deal", "sum(total)", "currency") == [{"currency": "USD", "m": "16.00"}, {"currency": None, "m": "8.00"}]
    assert ask("deal", "sum(total)", where=f"{mine} and currency = 'USD'") == [{"m": "16.00"}]
    assert len(ask("deal_line", "min(amount)", "deal", where=f"deal.{mine}")) == 3
    assert ask("deal_line", "sum(amount)", "deal.currency", where=f"deal.{mine}")[0]["m"] == "16.00"
    assert ask("client", "sum(spent)", where=f"id = '{client}'") == [{"m": "14.00"}]
    for object, measure, mend in (
        ("deal", "sum(total)", "Measure `total_base`, in the organisation's currency, or group by `currency`"),
        ("deal", "avg(total - fee)", "`fee_base` and `total_base`"),
        ("deal", "min(venture.target)", "`venture.target_base`.*`venture.currency`"),
        ("deal_line", "max(amount)", "`amount_base`.*`deal.currency`"),
    ):
        with pytest.raises(Malformed, match=mend) as caught:
            ask(object, measure, "record_type", where="version > 0")
        assert caught.value.code == "mixed_currencies"


def test_switching_the_feature_on_computes_what_is_there(database: Database, tmp_path: Path) -> None:
    before = tmp_path / "before"
    shutil.copytree(ABROAD, before, ignore=shutil.ignore_patterns("layouts"))
    for file in before.glob("objects/*/*.yaml"):
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace(", currency]", "]").replace("features: [currency]\n", ""), encoding="utf-8")
    with installed(database, tmp_path / "data", before) as home:
        client = made(home, "client", name="C", credit="100")
        venture = made(home, "venture", name="V", currency="USD", rate="0.5")
        links = {"client": str(client), "venture": str(venture)}
        deal = made(home, "deal", name="D", currency="CHF", rate="2", fee="10", lines=[{"price": "5"}], **links)
        assert stored(home, "client", client, "spent", "credit_left") == (Decimal(15), Decimal(85))
        with home.system() as work:
            plan = home.runtime.plan(work, packages_of((ABROAD,)))
            sentences = [step.sentence for step in plan.steps]
            assert "Compute `total_base` for the existing records of `deal`." in sentences
            assert "Compute `spent` for the existing records of `client`." in sentences
            home.runtime.publish(work, plan)
        assert stored(home, "deal", deal, "total", "total_base") == (Decimal(15), Decimal(30))
        assert stored(home, "client", client, "spent", "credit_left") == (Decimal(30), Decimal(70))
        assert stored(home, "venture", venture, "raised", "raised_base") == (Decimal(60), Decimal(30))
        with home.runtime.system_read(TENANT, "test") as work:
            assert examine_values(work) == []


PLACE = st.integers(0, 2)
AMOUNT = st.one_of(st.none(), st.decimals(-9999, 9999, places=4).map(str))
RATES = st.sampled_from([None, "0", "0.5", "1.333333", "0.000007", "1234.567891"])
MONEY = st.fixed_dictionaries({"currency": st.sampled_from([None, OWN, "USD", "JPY"]), "rate": RATES})
LINES = st.lists(st.fixed_dictionaries({"price": AMOUNT, "quantity": st.sampled_from(["1", "0.33", "-7"])}), max_size=2)
MOVES = [("deal", "venture"), ("deal", "client"), ("receipt", "deal")]
THING = st.sampled_from(["client", "venture", "deal", "receipt"])
STEPS = st.one_of(
    st.tuples(st.just("trade"), MONEY, AMOUNT, LINES, PLACE, PLACE),
    st.tuples(st.just("receive"), PLACE, PLACE, AMOUNT),
    st.tuples(st.just("exchange"), st.sampled_from(["deal", "venture"]), PLACE, MONEY),
    st.tuples(st.just("charge"), PLACE, AMOUNT, st.booleans()),
    st.tuples(st.just("aim"), PLACE, AMOUNT),
    st.tuples(st.just("move"), st.sampled_from(MOVES), PLACE, PLACE),
    st.tuples(st.just("reprice"), PLACE, AMOUNT),
    st.tuples(st.just("drop_line"), PLACE),
    st.tuples(st.just("remove"), THING, PLACE),
    st.tuples(st.just("bring_back"), THING, PLACE),
)  # fmt: skip


@dataclass
class Office:
    """Acts out the steps; a refusal undoes all of one."""

    home: Installation
    records: dict[str, list[UUID]] = field(default_factory=dict)
    lines: dict[UUID, list[UUID]] = field(default_factory=dict)

    def act(self, step: tuple[Any, ...]) -> None:
        name, *arguments = step
        try:
            with self.home.system() as work:
                getattr(self, name)(work, *arguments)
        except (Invalid, Conflict, NotFound):
            return

    def open(self) -> None:
        with self.home.system() as work:
            for object in ("receipt", "deal", "venture", "client"):
                delete(work, object, list(load(work, object, "version")))
            names = [{"name": str(n)} for n in range(3)]
            self.records = {
                "client": [saved.id for saved in create(work, "client", names)],
                "venture": [saved.id for saved in create(work, "venture", names)],
                "deal": [],
                "receipt": [],
            }

    def pick(self, object: str, place: int) -> UUID:
        found = self.records[object]
        if not found:
            raise NotFound("none yet")
        return found[place % len(found)]

    def trade(
        self, work: Work, money: dict[str, Any], fee: str | None, lines: list[Any], client: int, venture: int
    ) -> None:
        links = {"client": str(self.pick("client", client)), "venture": str(self.pick("venture", venture))}
        [saved] = create(work, "deal", [{"name": "d", "fee": fee, "lines": lines, **money, **links}])
        self.records["deal"].append(saved.id)
        self.lines[saved.id] = list(saved.details["lines"])

    def receive(self, work: Work, deal: int, venture: int, amount: str | None) -> None:
        body = {"text": "r", "deal": str(self.pick("deal", deal)), "venture": str(self.pick("venture", venture))}
        [saved] = create(work, "receipt", [{**body, "amount": amount}])
        self.records["receipt"].append(saved.id)

    def exchange(self, work: Work, object: str, place: int, money: dict[str, Any]) -> None:
        update(work, object, [Change(self.pick(object, place), money)])

    def charge(self, work: Work, deal: int, fee: str | None, on_hold: bool) -> None:
        update(work, "deal", [Change(self.pick("deal", deal), {"fee": fee, "on_hold": on_hold})])

    def aim(self, work: Work, venture: int, target: str | None) -> None:
        update(work, "venture", [Change(self.pick("venture", venture), {"target": target})])

    def move(self, work: Work, link: tuple[str, str], place: int, to: int) -> None:
        object, name = link
        update(work, object, [Change(self.pick(object, place), {name: str(self.pick(name, to))})])

    def reprice(self, work: Work, deal: int, price: str | None) -> None:
        self._line(work, deal, {"price": price})

    def drop_line(self, work: Work, deal: int) -> None:
        self._line(work, deal, {"_delete": True})

    def _line(self, work: Work, deal: int, body: dict[str, Any]) -> None:
        id = self.pick("deal", deal)
        if not self.lines[id]:
            raise NotFound("no lines")
        update(work, "deal", [Change(id, {"lines": [{"id": str(self.lines[id][0]), **body}]})])

    def remove(self, work: Work, object: str, place: int) -> None:
        delete(work, object, [self.pick(object, place)])

    def bring_back(self, work: Work, object: str, place: int) -> None:
        restore(work, object, [self.pick(object, place)])


def judge(work: Work) -> None:
    """Compare everything stored with what plain Python makes of the values people gave."""
    clients, ventures, deals, lines, receipts = (
        load(work, name) for name in ("client", "venture", "deal", "deal_line", "receipt")
    )
    for line in lines.values():
        assert line["price_base"] == in_base(line["price"], worth(deals[line["deal"]]))
        assert line["amount_base"] == in_base(line["amount"], worth(deals[line["deal"]]))
    for id, deal in deals.items():
        own = [line for line in lines.values() if line["deal"] == id]
        assert deal["subtotal"] == figures([line["amount"] for line in own])["sum"]
        assert deal["dearest"] == figures([line["price"] for line in own])["max"]
        for name in ("fee", "subtotal", "dearest", "total"):
            assert deal[f"{name}_base"] == in_base(deal[name], worth(deal)), name
    for receipt in receipts.values():
        rate = worth(deals[receipt["deal"]]) if receipt["deal"] in deals else Decimal(1)
        assert receipt["amount_base"] == in_base(receipt["amount"], rate)
    for id, venture in ventures.items():
        found = figures([brought(deal["total"], deal, venture) for deal in deals.values() if deal["venture"] == id])
        named = {"raised": found["sum"], "largest": found["max"], "smallest": found["min"], "usual": found["avg"]}
        paid = figures(
            [
                brought(receipt["amount"], deals.get(receipt["deal"], {"currency": None, "rate": None}), venture)
                for receipt in receipts.values()
                if receipt["venture"] == id
            ]
        )
        for name, amount in {**named, "received": paid["sum"]}.items():
            assert venture[name] == rounded(amount), name
        for name in (*named, "received", "target", "missing"):
            assert venture[f"{name}_base"] == in_base(venture[name], worth(venture)), name
    for id, client in clients.items():
        found = figures([deal["total_base"] for deal in deals.values() if deal["client"] == id])
        assert (client["spent"], client["largest"]) == (found["sum"], found["max"])
        assert client["usual"] == (None if found["avg"] is None else exactly(found["avg"], 4))


@settings(max_examples=scaled(12))
@given(steps=st.lists(STEPS, min_size=4, max_size=10))
def test_amounts_agree_with_python_whatever_is_written(home: Installation, steps: list[tuple[Any, ...]]) -> None:
    office = Office(home)
    office.open()
    for step in steps:
        office.act(step)
    with home.runtime.system_read(TENANT, "test") as work:
        judge(work)
        assert examine_values(work) == []
