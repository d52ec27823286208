"""An administrator who writes no file makes a kind of record in Studio, publishes it, and people work with it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from formwork.identity import set_password
from formwork.web.app import create_web
from tests.support.browser import PHONE, axe_violations, sideways_scroll
from tests.support.databases import Database
from tests.support.server import served
from tests.support.tenants import ROOT, installed

PASSWORD = "a long enough sentence"


@pytest.fixture
def address(database: Database, tmp_path: Path) -> Iterator[str]:
    """The product with its packages, an administrator and a seller."""
    with installed(database, tmp_path, ROOT) as here:
        for login, role in (("ada", "admin"), ("rex", "sales_rep")):
            user = here.user(login, role)
            with here.system() as work:
                set_password(work, user, login, PASSWORD)
        with served(create_web(here.runtime), "localhost") as found:
            yield found


def sign_in(page: Page, address: str, login: str) -> None:
    page.goto(f"{address}/login")
    page.fill("input[name=email]", login)
    page.fill("input[name=password]", PASSWORD)
    page.click("button[type=submit].btn-primary")
    page.wait_for_url(lambda url: "/login" not in url)


def look(page: Page) -> None:
    """The page is accessible, and at the width of a phone it does not scroll sideways."""
    assert axe_violations(page) == []
    desk = page.viewport_size
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert sideways_scroll(page) <= 0
    assert axe_violations(page) == []
    assert desk is not None
    page.set_viewport_size(desk)


@pytest.mark.slow
def test_a_new_object_goes_live_from_the_browser(page: Page, address: str) -> None:
    sign_in(page, address, "ada")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Studio").click()
    page.get_by_role("link", name="New object").click()
    page.get_by_label("Name of one record").fill("Vehicle")
    expect(page.get_by_label("API name")).to_have_value("vehicle")
    page.get_by_label("Its title field").fill("Plate")
    page.get_by_label("Sales representative", exact=True).check()
    look(page)
    page.get_by_role("button", name="Keep in the draft").click()
    expect(page.get_by_role("heading", name="Vehicle", level=1)).to_be_visible()
    page.get_by_role("link", name="New field").click()
    page.get_by_label("Label", exact=False).first.fill("Colour")
    page.get_by_role("button", name="Keep and add another").click()
    page.get_by_role("link", name=re.compile("^Choice ")).click()
    page.get_by_label("Label", exact=False).first.fill("Fuel")
    page.get_by_label("Label of the choice").first.fill("Petrol")
    page.get_by_label("Label of the choice").first.press("Enter")
    page.keyboard.type("Diesel")
    expect(page.get_by_label("Preview").get_by_text("This fits")).to_be_visible()
    look(page)
    page.get_by_role("button", name="Keep in the draft").click()
    expect(page.get_by_role("row")).to_have_count(4)
    page.get_by_role("link", name=re.compile("Publish 2 changes")).click()
    look(page)
    page.get_by_role("button", name=re.compile("Publish 2 changes")).click()
    page.get_by_role("link", name="Open it").click()
    expect(page).to_have_url(f"{address}/o/vehicle")
    page.context.clear_cookies()
    sign_in(page, address, "rex")
    page.goto(f"{address}/o/vehicle/new")
    page.get_by_label("Plate").fill("1234 KLM")
    page.get_by_label("Fuel").select_option("Diesel")
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_role("heading", name="1234 KLM")).to_be_visible()
    page.goto(f"{address}/studio")
    expect(page.get_by_role("heading", name="You may not do this")).to_be_visible()
