"""Signing in by OpenID Connect, against a provider on a port of this machine, over real HTTP."""

import html
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
import requests
from werkzeug.test import Client, TestResponse

from formwork.api import create_api
from formwork.identity import create_key, roles_of
from formwork.identity.audit import Question, entries
from formwork.identity.provider import Provider, link_login, remove_provider, set_provider
from formwork.identity.provider_documents import KEPT_SECONDS, REST_SECONDS, ProviderDocuments
from formwork.kernel import Invalid
from formwork.outbound import Client as HttpClient
from formwork.outbound import Gate
from formwork.records import Change, update
from formwork.storage import system
from tests.support.provider import CLIENT, NEXT_KEY, OTHER_KEY, SECRET, LocalProvider, local_provider, place_of
from tests.web.conftest import House, Person

ORIGIN = "http://localhost"


@pytest.fixture(scope="module")
def provider(house: House) -> Iterator[LocalProvider]:
    with local_provider() as found:
        runtime = house.here.runtime
        before = runtime.settings
        runtime.settings = replace(before, outbound_inside=place_of(found.issuer))
        with house.here.system() as work:
            kept = Provider("acme", "Acme", found.issuer, CLIENT, ("welcome.example",), ("librarian",))
            set_provider(work, kept, SECRET)
        yield found
        runtime.settings = before


def forget(house: House) -> None:
    """Nothing of what the provider said is kept any more."""
    house.here.runtime.provider_documents = ProviderDocuments()


def person_of(subject: str, **more: Any) -> dict[str, Any]:
    return {"sub": subject, "name": subject.title(), "email": f"{subject}@elsewhere.example", **more}


def to_provider(person: Person, start: str) -> str:
    """Where the provider sends the browser back to, after it was sent there."""
    sent = person.get(start)
    assert sent.status_code == 303, sent.text
    back = requests.get(sent.headers["Location"], allow_redirects=False, timeout=10)
    assert back.status_code == 302, back.text
    return back.headers["Location"].removeprefix(ORIGIN)


def enters(house: House, start: str = "/login/with/acme?next=/preferences") -> tuple[Person, TestResponse]:
    """A new browser that signs in at the provider, and what coming back was answered."""
    person = Person(Client(house.app), uuid4())
    return person, person.get(to_provider(person, start))


def linked(house: House, provider: LocalProvider, subject: str) -> Person:
    """A user who is somebody at the provider."""
    person = house.person(subject, "librarian")
    with house.here.system() as work:
        link_login(work, person.user, provider.issuer, subject)
    return person


def test_somebody_who_is_linked_signs_in(house: House, provider: LocalProvider) -> None:
    linked(house, provider, "op-ann")
    provider.person = person_of("op-ann")
    person, answer = enters(house)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/preferences")
    assert person.get("/preferences").status_code == 200
    asked = provider.asked[-1]
    assert asked["code_challenge_method"] == "S256"
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3
    assert asked["redirect_uri"] == f"{ORIGIN}/login/back/acme"
    assert 'href="/login/with/acme' in person.client.get("/login", base_url=ORIGIN).text


@pytest.mark.parametrize(
    "lie",
    [
        {"nonce": "another"}, {"nonce": None}, {"aud": "somebody-else"}, {"aud": [CLIENT, "x"], "azp": "x"},
        {"iss": "https://evil.example"}, {"exp": int(time.time()) - 3600}, {"exp": None}, {"sub": ""}, {"sub": None},
        {"sub": 7}, {"iat": int(time.time()) + 7200}, {"at_hash": "AAAA"},
    ],
    ids="-".join,
)  # fmt: skip
def test_an_id_token_that_does_not_hold_lets_nobody_in(
    house: House, provider: LocalProvider, lie: dict[str, Any]
) -> None:
    subject = f"op-{uuid4().hex[:6]}"
    linked(house, provider, subject)
    provider.person, provider.lies = person_of(subject), lie
    person, answer = enters(house)
    provider.truth()
    assert answer.status_code == 401
    assert person.get("/preferences").status_code == 303


@pytest.mark.parametrize("how", ["other key", "shared secret", "other issuer"])
def test_what_is_not_signed_by_the_provider_is_refused(house: House, provider: LocalProvider, how: str) -> None:
    subject = f"op-{uuid4().hex[:6]}"
    linked(house, provider, subject)
    provider.person = person_of(subject)
    person = Person(Client(house.app), uuid4())
    back = to_provider(person, "/login/with/acme")
    if how == "other key":
        provider.signs_with = OTHER_KEY
    elif how == "shared secret":
        provider.algorithm = "HS256"
    else:
        provider.discovery = {"issuer": "https://evil.example"}
        forget(house)
    answer = person.get(back)
    forget(house)
    provider.truth()
    assert answer.status_code in (401, 503)
    assert person.get("/preferences").status_code == 303


def test_state_and_code_are_good_once_and_for_one_browser(house: House, provider: LocalProvider) -> None:
    linked(house, provider, "op-bo")
    provider.person = person_of("op-bo")
    person = Person(Client(house.app), uuid4())
    back = to_provider(person, "/login/with/acme")
    stranger = Person(Client(house.app), uuid4())
    assert stranger.get(back).status_code == 401, "a link with a code sent to somebody else"
    state = person.client.get_cookie("fw_state", domain="localhost")
    assert state is not None
    assert person.get(f"{back}x").status_code == 401, "another state"
    again = Client(house.app)
    again.set_cookie("fw_state", state.value, domain="localhost")
    assert Person(again, uuid4()).get(back).status_code == 401, "what the browser kept is spent"
    fresh = Person(Client(house.app), uuid4())
    back = to_provider(fresh, "/login/with/acme")
    state = fresh.client.get_cookie("fw_state", domain="localhost")
    assert state is not None
    assert fresh.get(back).status_code == 303
    again.set_cookie("fw_state", state.value, domain="localhost")
    assert Person(again, uuid4()).get(back).status_code == 401, "replayed whole"
    denied = Person(Client(house.app), uuid4())
    state_of = to_provider(denied, "/login/with/acme").partition("state=")[2]
    assert denied.get(f"/login/back/acme?error=access_denied&state={state_of}").status_code == 401


def test_a_mail_address_links_nobody(house: House, provider: LocalProvider) -> None:
    """A5: whoever has somebody's address at a provider is not that person here."""
    victim = house.person("op-cy", "admin")
    for verified in (True, False, "true", None):
        provider.person = person_of("op-thief", email="op-cy@example.com", email_verified=verified)
        assert enters(house)[1].status_code == 401
    provider.person = person_of("op-thief2", email="op-cy@welcome.example", email_verified=True)
    with house.here.system() as work:
        update(work, "user", [Change(victim.user, {"email": "op-cy@welcome.example"}, None)])
    assert enters(house)[1].status_code == 401, "nor is one of a welcome domain taken for the user who has it"
    with house.here.system() as work:
        assert system.count(work, "fw_provider_login", subject="op-thief2") == 0


def test_people_of_a_domain_are_made_with_their_roles(house: House, provider: LocalProvider) -> None:
    for email, verified in (
        ("op-di@welcome.example", False), ("op-di@welcome.example", None), ("op-di@welcome.example", "true"),
        ("op-di@evil.example", True), ("op-di@sub.welcome.example", True), ("a@evil.example@welcome.example", True),
        ("welcome.example", True),
    ):  # fmt: skip
        provider.person = person_of("op-di", email=email, email_verified=verified)
        assert enters(house)[1].status_code == 401, (email, verified)
    provider.person = person_of("op-di", email="op-di@Welcome.Example", email_verified=True)
    person, answer = enters(house)
    assert answer.status_code == 303
    assert person.get("/preferences").status_code == 200
    with house.here.system() as work:
        found = system.find(work, "fw_provider_login", subject="op-di")
        assert found is not None
        assert roles_of(work, found["user"]) == {"librarian"}
        update(work, "user", [Change(found["user"], {"active": False}, None)])
    assert enters(house)[1].status_code == 401, "deactivated here, whatever the provider says"


def test_a_user_connects_a_provider_and_disconnects_it(house: House, provider: LocalProvider) -> None:
    eve = house.person("op-eve", "librarian")
    provider.person = person_of("op-eve-there")
    assert enters(house)[1].status_code == 401
    back = eve.get(to_provider(eve, "/security/providers/acme"))
    asks = "/security/providers/acme/link"
    assert (back.status_code, back.headers["Location"]) == (303, asks)
    assert enters(house)[1].status_code == 401, "nothing is linked before it was asked for"
    assert "op-eve-there@elsewhere.example" in eve.get(asks).text
    assert eve.client.post(asks, base_url=ORIGIN).status_code == 403, "without the token of a form"
    stranger = house.person("op-eva", "librarian")
    assert stranger.get(asks).headers["Location"] == "/security"
    assert eve.post(asks, page=asks).headers["Location"] == "/security"
    assert "/security/providers/disconnect" in eve.get("/security").text
    assert enters(house)[1].status_code == 303
    other = house.person("op-fay", "librarian")
    assert other.get(to_provider(other, "/security/providers/acme")).status_code == 303
    assert other.post(asks, page=asks).status_code == 409, "somebody else's already"
    assert eve.post("/security/providers/disconnect", {"provider": "acme"}).status_code == 303
    assert enters(house)[1].status_code == 401


def test_the_second_factor_of_here_is_asked_unless_there_was_one_there(house: House, provider: LocalProvider) -> None:
    gus = linked(house, provider, "op-gus")
    with house.here.system() as work:
        system.append(work, "fw_passkey", [{
            "id": uuid4(), "user": gus.user, "credential": uuid4().hex, "public_key": b"", "sign_count": 0,
            "name": "a", "at": work.context.now,
        }])  # fmt: skip
    provider.person = person_of("op-gus")
    assert enters(house)[1].headers["Location"] == "/login/second"
    provider.person = person_of("op-gus", amr=["pwd", "mfa"])
    assert enters(house)[1].headers["Location"] == "/preferences"


def test_whoever_has_no_password_shows_who_they_are_at_the_provider(house: House, provider: LocalProvider) -> None:
    user = house.here.user("op-ida", "librarian")
    with house.here.system() as work:
        link_login(work, user, provider.issuer, "op-ida")
    provider.person = person_of("op-ida")
    ida, answer = enters(house)
    assert answer.status_code == 303
    before = ida.client.get_cookie("fw_session", domain="localhost")
    page = ida.get("/security/confirm?next=/security/keys").text
    assert "/login/with/acme?again=1&amp;next=/security/keys" in page
    assert 'name="password"' not in page
    again = ida.get(to_provider(ida, "/login/with/acme?again=1&next=/security/keys"))
    assert (again.status_code, again.headers["Location"]) == (303, "/security/keys")
    assert provider.asked[-1]["prompt"] == "login"
    old = Client(house.app)
    assert before is not None
    old.set_cookie("fw_session", before.value, domain="localhost")
    assert old.get("/preferences", base_url=ORIGIN).status_code == 303, "the session from before has ended"
    refused = ida.post("/security/providers/disconnect", {"provider": "acme"})
    assert refused.status_code == 409, "nobody takes their only way in away"


def test_a_provider_without_a_secret_is_none(house: House, provider: LocalProvider) -> None:
    """A5: what is empty is refused, never taken for open."""
    good = Provider("other", "Other", provider.issuer, CLIENT)
    with house.here.system() as work:
        for bad, secret in (
            (good, ""), (good, " "), (replace(good, client=""), SECRET), (replace(good, issuer="acme"), SECRET),
            (replace(good, name="A b"), SECRET), (replace(good, domains=("a.example",), roles=("nobody",)), SECRET),
            (replace(good, roles=("admin",)), SECRET),
        ):  # fmt: skip
            with pytest.raises(Invalid):
                set_provider(work, bad, secret)
        set_provider(work, good, SECRET)
        row = system.find(work, "fw_provider", name="other")
        assert row is not None
        assert SECRET.encode() not in bytes(row["secret"])
        remove_provider(work, "other")
    person = Person(Client(house.app), uuid4())
    assert person.get("/login/with/other").status_code == 404


def test_what_a_provider_says_is_kept_and_changed_keys_are_asked_for_anew(
    house: House, provider: LocalProvider
) -> None:
    """OpenID Connect Core 1.0, 10.1.1. What is kept is kept for each tenant."""
    linked(house, provider, "op-kay")
    provider.person = person_of("op-kay")
    now = [1000.0]
    documents = house.here.runtime.provider_documents = ProviderDocuments(lambda: now[0])
    provider.told.clear()
    try:
        assert [enters(house)[1].status_code for _ in range(3)] == [303] * 3
        assert provider.told == ["known", "keys"]
        provider.keys, provider.signs_with = (NEXT_KEY,), NEXT_KEY
        assert enters(house)[1].status_code == 401, "asked for a moment ago, so not again for every token"
        now[0] += REST_SECONDS
        assert enters(house)[1].status_code == 303
        assert provider.told == ["known", "keys", "keys"]
        now[0] += KEPT_SECONDS
        assert enters(house)[1].status_code == 303
        assert provider.told == ["known", "keys", "keys", "known", "keys"]
        kept = Provider("acme", "Acme", provider.issuer, CLIENT)
        documents.known("another", HttpClient(Gate.of(house.here.runtime.settings)), kept)
        assert provider.told[5:] == ["known"]
    finally:
        provider.truth()
        forget(house)


def test_providers_are_set_up_on_a_page(house: House, provider: LocalProvider) -> None:
    boss, clerk = house.person("op-boss", "admin"), house.person("op-clerk", "clerk")
    page = "/setup/sign-in/providers"
    assert clerk.get(f"{page}/new").status_code == 403
    sent = {"name": "globex", "label": "Globex", "issuer": provider.issuer, "client": CLIENT, "secret": SECRET}
    for wrong, field in (
        ({"secret": ""}, "secret"), ({"name": "A b"}, "name"), ({"name": "acme"}, "name"),
        ({"issuer": f"{provider.issuer}/other"}, "issuer"), ({"issuer": "https://10.0.0.1"}, "issuer"),
        ({"issuer": "zqx"}, "issuer"), ({"makes": "1", "domains": "no domain"}, "domains"), ({"label": ""}, "label"),
    ):  # fmt: skip
        refused = boss.post(f"{page}/new", {**sent, **wrong}, f"{page}/new")
        assert refused.status_code == 422, wrong
        assert f'class="fw-error" id="{field}-h"' in refused.text, wrong
        assert SECRET not in html.unescape(refused.text)
    made = boss.post(f"{page}/new", dict(sent), f"{page}/new")
    assert (made.status_code, made.headers["Location"]) == (303, f"{page}/globex")
    shown = boss.get(f"{page}/globex")
    assert SECRET not in html.unescape(shown.text)
    assert f"{ORIGIN}/login/back/globex" in shown.text
    assert "Globex" in boss.get("/setup/sign-in").text
    linked(house, provider, "op-lou")
    provider.person = person_of("op-lou")
    assert enters(house, "/login/with/globex")[1].status_code == 303
    changed = {
        **sent,
        "label": "Globex 2",
        "secret": "",
        "makes": "1",
        "domains": "g.example, h.example",
        "role": "clerk",
    }
    assert boss.post(f"{page}/globex", dict(changed), f"{page}/globex").status_code == 303
    other = boss.post(f"{page}/globex", {**changed, "client": "another"}, f"{page}/globex")
    assert other.status_code == 422, "the secret is for that client and issuer"
    assert boss.post(f"{page}/globex/test", page=page + "/globex").status_code == 303
    assert "answers as it should" in boss.get(f"{page}/globex").text
    assert boss.post(f"{page}/globex/state", {"enabled": ""}, f"{page}/globex").status_code == 303
    stranger = Person(Client(house.app), uuid4())
    assert stranger.get("/login/with/globex").status_code == 404
    assert "Globex" not in stranger.get("/login").text
    assert boss.post(f"{page}/globex/state", {"enabled": "1"}, f"{page}/globex").status_code == 303
    assert enters(house, "/login/with/globex")[1].status_code == 303, "with the secret that was kept"
    assert boss.post(f"{page}/globex/remove", page=f"{page}/globex").status_code == 303
    assert boss.get(f"{page}/globex").status_code == 404
    with house.here.system() as work:
        told = [one.detail for one in entries(work, Question(event="provider_set", by=boss.user), 10)]
    assert [one["enabled"] for one in told] == [True, False, True, True]
    assert told[2]["domains"] == ["g.example", "h.example"]
    assert SECRET not in str(told)


def test_providers_are_kept_over_the_api(house: House) -> None:
    boss = house.here.user("op-api", "admin")
    with house.here.system() as work:
        headers = {"Authorization": f"Bearer {create_key(work, boss, 'k')[1]}"}
    api = Client(create_api(house.here.runtime))
    address = "/api/v1/sign-in/providers"
    body = {"label": "Initech", "issuer": "https://id.initech.example", "client": "c"}
    refused = api.put(f"{address}/initech", json=body, headers=headers)
    assert [one["pointer"] for one in refused.json["errors"]] == ["/secret"]
    made = api.put(f"{address}/initech", json={**body, "secret": SECRET}, headers=headers)
    assert (made.status_code, SECRET in made.text) == (200, False)
    off = api.put(f"{address}/initech", json={"enabled": False}, headers=headers).json
    assert (off["label"], off["enabled"]) == ("Initech", False)
    moved = api.put(f"{address}/initech", json={"issuer": "https://evil.example"}, headers=headers)
    assert [one["pointer"] for one in moved.json["errors"]] == ["/secret"]
    assert "initech" in [one["name"] for one in api.get(address, headers=headers).json["data"]]
    assert api.delete(f"{address}/initech", headers=headers).status_code == 204
    assert api.delete(f"{address}/initech", headers=headers).status_code == 404


def test_a_provider_inside_is_called_only_where_the_setting_says_so(house: House, provider: LocalProvider) -> None:
    runtime = house.here.runtime
    before = runtime.settings
    runtime.settings = replace(before, outbound_inside="")
    forget(house)
    try:
        answer = Person(Client(house.app), uuid4()).get("/login/with/acme")
        assert answer.status_code in (403, 422)
        assert urlsplit(provider.issuer).netloc not in answer.text
    finally:
        runtime.settings = before
