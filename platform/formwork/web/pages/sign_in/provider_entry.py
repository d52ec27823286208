"""Signing in by a provider, and letting somebody there be oneself here."""

from dataclasses import asdict
from uuid import UUID

from flask import Flask, Response, make_response, redirect, request
from flask import session as browser_state

from formwork.identity import openid
from formwork.identity.login import may_sign_in
from formwork.identity.openid import Begun, Person, Reach
from formwork.identity.passkey import count_passkeys
from formwork.identity.password import has_password
from formwork.identity.provider import (
    Provider,
    find_provider,
    logins_of,
    unlink_login,
    user_of_login,
)
from formwork.identity.ticket import spend
from formwork.kernel import Conflict, Invalid, Refused, Unauthenticated
from formwork.outbound import Client, Gate
from formwork.runtime.newcomers import is_welcome, welcome
from formwork.web.door import Door, notify
from formwork.web.entry import Step, answer_step, bare_page, inside, take_first_step
from formwork.web.language import say as _
from formwork.web.pages.sign_in.provider_link import ask_first
from formwork.web.pages.sign_in.security import ADDRESS
from formwork.web.public import public
from formwork.web.views.home import LoginView
from formwork.web.views.shell import Notice

_BEGUN = "provider"
_LINKS = "links"
_PURPOSE = "provider state"


def register(app: Flask, door: Door) -> None:
    """Add the addresses."""

    @app.get("/login/with/<provider>")
    @public
    def enter_by_provider(provider: str) -> Response:
        return _send_off(door, provider, inside(request.args.get("next")), again=bool(request.args.get("again")))

    @app.get(f"{ADDRESS}/providers/<provider>")
    def connect_provider(provider: str) -> Response:
        with door.reading() as visit:
            door.require_proof(visit)
        return _send_off(door, provider, ADDRESS, links=True)

    @app.post(f"{ADDRESS}/providers/disconnect")
    def disconnect_provider() -> Response:
        with door.writing() as visit:
            door.require_proof(visit)
            found, _secret = find_provider(visit.work, request.form.get("provider", ""))
            others = has_password(visit.work, visit.user) or count_passkeys(visit.work, visit.user)
            if not others and len(logins_of(visit.work, visit.user)) == 1:
                raise Refused("This is your only way to sign in. Make a passkey first.", code="only_way_in")
            unlink_login(visit.work, visit.user, found.issuer)
        notify(Notice(_("%(provider)s is disconnected", provider=found.label)))
        return make_response(redirect(ADDRESS, 303))

    @app.get("/login/back/<provider>")
    @public
    def come_back(provider: str) -> Response:
        kept = browser_state.pop(_BEGUN, None)
        if not isinstance(kept, dict) or kept.get("provider") != provider:
            return _failed(door, _("This sign-in was not begun here. Begin again."))
        begun = Begun(*(str(kept[name]) for name in ("state", "nonce", "verifier")))
        try:
            found, person = _person(door, provider, begun)
            if kept.get(_LINKS):
                return ask_first(door, found, person)
            step = _enter(door, found, person)
        except (Unauthenticated, Conflict, Invalid):
            return _failed(door, _("You were not let in. Sign in another way, and connect the provider afterwards."))
        return answer_step(door, step, inside(kept.get("next")))


def _send_off(door: Door, name: str, onward: str, *, again: bool = False, links: bool = False) -> Response:
    with door.looking("sign in") as work:
        provider, _secret = find_provider(work, name)
    address, begun = openid.begin(_reach(door), provider, _back(name), again=again)
    browser_state[_BEGUN] = {"provider": name, "next": onward, _LINKS: links, **asdict(begun)}
    return make_response(redirect(address, 303))


def _person(door: Door, name: str, begun: Begun) -> tuple[Provider, Person]:
    """Who came back. The state is spent first, so that neither it nor its nonce is good a second time."""
    with door.entering("sign in") as work:
        provider, secret = find_provider(work, name)
        fresh = spend(work, _PURPOSE, begun.state, openid.MINUTES)
        now = work.context.now
    if not fresh:
        raise Unauthenticated("This sign-in was used already.", code="bad_provider_login")
    person = openid.finish(_reach(door), provider, secret, _back(name), request.args, begun, now)
    return provider, person


def _enter(door: Door, provider: Provider, person: Person) -> Step:
    with door.entering("sign in") as work:
        user: UUID | None = user_of_login(work, person.issuer, person.subject)
        if user is None and is_welcome(provider, person):
            user = welcome(work, provider, person)
        if user is None or not may_sign_in(work, user):
            raise Unauthenticated("Nobody here is linked to this sign-in.", code="bad_provider_login")
        return take_first_step(door, work, user, "provider", "provider" if person.strong else "")


def _failed(door: Door, text: str) -> Response:
    return bare_page(door, "pages/login.html", LoginView(door.tenant().label, "/login", error=text), 401)


def _reach(door: Door) -> Reach:
    return Reach(door.tenant().name, Client(Gate.of(door.runtime.settings)), door.runtime.provider_documents)


def _back(name: str) -> str:
    return f"{request.host_url.rstrip('/')}/login/back/{name}"
