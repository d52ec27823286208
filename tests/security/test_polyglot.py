"""H1 of SECURITY: a text that is a script, a tag, an attribute and a template at once, in every text of records and
of metadata; no page runs any of it, and the browser reports nothing against the policy."""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from formwork.records import create
from formwork.web.app import create_web
from tests.support.databases import Database
from tests.support.server import served
from tests.support.tenants import installed
from tests.web.conftest import PASSWORD, House

POLYGLOT = (
    "jaVasCript:/*-/*`/*\\`/*'/*\"/**/(/* */oNcliCk=pwned() )//%0D%0A//</stYle/</titLe/</teXtarEa/</scRipt/--!>"
    "\\x3csVg/<sVg/oNloAd=pwned()//>\\x3e<img src=x onerror=pwned()>{{7*7}}${7*7}"
)
SHORT = "\"'><img src=x onerror=pwned()>"
_TEXT, _SHORT = json.dumps(POLYGLOT), json.dumps(SHORT)
OBJECT = f"""
object: trap
label: {_SHORT}
plural: {_SHORT}
summary: {_TEXT}
title: name
features: [history]
fields:
  name: {{type: text, required: true, max: 400, label: {_SHORT}, help: {_TEXT}, placeholder: {_SHORT}}}
  body: {{type: long_text, label: {_SHORT}}}
  kind: {{type: select, label: {_SHORT}, options: {{a: {_SHORT}, b: B}}}}
  tags: {{type: tags, label: {_SHORT}}}
  other: {{type: lookup, to: trap, label: {_SHORT}}}
  site: {{type: url}}
  home: {{type: address, label: {_SHORT}}}
  data: {{type: json, label: {_SHORT}}}
"""
PAGES = (
    "/", "/o/trap", "/o/trap?view={text}", "/o/trap?find={text}", "/o/trap?q={text}", "/o/trap/{id}",
    "/o/trap/{id}/history", "/o/trap/{id}/edit", "/o/trap/new?name={text}", "/o/trap/import", "/search?q={text}",
    "/setup", "/setup/audit", "/setup/privacy?text={text}", "/preferences", "/security", "/o/{text}", "/{text}",
)  # fmt: skip


@pytest.fixture(scope="module")
def trap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """An address, and a record that holds the text wherever a text can be."""
    folder: Path = tmp_path_factory.mktemp("trap")
    for name, text in {
        "metadata/trap/package.yaml": f"package: trap\nversion: 1.0.0\nlabel: {_SHORT}\nrequires: {{core: '^1.0'}}\n",
        "objects/trap/trap.yaml": OBJECT,
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    with installed(Database("sqlite", "", folder), folder, folder) as here:
        house = House(here, create_web(here.runtime))
        user = house.add_user("caught", "admin")
        with here.system() as work:
            [first] = create(work, "trap", [{"name": POLYGLOT}])
            [made] = create(
                work, "trap",
                [{
                    "name": POLYGLOT, "body": POLYGLOT, "kind": "a", "tags": [SHORT], "other": str(first.id),
                    "site": "https://example.com/?q=%22%3E%3Cimg", "home": {"street": POLYGLOT, "city": SHORT},
                    "data": {SHORT: POLYGLOT}, "owner": str(user),
                }],
            )  # fmt: skip
        with served(house.app) as address:
            yield address.replace("127.0.0.1", "localhost"), str(made.id)


def test_no_page_runs_what_people_wrote(trap: tuple[str, str], page: Page) -> None:
    address, id = trap
    page.add_init_script("window.pwnedTimes = 0; window.pwned = () => { window.pwnedTimes += 1 }")
    page.on("dialog", lambda dialog: pytest.fail(f"a page opened a dialog: {dialog.message}"))
    page.goto(f"{address}/login")
    page.fill("[name=email]", "caught")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)
    for path in PAGES:
        page.goto(address + path.replace("{id}", id).replace("{text}", quote(SHORT, safe="")))
        expect(page.locator("body")).to_be_visible()
        assert page.evaluate("window.pwnedTimes") == 0, path
        assert page.locator("img[src=x]").count() == 0, path
        assert "49$" not in page.content(), path
