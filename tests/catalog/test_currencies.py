"""Which amounts go together: checked when metadata is linked or a question is asked, with a mend that can be taken."""

from typing import Any

import pytest

from formwork.catalog import Snapshot, link
from formwork.catalog.labels import field_label
from formwork.definitions.model import Finding
from formwork.definitions.parse.document import parse_document
from formwork.definitions.workspace import PackageContent
from formwork.expressions import ExpressionError, check
from formwork.fieldtypes.registry import FIELD_TYPES
from tests.support.tenants import ABROAD, packages_of

CODE = {"type": "text", "max": 3}
RATE = {"type": "number", "precision": 6}


@pytest.fixture(scope="module")
def abroad() -> Snapshot:
    linked = link(packages_of((ABROAD,)), FIELD_TYPES)
    assert linked.snapshot is not None, linked.findings
    return linked.snapshot


@pytest.mark.parametrize(
    ("object", "text"),
    [
        ("deal", "total + fee > 100"),
        ("deal", "sum(lines, amount) + fee"),
        ("deal", "max(lines, price) < total"),
        ("deal", "total_base + client.credit"),
        ("deal", "client.credit > 100"),
        ("deal", "total > money(rate)"),
        ("deal", "total * 2 - money(5) + round(half, 2)"),
        ("deal", "coalesce(total_base, client.credit, money(0))"),
        ("deal", "venture.target + venture.raised"),
        ("deal", "target - venture.raised"),
        ("deal", "total / fee"),
        ("deal", "sum(receipts, amount) + fee"),
        ("receipt", "amount < deal.total"),
        ("deal", "count(receipts, amount > 5)"),
        ("deal_line", "price * quantity + deal.fee"),
        ("deal_line", "if(quantity > 1, price, deal.total)"),
        ("client", "sum(deals, total_base) + credit"),
    ],
)
def test_amounts_of_one_currency_go_together(abroad: Snapshot, object: str, text: str) -> None:
    assert check(text, abroad.scope(object)).object == object


@pytest.mark.parametrize(
    ("object", "text", "mend"),
    [
        ("deal", "total + client.credit", "Cannot add .*; write `total_base`, in the organisation's currency."),
        ("deal", "total - venture.raised", "Cannot subtract .*; write `total_base` and `venture.raised_base`"),
        ("deal", "total > client.credit", "Cannot compare .*`total_base`"),
        ("deal", "fee + total_base", "`fee_base`"),
        ("deal", "fee in (total, client.credit)", "`fee_base`"),
        ("deal", "min(fee, venture.target)", "`fee_base` and `venture.target_base`"),
        ("deal", "if(rate > 1, total, client.credit)", "Cannot choose between .*`total_base`"),
        ("deal", "coalesce(fee, client.credit)", "`fee_base`"),
        ("deal", "total / client.credit", "Cannot divide .*`total_base`"),
        ("deal", "mod(total, client.credit)", "`total_base`"),
        ("deal", "total + target", "`total_base` and `target_base`"),
        ("deal", "round(total, 2) + -client.credit", "`total_base`"),
        ("venture", "sum(receipts, amount)", "`receipts` may be in different currencies, so `sum` .*`amount_base`"),
        ("receipt", "amount + venture.target", "`amount_base` and `venture.target_base`"),
        ("client", "max(deals, total)", "`max` .*`total_base`"),
        ("client", "avg(deals, half) > 5", "`half_base`"),
        ("client", "sum(deals, sum(lines, amount))", "`amount_base`"),
        ("client", "credit > sum(deals, total_base) and exists(deals, total > client.credit)", "`total_base`"),
        ("deal_line", "price + deal.client.credit", "`price_base`"),
    ],
)  # fmt: skip
def test_amounts_of_several_currencies_do_not(abroad: Snapshot, object: str, text: str, mend: str) -> None:
    with pytest.raises(ExpressionError, match=mend) as caught:
        check(text, abroad.scope(object))
    assert caught.value.code == "bad_type"


def linked(objects: list[dict[str, Any]]) -> tuple[Finding, ...]:
    """What linking says about these objects of one package."""
    manifest, _ = parse_document("package", {"package": "test", "version": "1.0.0", "label": "Test"}, "test")
    parsed = []
    for data in objects:
        definition, findings = parse_document("object", data, "test")
        assert not findings, findings
        parsed.append(definition)
    return link({"test": PackageContent(manifest, tuple(parsed))}, FIELD_TYPES).findings


def bill(**fields: Any) -> dict[str, Any]:
    """An object with a currency of its own and these fields."""
    return {
        "object": "bill",
        "features": ["currency"],
        "fields": {"currency": CODE, "rate": RATE, "total": {"type": "money"}, **fields},
    }


def test_the_feature_needs_its_two_fields() -> None:
    one = bill(rate={"type": "text"})
    del one["fields"]["currency"]
    [finding] = linked([one])
    assert finding.code == "currency_fields"
    assert finding.mend == "Add `currency: {type: text, max: 3}` and `rate: {type: number, precision: 6}`."


def test_the_name_of_a_twin_is_taken() -> None:
    [finding] = linked([bill(total_base={"type": "text"})])
    assert (finding.code, finding.path) == ("twin_name", "fields.total_base")
    assert "`total`" in finding.mend


def test_a_formula_gives_an_amount_in_its_records_currency() -> None:
    purse = {"object": "purse", "fields": {"limit": {"type": "money"}}}
    given = {"type": "formula", "gives": "money", "expression": "purse.limit"}
    [finding] = linked([purse, bill(purse={"type": "lookup", "to": "purse"}, left=given)])
    assert finding.code == "bad_expression"
    assert "an amount in the organisation's currency, but one in the record's own currency is needed" in finding.message
    behind = {"type": "formula", "gives": "money", "expression": "bill.total"}
    plain = {"object": "purse", "fields": {"bill": {"type": "lookup", "to": "bill"}, "owed": behind}}
    [finding] = linked([bill(), plain])
    assert "in the currency of `bill`" in finding.message
    assert "`bill.total_base`" in finding.message


def test_without_the_feature_nothing_has_a_twin() -> None:
    one = bill()
    del one["features"]
    manifest, _ = parse_document("package", {"package": "test", "version": "1.0.0", "label": "Test"}, "test")
    definition, _ = parse_document("object", one, "test")
    found = link({"test": PackageContent(manifest, (definition,))}, FIELD_TYPES).snapshot
    assert found is not None
    assert not [name for name, spec in found.objects["bill"].fields.items() if spec.twin_of]


def test_a_twin_has_a_label_in_every_language(abroad: Snapshot) -> None:
    twin = abroad.objects["deal"].fields["total_base"]
    labels = {locale: field_label(abroad, locale, twin) for locale in ("en", "es", "zh", "ko")}
    assert labels == {"en": "Total (base)", "es": "Total (base)", "zh": "Total (本位币)", "ko": "Total (기준 통화)"}
