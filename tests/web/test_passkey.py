"""Passkeys in a real browser with an authenticator of its own, and what is refused without one."""

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from playwright.sync_api import Browser, Page, expect
from webauthn.helpers import encode_cbor
from werkzeug.test import Client

from formwork.identity.attempt import FREE_TRIES, PER_ADDRESS, note_failure
from formwork.identity.audit import Question, entries
from formwork.storage import system
from tests.support.browser import PHONE, axe_violations, opened_page, sideways_scroll
from tests.support.server import served
from tests.web.conftest import PASSWORD, House, Person

ORIGIN = "http://localhost"


def letters(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


class Device:
    """An authenticator in software: what it signs can be bent in every place."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = uuid4().bytes
        self.count = 0

    def made(self, options: dict[str, Any], **bent: Any) -> str:
        numbers = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        kept = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + encode_cbor(cose)
        data = self._data(0x40, **bent) + kept
        attestation = encode_cbor({"fmt": "none", "attStmt": {}, "authData": data})
        response = {
            "clientDataJSON": self._client("webauthn.create", options, **bent),
            "attestationObject": letters(attestation),
        }
        return self._told(response)

    def shown(self, options: dict[str, Any], user: UUID | None = None, **bent: Any) -> str:
        self.count += bent.get("counts", 1)
        data, client = self._data(0, **bent), self._client("webauthn.get", options, **bent)
        signed = data + hashlib.sha256(base64.urlsafe_b64decode(client + "==")).digest()
        signature = self.key.sign(signed, ec.ECDSA(hashes.SHA256()))
        response = {"clientDataJSON": client, "authenticatorData": letters(data), "signature": letters(signature)}
        return self._told({**response, "userHandle": letters(user.bytes) if user else None})

    def _data(self, flags: int, host: str = "localhost", verified: bool = True, **_: Any) -> bytes:
        return (
            hashlib.sha256(host.encode()).digest()
            + bytes([flags | 1 | (4 if verified else 0)])
            + self.count.to_bytes(4, "big")
        )

    def _client(self, kind: str, options: dict[str, Any], origin: str = ORIGIN, challenge: str = "", **_: Any) -> str:
        told = {"type": kind, "challenge": challenge or options["challenge"], "origin": origin}
        return letters(json.dumps(told).encode())

    def _told(self, response: dict[str, Any]) -> str:
        return json.dumps(
            {"id": letters(self.id), "rawId": letters(self.id), "type": "public-key", "response": response}
        )


def asked(person: Person, path: str, page: str = "/preferences") -> dict[str, Any]:
    answer = person.post(f"{path}/options", page=page)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


def registered(person: Person, device: Device) -> None:
    options = asked(person, "/security/passkeys")
    answer = person.post("/security/passkeys", {"answer": device.made(options), "name": "Laptop"})
    assert answer.status_code in (200, 303), answer.text


def entered(house: House, person: Person, answer_of: Any) -> tuple[Person, int]:
    """Somebody in a new browser who answers the challenge of the sign-in page, and what that is answered."""
    other = Person(Client(house.app), person.user)
    answer = answer_of(asked(other, "/login/passkey", "/login"))
    return other, other.post("/login/passkey", {"answer": answer, "next": "/preferences"}, page="/login").status_code


def test_a_passkey_signs_in_without_a_name_and_is_good_once(house: House) -> None:
    ann, device = house.person("pk-ann", "librarian"), Device()
    registered(ann, device)
    assert "Laptop" in ann.get("/security").text
    other, status = entered(house, ann, lambda options: device.shown(options, ann.user))
    assert status == 303
    assert other.get("/preferences").status_code == 200
    third = Person(Client(house.app), ann.user)
    options = asked(third, "/login/passkey", "/login")
    state = third.client.get_cookie("fw_state", domain="localhost")
    answer = device.shown(options, ann.user)
    assert third.post("/login/passkey", {"answer": answer}, page="/login").status_code == 303
    again = Client(house.app)
    assert state is not None
    again.set_cookie("fw_state", state.value, domain="localhost")
    replayed = Person(again, ann.user).post("/login/passkey", {"answer": answer}, page="/login")
    assert replayed.status_code == 401, "the same answer, with the state of the browser from before"


@pytest.mark.parametrize(
    "bent",
    [
        {"origin": "http://evil.example"}, {"origin": "https://localhost"}, {"host": "evil.example"},
        {"verified": False}, {"challenge": letters(b"x" * 32)}, {"counts": -1},
    ],
    ids=str,
)  # fmt: skip
def test_an_answer_that_is_bent_lets_nobody_in(house: House, bent: dict[str, Any]) -> None:
    ben, device = house.person(f"pk-{uuid4().hex[:6]}", "librarian"), Device()
    device.count = 5
    registered(ben, device)
    assert entered(house, ben, lambda options: device.shown(options, ben.user, **bent))[1] == 401
    assert entered(house, ben, lambda options: device.shown({**options}, ben.user, counts=9))[1] == 303


@pytest.mark.parametrize(
    "bent", [{"origin": "http://evil.example"}, {"host": "evil.example"}, {"verified": False}], ids=str
)
def test_a_passkey_that_is_bent_is_not_kept(house: House, bent: dict[str, Any]) -> None:
    cat, device = house.person(f"pk-{uuid4().hex[:6]}", "librarian"), Device()
    options = asked(cat, "/security/passkeys")
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert cat.post("/security/passkeys", {"answer": device.made(options, **bent), "name": "x"}).status_code == 422
    assert "Laptop" not in cat.get("/security").text


def forget_failures(house: House) -> None:
    """Nobody has to wait for what failed so far."""
    with house.here.system() as work:
        system.remove(work, "fw_attempt")


def test_challenges_are_for_one_browser_and_one_purpose(house: House) -> None:
    dan, device = house.person("pk-dan", "librarian"), Device()
    registered(dan, device)
    options = asked(dan, "/security/passkeys")
    stranger = Person(Client(house.app), dan.user)
    assert (
        stranger.post("/login/passkey", {"answer": device.shown(options, dan.user)}, page="/login").status_code == 401
    )
    for answer in ("", "{}", "[]", "null", '{"id": 1}', json.dumps({"id": letters(device.id)}), "[" * 20_000):
        assert entered(house, dan, lambda _options, sent=answer: sent)[1] == 401
        forget_failures(house)
    foreign = Device()
    foreign.id = device.id
    assert entered(house, dan, lambda options: foreign.shown(options, dan.user))[1] == 401
    assert entered(house, dan, lambda options: device.shown(options, uuid4()))[1] == 401
    eve = house.person("pk-eve", "librarian")
    with pytest.raises(AssertionError):
        registered(eve, device)  # the same credential for somebody else


def test_a_passkey_is_a_second_step_and_proves_who_one_is(house: House) -> None:
    fay, device = house.person("pk-fay", "librarian"), Device()
    registered(fay, device)
    other = Person(Client(house.app), fay.user)
    first = other.post("/login", {"email": "pk-fay", "password": PASSWORD, "next": "/preferences"}, page="/login")
    assert first.headers["Location"] == "/login/second"
    options = asked(other, "/login/passkey", "/login/second")
    assert [one["id"] for one in options["allowCredentials"]] == [letters(device.id)]
    done = other.post("/login/passkey", {"answer": device.shown(options, fay.user)}, page="/login/second")
    assert (done.status_code, done.headers["Location"]) == (303, "/preferences")
    wrong = other.post("/security/confirm/passkey", {"answer": "{}"})
    assert wrong.status_code == 401
    options = asked(other, "/security/confirm/passkey")
    proof = {"answer": device.shown(options, fay.user), "next": "/security"}
    assert other.post("/security/confirm/passkey", proof).status_code == 303
    assert other.get("/preferences").status_code == 200


def test_failed_passkeys_make_one_wait_and_stand_in_the_trail(house: House) -> None:
    """As failed passwords do (attempt.py), and apart from these."""
    ida, device, foreign = house.person("pk-ida", "librarian"), Device(), Device()
    registered(ida, device)
    foreign.id = device.id
    forget_failures(house)
    for _ in range(FREE_TRIES):
        assert entered(house, ida, lambda options: foreign.shown(options, ida.user))[1] == 401
    browser = Person(Client(house.app), ida.user)
    answer = device.shown(asked(browser, "/login/passkey", "/login"), ida.user)
    refused = browser.post("/login/passkey", {"answer": answer}, page="/login")
    assert (refused.status_code, int(refused.headers["Retry-After"]) > 0) == (429, True), "the right one waits too"
    with house.here.system() as work:
        told = entries(work, Question(event="sign_in_failed", record=ida.user), 10)
        assert [one.detail["failures"] for one in told] == [5, 4, 3, 2, 1]
        system.remove(work, "fw_attempt")
    assert browser.post("/login", {"email": "pk-ida", "password": PASSWORD}, page="/login").status_code == 303
    assert entered(house, ida, lambda options: device.shown(options, ida.user))[1] == 303
    for _ in range(FREE_TRIES):
        assert ida.post("/security/confirm/passkey", {"answer": "{}"}).status_code == 401
    assert ida.post("/security/confirm/passkey", {"answer": "{}"}).status_code == 429
    with house.here.system() as work:
        system.remove(work, "fw_attempt")
    there = {"REMOTE_ADDR": "203.0.113.77"}
    with house.here.system() as work:
        for number in range(PER_ADDRESS - 1):
            note_failure(work, f"nobody{number}", there["REMOTE_ADDR"])
    for status in (401, 429):
        other = Person(Client(house.app), ida.user)
        sent = {"answer": json.dumps({"id": "nobody"}), "_csrf": other.token("/login")}
        answered = other.client.post("/login/passkey", data=sent, base_url=ORIGIN, environ_base=there)
        assert answered.status_code == status, "it counts for the address, which then waits"
    with house.here.system() as work:
        system.remove(work, "fw_attempt")


def test_passkeys_are_named_and_removed_by_their_owner_only(house: House) -> None:
    gus, device = house.person("pk-gus", "librarian"), Device()
    registered(gus, device)
    [id] = re.findall(r'/security/passkeys/remove".*?name="id" value="([0-9a-f-]+)"', gus.get("/security").text)
    stranger = house.person("pk-hal", "librarian")
    for path in ("name", "remove"):
        assert stranger.post(f"/security/passkeys/{path}", {"id": id, "name": "x"}).status_code == 404
    assert gus.post("/security/passkeys/name", {"id": id, "name": "Blue key"}).status_code == 303
    assert "Blue key" in gus.get("/security").text
    assert gus.post("/security/passkeys/remove", {"id": id}).status_code == 303
    assert entered(house, gus, lambda options: device.shown(options, gus.user))[1] == 401
    with house.here.system() as work:
        assert system.count(work, "fw_recovery_code", user=gus.user) == 0


# ---- in a browser --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def address(house: House) -> Iterator[str]:
    with served(house.app, "localhost") as found:
        yield found.replace("127.0.0.1", "localhost")


def with_authenticator(page: Page) -> None:
    """Give the page's browser a platform authenticator that verifies its user."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_chromium_makes_a_passkey_and_signs_in_with_it(house: House, address: str, browser: Browser) -> None:
    house.add_user("pk-ivy", "librarian")
    with opened_page(browser, base_url=address) as page:
        with_authenticator(page)
        page.goto("/login")
        page.get_by_label("Login").fill("pk-ivy")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.goto("/security")
        page.get_by_label("Name of the passkey").fill("This machine")
        page.get_by_role("button", name="Add a passkey").click()
        expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
        assert page.locator("ol code").count() == 10
        assert axe_violations(page) == []
        page.get_by_role("link", name="I have kept them").click()
        expect(page.get_by_text("This machine", exact=True)).to_be_visible()
        assert axe_violations(page) == []
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        assert sideways_scroll(page) == 0
        page.context.clear_cookies()
        page.goto("/login?next=/preferences")
        assert axe_violations(page) == []
        page.get_by_role("button", name="Use a passkey").click()
        page.wait_for_url(f"{address}/preferences")
        page.goto("/security/confirm?next=/security")
        page.get_by_role("button", name="Use a passkey").click()
        page.wait_for_url(f"{address}/security")


@pytest.mark.proof
def test_set_up_pages_fit_and_read_well(house: House, address: str, browser: Browser, tmp_path: Path) -> None:
    house.add_user("pk-jan", "librarian")
    with opened_page(browser, base_url=address, size=PHONE) as page:
        page.goto("/login")
        page.get_by_label("Login").fill("pk-jan")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.goto("/security/second-factor")
        page.get_by_role("button", name="Begin").click()
        expect(page.get_by_role("img", name="QR code of the key below")).to_be_visible()
        for where in ("/security/second-factor", "/security", "/security/confirm"):
            page.goto(where)
            assert axe_violations(page) == [], where
            assert sideways_scroll(page) == 0, where
