"""A seller's day in the browser: find a customer, take an order, mend a mistake; at a desk, on a phone, by keys."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from formwork.identity import set_password
from formwork.records import create
from formwork.wsgi import Site
from tests.support.browser import axe_violations, sideways_scroll
from tests.support.databases import Database
from tests.support.server import served
from tests.support.tenants import ROOT, Installation, installed

PASSWORD = "a long enough sentence"


@dataclass(frozen=True)
class Shop:
    """A served installation with two customers, two products and a seller called rosa."""

    home: Installation
    url: str

    def sign_in(self, page: Page) -> Page:
        """The page, signed in as the seller."""
        page.goto(f"{self.url}/login")
        page.fill("#email", "rosa")
        page.fill("#password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/login" not in url)
        return page


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder: Path = tmp_path_factory.mktemp("day")
    with installed(Database("sqlite", "", folder), folder, ROOT) as home:
        rosa = home.user("rosa", "sales_rep")
        with home.system() as work:
            set_password(work, rosa, "rosa", PASSWORD)
            names = ("Harbour Café", "Beacon Books")
            create(work, "account", [{"name": name, "owner": str(rosa)} for name in names])
            create(
                work,
                "product",
                [
                    {"sku": "L-1", "name": "Desk lamp", "list_price": "19.99", "tax_class": "zero", "owner": str(rosa)},
                    {"sku": "B-1", "name": "Bulb", "list_price": "2.50", "tax_class": "zero", "owner": str(rosa)},
                ],
            )
        with served(Site(replace(home.runtime.settings, rate_limit=""))) as url:
            yield Shop(home, url)


def choose(page: Page, box: str, text: str, title: str) -> None:
    """Pick a record in a look-up by typing."""
    page.locator(box).fill(text)
    page.locator(f"{box}-list [role=option]", has_text=title).first.wait_for()
    page.locator(box).press("Enter")
    expect(page.locator(box)).to_have_value(title)


def test_a_day_at_the_desk(shop: Shop, page: Page) -> None:
    shop.sign_in(page)
    page.locator("#nav a[href='/o/account']").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    page.locator("[popovertarget=menu-filter]").click()
    with page.expect_response("**/o/account/filter*"):
        page.select_option("#filter-field", "name")
    page.wait_for_load_state("networkidle")
    page.fill("#filter-value", "harbour")
    page.select_option("#filter-op", label="contains")
    page.get_by_role("button", name="Add filter").click()
    expect(page.locator(".fw-chip", has_text="harbour")).to_have_count(1)
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody")).to_contain_text("Harbour Café")
    page.locator("tbody th a").first.click()
    expect(page.locator("h1")).to_contain_text("Harbour Café")

    page.goto(f"{shop.url}/o/sales_order/new")
    choose(page, "#f-account", "harb", "Harbour Café")
    page.fill("#f-customer_ref", "Phone, Tuesday")
    page.locator("[data-add]").first.click()
    choose(page, "#f-lines-0-product", "lamp", "Desk lamp")
    page.fill("#f-lines-0-quantity", "many")
    page.locator("[data-save]").click()
    expect(page.locator("#summary")).to_be_focused()
    expect(page.locator("#f-lines-0-quantity-e")).not_to_be_empty()
    expect(page.locator("#f-customer_ref")).to_have_value("Phone, Tuesday")
    expect(page.locator("#f-lines-0-product")).to_have_value("Desk lamp")
    page.fill("#f-lines-0-quantity", "3")
    page.locator("[data-save]").click()
    page.wait_for_url(lambda url: not url.endswith("/new"))
    expect(page.locator("#main")).to_contain_text("59.97")
    expect(page.locator("#main .fw-grid thead")).to_contain_text("Quantity")
    expect(page.locator("#main .fw-grid thead")).not_to_contain_text("Discount")
    expect(page.locator("h1")).to_contain_text("SO-")

    address = page.url.split("?")[0]
    page.goto(f"{address}/edit")
    page.fill("#f-customer_ref", "Phone, Wednesday")
    page.locator("[data-save]").click()
    page.wait_for_url(lambda url: not url.endswith("/edit"))
    page.goto(f"{address}/history")
    expect(page.locator("#main")).to_contain_text("Rosa")


@pytest.mark.proof
def test_the_same_pages_in_another_language(shop: Shop, page: Page) -> None:
    """The shop is shared, so its people get their own language back whatever happens here."""
    shop.sign_in(page)
    try:
        speak(shop, page, "es")
        page.goto(f"{shop.url}/o/account")
        expect(page.locator("html")).to_have_attribute("lang", "es")
        expect(page.locator("h1")).to_contain_text("Cuentas")
        expect(page.locator("#nav")).to_contain_text("Pedidos")
        assert axe_violations(page) == []
    finally:
        speak(shop, page, "en")
    expect(page.locator("html")).to_have_attribute("lang", "en")


def speak(shop: Shop, page: Page, language: str) -> None:
    """Choose a language in the preferences."""
    page.goto(f"{shop.url}/preferences")
    page.select_option("select[name=language]", language)
    page.locator("button[form=preferences]").click()
    page.wait_for_load_state("networkidle")


def test_a_customer_is_added_on_a_phone(shop: Shop, phone: Page) -> None:
    shop.sign_in(phone)
    fits(phone)
    phone.locator(".fw-bottombar [popovertarget=menu-nav]").click()
    phone.locator("#menu-nav a[href='/o/account']").click()
    expect(phone.locator("h1")).to_be_visible()
    fits(phone)
    phone.goto(f"{shop.url}/o/account/new")
    fits(phone)
    phone.fill("#f-name", "Corner Shop")
    phone.locator("[data-save]").click()
    phone.wait_for_url(lambda url: not url.endswith("/new"))
    expect(phone.locator("h1")).to_contain_text("Corner Shop")
    fits(phone)


@pytest.mark.proof
def test_a_list_and_its_records_without_a_mouse(shop: Shop, page: Page) -> None:
    """Filter, sort, open, go to the next record and back: the list and the focus are where they were left."""
    shop.sign_in(page)
    press = page.keyboard.press
    page.goto(f"{shop.url}/o/account?q=")
    press("/")
    expect(page.locator("#filter-field")).to_be_focused()
    for name in ("short_name", "name"):
        with page.expect_response("**/o/account/filter*"):
            page.select_option("#filter-field", name)
        expect(page.locator("#filter-op option[value=contains]")).to_have_count(1)
        if name == "short_name":
            page.fill("#filter-value", "e")
    expect(page.locator("#filter-value")).to_have_value("e")
    page.select_option("#filter-op", "is blank")
    expect(page.locator("#filter-value")).to_be_hidden()
    page.select_option("#filter-op", "contains")
    page.locator("#filter-value").press("Enter")
    expect(page.locator(".fw-chip", has_text="contains")).to_have_count(1)
    expect(page.locator("#menu-filter-opener")).to_be_focused()
    reach(page, "#sort-name")
    press("Enter")
    page.wait_for_url("**sort=-name*")
    expect(page.locator("#sort-name")).to_be_focused()
    expect(page.locator("th[aria-sort]")).to_have_attribute("aria-sort", "descending")
    listed = page.url
    press("j")
    first = page.evaluate("document.activeElement.getAttribute('href')")
    press("Enter")
    page.wait_for_url(f"**{first}")
    expect(page.locator("[data-place]")).to_have_text(re.compile("^1 of "))
    press("Alt+ArrowDown")
    page.wait_for_url(lambda url: first not in url)
    expect(page.locator("[data-place]")).to_have_text(re.compile("^2 of "))
    page.go_back()
    page.go_back()
    page.wait_for_url(listed)
    expect(page.locator(f"main a[href='{first}']")).to_be_focused()


def test_who_is_signed_out_while_typing_is_told_and_loses_nothing(shop: Shop, page: Page) -> None:
    shop.sign_in(page)
    page.goto(f"{shop.url}/o/account/new")
    page.fill("#f-name", "Typed for an hour")
    page.context.clear_cookies(name="fw_session")
    page.locator("#f-status").select_option(index=2)
    expect(page.locator("[data-signed-out] a")).to_have_attribute("href", re.compile("^/login[?]next="))
    expect(page.locator("#f-name")).to_have_value("Typed for an hour")


def test_a_form_is_sent_once_and_asks_before_it_is_left(shop: Shop, page: Page) -> None:
    shop.sign_in(page)
    page.goto(f"{shop.url}/o/account/new")
    page.fill("#f-name", "Only Once")
    questions: list[str] = []
    page.once("dialog", lambda dialog: (questions.append(dialog.type), dialog.dismiss()))
    page.locator("[data-cancel-form]").click()
    page.wait_for_function("document.querySelector('#f-name').value === 'Only Once'")
    assert questions == ["beforeunload"]
    page.locator("[data-save]").dblclick()
    page.wait_for_url(lambda url: not url.endswith("/new"))
    page.goto(f"{shop.url}/o/account?find=only+once")
    expect(page.locator("tbody tr")).to_have_count(1)


def test_an_order_is_taken_without_a_mouse(shop: Shop, page: Page) -> None:
    """Sign in, find the customer, take the order, mend a mistake at its field, take a line out again."""
    press = page.keyboard.press
    page.goto(f"{shop.url}/login")
    expect(page.locator("#email")).to_be_focused()
    page.keyboard.type("rosa")
    press("Tab")
    page.keyboard.type(PASSWORD)
    press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)
    press("Control+k")
    page.keyboard.type("beacon")
    expect(page.locator("#palette-list [role=option]", has_text="Beacon Books")).to_have_count(1)
    expect(page.locator("#palette-list [role=option][aria-selected=true]")).to_contain_text("Beacon Books")
    press("Enter")
    expect(page.locator("h1")).to_contain_text("Beacon Books")
    reach(page, "a.fw-skip")
    press("Enter")
    page.goto(f"{shop.url}/o/sales_order/new")
    reach(page, "#f-account")
    page.keyboard.type("beac")
    page.locator("#f-account-list [role=option]").first.wait_for()
    press("Enter")
    reach(page, "[data-add]")
    press("Enter")
    add_bulb(page, 0, "many")
    press("Control+Enter")
    expect(page.locator("#summary")).to_be_focused()
    reach(page, "#summary a")
    press("Enter")
    expect(page.locator("#f-lines-0-quantity")).to_be_focused()
    expect(page.locator("#f-lines-0-quantity-e")).not_to_be_empty()
    press("Control+a")
    page.keyboard.type("12")
    reach(page, "[data-add]")
    press("Enter")
    add_bulb(page, 1, "5")
    reach(page, "[name='lines.1._remove']")
    press("Space")
    expect(page.locator("#f-lines-1-product")).to_have_count(0)
    expect(page.locator("#f-lines-0-product")).to_be_focused()
    press("Control+Enter")
    page.wait_for_url(lambda url: not url.endswith("/new"))
    expect(page.locator("#main")).to_contain_text("30.00")
    press("e")
    page.wait_for_url("**/edit")
    press("Escape")
    page.wait_for_url(lambda url: not url.endswith("/edit"))


def add_bulb(page: Page, line: int, quantity: str) -> None:
    """Fill the line that was just added, its product by typing."""
    expect(page.locator(f"#f-lines-{line}-product")).to_be_focused()
    page.keyboard.type("bulb")
    page.locator(f"#f-lines-{line}-product-list [role=option]").first.wait_for()
    page.keyboard.press("Enter")
    expect(page.locator(f"#f-lines-{line}-product")).to_have_value("Bulb")
    reach(page, f"#f-lines-{line}-quantity")
    page.keyboard.press("Control+a")
    page.keyboard.type(quantity)


def fits(page: Page) -> None:
    """The page is no wider than its window."""
    assert sideways_scroll(page) == 0, page.url


def reach(page: Page, target: str, most: int = 80) -> None:
    """Press Tab until the target has the focus."""
    for _ in range(most):
        if page.evaluate("target => document.activeElement?.matches(target)", target):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{target} cannot be reached with Tab")
