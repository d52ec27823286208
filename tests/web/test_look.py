"""Every kind of page: no accessibility finding, no sideways scroll, at a desk and on a phone, light and dark."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from werkzeug.routing import Map, Rule

from formwork.web import app
from tests.look.pages import LOOKS, NO_PAGES, NO_TEMPLATES, SAMPLE
from tests.support.browser import DESK, PHONE, Watch, axe_violations, sideways_scroll, watched_page
from tests.web.samples import views
from tests.web.test_routes import INVENTORY

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


Visit = Callable[..., AbstractContextManager[Page]]


@pytest.fixture(scope="module")
def visit(browser: Browser, gallery_address: str) -> Iterator[Visit]:
    """Opens an address in the one page of that look; leaving the block fails when it complained."""
    with ExitStack() as opened:

        @cache
        def page_of(size: tuple[int, int], scheme: str) -> tuple[Page, Watch]:
            return opened.enter_context(watched_page(browser, size=size, scheme=scheme, base_url=gallery_address))

        @contextmanager
        def going(path: str, size: tuple[int, int] = DESK, scheme: str = "light") -> Iterator[Page]:
            page, watch = page_of(size, scheme)
            page.goto(path)
            yield page
            watch.settle()

        yield going


def test_every_page_has_its_picture() -> None:
    """`make look` goes to every address that answers with a page, and shows every template."""
    served = {name.removeprefix("GET ") for name in INVENTORY if name.startswith("GET ")}
    where = Map([Rule(path, endpoint=path) for path in served]).bind("localhost")
    looked_at = {
        where.match(re.sub(r"\{[^}]+\}", "a", one.path).partition("?")[0])[0]
        for one in LOOKS
        if not one.path.startswith(SAMPLE)
    }
    assert served - looked_at - set(NO_PAGES) == set(), "Give each a picture in tests/look/pages.py."
    assert set(NO_PAGES) - served == set()
    templates = {path.stem for path in (Path(app.__file__).parent / "templates/pages").glob("*.html")}
    assert templates - {one.name.partition("-")[0] for one in LOOKS} - NO_TEMPLATES == set()
    assert len({one.name for one in LOOKS}) == len(LOOKS)


@pytest.mark.parametrize("name", sorted(views()))
def test_page_is_accessible(visit: Visit, name: str) -> None:
    with visit(f"/{name}") as page:
        assert axe_violations(page) == []
        assert sideways_scroll(page) <= 0


@pytest.mark.proof
@pytest.mark.parametrize("name", SMALL)
def test_page_is_accessible_on_a_phone(visit: Visit, name: str) -> None:
    with visit(f"/{name}?language=zh", size=PHONE, scheme="dark") as page:
        assert axe_violations(page) == []
        assert sideways_scroll(page) <= 0


@pytest.mark.proof
@pytest.mark.parametrize("name", ["orders", "record", "form-errors"])
def test_page_is_accessible_in_the_other_scheme(visit: Visit, name: str) -> None:
    with visit(f"/{name}?toasts=1&rail=1&density=compact", scheme="dark") as page:
        assert axe_violations(page) == []
