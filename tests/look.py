"""Pictures of every page type into look/, to be looked at: `make look`, or with ARGS="--only list --language zh".

Starts the demo in a temporary folder (or takes --url, --login and --password of a running one), and goes through
PAGES at 1280 and 360 px, light and dark, in two languages. Says what no picture shows: what axe finds, what scrolls
sideways, what the browser complained about. Ends with 1 when there was anything of that kind.
"""

import argparse
import itertools
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_urlsafe
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import urlopen

from playwright.sync_api import Browser, Error, Page

from tests.support.browser import DESK, PHONE, axe_violations, find_chromium, launched_browser, opened_page
from tests.support.browser import sideways_scroll as sideways

ROOT = Path(__file__).parents[1]
SIZES = {"1280": DESK, "360": PHONE}
SCHEMES = ("light", "dark")
LANGUAGES = ("en", "zh")
START_SECONDS = 180.0


@dataclass(frozen=True, slots=True)
class Site:
    """A running product and a sign-in."""

    url: str
    login: str
    password: str


@dataclass(frozen=True, slots=True)
class Look:
    """One page to look at. In `path`, `{id:x}` is a record of object x and `{three:x.f}` a filter of three rows."""

    name: str
    path: str
    signed_in: bool = True


PAGES = (
    Look("login", "/login", signed_in=False),
    Look("home", "/"),
    Look("list-many", "/o/account?q="),
    Look("list-view", "/o/opportunity"),
    Look("list-three", "/o/account?q={three:account.name}"),
    Look("list-none", "/o/account?q=" + quote("name = 'nobody at all'")),
    Look("list-wrong-filter", "/o/account?q=" + quote("nmae = ")),
    Look("record", "/o/opportunity/{id:opportunity}"),
    Look("record-with-details", "/o/sales_order/{id:sales_order}"),
    Look("form-new", "/o/account/new"),
    Look("form-with-details", "/o/sales_order/new"),
    Look("form-edit", "/o/sales_order/{id:sales_order}/edit"),
    Look("import", "/o/account/import"),
    Look("search", "/search?q=or"),
    Look("preferences", "/preferences"),
    Look("security", "/security"),
    Look("rights-why", "/setup/explain?user:title=Jonas&verb=edit&object=opportunity&record={id:opportunity}"),
    Look("rights-roles", "/setup/roles"),
    Look("rights-role", "/setup/roles/sales_rep?open=opportunity"),
    Look("rights-compare", "/setup/roles/compare?left=sales_rep&right=sales_manager"),
    Look("groups", "/setup/groups"),
    Look("queues", "/setup/queues"),
    Look("rights-sharing", "/setup/sharing"),
    Look("rights-share", "/o/opportunity/{id:opportunity}/share"),
    Look("api", "/api/v1/docs"),
    Look("not-found", "/o/account/00000000-0000-7000-8000-000000000000"),
)


@contextmanager
def demo() -> Iterator[Site]:
    """The demo in a folder of its own, stopped at the end."""
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "said").open("w+") as said:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        site = Site(f"http://127.0.0.1:{port}", "admin", token_urlsafe(12))
        process = subprocess.Popen(
            [sys.executable, "cli.py", "demo", "--port", str(port), "--password", site.password],
            cwd=ROOT,
            env={**os.environ, "FORMWORK_DATA": f"{folder}/data"},
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_for(process, site.url, Path(folder) / "said")
            yield site
        finally:
            process.terminate()
            process.wait(20)


def wait_for(process: "subprocess.Popen[bytes]", url: str, said: Path) -> None:
    """Return once the site answers; raises RuntimeError with what the demo said when it does not."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urlopen(f"{url}/login").close()
        except (URLError, ConnectionError):
            time.sleep(0.3)
        else:
            return
    raise RuntimeError("The demo did not start:\n" + said.read_text(encoding="utf-8"))


def sign_in(page: Page, site: Site, language: str) -> None:
    """Fill in the sign-in form, then choose the language as the person's own."""
    page.goto(f"{site.url}/login?language={language}")
    page.fill("input[name=email]", site.login)
    page.fill("input[name=password]", site.password)
    page.click("button[type=submit].btn-primary")
    page.wait_for_url(lambda url: "/login" not in url)
    page.goto(f"{site.url}/preferences")
    page.select_option("select[name=language]", language)
    page.click("button[form=preferences]")
    page.wait_for_load_state("networkidle")


def fill_in(page: Page, site: Site, path: str) -> str:
    """The path with its placeholders replaced by what the lists of the site show."""
    for whole, name in re.findall(r"(\{id:(\w+)\})", path):
        page.goto(f"{site.url}/o/{name}?q=")
        links = page.locator(f"main a[href^='/o/{name}/']").evaluate_all("all => all.map(a => a.getAttribute('href'))")
        ids = [found.group(1) for link in links if (found := re.search(r"/([0-9a-f-]{32,36})(?:[/?]|$)", link))]
        if not ids:
            raise LookupError(f"The list of {name} links to no record.")
        path = path.replace(whole, ids[0])
    for whole, name, field in re.findall(r"(\{three:(\w+)\.(\w+)\})", path):
        page.goto(f"{site.url}/o/{name}?q=")
        titles = page.locator(f"main tbody a[href^='/o/{name}/']").all_inner_texts()
        three = [title.strip() for title in dict.fromkeys(titles) if title.strip() and "'" not in title][:3]
        quoted = ", ".join(f"'{title}'" for title in three)
        path = path.replace(whole, quote(f"{field} in ({quoted})"))
    return path


def look_around(browser: Browser, site: Site, looks: list[Look], place: tuple[str, str, str], out: Path) -> list[str]:
    """Pictures of the pages at one size, scheme and language; answers what is wrong with them."""
    size, scheme, language = place
    tag = f"{size}-{scheme}-{language}"
    found: list[str] = []
    try:
        with opened_page(browser, size=SIZES[size], scheme=scheme, locale=language) as page:
            page.goto(f"{site.url}/login?language={language}")
            for look in sorted(looks, key=lambda one: one.signed_in):
                if look.signed_in and "/login" in page.url:
                    sign_in(page, site, language)
                found += [
                    f"{look.name}-{tag}: {line}" for line in look_at(page, site, look, out / f"{look.name}-{tag}.png")
                ]
    except AssertionError as complaint:
        found.append(f"{tag}: {complaint}")
    return found


def look_at(page: Page, site: Site, look: Look, picture: Path) -> list[str]:
    """One picture, and what is wrong with the page."""
    try:
        page.goto(site.url + fill_in(page, site, look.path))
        page.wait_for_load_state("networkidle")
        page.screenshot(path=picture, full_page=True)
        wide = sideways(page)
        return axe_violations(page) + ([f"scrolls sideways by {wide} px"] if wide else [])
    except (Error, LookupError) as trouble:
        return [f"{type(trouble).__name__}: {trouble}"]


def main() -> int:
    """Take the pictures and print what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", help="a running product; without it the demo is started")
    parser.add_argument("--login", default="")
    parser.add_argument("--password", default="")
    parser.add_argument("--only", default="", help="pages whose name begins with this")
    parser.add_argument("--size", choices=SIZES, action="append")
    parser.add_argument("--scheme", choices=SCHEMES, action="append")
    parser.add_argument("--language", action="append", help="en, es, zh or ko")
    parser.add_argument("--out", type=Path, default=ROOT / "look")
    args = parser.parse_args()
    executable = find_chromium()
    if executable is None:
        sys.stderr.write("Chromium is missing: install the system package `chromium` or set FORMWORK_TEST_BROWSER.\n")
        return 2
    args.out.mkdir(parents=True, exist_ok=True)
    pages = [look for look in PAGES if look.name.startswith(args.only)]
    places = list(itertools.product(args.size or SIZES, args.scheme or SCHEMES, args.language or LANGUAGES))
    wrong: list[str] = []
    given = Site(args.url.rstrip("/"), args.login, args.password) if args.url else None
    with demo() if given is None else _same(given) as site, launched_browser(executable) as browser:
        for place in places:
            wrong += look_around(browser, site, pages, place, args.out)
    sys.stdout.write("\n".join([*wrong, f"{len(pages) * len(places)} pictures in {args.out}, {len(wrong)} complaints"]))
    sys.stdout.write("\n")
    return 1 if wrong else 0


@contextmanager
def _same(site: Site) -> Iterator[Site]:
    yield site


if __name__ == "__main__":
    sys.exit(main())
