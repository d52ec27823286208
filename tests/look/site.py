"""The product that is looked at: a demo of its own, signed in to, with what the pages need put into it."""

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_urlsafe
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import urlopen

import pyotp
from playwright.sync_api import Browser, Page

from tests.support.browser import opened_page
from tests.support.server import served
from tests.web.gallery import gallery

ROOT = Path(__file__).parents[2]
START_SECONDS = 180.0
BOSS, SELLER, CAREFUL = "admin", "mara.lind", "greta.nolan"
"""Who is signed in: may do everything, sells, has a second factor."""
LONG = "Gesellschaft für außergewöhnlich lange Firmennamen und Grenzüberschreitende Messtechnik mbH & Co. KG"
CHINESE = "上海浦东新区高精度三坐标测量仪器研发制造与技术服务股份有限公司"
DRAFT = {
    "objects/tenant/vehicle.yaml": """# What the drivers asked for.
object: vehicle
label: Vehicle
plural: Vehicles
icon: truck
hue: teal
title: plate
fields:
  plate: {type: text, required: true, unique: true}
  fuel: {type: select, options: {petrol: Petrol, diesel: {label: Diesel, hue: blue}}}
  account: {type: lookup, to: account}
""",
    "objects/tenant/task.yaml": "extends: task\nfields:\n  subject: {help: What is to be done.}\n",
    "objects/tenant/account.yaml": """extends: account
fields:
  industry: {label: Line of business}
  vehicles: {type: rollup, of: vehicle.account, count: true}
""",
}
"""What is changed in Studio; all but the help of tasks is not live."""
CSV = """Name,Industry,Phone,Employees
Northwind Gauges,Energy,+44 20 7946 0900,12
Halberd Tools,Enrgy,+44 20 7946 0901,many
,Energy,+44 20 7946 0902,40
Tarn Valley Dairy,Food and beverage,+44 20 7946 0903,55
"""


@dataclass(slots=True)
class Site:
    """A running product; `password` is everybody's. `known` holds what stands for placeholders of paths."""

    url: str
    password: str
    samples: str = ""
    known: dict[str, str] = field(default_factory=dict)

    def fill_in(self, page: Page, path: str) -> str:
        """The path with its placeholders: `{id:x}` a record of object x, `{three:x.f}` a filter of three of its rows.

        Any other `{name}` is something `furnish` has put there. Raises LookupError for what is not there.
        """
        for name in re.findall(r"\{([^}]+)\}", path):
            if name not in self.known:
                self.known[name] = self._found(page, name)
            path = path.replace("{" + name + "}", self.known[name])
        return path

    def _found(self, page: Page, name: str) -> str:
        kind, _, rest = name.partition(":")
        object, _, wanted = rest.partition(".")
        if kind not in ("id", "three"):
            raise LookupError(f"Nothing stands for {{{name}}}.")
        page.goto(f"{self.url}/o/{object}?q=")
        rows = page.locator(f"main tbody a[href^='/o/{object}/']")
        if kind == "id":
            ids = rows.evaluate_all("all => all.map(a => a.getAttribute('href').split('/')[3])")
            if not ids:
                raise LookupError(f"The list of {object} links to no record.")
            return str(ids[0])
        titles = [title.strip() for title in rows.all_inner_texts() if "'" not in title]
        quoted = ", ".join(f"'{title}'" for title in titles[:3])
        return quote(f"{wanted} in ({quoted})")


@contextmanager
def demo() -> Iterator[Site]:
    """The demo in a folder of its own, stopped at the end; the sample pages are served beside it."""
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "said").open("w+") as said, sample_pages() as samples:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        site = Site(f"http://127.0.0.1:{port}", token_urlsafe(12), samples)
        hours = {"FORMWORK_PROOF_MINUTES": "600", "FORMWORK_SESSION_IDLE_MINUTES": "600"}
        process = subprocess.Popen(
            [sys.executable, "cli.py", "demo", "--port", str(port), "--password", site.password],
            cwd=ROOT,
            env={**os.environ, **hours, "FORMWORK_DATA": f"{folder}/data"},
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_for(process, site.url, Path(folder) / "said")
            yield site
        finally:
            process.terminate()
            process.wait(20)


@contextmanager
def sample_pages() -> Iterator[str]:
    """The address of the sample pages, for what a sound product does not show."""
    with served(gallery()) as address:
        yield address


def _wait_for(process: "subprocess.Popen[bytes]", url: str, said: Path) -> None:
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


def sign_in(page: Page, site: Site, login: str, language: str) -> None:
    """Fill in the sign-in form, take the second step where one is asked, then choose the language as one's own."""
    give_password(page, site, login, language)
    if "/login/second" in page.url:
        page.fill("#code", pyotp.TOTP(site.known["secret"]).at(_unused(site)))
        page.click("button[type=submit].btn-primary")
    page.wait_for_url(lambda url: "/login" not in url)
    page.goto(f"{site.url}/preferences")
    page.select_option("select[name=language]", language)
    page.click("button[form=preferences]")
    page.wait_for_load_state("networkidle")


def give_password(page: Page, site: Site, login: str, language: str) -> None:
    """The first step of a sign-in."""
    page.goto(f"{site.url}/login?language={language}")
    page.fill("input[name=email]", login)
    page.fill("input[name=password]", site.password)
    page.click("button[type=submit].btn-primary")
    page.wait_for_url(lambda url: not url.partition("?")[0].endswith("/login"))


def _unused(site: Site) -> int:
    """A moment whose code was not used yet: a code is taken once."""
    last = float(site.known.get("code at", "0"))
    moment = max(time.time(), last + 30)
    if moment - 29 > time.time():
        time.sleep(moment - 29 - time.time())
    site.known["code at"] = str(moment)
    return int(moment)


def furnish(browser: Browser, site: Site) -> None:
    """Put there what the demo has not: long names, an import that waits and one that ran, a second factor."""
    with opened_page(browser) as page:
        sign_in(page, site, BOSS, "en")
        site.known["long"] = _account(page, site, LONG)
        site.known["chinese"] = _account(page, site, CHINESE)
        site.known["waiting"] = _import(page, site, run=False)
        site.known["finished"] = _import(page, site, run=True)
        for login in (SELLER, "jonas.keller"):
            page.goto(f"{site.url}/setup/people?show=all&find={login.partition('.')[0]}")
            href = page.locator("main tbody a").first.get_attribute("href") or ""
            site.known[login] = href.rsplit("/", 1)[1]
        kept = {"label": "Acme", "issuer": "https://id.acme.example", "client": "formwork", "secret": token_urlsafe(9)}
        address = f"{site.url}/api/v1/sign-in/providers/acme"
        assert page.request.put(address, data=kept, headers={"Origin": site.url}).ok
        for path, text in DRAFT.items():
            address = f"{site.url}/api/v1/metadata/draft/{path}"
            assert page.request.put(address, data={"text": text}, headers={"Origin": site.url}).ok
        address, chosen = f"{site.url}/api/v1/metadata/draft/publish", {"documents": ["objects/tenant/task.yaml"]}
        assert page.request.post(address, data=chosen, headers={"Origin": site.url}).ok
        page.goto(f"{site.url}/setup/audit")
        href = page.locator("main a[href*='/setup/audit/0']").first.get_attribute("href") or ""
        site.known["entry"] = href.rsplit("/", 1)[1]
    with opened_page(browser) as page:
        sign_in(page, site, CAREFUL, "en")
        page.goto(f"{site.url}/security/second-factor")
        page.click("main form button[type=submit]")
        site.known["secret"] = page.locator("code.fw-code").inner_text().replace(" ", "")
        page.fill("#code", pyotp.TOTP(site.known["secret"]).at(_unused(site)))
        page.click("main form button[type=submit]")
        page.wait_for_load_state("networkidle")


def _account(page: Page, site: Site, name: str) -> str:
    page.goto(f"{site.url}/o/account/new")
    page.fill("#f-name", name)
    page.click("[data-save]")
    page.wait_for_url(re.compile(r"/o/account/[0-9a-f-]{36}"))
    return page.url.partition("?")[0].rsplit("/", 1)[1]


def _import(page: Page, site: Site, *, run: bool) -> str:
    """A file with rows that do not fit, taken as far as the check or, without those rows, to its end."""
    page.goto(f"{site.url}/o/account/import")
    page.set_input_files("#file", {"name": "accounts.csv", "mimeType": "text/csv", "buffer": CSV.encode()})
    for step in ("map", "options", "check"):
        page.locator(".fw-savebar [type=submit].btn-primary").click()
        page.wait_for_url(re.compile(f"/{step}$"))
        if step == "options" and run:
            page.check("input[name=bad][value=skip]")
    job = page.url.rsplit("/", 2)[1]
    if run:
        page.locator(".fw-savebar [type=submit].btn-primary").click()
        page.wait_for_url(re.compile("/result$"))
    return job
