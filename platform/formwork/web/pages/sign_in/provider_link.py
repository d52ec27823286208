"""Linking a login at a provider to oneself: asked for by a form that names it, after one came back from there."""

from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, make_response, redirect
from flask import session as browser_state

from formwork.identity import openid
from formwork.identity.openid import Person
from formwork.identity.provider import Provider, find_provider, link_login
from formwork.web.door import Door, notify
from formwork.web.language import say as _
from formwork.web.pages.sign_in.security import ADDRESS
from formwork.web.views.security import ProviderLinkView
from formwork.web.views.shell import Notice
from formwork.web.visit import Visit

_WAITING = "provider-login"
_SHOWN = 200


def register(app: Flask, door: Door) -> None:
    """Add the addresses."""

    @app.get(f"{ADDRESS}/providers/<provider>/link")
    def ask_to_link(provider: str) -> Response:
        with door.reading() as visit:
            door.require_proof(visit)
            found, _secret = find_provider(visit.work, provider)
            waiting = _waiting(visit, found)
            if waiting is None:
                return make_response(redirect(ADDRESS, 303))
            view = ProviderLinkView(found.name, found.label, str(waiting["account"]))
            return door.page(visit, "pages/provider_link.html", view)

    @app.post(f"{ADDRESS}/providers/<provider>/link")
    def link_provider(provider: str) -> Response:
        with door.writing() as visit:
            door.require_proof(visit)
            found, _secret = find_provider(visit.work, provider)
            waiting = _waiting(visit, found)
            if waiting is None:
                return make_response(redirect(ADDRESS, 303))
            link_login(visit.work, visit.user, found.issuer, str(waiting["subject"]))
        browser_state.pop(_WAITING, None)
        notify(Notice(_("You can sign in with %(provider)s now", provider=found.label)))
        return make_response(redirect(ADDRESS, 303))


def ask_first(door: Door, provider: Provider, person: Person) -> Response:
    """Keep who came back until the user said, by a form of this site, that it is they.

    Another site can send a browser to the provider and back, where somebody else may be signed in.
    """
    with door.reading() as visit:
        door.require_proof(visit)
        until = int(visit.work.context.now.timestamp()) + 60 * openid.MINUTES
        account = " ".join(one for one in (person.name, person.email) if one) or person.subject
        browser_state[_WAITING] = {
            "user": str(visit.user), "issuer": person.issuer, "subject": person.subject, "account": account[:_SHOWN],
            "until": until,
        }  # fmt: skip
    return make_response(redirect(f"{ADDRESS}/providers/{provider.name}/link", 303))


def _waiting(visit: Visit, provider: Provider) -> Mapping[str, Any] | None:
    """Whom this user came back from this provider as, a few minutes ago at most."""
    kept = browser_state.get(_WAITING)
    if not isinstance(kept, dict) or (kept["user"], kept["issuer"]) != (str(visit.user), provider.issuer):
        return None
    return kept if kept["until"] >= visit.work.context.now.timestamp() else None
