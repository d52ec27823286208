"""Every kind of page: no accessibility finding, no sideways scroll, at a desk and on a phone, light and dark."""

import pytest
from playwright.sync_api import Browser

from tests.support.browser import PHONE, axe_violations, opened_page, sideways_scroll
from tests.web.samples import views

SMALL = [
    "orders",
    "empty-no-match",
    "record",
    "form-errors",
    "conflict",
    "home",
    "login",
    "problem",
    "import-map",
    "import-run",
]


@pytest.mark.parametrize("name", sorted(views()))
def test_page_is_accessible(browser: Browser, gallery_address: str, name: str) -> None:
    with opened_page(browser, base_url=gallery_address) as page:
        page.goto(f"/{name}")
        assert axe_violations(page) == []
        assert sideways_scroll(page) <= 0


@pytest.mark.parametrize("name", SMALL)
def test_page_is_accessible_on_a_phone(browser: Browser, gallery_address: str, name: str) -> None:
    with opened_page(browser, size=PHONE, scheme="dark", base_url=gallery_address) as page:
        page.goto(f"/{name}?language=zh")
        assert axe_violations(page) == []
        assert sideways_scroll(page) <= 0


@pytest.mark.parametrize("name", ["orders", "record", "form-errors"])
def test_page_is_accessible_in_the_other_scheme(browser: Browser, gallery_address: str, name: str) -> None:
    with opened_page(browser, scheme="dark", base_url=gallery_address) as page:
        page.goto(f"/{name}?toasts=1&rail=1&density=compact")
        assert axe_violations(page) == []
