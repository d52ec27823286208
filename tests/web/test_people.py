"""Setup of people in the browser: found, invited, given roles, deactivated with a hand-over; departments as a tree."""

import os
import re
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, Page
from werkzeug.test import Client

from formwork.identity import roles_of
from formwork.identity.audit import Question, entries
from formwork.identity.recovery import codes_left, make_codes
from formwork.records import Change, create, get_record, update
from formwork.runtime.chores import make_worker
from formwork.storage import system
from tests.support.browser import DESK, PHONE, axe_violations, opened_page, sideways_scroll
from tests.support.server import served
from tests.web.conftest import PASSWORD, House, Person

FRESH = "another long enough sentence"


@pytest.fixture(scope="module")
def boss(house: House) -> Person:
    return house.person("people-boss", "admin")


def test_people_are_found_by_state_and_name(house: House, boss: Person) -> None:
    house.here.user("quentin", "clerk", full_name="Quentin Zqx")
    house.here.user("gone-one", active=False, full_name="Gone Zqx")
    house.here.user("outside", kind="partner", full_name="Outside Zqx")
    house.here.user("away", absent_from="2020-01-01", full_name="Away Zqx")

    def names(query: str) -> set[str]:
        return set(re.findall(r"(Quentin|Gone|Outside|Away) Zqx", boss.get(f"/setup/people?find=zqx&{query}").text))

    assert names("") == {"Quentin", "Away"}
    assert names("show=absent") == {"Away"}
    assert names("show=portal") == {"Outside"}
    assert names("show=gone") == {"Gone"}
    assert names("show=all") == {"Quentin", "Gone", "Outside", "Away"}
    assert "Clerk" in boss.get("/setup/people?find=quentin").text
    assert "Nobody fits" in boss.get("/setup/people?find=xyzzy").text


def test_an_invited_person_comes_in_by_the_link_that_is_shown(house: House, boss: Person) -> None:
    with house.here.system() as work:
        place = create(work, "department", [{"name": "Reading room"}])[0].id
    form = {"full_name": "Vera New", "email": "vera@example.com", "department:title": "Reading room", "role": "clerk"}
    made = boss.post("/setup/people/invite", form)
    assert made.status_code == 200, made.text
    link = re.search(r'value="(http[^"]+/link/[^"]+)"', made.text)
    assert link is not None
    token = link[1].partition("/link/")[2]
    guest = Person(Client(house.app), boss.user)
    assert guest.post(f"/link/{token}", {"password": FRESH, "again": FRESH}, page=f"/link/{token}").status_code == 303
    entered = guest.post("/login", {"email": "vera@example.com", "password": FRESH}, page="/login")
    assert entered.status_code == 303
    listed = boss.get("/setup/people?find=vera")
    assert "Reading room" in listed.text
    assert place
    id = re.search(r'href="/setup/people/([0-9a-f-]{36})"', listed.text)
    assert id is not None
    assert link[1] not in boss.get(f"/setup/people/{id[1]}").text, "The link is shown once."


def test_refusals_stand_at_their_fields(house: House, boss: Person) -> None:
    house.here.user("taken")
    for sent, field in (
        ({"full_name": "", "email": "x@example.com"}, "full_name"),
        ({"full_name": "A", "email": "no address"}, "email"),
        ({"full_name": "A", "email": "taken@example.com"}, "email"),
        ({"full_name": "A", "email": "new@example.com", "manager:title": "Nobody at all"}, "l-manager"),
    ):
        answer = boss.post("/setup/people/invite", sent)
        assert answer.status_code == 422, (sent, answer.status_code)
        assert f'id="{field}-h"' in answer.text, (sent, field)
    with house.here.system() as work:
        assert work.object("user")


def test_lost_second_factors_are_taken_away(house: House, boss: Person) -> None:
    lost = house.person("lost-phone")
    page = f"/setup/people/{lost.user}"
    assert "reset-factors" not in boss.get(page).text
    with house.here.system() as work:
        make_codes(work, lost.user)
    shown = boss.get(page).text
    assert "Recovery codes: 10" in shown
    assert "reset-factors" in shown
    assert lost.post(f"{page}/reset-factors").status_code == 403
    assert boss.post(f"{page}/reset-factors").status_code == 303
    with house.here.system() as work:
        assert not codes_left(work, lost.user)
        assert entries(work, Question(event="factors_reset", record=lost.user), 1)[0].by == boss.user
    assert lost.get("/").status_code == 303, "Their session has ended."


def test_what_was_typed_outlives_showing_who_one_is(house: House) -> None:
    late = house.person("late-boss", "admin")
    with house.here.system() as work:
        system.change(work, "fw_session", {"data": {}}, equals={"user": late.user})
    asked = late.post("/setup/people/invite", {"full_name": "Kept Name", "email": "no address", "role": "clerk"})
    assert asked.status_code == 303
    onward = unquote(asked.headers["Location"].partition("next=")[2])
    shown = late.post("/security/confirm", {"password": PASSWORD, "next": onward}, page="/security")
    assert shown.headers["Location"] == onward
    page = late.get(onward).text
    assert f'action="{onward}"' in page
    for name, value in (("full_name", "Kept Name"), ("email", "no address"), ("role", "clerk")):
        assert f'<input type="hidden" name="{name}" value="{value}">' in page
    assert page.count('name="_csrf"') >= 1
    other = house.person("other-boss", "admin")
    assert other.get(onward).status_code == 303, "It is nobody else's."
    assert other.post(onward).headers["Location"] == "/setup"
    sent = {"full_name": "Kept Name", "email": "no address", "role": "clerk"}
    first, again = late.post(onward, sent), late.post(onward, sent)
    assert (first.status_code, first.headers["Location"]) == (307, "/setup/people/invite")
    assert (again.status_code, again.headers["Location"]) == (303, "/setup"), "It is sent once."
    assert late.get(onward).status_code == 303


def test_what_was_typed_outlives_the_session(house: House) -> None:
    """Line 3 of SECURITY: whoever signs in again finds the form as it was sent; a session that was ended keeps none."""
    late, page = house.person("idle-boss", "admin"), f"/setup/people/{house.here.user('idle-led', 'clerk')}"

    def sent_after(**seen: object) -> str:
        assert late.post("/login", {"email": "idle-boss", "password": PASSWORD}, page="/login").status_code == 303
        form = {"_csrf": late.token(), "role": "librarian"}
        with house.here.system() as work:
            if seen:
                system.change(work, "fw_session", seen, equals={"user": late.user})
            else:
                system.remove(work, "fw_session", equals={"user": late.user})
        from_page = {"Referer": f"http://localhost{page}"}
        answer = late.client.post(f"{page}/roles", data=form, base_url="http://localhost", headers=from_page)
        assert answer.status_code == 303
        return unquote(answer.headers["Location"])

    onward = sent_after(seen_at=datetime(2001, 1, 1, tzinfo=UTC)).removeprefix("/login?next=")
    assert onward.startswith("/security/resume/")
    entered = late.post("/login", {"email": "idle-boss", "password": PASSWORD, "next": onward}, page="/login")
    assert entered.headers["Location"] == onward
    shown = late.get(onward).text
    assert '<input type="hidden" name="role" value="librarian">' in shown
    assert f'href="{page}"' in shown
    assert late.post(onward, {"role": "librarian"}).headers["Location"] == f"{page}/roles"
    assert sent_after() == f"/login?next={page}/roles"


def test_roles_are_ticked(house: House, boss: Person) -> None:
    user = house.here.user("ticked", "clerk")
    page = f"/setup/people/{user}"
    assert boss.post(f"{page}/roles", {"role": ["librarian"]}).status_code == 303
    with house.here.system() as work:
        assert roles_of(work, user) == {"librarian"}
    refused = boss.post(f"/setup/people/{boss.user}/roles", {"role": ["clerk"]})
    assert (refused.status_code, "Ask another administrator" in refused.text) == (422, True)


def test_somebody_leaves_and_comes_back(house: House, boss: Person) -> None:
    ada, heir = house.person("leaver", "librarian"), house.here.user("heir", "librarian", full_name="Heir Apparent")
    with house.here.as_user(ada.user) as work:
        reader = create(work, "reader", [{"name": "Rex", "card": "people-1"}])[0].id
        book = create(work, "book", [{"title": "Kept"}])[0].id
    page = f"/setup/people/{ada.user}"
    shown = boss.get(f"{page}/deactivate").text
    assert "Readers" in shown
    wrong = boss.post(f"{page}/deactivate", {"to:reader.owner:title": "Nobody at all"})
    assert (wrong.status_code, "Choose a record" in wrong.text) == (422, True)
    assert ada.get("/").status_code == 200
    sent = boss.post(f"{page}/deactivate", {"successor:title": "Heir Apparent", "stays:book.owner": "1"})
    assert sent.status_code == 303, sent.text
    assert ada.get("/").status_code == 303
    assert "being handed over" in boss.get(page).text
    replace(make_worker(house.here.runtime), chores=()).go_round()
    with house.here.system() as work:
        assert get_record(work, "reader", reader, ("owner",))["owner"] == str(heir)
        assert get_record(work, "book", book, ("owner",))["owner"] == str(ada.user)
    assert "being handed over" not in boss.get(page).text
    assert "Hand over what is left" in boss.get(page).text
    assert "Hand over what is left" not in boss.get(f"/setup/people/{house.here.user('bare', active=False)}").text
    assert boss.post(f"{page}/link").status_code == 422
    assert boss.post(f"{page}/reactivate").status_code == 303
    assert ada.post("/login", {"email": "leaver", "password": PASSWORD}, page="/login").status_code == 303


def test_departments_are_a_tree(house: House, boss: Person) -> None:
    with house.here.system() as work:
        top = create(work, "department", [{"name": "Whole house"}])[0].id
        east = create(work, "department", [{"name": "East wing", "parent": str(top)}])[0].id
    page = boss.get("/setup/departments").text
    found = page.partition("Whole house")[2]
    assert "East wing" in found
    house.here.user("easterly", department=str(east))
    refused = boss.post(f"/o/department/{east}/delete")
    assert refused.headers["Location"] == f"/o/department/{east}"
    told = "It is still used by 1 User (Department). Change or delete these first."
    assert told in boss.get(f"/o/department/{east}").text
    assert found.index('<ul class="fw-tree">') < found.index("East wing") < found.index("</ul>")


def test_what_only_who_manages_writes_is_shown_with_the_reason(house: House) -> None:
    head = house.person("branch-head", "branch_admin")
    with house.here.system() as work:
        branch = str(create(work, "department", [{"name": "Branch"}])[0].id)
        update(work, "user", [Change(head.user, {"department": branch})])
    above, level = (house.here.user(f"branch-{role}", role, department=branch) for role in ("librarian", "employee"))
    page = head.get(f"/o/user/{above}/edit").text
    assert "only who manages the organisation changes this" in page
    assert 'name="email"' not in page
    free = head.get(f"/o/user/{level}/edit").text
    assert "only who manages the organisation changes this" not in free
    assert 'name="email"' in free


def test_only_who_manages_gets_here(house: House) -> None:
    clerk = house.person("people-clerk", "clerk")
    for path in ("/setup/people", f"/setup/people/{clerk.user}", "/setup/people/invite", "/setup/departments"):
        assert clerk.get(path).status_code == 403
    assert 'href="/setup' not in clerk.get("/").text


@pytest.mark.proof
def test_the_pages_hold_at_every_width_and_for_everybody(house: House, boss: Person, browser: Browser) -> None:
    """360 and 1280 pixels, keyboard and screen reader: axe finds nothing, nothing scrolls sideways."""
    user = house.here.user("looked-at", "librarian", full_name="Looked At With A Rather Long Name")
    with house.here.as_user(user) as work:
        create(work, "reader", [{"name": "Held", "card": "people-look"}])
    with house.here.system() as work:
        top = create(work, "department", [{"name": "Look house"}])[0].id
        create(work, "department", [{"name": "Look wing", "parent": str(top)}])
    pages = ("", "/invite", f"/{user}", f"/{user}/deactivate")
    with served(house.app) as address:
        for size in (DESK, PHONE):
            with opened_page(browser, size=size) as page:
                page.goto(f"{address}/login")
                page.fill("#email", "people-boss")
                page.fill("#password", PASSWORD)
                page.click("button[type=submit]")
                for path in (*(f"/setup/people{one}" for one in pages), "/setup/departments", "/reset"):
                    page.goto(f"{address}{path}")
                    assert axe_violations(page) == [], path
                    assert sideways_scroll(page) == 0, path
                    look(page, f"{path.strip('/').replace('/', '-')}-{size[0]}")


def look(page: Page, name: str) -> None:
    """A picture for whoever asks for one."""
    folder = os.environ.get("FORMWORK_TEST_PICTURES")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png")
