"""Setup of sign-in providers (OpenID Connect): added, changed, asked who they are, switched off and on, removed."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from flask import Flask, Response, make_response, redirect, request

from formwork.catalog.labels import role_label
from formwork.identity.provider import Provider, read_provider, remove_provider, set_provider
from formwork.identity.provider_documents import require_reachable
from formwork.kernel import Denied, FormworkError, Invalid, NotFound, Unavailable
from formwork.outbound import Client, Gate
from formwork.web.door import Door, notify
from formwork.web.language import say as _
from formwork.web.messages import error_text, plain_text
from formwork.web.pages.setup.sign_in import ADDRESS as SIGN_IN
from formwork.web.views.shell import Notice
from formwork.web.views.shown import Option
from formwork.web.views.sign_in import ProviderFormView
from formwork.web.visit import Visit

ADDRESS = f"{SIGN_IN}/providers"
_NEW = "new"
_TEXTS = ("name", "label", "issuer", "client", "domains")
_MOST = 300
"""Characters of one text of the form."""


def register(app: Flask, door: Door) -> None:
    """Add the pages."""

    @app.get(f"{ADDRESS}/{_NEW}")
    def new_provider() -> Response:
        with _managing(door) as visit:
            return door.page(visit, "pages/provider.html", _form(visit, None, {}))

    @app.post(f"{ADDRESS}/{_NEW}")
    def add_provider() -> Response:
        return _keep(door, None)

    @app.get(f"{ADDRESS}/<provider>")
    def show_provider(provider: str) -> Response:
        with _managing(door) as visit:
            found = read_provider(visit.work, provider)
            return door.page(visit, "pages/provider.html", _form(visit, found, _values(found)))

    @app.post(f"{ADDRESS}/<provider>")
    def keep_provider(provider: str) -> Response:
        return _keep(door, provider)

    @app.post(f"{ADDRESS}/<provider>/test")
    def test_provider(provider: str) -> Response:
        with _managing(door) as visit:
            found = read_provider(visit.work, provider)
        fault = _fault_of(door, found)
        told = Notice(fault, "bad") if fault else Notice(_("%(provider)s answers as it should", provider=found.label))
        notify(told)
        return make_response(redirect(f"{ADDRESS}/{provider}", 303))

    @app.post(f"{ADDRESS}/<provider>/state")
    def switch_provider(provider: str) -> Response:
        on = request.form.get("enabled") == "1"
        with door.writing() as visit:
            found = read_provider(visit.work, provider)
            set_provider(visit.work, replace(found, enabled=on), "")
        told = _("People may sign in with %(provider)s", provider=found.label)
        notify(Notice(told if on else _("Nobody signs in with %(provider)s for now", provider=found.label)))
        return make_response(redirect(f"{ADDRESS}/{provider}", 303))

    @app.post(f"{ADDRESS}/<provider>/remove")
    def drop_provider(provider: str) -> Response:
        with door.writing() as visit:
            found = read_provider(visit.work, provider)
            remove_provider(visit.work, provider)
        notify(Notice(_("%(provider)s is removed", provider=found.label)))
        return make_response(redirect(SIGN_IN, 303))


@contextmanager
def _managing(door: Door) -> Iterator[Visit]:
    """A visit that reads, of somebody who manages the tenant."""
    with door.reading() as visit:
        yield visit


def _keep(door: Door, name: str | None) -> Response:
    """Keep what was sent. Who a new issuer is is asked first, while nothing is held in the database."""
    with _managing(door) as visit:
        before = None if name is None else read_provider(visit.work, name)
    made = _sent(before)
    faults: dict[str, str] = {}
    if before is None or before.issuer != made.issuer:
        fault = _fault_of(door, made)
        faults = {"issuer": fault} if fault else {}
    try:
        with door.writing() as visit:
            if before is None and _is_there(visit, made.name):
                faults["name"] = _("There is a provider of this name already.")
            set_provider(visit.work, made, request.form.get("secret", "").strip())
            if faults:
                raise Invalid("The provider was not kept.", code="invalid")
    except Invalid as error:
        told = {one.pointer.split("/")[1]: plain_text(one) for one in error.problems if one.pointer}
        with door.reading() as visit:
            view = _form(visit, before, dict(request.form), {**faults, **told} or {"": error_text(error)})
            return door.page(visit, "pages/provider.html", view, 422)
    door.runtime.provider_documents.forget(door.tenant().name, made)
    notify(Notice(_("%(provider)s is kept", provider=made.label)))
    return make_response(redirect(f"{ADDRESS}/{made.name}", 303))


def _sent(before: Provider | None) -> Provider:
    """The provider of the form. One that is there keeps its name, and whether it lets people in."""
    texts = {name: request.form.get(name, "").strip()[:_MOST] for name in _TEXTS}
    makes = request.form.get("makes") == "1"
    domains = tuple(re.split(r"[\s,;]+", texts["domains"])) if makes else ()
    roles = tuple(request.form.getlist("role")) if makes else ()
    name, enabled = (texts["name"], True) if before is None else (before.name, before.enabled)
    return Provider(name, texts["label"], texts["issuer"], texts["client"], domains, roles, enabled)


def _is_there(visit: Visit, name: str) -> bool:
    try:
        read_provider(visit.work, name)
    except NotFound:
        return False
    return True


def _fault_of(door: Door, provider: Provider) -> str:
    """Why a provider cannot be signed in with, blank when it answers as it should."""
    try:
        require_reachable(Client(Gate.of(door.runtime.settings)), provider)
    except (Unavailable, Denied, Invalid) as error:
        return _reason(error)
    return ""


def _reason(error: FormworkError) -> str:
    if error.code == "outbound_refused":
        return _("The installation does not call this address: it is private, or the settings name others.")
    return _("The provider did not answer as one of this issuer. Check the address.")


def _values(provider: Provider) -> dict[str, str]:
    return {
        "name": provider.name, "label": provider.label, "issuer": provider.issuer, "client": provider.client,
        "domains": ", ".join(provider.domains), "makes": "1" if provider.domains else "",
    }  # fmt: skip


def _form(
    visit: Visit, provider: Provider | None, values: Mapping[str, str], faults: dict[str, str] | None = None
) -> ProviderFormView:
    chosen = request.form.getlist("role") if faults else (provider.roles if provider is not None else ())
    roles = tuple(
        Option(name, role_label(visit.snapshot, visit.locale, name), name in chosen)
        for name in visit.snapshot.rights.roles
    )
    name = _NEW if provider is None else provider.name
    back = f"{request.host_url.rstrip('/')}/login/back/{'…' if provider is None else name}"
    shown = {one: values.get(one, "") for one in _TEXTS}
    return ProviderFormView(
        f"{ADDRESS}/{name}", back, shown, roles, values.get("makes") == "1", provider is None,
        provider is None or provider.enabled, faults or {},
    )  # fmt: skip
