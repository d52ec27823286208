"""The page to read and try the API, in a real browser."""

from playwright.sync_api import Page, expect

from tests.support.callers import Caller, World
from tests.support.server import served


def test_the_page_shows_the_document_and_sends_a_request(world: World, admin: Caller, page: Page) -> None:
    with served(world.app, "127.0.0.1") as address:
        page.goto(f"{address}/api/v1/docs/docs.css")
        page.route(
            "**/api/v1/openapi.json", lambda route: route.continue_(headers={**route.request.headers, **admin.headers})
        )
        page.goto(f"{address}/api/v1/docs")
        expect(page.locator("#title")).to_have_text("Main: API")
        page.get_by_label("API key").fill(admin.headers["Authorization"].removeprefix("Bearer "))
        page.get_by_label("Find").fill("me")
        page.locator("summary", has_text="Who calls.").click()
        page.get_by_role("button", name="Send").click()
        expect(page.locator("pre")).to_contain_text('"login": "boss"')
