"""The system's Chromium under playwright, and what a page must never do while a test looks at it."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
]
PATIENCE = 30_000
"""Milliseconds a page may take: a test judges what appears, a busy machine how fast."""
DESK = (1280, 800)
PHONE = (360, 740)
AXE = Path(__file__).parents[2] / "platform/formwork/web/front/node_modules/axe-core/axe.min.js"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EXPECTED_NOISE = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")


def find_chromium() -> str | None:
    """Path of the browser: FORMWORK_TEST_BROWSER, or the first Chromium on the PATH, or None."""
    given = os.environ.get("FORMWORK_TEST_BROWSER")
    return given or next((path for path in map(shutil.which, CHROMIUM) if path), None)


@contextmanager
def launched_browser(executable: str) -> Iterator[Browser]:
    """A headless browser for as long as the block lasts."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS, chromium_sandbox=False)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Watch:
    """What a page complained about: script errors, refused content, broken requests."""

    complaints: list[str] = field(default_factory=list)

    def follow(self, page: Page) -> None:
        """Listen to a page from now on."""
        page.on("pageerror", lambda error: self.complaints.append(f"script error: {error}"))
        page.on("console", lambda message: self._console(message.type, message.text))
        page.on("response", lambda r: self.complaints.append(f"{r.status} {r.url}") if r.status >= 500 else None)

    def settle(self) -> None:
        """Fail when there were complaints since the last time."""
        said, self.complaints = self.complaints, []
        assert not said, "The page complained:\n" + "\n".join(said)

    def _console(self, kind: str, text: str) -> None:
        if kind == "error" and not EXPECTED_NOISE.match(text):
            self.complaints.append(f"console: {text}")


@contextmanager
def opened_page(browser: Browser, **look: Any) -> Iterator[Page]:
    """A page in a context of its own, looking as `watched_page` says; leaving the block fails when it complained."""
    with watched_page(browser, **look) as (page, watch):
        yield page
    watch.settle()


@contextmanager
def watched_page(
    browser: Browser, *, size: tuple[int, int] = DESK, scheme: str = "light", locale: str = "en", base_url: str = ""
) -> Iterator[tuple[Page, Watch]]:
    """A page in a context of its own, and what it complains of; whoever goes to several addresses asks after each.

    `size` is in CSS pixels, `scheme` is "light" or "dark", `locale` an IETF language tag.
    """
    context: BrowserContext = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if scheme == "dark" else "light",
        locale=locale,
        timezone_id="UTC",
        reduced_motion="reduce",
        base_url=base_url or None,
        has_touch=size[0] < 600,
    )
    watch = Watch()
    context.on("page", watch.follow)
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    try:
        yield context.new_page(), watch
    finally:
        context.close()


def axe_violations(page: Page) -> list[str]:
    """What axe-core finds on the page as it is now: one line per rule and place, empty when accessible."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    options = {"runOnly": {"type": "tag", "values": AXE_TAGS}, "resultTypes": ["violations"]}
    result = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{rule['id']} ({rule['impact']}): {node['html'][:160]} - {node['failureSummary']}"
        for rule in result["violations"]
        for node in rule["nodes"]
    ]


def sideways_scroll(page: Page) -> int:
    """By how many pixels the page is wider than its window; 0 is right at every width."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
