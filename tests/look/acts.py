"""What is done on a page before its picture: something opened, filled in wrongly, pressed twice."""

import re
from collections.abc import Callable
from http import HTTPStatus
from secrets import token_hex

from playwright.sync_api import Page

from tests.look.site import CAREFUL, Site, give_password

Act = Callable[[Page, Site], None]


def click(*selectors: str) -> Act:
    """Press these one after another."""

    def act(page: Page, _site: Site) -> None:
        for selector in selectors:
            page.locator(selector).locator("visible=true").first.click()
        page.wait_for_load_state("networkidle")

    return act


def type_in(selector: str, text: str) -> Act:
    """Type into a field, key by key."""

    def act(page: Page, _site: Site) -> None:
        page.locator(selector).locator("visible=true").first.press_sequentially(text)
        page.wait_for_load_state("networkidle")

    return act


def press(*keys: str) -> Act:
    """Press keys."""

    def act(page: Page, _site: Site) -> None:
        for key in keys:
            page.keyboard.press(key)
        page.wait_for_load_state("networkidle")

    return act


def both(*acts: Act) -> Act:
    """One after another."""

    def act(page: Page, site: Site) -> None:
        for one in acts:
            one(page, site)

    return act


def fail_to_sign_in(page: Page, _site: Site) -> None:
    """A password that is not the one."""
    page.fill("input[name=email]", f"nobody-{token_hex(4)}")
    page.fill("input[name=password]", "not the password")
    page.click("button[type=submit].btn-primary")
    page.wait_for_load_state("networkidle")


def fail_too_often(page: Page, _site: Site) -> None:
    """The same until one has to wait."""
    login = f"nobody-{token_hex(4)}"
    status = 0
    while status != HTTPStatus.TOO_MANY_REQUESTS:
        page.fill("input[name=email]", login)
        page.fill("input[name=password]", "not the password")
        with page.expect_navigation() as answer:
            page.click("button[type=submit].btn-primary")
        status = answer.value.status
    page.wait_for_load_state("networkidle")


def first_step(page: Page, site: Site) -> None:
    """The password of somebody with a second factor."""
    give_password(page, site, CAREFUL, page.evaluate("document.documentElement.lang").partition("-")[0])


def invite(page: Page, _site: Site) -> None:
    """Invite somebody; the link is shown."""
    name = f"new-{token_hex(4)}"
    page.fill("#full_name", "Noa Fields")
    page.fill("#email", f"{name}@example.com")
    page.check("input[name=role] >> nth=0")
    page.locator(".fw-savebar [type=submit], main form [type=submit]").locator("visible=true").last.click()
    page.wait_for_load_state("networkidle")


def follow_invitation(page: Page, site: Site) -> None:
    """Invite somebody and open the link."""
    invite(page, site)
    link = page.locator("input[value*='/link/']").first.get_attribute("value") or ""
    page.goto(site.url + link[link.index("/link/") :])


def clash(page: Page, _site: Site) -> None:
    """Save a form after somebody else has saved the same record."""
    other = page.context.new_page()
    other.goto(page.url)
    for at, one in ((1, other), (2, page)):
        one.locator("#record-form input[type=text]:visible:not([role])").first.fill(f"{at} {token_hex(3)}")
        one.click("[data-save]")
        one.wait_for_load_state("networkidle")
    other.close()


def send_too_much(page: Page, _site: Site) -> None:
    """A form larger than is taken."""
    page.evaluate(
        """() => {
        const form = document.querySelector('form[action="/preferences"]') || document.querySelector('main form')
        const much = document.createElement('input')
        much.type = 'hidden'; much.name = 'much'; much.value = 'x'.repeat(3_000_000)
        form.append(much); form.submit()
    }"""
    )
    page.wait_for_load_state("networkidle")


def send_an_old_form(page: Page, _site: Site) -> None:
    """A form whose token is not of this session."""
    page.evaluate("document.querySelectorAll('[name=_csrf]').forEach(one => { one.value = 'old' })")
    page.locator("main form [type=submit], [type=submit][form=preferences]").locator("visible=true").first.click()
    page.wait_for_load_state("networkidle")


def save_nothing(page: Page, _site: Site) -> None:
    """Send the form of a record as it came."""
    page.click("[data-save]")
    page.wait_for_selector(".fw-summary")


def view_as_role(page: Page, site: Site) -> None:
    """See the application as the role whose page this is."""
    page.locator("form[action='/setup/view-as'] [type=submit]").first.click()
    page.wait_for_load_state("networkidle")
    page.goto(f"{site.url}/o/sales_order")


def stop_viewing(page: Page, site: Site) -> None:
    """See it as oneself again."""
    page.locator("form[action='/setup/view-as/stop'] [type=submit]").click()
    page.wait_for_url(re.compile("/setup/"))


def select_rows(page: Page, _site: Site) -> None:
    """Tick three rows of a list."""
    for at in range(3):
        page.locator("tbody .fw-check").nth(at).check()


def make_key(page: Page, _site: Site) -> None:
    """Make an API key; it is shown once."""
    page.fill("#name", "Night export")
    page.locator("main form [type=submit]").first.click()
    page.wait_for_load_state("networkidle")


def new_codes(page: Page, _site: Site) -> None:
    """New recovery codes, confirmed."""
    page.locator("form[action='/security/recovery-codes'] [type=submit]").click()
    page.locator("#confirmation [data-go]").click()
    page.wait_for_load_state("networkidle")
