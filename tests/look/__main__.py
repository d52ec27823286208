"""Pictures of every page type into look/, to be looked at: `make look`, or with ARGS="--only list --language ko".

Starts the demo in a temporary folder (or takes --url and --password of a running one), and goes through the pages at
1280 and 360 px, in two languages, each in light and dark. Says what no picture shows: what axe finds, what scrolls
sideways, what the browser complained about. Ends with 1 when there was anything of that kind.
"""

import argparse
import itertools
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Error, Page

from tests.look.pages import LOOKS, SAMPLE, Look
from tests.look.site import ROOT, Site, demo, furnish, sample_pages, sign_in
from tests.support.browser import DESK, PHONE, axe_violations, find_chromium, launched_browser, watched_page
from tests.support.browser import sideways_scroll as sideways

SIZES = {"1280": DESK, "360": PHONE}
SCHEMES = ("light", "dark")
LANGUAGES = ("en", "zh")


def look_around(
    browser: Browser, site: Site, looks: Sequence[Look], place: tuple[str, str], schemes: Sequence[str], out: Path
) -> Iterator[str]:
    """Pictures of the pages at one size and in one language; gives what is wrong with them."""
    size, language = place
    looks = [look for look in looks if look.size in ("", size)]
    for who, group in itertools.groupby(sorted(looks, key=lambda one: one.who), lambda one: one.who):
        with watched_page(browser, size=SIZES[size], locale=language) as (page, watch):
            if who:
                sign_in(page, site, who, language)
            else:
                page.goto(f"{site.url}/login?language={language}")
            for look in group:
                tag = f"{look.name}-{size}-{language}"
                try:
                    yield from (f"{tag}: {line}" for line in look_at(page, site, look, schemes, out / tag))
                except (Error, LookupError) as trouble:
                    yield f"{tag}: {type(trouble).__name__}: {trouble}"
                try:
                    watch.settle()
                except AssertionError as complaint:
                    yield f"{tag}: {complaint}"


def look_at(page: Page, site: Site, look: Look, schemes: Sequence[str], picture: Path) -> list[str]:
    """One picture per scheme, and what is wrong with the page."""
    found = []
    path = site.fill_in(page, look.path)
    if path.startswith(SAMPLE):
        language = page.evaluate("document.documentElement.lang").partition("-")[0]
        page.goto(f"{site.samples}/{path.removeprefix(SAMPLE)}?language={language}")
    else:
        page.goto(site.url + path)
    page.wait_for_load_state("networkidle")
    if look.act is not None:
        look.act(page, site)
    for scheme in schemes:
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.screenshot(path=f"{picture}-{scheme}.png", full_page=True)
        found += [f"{scheme}: {line}" for line in axe_violations(page)]
    wide = sideways(page)
    if look.after is not None:
        look.after(page, site)
    return [*found, *([f"scrolls sideways by {wide} px"] if wide else [])]


def main() -> int:
    """Take the pictures and print what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", help="a running demo; without it one is started")
    parser.add_argument("--password", default="", help="everybody's in that demo")
    parser.add_argument("--only", action="append", help="pages whose name begins with this")
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
    looks = [look for look in LOOKS if look.name.startswith(tuple(args.only or [""]))]
    complaints = 0
    with _site(args.url, args.password) as site, launched_browser(executable) as browser:
        furnish(browser, site)
        for place in itertools.product(args.size or SIZES, args.language or LANGUAGES):
            for line in look_around(browser, site, looks, place, args.scheme or SCHEMES, args.out):
                complaints += 1
                sys.stdout.write(line + "\n")
    sys.stdout.write(f"{len(looks)} page types in {args.out}, {complaints} complaints\n")
    return 1 if complaints else 0


@contextmanager
def _site(url: str | None, password: str) -> Iterator[Site]:
    if url is None:
        with demo() as site:
            yield site
        return
    with sample_pages() as samples:
        yield Site(url.rstrip("/"), password, samples)


if __name__ == "__main__":
    sys.exit(main())
