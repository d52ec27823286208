"""Pages say whose currency each amount is in, on both databases."""

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from formwork.records import create
from formwork.web.app import create_web
from formwork.web.formats import Formats
from tests.support.databases import Database
from tests.support.tenants import ABROAD, installed
from tests.web.conftest import House, Person


@pytest.fixture(scope="module")
def abroad(shared_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with installed(shared_database, tmp_path_factory.mktemp("abroad"), ABROAD) as here:
        yield House(here, create_web(here.runtime))


@pytest.fixture(scope="module")
def admin(abroad: House) -> Person:
    return abroad.person("anna", "broker")


@pytest.fixture(scope="module")
def deal(abroad: House) -> UUID:
    """A deal of 1,250 dollars, worth 1,000 euros, in a venture in yen; and one in euros."""
    with abroad.here.system() as work:
        [client] = create(work, "client", [{"name": "Cascade", "credit": "900"}])
        [venture] = create(work, "venture", [{"name": "Hikari", "currency": "JPY", "rate": "0.0062", "target": "5000"}])
        links = {"client": str(client.id), "venture": str(venture.id)}
        lines = [{"text": "Probe", "price": "1225"}]
        body = {"name": "Dollars", "currency": "USD", "rate": "0.8", "fee": "25", "lines": lines, **links}
        [saved, _] = create(work, "deal", [body, {"name": "Euros", "fee": "10"}])
        create(work, "receipt", [{"text": "Part", "deal": str(saved.id), "amount": "100"}])
        return saved.id


def words(text: str) -> str:
    """What a page says, without its marks."""
    bare = re.sub(r"<(script|style|template).*?</\1>", " ", text, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", bare)).split())


def test_a_list_names_the_currency_of_each_amount(admin: Person, deal: UUID) -> None:
    text = words(admin.get("/o/deal").text)
    assert "Total (base), EUR" in text
    assert "Client · Credit, EUR" in text
    assert re.search(r"Dollars \$1,250\.00 1,000\.00 900\.00 ¥5,000", text)
    assert re.search(r"Euros €10\.00 10\.00", text)


def test_a_record_shows_its_worth_beside_amounts_of_another_currency(admin: Person, deal: UUID) -> None:
    text = words(admin.get(f"/o/deal/{deal}").text)
    assert "Total $1,250.00 in the organisation's currency: €1,000.00" in text
    assert "Fee $25.00 in the organisation's currency: €20.00" in text
    assert "Half $625.00 in the organisation's currency: €500.00" in text
    assert "Target ¥5,000 in the organisation's currency: €31.00" in text
    assert "Price, USD" in text
    assert "Probe 1 1,225.00 1,225.00" in text
    assert "in the organisation's currency" not in words(admin.get(f"/o/client/{_client(admin)}").text)


def _client(admin: Person) -> str:
    found = re.search(r'href="/o/client/([0-9a-f-]{36})"', admin.get("/o/client").text)
    assert found is not None
    return found[1]


def test_a_related_list_asks_its_records(admin: Person, deal: UUID) -> None:
    text = words(admin.get(f"/o/deal/{deal}/related/receipt.deal").text)
    assert "Amount (base), EUR" in text
    assert "Part $100.00 80.00" in text


def test_a_form_says_the_currency_as_it_stands(admin: Person, deal: UUID) -> None:
    page = admin.get(f"/o/deal/{deal}/edit").text
    assert re.search(r'id="f-fee".*?<span[^>]*>\s*\$', page, re.DOTALL)
    assert "Price, USD" in words(page)
    assert "Total $1,250.00" in words(page)
    fresh = words(admin.get("/o/deal/new").text)
    assert "Price, EUR" in fresh
    line = re.search(r'href="/o/deal_line/([0-9a-f-]{36})', admin.get("/o/deal_line").text)
    assert line is not None
    detail = words(admin.get(f"/o/deal_line/{line[1]}").text)
    assert "$1,225.00 in the organisation's currency: €980.00" in detail


def test_a_form_tells_no_currency_to_who_may_not_see_its_field(abroad: House, deal: UUID) -> None:
    """P1 of SECURITY: neither the record's own amounts, nor the heads of its lines, nor a line's own page."""
    teller = abroad.person("tess", "teller")
    line = re.search(r'href="/o/deal_line/([0-9a-f-]{36})', teller.get("/o/deal_line").text)
    assert line is not None
    for path in (f"/o/deal/{deal}/edit", f"/o/deal/{deal}", f"/o/deal_line/{line[1]}/edit", f"/o/deal_line/{line[1]}"):
        text = words(teller.get(path).text)
        assert "1,225.00" in text or 'value="1,225.00"' in teller.get(path).text, path
        assert "$" not in text, path
        assert "USD" not in text, path


def test_amounts_have_the_decimals_of_the_currency_their_column_names(abroad: House, admin: Person) -> None:
    """Stored are four decimals; shown are those of the currency, also where only the head of the column says which."""
    with abroad.here.system() as work:
        lines = [{"text": "Probe", "price": "1225.5"}]
        [yen] = create(work, "deal", [{"name": "Yen", "currency": "JPY", "rate": "0.00621", "lines": lines}])
    text = words(admin.get(f"/o/deal/{yen.id}").text)
    assert "Price, JPY" in text
    assert "Probe 1 1,226 1,226" in text
    listed = words(admin.get("/o/deal?q=name%20%3D%20%27Yen%27").text)
    assert re.search(r"Yen ¥1,226 7\.61", listed), listed


def test_a_column_without_a_known_currency_shows_two_decimals() -> None:
    formats = Formats("en", ZoneInfo("UTC"), "JPY", datetime(2026, 11, 22, tzinfo=UTC))
    assert formats.amount(Decimal("7.6104")) == "7.61"
    assert formats.amount(Decimal("7.6104"), "JPY") == "8"
    assert formats.amount(Decimal("7.6104"), "KWD") == "7.610"
    assert formats.money(Decimal("7.6104")) == "¥8"
