"""A portal user of the shipped packages: invited from Setup with what they act for, and a start page that shows it."""

import re
from collections.abc import Iterator

import pytest
from werkzeug.test import Client

from formwork.records import create
from formwork.web.app import create_web
from tests.support.databases import Database
from tests.support.tenants import ROOT, installed
from tests.web.conftest import House, Person

PASSWORD = "another long enough sentence"
INVITE = "/setup/people/invite"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The shipped packages; what is tried here asks nothing of one kind of database."""
    folder = tmp_path_factory.mktemp("portal")
    with installed(Database("sqlite", "", folder), folder, ROOT) as here:
        yield House(here, create_web(here.runtime))


def test_a_portal_user_is_invited_for_what_they_act_for_and_begins_there(shop: House) -> None:
    boss = shop.person("portal-boss", "admin")
    with shop.here.system() as work:
        [own, other] = create(work, "account", [{"name": "Ashdown"}, {"name": "Somebody Else"}])
        contact = create(work, "contact", [{"account": str(own.id), "last_name": "Gatley", "email": "c@example.com"}])[
            0
        ].id
    assert "Acts for" not in boss.get(INVITE).text
    form = boss.get(f"{INVITE}?kind=customer").text
    assert 'name="account"' in form
    assert 'data-needs="account"' in form, "Contacts of the account are offered."
    assert 'value="customer_user"' in form
    assert 'value="sales_rep"' not in form
    sent = {"kind": "customer", "full_name": "Clara Gatley", "email": "clara@example.com", "role": "customer_user"}
    bare = boss.post(INVITE, sent)
    assert bare.status_code == 422, "A portal user acts for something."
    assert 'id="l-account-h"' in bare.text
    made = boss.post(INVITE, {**sent, "account:title": "Ashdown", "contact": str(contact)})
    link = re.search(r'value="http[^"]+(/link/[^"]+)"', made.text)
    assert link is not None, made.text
    shown = boss.get(re.findall(r'href="(/setup/people/[0-9a-f-]{36})"', boss.get("/setup/people?show=portal").text)[0])
    assert f'href="/o/account/{own.id}"' in shown.text
    clara = Person(Client(shop.app), boss.user)
    assert clara.post(link[1], {"password": PASSWORD, "again": PASSWORD}, page=link[1]).status_code == 303
    entered = clara.post("/login", {"email": "clara@example.com", "password": PASSWORD}, page="/login")
    assert entered.status_code == 303
    home = clara.get("/").text
    card = home[home.index("You act for") : home.index("Recently changed")]
    assert f'href="/o/account/{own.id}"' in card
    assert f'href="/o/contact/{contact}"' in card
    assert "You own no records yet." not in home
    assert str(other.id) not in home
    assert clara.get(f"/o/account/{own.id}").status_code == 200
    assert clara.get(f"/o/account/{other.id}").status_code == 404
