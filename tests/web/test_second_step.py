"""The second step in front of a sign-in, setting up an app, and showing again who one is."""

import html
import re
from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from werkzeug.test import Client

from formwork.api import create_api
from formwork.identity import assign_role, create_key, withdraw_role
from formwork.identity.attempt import FREE_TRIES
from formwork.identity.factor_policy import forget_factor_policy, set_factor_policy
from formwork.kernel import Clock
from tests.web.conftest import PASSWORD, House, Person

ORIGIN = "http://localhost"


class Ahead(Clock):
    """A clock that stands still until a test sets it ahead, so that no code ends meanwhile."""

    def __init__(self, clock: Clock) -> None:
        self.clock, self.began, self.by = clock, clock.now(), timedelta()

    def now(self):
        return self.began + self.by


@pytest.fixture
def clock(house: House):
    clock = Ahead(house.here.runtime.clock)
    house.here.runtime.clock = clock
    yield clock
    house.here.runtime.clock = clock.clock


def codes_on(page: str) -> list[str]:
    return re.findall(r'<li><code class="fw-code">([a-z2-9-]+)</code>', page)


def enrolled(person: Person, clock: Ahead) -> tuple[pyotp.TOTP, list[str]]:
    """The app of somebody who sets one up, and their recovery codes."""
    assert person.post("/security/second-factor/begin").status_code == 303
    page = person.get("/security/second-factor").text
    assert 'src="data:image/png;base64,' in page
    found = re.search(r'<code class="fw-code">([A-Z2-7 ]+)</code>', page)
    assert found is not None
    app = pyotp.TOTP(found[1].replace(" ", ""))
    wrong = person.post("/security/second-factor/confirm", {"code": "000000"})
    assert wrong.status_code == 422
    done = person.post("/security/second-factor/confirm", {"code": app.at(clock.now())})
    assert done.status_code == 200, done.text
    return app, codes_on(done.text)


def first_step(house: House, person: Person, login: str, onward: str = "") -> Person:
    """The same person in another browser, after the password."""
    other = Person(Client(house.app), person.user)
    answer = other.post("/login", {"email": login, "password": PASSWORD, "next": onward}, page="/login")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/login/second"
    return other


def second(person: Person, code: str):
    return person.post("/login/second", {"code": code}, page="/login/second")


def test_after_the_password_a_code_is_asked_for(house: House, clock: Ahead) -> None:
    ann = house.person("ann", "librarian")
    app, codes = enrolled(ann, clock)
    assert len(codes) == 10
    assert ann.get("/security").status_code == 200, "the session goes on under its new token"
    other = first_step(house, ann, "ann", "/preferences?x=1")
    assert other.get("/").status_code == 303, "nobody is signed in between the steps"
    assert second(other, "000000").status_code == 401
    assert second(other, app.at(clock.now())).status_code == 401, "the code of the enrolment is used"
    clock.by += timedelta(seconds=60)
    done = second(other, app.at(clock.now()))
    assert (done.status_code, done.headers["Location"]) == (303, "/preferences?x=1")
    assert other.get("/").status_code == 200
    over = other.post("/login/second", {"code": codes[0]})
    assert over.headers["Location"] == "/login", "the step is over"
    third = first_step(house, ann, "ann")
    assert second(third, codes[0].replace("-", " ").upper()).status_code == 303
    fourth = first_step(house, ann, "ann")
    assert second(fourth, codes[0]).status_code == 401
    clock.by += timedelta(minutes=11)
    assert fourth.get("/login/second").status_code == 303, "ten minutes, then anew"


def test_guessing_codes_makes_one_wait_and_the_right_one_too(house: House, clock: Ahead) -> None:
    bea = house.person("bea", "librarian")
    app, _ = enrolled(bea, clock)
    clock.by += timedelta(seconds=60)
    other = first_step(house, bea, "bea")
    for _ in range(FREE_TRIES - 1):  # the wrong one at the enrolment counts too
        other = first_step(house, bea, "bea")
        assert second(other, "111111").status_code == 401
    again = second(first_step(house, bea, "bea"), app.at(clock.now()))
    assert again.status_code == 429
    assert int(again.headers["Retry-After"]) > 0


def test_changes_ask_again_who_one_is_after_a_quarter_of_an_hour(house: House, clock: Ahead) -> None:
    cal = house.person("cal", "librarian")
    assert cal.get("/security/second-factor").status_code == 200
    clock.by += timedelta(minutes=16)
    for answer in (cal.get("/security/second-factor"), cal.post("/security/second-factor/begin")):
        assert answer.status_code == 303
        assert answer.headers["Location"].startswith("/security/confirm?next=/security")
    assert cal.get("/security").status_code == 200
    before = cal.client.get_cookie("fw_session", domain="localhost")
    token = cal.token()
    sent = {"next": "/security/second-factor"}
    assert cal.post("/security/confirm", {**sent, "password": "wrong"}).status_code == 422
    outside = cal.post("/security/confirm", {"next": "//evil.example", "password": PASSWORD})
    assert outside.headers["Location"] == "/security"
    after = cal.client.get_cookie("fw_session", domain="localhost")
    assert before is not None
    assert after is not None
    assert before.value != after.value, "who may do more has another id"
    old = Client(house.app)
    old.set_cookie("fw_session", before.value, domain="localhost")
    assert old.get("/security", base_url=ORIGIN).status_code == 303
    refused = cal.client.post("/security/second-factor/begin", data={"_csrf": token}, base_url=ORIGIN)
    assert refused.status_code == 403, "and another token of forms"
    assert cal.get("/security/second-factor").status_code == 200


def test_id_and_token_of_forms_change_at_sign_in_and_out(house: House) -> None:
    """A6 of SECURITY: nothing a browser kept from before opens anything after."""
    house.add_user("dan", "librarian")
    dan = Person(Client(house.app), house.add_user("dan2", "librarian"))
    dan.client.set_cookie("fw_session", "planted-by-somebody", domain="localhost")
    before = dan.token("/login")
    assert dan.post("/login", {"email": "dan2", "password": PASSWORD}, page="/login").status_code == 303
    inside = dan.client.get_cookie("fw_session", domain="localhost")
    assert inside is not None
    assert inside.value != "planted-by-somebody"
    stale = dan.client.post("/preferences/language", data={"_csrf": before, "language": "es"}, base_url=ORIGIN)
    assert stale.status_code == 403
    token = dan.token()
    assert dan.post("/logout").status_code == 303
    assert dan.client.get_cookie("fw_session", domain="localhost") is None
    dan.client.set_cookie("fw_session", inside.value, domain="localhost")
    assert dan.get("/preferences").status_code == 303, "the old id is nobody's"
    assert dan.client.post("/login", data={"_csrf": token}, base_url=ORIGIN).status_code == 403


def test_a_role_that_is_given_changes_the_id_and_one_that_is_taken_ends_it(house: House) -> None:
    eve = house.person("eve", "clerk")
    before = eve.client.get_cookie("fw_session", domain="localhost")
    with house.here.system() as work:
        assign_role(work, eve.user, "librarian")
    moved = eve.get("/preferences")
    assert (moved.status_code, moved.headers["Location"]) == (303, "/preferences")
    after = eve.client.get_cookie("fw_session", domain="localhost")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    program = Client(create_api(house.here.runtime))
    for cookie, status in ((before.value, 401), (after.value, 200), ("planted", 401)):
        program.set_cookie("fw_session", cookie, domain="localhost")
        assert program.get("/api/v1/me", base_url=ORIGIN).status_code == status
    assert eve.get("/preferences").status_code == 200
    with house.here.system() as work:
        withdraw_role(work, eve.user, "librarian")
    assert eve.get("/preferences").status_code == 303


def test_who_must_have_a_second_factor_sets_it_up_first(house: House, clock: Ahead) -> None:
    runtime = house.here.runtime
    before = runtime.settings
    runtime.settings = replace(before, mfa="admins")
    try:
        fay, clerk = house.person("fay", "admin"), house.person("guy", "clerk")
        for path in ("/", "/preferences", "/o/book"):
            assert fay.get(path).headers["Location"] == f"/security/second-factor?next={path}"
        assert clerk.get("/preferences").status_code == 200
        page = html.unescape(fay.get("/security/second-factor").text)
        assert "Set one up to go on." in page
        assert "Not now" not in page
        enrolled(replace_page(fay), clock)
        assert fay.get("/").status_code == 200
        assert fay.post("/security/second-factor/remove", page="/security").status_code == 303
        assert fay.get("/").headers["Location"] == "/security/second-factor?next=/"
    finally:
        runtime.settings = before


def test_who_has_some_days_is_led_there_and_reminded_until_they_are_over(house: House, clock: Ahead) -> None:
    with house.here.system() as work:
        set_factor_policy(work, "roles", ["clerk"], 7)
    try:
        hana = house.add_user("hana", "clerk")
        other = house.person("ian", "librarian")
        program = Client(create_api(house.here.runtime))
        with house.here.system() as work:
            key = create_key(work, hana, "program")[1]
        first, second_browser = (Person(Client(house.app), hana) for _ in range(2))
        sent = {"email": "hana", "password": PASSWORD, "next": "/preferences"}
        for browser in (first, second_browser):
            answer = browser.post("/login", dict(sent), page="/login")
            assert answer.headers["Location"] == "/security/second-factor?next=%2Fpreferences"
        page = first.get(answer.headers["Location"]).text
        assert '<a class="btn fw-btn-quiet" href="/preferences">Not now</a>' in page
        assert "Set up a second factor by" in first.get("/preferences").text
        assert "Set up a second factor by" not in other.get("/preferences").text
        clock.by += timedelta(days=7)
        again = Person(Client(house.app), hana)
        assert again.post("/login", dict(sent), page="/login").headers["Location"].startswith("/security/second-factor")
        assert "Not now" not in again.get("/security/second-factor?next=/preferences").text
        for path in ("/preferences", "/o/book"):
            assert again.get(path).headers["Location"] == f"/security/second-factor?next={path}"
        assert program.get("/api/v1/me", headers={"Authorization": f"Bearer {key}"}).status_code == 200
        for held in again.client._cookies.values():
            program.set_cookie(held.key, held.value, domain="localhost")
        refused = program.get("/api/v1/me", base_url=ORIGIN)
        assert (refused.status_code, refused.json["code"]) == (403, "factor_needed")
        begun = replace_page(again).post("/security/second-factor/begin", {"next": "/preferences"})
        assert begun.headers["Location"] == "/security/second-factor?next=%2Fpreferences"
        enrolled(replace_page(again), clock)
        assert again.get("/preferences").status_code == 200
        assert "Set up a second factor" not in again.get("/preferences").text
    finally:
        with house.here.system() as work:
            forget_factor_policy(work)


def test_a_session_from_before_the_factor_is_led_to_show_it(house: House, clock: Ahead) -> None:
    jo = house.person("jo", "clerk")
    other = Person(Client(house.app), jo.user)
    assert other.post("/login", {"email": "jo", "password": PASSWORD}, page="/login").status_code == 303
    enrolled(jo, clock)
    with house.here.system() as work:
        set_factor_policy(work, "everybody")
    try:
        assert jo.get("/preferences").status_code == 200
        asked = other.get("/preferences").headers["Location"]
        assert other.get(asked).headers["Location"] == "/login?next=%2Fpreferences"
    finally:
        with house.here.system() as work:
            forget_factor_policy(work)


def test_the_policy_is_set_on_a_page_and_over_the_api(house: House) -> None:
    kim, clerk = house.person("kim", "admin"), house.person("lea", "clerk")
    page = "/setup/sign-in"
    assert clerk.get(page).status_code == 403
    assert "This is the setting of the installation" in kim.get(page).text
    refused = kim.post(f"{page}/second-factor", {"who": "roles", "days": "1000"}, page)
    assert refused.status_code == 422
    assert "Choose at least one role." in refused.text
    assert 'id="grace_days-h"' in refused.text
    assert 'value="1000"' in refused.text
    sent = {"who": "roles", "role": "clerk", "days": "30"}
    assert kim.post(f"{page}/second-factor", dict(sent), page).status_code == 303
    shown = kim.get(page).text
    assert "Lea" in shown
    assert "Set up a second factor by" in clerk.get("/preferences").text
    with house.here.system() as work:
        key = create_key(work, kim.user, "k")[1]
    api = Client(create_api(house.here.runtime))
    headers = {"Authorization": f"Bearer {key}"}
    address = "/api/v1/sign-in/second-factor"
    told = api.get(address, headers=headers).json
    assert (told["who"], told["roles"], told["grace_days"]) == ("roles", ["clerk"], 30)
    assert told["without"] <= told["people"]
    kept = api.put(address, headers=headers, json={"who": "admins", "grace_days": 90}).json
    assert (kept["who"], kept["roles"]) == ("admins", [])
    wrong = api.put(address, headers=headers, json={"who": "zqx"})
    assert (wrong.status_code, wrong.json["errors"][0]["pointer"]) == (422, "/who")
    assert api.delete(address, headers=headers).status_code == 204
    assert api.get(address, headers=headers).json["since"] is None
    assert kim.post(f"{page}/second-factor", dict(sent), page).status_code == 303
    assert kim.post(f"{page}/second-factor/default", page=page).status_code == 303
    assert "Set up a second factor by" not in clerk.get("/preferences").text


class _Limited(Person):
    """Somebody who gets their tokens from a page they may see."""

    def token(self, page: str = "/security") -> str:
        return super().token("/security")


def replace_page(person: Person) -> Person:
    return _Limited(person.client, person.user)
