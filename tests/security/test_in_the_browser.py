"""What the served product and a real browser make of section 6 of SECURITY: one story, from the server people run."""

from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from playwright.sync_api import Browser, Page, Response

from formwork.identity import set_password
from tests.security.test_headers import POLICY
from tests.support.browser import watched_page
from tests.support.command import program_for
from tests.support.databases import Database
from tests.support.server import served
from tests.support.tenants import LIBRARY, installed
from tests.web.conftest import PASSWORD

HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(self), geolocation=(self), microphone=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
INLINE = """() => new Promise(told => {
    document.addEventListener("securitypolicyviolation", seen => told([seen.effectiveDirective, window.ran ?? null]))
    const script = document.createElement("script")
    script.textContent = "window.ran = true"
    document.body.append(script)
})"""
SEND = """async size => (await fetch("/preferences", {method: "POST", body: "x".repeat(size)})).status"""
ASK = """async times => {
    const answers = await Promise.all(Array.from({length: times}, () => fetch("/api/v1/me")))
    return answers.map(one => [one.status, one.headers.get("Retry-After")])
}"""


@pytest.mark.slow
def test_the_browser_holds_the_served_product_to_its_policy(tmp_path: Path, browser: Browser) -> None:
    database = Database("sqlite", "", tmp_path)
    with installed(database, tmp_path, LIBRARY) as here:
        user = here.user("browsed", "admin")
        with here.system() as work:
            set_password(work, user, "browsed", PASSWORD)
        settings = {"workers": "1", "threads": "4", "secure_cookies": "true", "rate_limit": "10 per minute"}
        with program_for(database, **settings).serving() as address, watched_page(browser) as (page, _):
            _sees_headers(page.goto(f"{address}/login"))
            page.fill("#email", "browsed")
            page.fill("#password", PASSWORD)
            page.click("button[type=submit]")
            page.wait_for_url(f"{address}/")
            _sees_headers(page.goto(f"{address}/preferences"))
            assert page.evaluate(INLINE) == ["script-src-elem", None]
            _keeps_cookies(page)
            _refuses_a_forged_form(page, address)
            page.goto(f"{address}/preferences")
            assert page.evaluate(SEND, 2_500_000) == 413
            answers = page.evaluate(ASK, 15)
            assert {status for status, _ in answers} == {200, 429}
            assert all(int(after) > 0 for status, after in answers if status == 429)


def _sees_headers(answer: Response | None) -> None:
    """A document carries what it must, and does not name the software."""
    assert answer is not None
    assert answer.status == 200
    headers = answer.all_headers()
    assert HEADERS.items() <= headers.items()
    assert not {"server", "x-powered-by"} & set(headers)


def _keeps_cookies(page: Page) -> None:
    """The browser keeps the session for this host alone, out of reach of scripts and of other sites."""
    kept = {one["name"]: one for one in page.context.cookies()}
    for name in ("__Host-fw_session", "__Host-fw_state"):
        cookie = kept[name]
        assert (cookie["httpOnly"], cookie["secure"], cookie["sameSite"], cookie["path"]) == (True, True, "Lax", "/")
    assert "fw_session" not in page.evaluate("document.cookie")


def _refuses_a_forged_form(page: Page, address: str) -> None:
    """Another origin of the same site sends the session along, and even the right token: refused for where it is."""
    token = page.locator("input[name=_csrf]").first.input_value()
    form = (
        f'<form method="post" action="{address}/preferences"><input name="_csrf" value="{token}">'
        '<input name="language" value="ko"><button>Win</button></form>'
    )

    def elsewhere(_environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/html")])
        return [form.encode()]

    with served(elsewhere) as other:
        page.goto(other)
        with page.expect_response(f"{address}/preferences") as answer:
            page.click("button")
    assert answer.value.status == 403
    assert "__Host-fw_session" in (answer.value.request.all_headers().get("cookie") or "")
