"""Lines 33 and 44 of section 1, and A4 to A6 of SECURITY: one answer for failed sign-ins, sessions that end, keys."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from werkzeug.test import Client, TestResponse

from formwork.identity import create_key, password, revoke_key, roles_of
from formwork.identity.attempt import FREE_TRIES
from formwork.kernel import Clock, Unavailable
from formwork.records import Change, update
from formwork.runtime.keys import master_key
from formwork.storage import system
from formwork.web.app import create_web
from tests.security.conftest import Doors
from tests.support.callers import Caller
from tests.support.payloads import listening
from tests.web.conftest import PASSWORD, Person

ORIGIN = "http://localhost"


class Ahead(Clock):
    """A clock that stands still until a test sets it ahead."""

    def __init__(self, clock: Clock) -> None:
        self.clock, self.began, self.by = clock, clock.now(), timedelta()

    def now(self) -> datetime:
        return self.began + self.by


@pytest.fixture
def clock(doors: Doors) -> Iterator[Ahead]:
    clock = Ahead(doors.here.runtime.clock)
    doors.here.runtime.clock = clock
    yield clock
    doors.here.runtime.clock = clock.clock


def tried(doors: Doors, login: str, given: str, address: str = "203.0.113.1") -> TestResponse:
    """What a sign-in from a new browser is answered."""
    person = Person(Client(doors.web), UUID(int=0))
    form = {"_csrf": person.token("/login"), "email": login, "password": given}
    return person.client.post("/login", data=form, base_url=ORIGIN, environ_base={"REMOTE_ADDR": address})


def plain(answer: TestResponse, login: str) -> tuple[int, list[tuple[str, str]], str]:
    """An answer without what differs in any two: the token of its form, the login typed into it, cookies, length."""
    text = re.sub(r'name="_csrf" value="[^"]+"', "", answer.text).replace(login, "")
    kept = [one for one in answer.headers.items() if one[0] not in ("Set-Cookie", "Content-Length")]
    return answer.status_code, kept, text


def test_33_every_failure_has_one_answer_and_costs_the_same(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    """A4, by counting the work that takes time: one hash of the same cost and the same statements each time."""
    people = {name: doors.house.add_user(name, "clerk") for name in ("known", "gone", "shut")}
    with doors.here.system() as work:
        update(work, "user", [Change(people["gone"], {"active": False}, None)])
        system.change(work, "fw_credential", {"disabled": True}, equals={"user": people["shut"]})
    hashed: list[str] = []
    verify = password._HASHER.verify

    class Counting:
        def verify(self, encoded: str, given: str) -> bool:
            hashed.append(encoded.rpartition("$")[0].rpartition("$")[0])
            return verify(encoded, given)

    monkeypatch.setattr(password, "_HASHER", Counting())
    # The directory is read once before, not within one of the tries.
    monkeypatch.setattr("formwork.runtime.runtime.TENANT_SECONDS", 3_600.0)
    doors.here.runtime.forget()
    Person(Client(doors.web), UUID(int=0)).get("/login")
    cases = {"nobody": PASSWORD, "known": "wrong", "gone": PASSWORD, "shut": PASSWORD, "a" * 300: "y" * 300}
    answers, costs = [], []
    for login, given in cases.items():
        with listening() as heard:
            answers.append(plain(tried(doors, login, given), login))
        costs.append((len(heard), tuple(hashed)))
        hashed.clear()
    assert answers[0][0] == 401
    assert all(one == answers[0] for one in answers)
    assert all(one == costs[0] for one in costs), costs
    assert len(costs[0][1]) == 1, "one hash, of the same parameters"


def test_33_while_throttled_the_right_password_waits_too(doors: Doors, clock: Ahead) -> None:
    doors.house.add_user("busy", "clerk")
    for login in ("busy", "busy-nobody"):
        for _ in range(FREE_TRIES):
            assert tried(doors, login, "wrong", "203.0.113.2").status_code == 401
    answers = [tried(doors, "busy", PASSWORD, "203.0.113.3"), tried(doors, "busy-nobody", "x", "203.0.113.3")]
    assert [one.status_code for one in answers] == [429, 429]
    assert all(int(one.headers["Retry-After"]) > 0 for one in answers)
    assert "Too many attempts" in answers[0].text


def test_a_session_idles_out_and_ends_whatever_happens(doors: Doors, clock: Ahead) -> None:
    idle, busy = doors.house.person("idle", "clerk"), doors.house.person("diligent", "clerk")
    clock.by = timedelta(minutes=31)
    assert idle.get("/preferences").status_code == 303
    for person, minutes in ((idle, 31), (busy, 12 * 60 + 1)):
        clock.by = timedelta(minutes=minutes)
        program = Client(doors.api)
        for held in person.client._cookies.values():
            program.set_cookie(held.key, held.value, domain="localhost")
        answer = program.get("/api/v1/me", base_url=ORIGIN)
        assert (answer.status_code, answer.json["code"]) in ((401, "unauthenticated"), (401, "session_ended"))
    clock.by = timedelta()
    for minutes in range(0, 12 * 60, 20):
        clock.by = timedelta(minutes=minutes)
        assert busy.get("/preferences").status_code == 200, minutes
    clock.by = timedelta(hours=12, seconds=1)
    assert busy.get("/preferences").status_code == 303


def test_cookies_are_tied_to_the_host_where_they_are_secure(doors: Doors) -> None:
    runtime = doors.here.runtime
    before = runtime.settings
    runtime.settings = replace(before, secure_cookies=True)
    try:
        doors.house.add_user("sam", "clerk")
        browser = Client(create_web(runtime))
        page = browser.get("/login", base_url="https://localhost").text
        token = page.partition('name="_csrf" value="')[2].partition('"')[0]
        form = {"_csrf": token, "email": "sam", "password": PASSWORD}
        origin = {"Origin": "https://localhost", "Referer": "https://localhost/login"}
        answer = browser.post("/login", data=form, base_url="https://localhost", headers=origin)
        assert answer.status_code == 303, answer.text
        made = {one.partition("=")[0]: one for one in answer.headers.getlist("Set-Cookie")}
        assert "__Host-fw_session" in made
        assert all(name.startswith("__Host-") for name in made)
        for cookie in made.values():
            assert "; Secure" in cookie
            assert "; Path=/" in cookie
            assert "; SameSite=Lax" in cookie
            assert "; HttpOnly" in cookie
            assert "Domain=" not in cookie
        assert "max-age=31536000; includeSubDomains" in answer.headers["Strict-Transport-Security"]
    finally:
        runtime.settings = before


def test_without_a_key_nothing_starts(doors: Doors) -> None:
    """A5: what is not set is refused, never taken for open."""
    for empty in ("", " "):
        with pytest.raises(Exception) as caught:
            master_key(replace(doors.here.runtime.settings, key=empty, data=doors.here.runtime.settings.data / "none"))
        assert caught.type.__name__ in ("NotFound", "Invalid", Unavailable.__name__)


# ---- keys ----------------------------------------------------------------------------------------------------------


def with_key(doors: Doors, text: str) -> Caller:
    return doors.world.nobody.with_headers(Authorization=f"Bearer {text}")


def shown(answer: TestResponse) -> str:
    """The key a page shows."""
    found = re.search(r'<code class="fw-code">(fwk_[\w-]+)</code>', answer.text)
    assert found is not None, answer.text
    return found[1]


def test_44_a_key_made_on_the_page_reaches_as_far_as_was_chosen(doors: Doors, clock: Ahead) -> None:
    mia = doors.house.person("mia", "librarian")
    whole = shown(mia.post("/security/keys", {"name": "Sync", "reach": "all", "days": ""}))
    narrow = shown(mia.post("/security/keys", {
        "name": "Reader", "reach": "some", "scope": "read", "object": "book", "days": "30",
    }))  # fmt: skip
    assert with_key(doors, whole).get("/reader").status_code == 200
    program = with_key(doors, narrow)
    assert program.get("/book").status_code == 200
    for answer in (program.get("/reader"), program.post("/book", {"title": "x"})):
        assert (answer.status_code, answer.json["code"]) == (403, "missing_scope")
        assert answer.json["scope"] in ("read:reader", "write:book")
        assert answer.json["scope"] in answer.json["detail"]
    page = mia.get("/security/keys").text
    assert whole not in page
    assert narrow not in page, "shown once"
    assert "read:book" in page
    clock.by = timedelta(days=30, seconds=1)
    late = program.get("/book")
    assert (late.status_code, late.json["code"]) == (401, "bad_key")
    assert with_key(doors, whole).get("/book").status_code == 200


def test_44_a_key_that_is_revoked_or_of_another_tenant_is_nobodys(
    doors: Doors, neighbour: tuple[Caller, Person]
) -> None:
    noa = doors.house.person("noa", "librarian")
    text = shown(noa.post("/security/keys", {"name": "One", "reach": "all"}))
    [id] = re.findall(r'/security/keys/revoke".*?name="id" value="([0-9a-f-]+)"', noa.get("/security/keys").text)
    stranger = doors.house.person("nils", "librarian")
    assert stranger.post("/security/keys/revoke", {"id": id}).status_code == 404
    assert with_key(doors, text).get("/me").status_code == 200
    assert noa.post("/security/keys/revoke", {"id": id}).status_code == 303
    answers = [with_key(doors, text), neighbour[0], with_key(doors, "fwk_unknown"), with_key(doors, "x")]
    told = [(one.get("/me").status_code, one.get("/me").json["code"]) for one in answers]
    assert told == [(401, "bad_key")] * 4
    there = neighbour[0].client.get("/api/v1/me", headers=dict(neighbour[0].headers), base_url="http://other.localhost")
    assert there.status_code == 200


def test_44_a_key_in_an_address_is_no_key(doors: Doors) -> None:
    user = doors.house.add_user("url", "librarian")
    text = doors.world.key(user)
    for name in ("key", "api_key", "access_token", "token", "authorization"):
        assert doors.world.nobody.get("/me", **{name: text}).status_code == 401
    signed = Client(doors.web).get(
        f"/preferences?key={text}", base_url=ORIGIN, headers={"Authorization": f"Bearer {text}"}
    )
    assert signed.status_code == 303, "nor does it open pages"


def test_a_key_is_refused_that_is_wider_than_its_maker(doors: Doors) -> None:
    ole = doors.house.person("ole", "clerk")
    for sent in (
        {"name": "", "reach": "all"}, {"name": "x", "reach": "some"},
        {"name": "x", "reach": "some", "scope": "manage"}, {"name": "x", "reach": "some", "scope": "fly"},
        {"name": "x", "reach": "some", "scope": "write", "object": "nothing"}, {"name": "x" * 101, "reach": "all"},
    ):  # fmt: skip
        answer = ole.post("/security/keys", dict(sent))
        assert answer.status_code == 422, sent
        assert "fwk_" not in answer.text
    with doors.here.system() as work:
        assert system.count(work, "fw_api_key", user=ole.user) == 0


def test_keys_ask_again_who_one_is(doors: Doors, clock: Ahead) -> None:
    pia = doors.house.person("pia", "librarian")
    browser = Client(doors.api)
    for held in pia.client._cookies.values():
        browser.set_cookie(held.key, held.value, domain="localhost")
    made = browser.post("/api/v1/keys", json={"name": "k"}, base_url=ORIGIN, headers={"Origin": ORIGIN})
    assert made.status_code == 201, made.text
    clock.by = timedelta(minutes=16)
    refused = browser.post("/api/v1/keys", json={"name": "k"}, base_url=ORIGIN, headers={"Origin": ORIGIN})
    assert (refused.status_code, refused.json["code"]) == (403, "proof_needed")
    assert pia.get("/security/keys").headers["Location"] == "/security/confirm?next=/security/keys"


def test_who_administers_shows_again_who_they_are(doors: Doors, clock: Ahead) -> None:
    chief, user = doors.house.person("quin", "admin"), doors.house.add_user("quin-led", "clerk")
    page = f"/setup/people/{user}"
    assert chief.get(page).status_code == 200
    clock.by = timedelta(minutes=16)
    asked = chief.client.post(
        f"{page}/roles", data={"_csrf": chief.token(), "role": "admin"}, base_url=ORIGIN,
        headers={"Referer": f"{ORIGIN}{page}"},
    )  # fmt: skip
    assert asked.headers["Location"].startswith("/security/confirm?next=/security/resume/")
    browser = Client(doors.api)
    for held in chief.client._cookies.values():
        browser.set_cookie(held.key, held.value, domain="localhost")
    put = browser.put(f"/api/v1/users/{user}/roles/admin", base_url=ORIGIN, headers={"Origin": ORIGIN})
    assert (put.status_code, put.json["code"]) == (403, "proof_needed")
    with doors.here.system() as work:
        assert roles_of(work, user) == {"clerk"}
    sent = {"next": page, "password": PASSWORD}
    assert chief.post("/security/confirm", sent).headers["Location"] == page
    assert chief.post(f"{page}/roles", {"role": "librarian"}).status_code == 303


def test_sessions_are_listed_and_ended_over_the_api(doors: Doors) -> None:
    caller, person = doors.both("rob", "clerk")
    other = Person(Client(doors.web), person.user)
    assert other.post("/login", {"email": "rob", "password": PASSWORD}, page="/login").status_code == 303
    listed = caller.get("/me/sessions").json["data"]
    assert [one["current"] for one in listed] == [False, False]
    stranger = doors.world.caller("rob-else", "clerk")
    assert stranger("DELETE", f"/me/sessions/{listed[0]['id']}").status_code == 404
    for one in listed:
        assert caller("DELETE", f"/me/sessions/{one['id']}").status_code == 204
    assert [one.get("/preferences").status_code for one in (person, other)] == [303, 303]


def test_a_reset_of_factors_is_for_who_manages(doors: Doors) -> None:
    boss, user = doors.world.caller("sia", "admin"), doors.house.add_user("tor", "clerk")
    clerk = doors.world.caller("ula", "clerk")
    assert boss.get(f"/users/{user}/second-factor").json == {"totp": False, "passkeys": 0, "recovery_codes": 0}
    assert clerk("DELETE", f"/users/{user}/second-factor").status_code == 403
    assert boss("DELETE", f"/users/{user}/second-factor").status_code == 204
    with doors.here.system() as work:
        [told] = system.find_many(work, "fw_audit", equals={"action": "factors_reset", "record": user})
        assert told["by"] == boss.user
        key, _text = create_key(work, user, "k")
        revoke_key(work, user, key.id)
