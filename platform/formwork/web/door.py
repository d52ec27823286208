"""The door itself: who comes in, the unit of work for their request, and the page that goes out."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from urllib.parse import unquote

from flask import Response, g, make_response, render_template, request
from flask import session as browser_state

from formwork.identity import authenticate_session, language_of, session_credential
from formwork.identity.audit import Event, note
from formwork.identity.session import is_due_for_touch, touch_session
from formwork.kernel import Context, Unauthenticated
from formwork.runtime import Identified, Runtime
from formwork.storage import Tenant, Work
from formwork.storage.standing import Credential
from formwork.web.frame import build_shell
from formwork.web.language import LANGUAGES, choose_language, forget_catalog
from formwork.web.preferences import (
    LANGUAGE,
    LOOK_COOKIE,
    SHORTCUTS,
    TIMEZONE,
    preferences_of,
    read_language,
    read_look,
    read_zone,
)
from formwork.web.public import note_known
from formwork.web.views.shell import Notice
from formwork.web.visit import Visit

SESSION_COOKIE = "fw_session"
LANGUAGE_COOKIE = "fw_language"
_NOTICES = "notices"
T = TypeVar("T")


@dataclass(frozen=True)
class Door:
    """One per application."""

    runtime: Runtime

    @property
    def cookie(self) -> str:
        """The name of the session cookie; `__Host-` ties it to this host where cookies are secure."""
        return f"__Host-{SESSION_COOKIE}" if self.runtime.settings.secure_cookies else SESSION_COOKIE

    def tenant(self) -> Tenant:
        """The tenant this request is for; raises NotFound for an unknown host."""
        if "tenant" not in g:
            g.tenant = self.runtime.tenant_of(request.host)
        found: Tenant = g.tenant
        return found

    @contextmanager
    def reading(self) -> Iterator[Visit]:
        """A visit that reads; raises Unauthenticated without a live session."""
        tenant = self.tenant()
        with self.runtime.read(tenant, self._identify, self.context(tenant), self._credential()) as work:
            yield self._visit(work, tenant)

    @contextmanager
    def writing(self) -> Iterator[Visit]:
        """A visit whose changes are committed when the block ends without an error."""
        tenant = self.tenant()
        with self.runtime.write(tenant, self._identify, self.context(tenant), self._credential()) as work:
            yield self._visit(work, tenant)

    def perform(self, act: Callable[[Visit], T]) -> T:
        """What `act` gives in a visit that writes, done anew when others wrote the same records meanwhile.

        What a browser is told of it (toasts, cookies) comes after it.
        """
        tenant = self.tenant()
        return self.runtime.perform(
            tenant,
            self._identify,
            lambda work: act(self._visit(work, tenant)),
            self.context(tenant),
            self._credential(),
        )

    def context(self, tenant: Tenant) -> Context:
        """The circumstances of this request."""
        return replace(self.runtime.context(tenant), address=request.remote_addr or "")

    def note(self, event: Event, object: str | None, detail: Mapping[str, Any]) -> None:
        """Tell the audit trail of something that wrote nothing itself, before it is answered."""
        with self.writing() as visit:
            note(visit.work, event, object=object, detail=detail)

    def token(self) -> str:
        """The token of the browser's session, blank without one."""
        return request.cookies.get(self.cookie, "")

    def _credential(self) -> Credential | None:
        token = self.token()
        return session_credential(token) if token else None

    def _identify(self, work: Work) -> Identified:
        token = request.cookies.get(self.cookie)
        if not token:
            raise Unauthenticated("Sign in to go on.", code="not_signed_in")
        actor = authenticate_session(work, token, self.runtime.settings.session_idle_minutes)
        if actor.user is None:
            raise Unauthenticated("Sign in to go on.", code="not_signed_in")
        note_known()
        kept = preferences_of(work, actor.user)
        locale, zone = language_of(actor)
        g.locale = read_language(kept.get(LANGUAGE)) or read_language(locale) or "en"
        forget_catalog()
        g.shortcuts = kept.get(SHORTCUTS) != "off"
        g.touch = is_due_for_touch(work, token)
        return Identified(actor, g.locale, read_zone(kept.get(TIMEZONE)) or read_zone(zone))

    def _visit(self, work: Work, tenant: Tenant) -> Visit:
        look = read_look(unquote(request.cookies.get(LOOK_COOKIE, "")))
        key = self.runtime.secret("cursor", tenant.name)
        return Visit(work, look, key, tenant.label, g.get("shortcuts", True))

    def touch(self, response: Response) -> Response:
        """Keep a session alive that is being used, at most once a minute."""
        token = request.cookies.get(self.cookie)
        if g.pop("touch", False) and token and response.status_code < 500:
            with self.runtime.write(self.tenant(), self._identify, credential=self._credential()) as work:
                touch_session(work, token)
            g.pop("touch", None)
        return response

    def page(self, visit: Visit, template: str, view: object, status: int = 200) -> Response:
        """A full page around a view."""
        shell = build_shell(visit, request.path, take_notices())
        text = render_template(template, view=view, shell=shell, shortcuts_on=visit.shortcuts)
        return make_response(text, status)


def locale_of_request() -> str:
    """The language of what is being answered: the person's, else what the browser keeps or accepts."""
    if "locale" in g:
        found: str = g.locale
        return found
    accepted = request.accept_languages.best_match([*LANGUAGES, "zh-CN", "zh-TW", "zh-Hans"])
    return choose_language(
        request.args.get("language"), request.cookies.get(LANGUAGE_COOKIE), (accepted or "").split("-")[0]
    )


def notify(notice: Notice) -> None:
    """Show a toast on the next page this browser gets."""
    kept = list(browser_state.get(_NOTICES, ()))
    kept.append({
        "text": notice.text, "tone": notice.tone, "undo": notice.undo, "detail": notice.detail, "href": notice.href,
        "href_label": notice.href_label,
    })  # fmt: skip
    browser_state[_NOTICES] = kept[-5:]


def take_notices() -> tuple[Notice, ...]:
    """The toasts waiting for this browser, once."""
    return tuple(Notice(**one) for one in browser_state.pop(_NOTICES, ()))
