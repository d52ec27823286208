"""The door itself: who comes in, the unit of work for their request, and the page that goes out."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from urllib.parse import unquote

from flask import Response, g, make_response, redirect, render_template, request
from flask import session as browser_state

from formwork.access import decide_management
from formwork.identity import authenticate_session, language_of, session_credential
from formwork.identity.audit import Event, note
from formwork.identity.factor_policy import factor_duty
from formwork.identity.session import (
    factor_of,
    is_due_for_renewal,
    is_due_for_touch,
    renew_session,
    require_recent_proof,
    touch_session,
)
from formwork.kernel import Actor, Context, Denied, Unauthenticated
from formwork.kernel.actor import system_actor
from formwork.runtime import Identified, Runtime
from formwork.storage import Tenant, Work
from formwork.storage.standing import Credential, standing_of
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
from formwork.web.viewing import STOP, VIEW_AS, refuse_writing, seen_as, viewing_now
from formwork.web.views.shell import Notice
from formwork.web.visit import Visit

SESSION_COOKIE = "fw_session"
LANGUAGE_COOKIE = "fw_language"
_NOTICES = "notices"
CSRF_FIELD = "_csrf"
"""Under which a form, and the browser's state, keep the token of forms."""
_WITHOUT_FACTOR = ("/security", "/security/", "/logout", "/preferences/language")
"""Addresses for whoever still has to set up a second factor. What stands below `/security/` asks for it where it must.
"""
_SETUP = "/setup/"
"""Below it everything that is sent changes what others may do, but for the end of looking as somebody else."""
_STUDIO = "/studio/"
"""Administration too; what is sent there changes a draft, until it is published."""
_PUBLISH = ("/studio/publish", "/studio/versions/")
"""Where what is sent there is in force at once."""
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
        """A visit that reads; raises Unauthenticated without a live session, Denied where it is not for its person."""
        with self.reading_anywhere() as visit:
            _require_place(visit)
            yield visit

    def admit(self) -> None:
        """Raise as `reading` does, for a view that reads in a unit of work of its own."""
        with self.reading():
            pass

    @contextmanager
    def reading_anywhere(self) -> Iterator[Visit]:
        """A visit that reads wherever it was asked for, to say that this place is not for its person."""
        tenant = self.tenant()
        with self.runtime.read(tenant, self._identify, self.context(tenant), self._credential()) as work:
            yield self._visit(work, tenant)

    @contextmanager
    def entering(self, reason: str) -> Iterator[Work]:
        """A unit of work that commits, for whoever is not signed in yet or any more."""
        tenant = self.tenant()
        nobody = Identified(system_actor(reason))
        with self.runtime.write(tenant, lambda _work: nobody, self.context(tenant)) as work:
            yield work

    @contextmanager
    def looking(self, reason: str) -> Iterator[Work]:
        """A unit of work that reads, for whoever is not signed in yet."""
        tenant = self.tenant()
        nobody = Identified(system_actor(reason))
        with self.runtime.read(tenant, lambda _work: nobody, self.context(tenant)) as work:
            yield work

    @contextmanager
    def writing(self) -> Iterator[Visit]:
        """A visit whose changes are committed when the block ends without an error.

        Raises Denied `view_as_read_only` while one looks as somebody else.
        """
        refuse_writing()
        with self.writing_as_oneself() as visit:
            yield visit

    @contextmanager
    def writing_as_oneself(self) -> Iterator[Visit]:
        """The same, for what somebody does under their own name even while they look as somebody else."""
        with self._writing_anywhere() as visit:
            _require_place(visit)
            yield visit

    @contextmanager
    def _writing_anywhere(self) -> Iterator[Visit]:
        tenant = self.tenant()
        g.as_oneself = True
        with self.runtime.write(tenant, self._identify, self.context(tenant), self._credential()) as work:
            yield self._visit(work, tenant)

    def perform(self, act: Callable[[Visit], T]) -> T:
        """What `act` gives in a visit that writes, done anew when others wrote the same records meanwhile.

        What a browser is told of it (toasts, cookies) comes after it. Raises as `writing` does.
        """
        refuse_writing()
        tenant = self.tenant()

        def step(work: Work) -> T:
            visit = self._visit(work, tenant)
            _require_place(visit)
            return act(visit)

        return self.runtime.perform(tenant, self._identify, step, self.context(tenant), self._credential())

    def context(self, tenant: Tenant) -> Context:
        """The circumstances of this request."""
        return replace(self.runtime.context(tenant), address=request.remote_addr or "")

    def note(self, event: Event, object: str | None, detail: Mapping[str, Any]) -> None:
        """Tell the audit trail of something that wrote nothing itself, before it is answered."""
        viewing = viewing_now()
        told = {**detail, "view_as": viewing.id} if viewing is not None else detail
        with self._writing_anywhere() as visit:
            note(visit.work, event, object=object, detail=told)

    def token(self) -> str:
        """The token of the browser's session, blank without one."""
        fresh: str = g.get("fresh_token", "")
        return fresh or request.cookies.get(self.cookie, "")

    def hand_out(self, token: str) -> None:
        """Give the browser the token of a session with the answer, and a new token for its forms."""
        g.fresh_token, g.touch, g.renew = token, False, False
        browser_state.pop(VIEW_AS, None)
        browser_state.pop(CSRF_FIELD, None)
        g.pop(CSRF_FIELD, None)

    def require_proof(self, visit: Visit) -> None:
        """Raise Denied unless the person has shown who they are a short while ago, and has the factor they must have.

        `factor_needed` comes first: whoever has to set one up does that before anything else here.
        """
        self.require_recent(visit)
        self._require_factor(visit.work, visit.actor, self.token())

    def require_recent(self, visit: Visit) -> None:
        """Raise Denied `proof_needed` unless the person has shown who they are a short while ago."""
        require_recent_proof(visit.work, self.token(), self.runtime.settings.proof_minutes)

    def _require_factor(self, work: Work, actor: Actor, token: str) -> None:
        """Raise Denied `factor_needed` once the days are over; until then the page says when that is."""
        duty = None if factor_of(work, token) else factor_duty(work, self.runtime.settings.mfa, actor)
        if duty is not None and duty.is_over(work.context.now):
            raise Denied("Set up a second factor to go on.", code="factor_needed")
        g.factor_until = None if duty is None else duty.until

    def _credential(self) -> Credential | None:
        token = self.token()
        return session_credential(token) if token else None

    def _identify(self, work: Work) -> Identified:
        token = self.token()
        if not token:
            raise Unauthenticated("Sign in to go on.", code="not_signed_in")
        actor = authenticate_session(work, token, self.runtime.settings.session_idle_minutes)
        if actor.user is None:
            raise Unauthenticated("Sign in to go on.", code="not_signed_in")
        note_known()
        if request.path != _WITHOUT_FACTOR[0] and not request.path.startswith(_WITHOUT_FACTOR[1:]):
            self._require_factor(work, actor, token)
        if request.method == "POST" and (_is_setup(request.path) or request.path.startswith(_PUBLISH)):
            require_recent_proof(work, token, self.runtime.settings.proof_minutes)
        kept = preferences_of(work, actor.user)
        locale, zone = language_of(actor)
        g.locale = read_language(kept.get(LANGUAGE)) or read_language(locale) or "en"
        forget_catalog()
        g.shortcuts = kept.get(SHORTCUTS) != "off"
        if "fresh_token" not in g:
            g.touch, g.renew = is_due_for_touch(work, token), is_due_for_renewal(work, token)
        shown = actor if g.pop("as_oneself", False) else seen_as(work, actor)
        return Identified(shown, g.locale, read_zone(kept.get(TIMEZONE)) or read_zone(zone))

    def _visit(self, work: Work, tenant: Tenant) -> Visit:
        look = read_look(unquote(request.cookies.get(LOOK_COOKIE, "")))
        key = self.runtime.secret("cursor", tenant.name)
        return Visit(work, look, key, tenant.label, g.get("shortcuts", True), read_only=viewing_now() is not None)

    def touch(self, response: Response) -> Response:
        """Keep a session alive that is being used, at most once a minute, and let the browser have a new token.

        A session whose person may do more than before takes another token with a whole page, which is asked for anew.
        """
        token = self.token()
        renews = g.pop("renew", False) and request.method == "GET" and "HX-Request" not in request.headers
        touches = g.pop("touch", False)
        if (renews or touches) and token and response.status_code < 500:
            with suppress(Unauthenticated), self.entering("session in use") as work:
                standing_of(work, session_credential(token))
                if renews:
                    self.hand_out(renew_session(work, token))
                    response = make_response(redirect(request.full_path.rstrip("?"), 303))
                else:
                    touch_session(work, token)
        if fresh := g.pop("fresh_token", ""):
            response.set_cookie(
                self.cookie, fresh, httponly=True, samesite="Lax", path="/",
                secure=self.runtime.settings.secure_cookies,
            )  # fmt: skip
        return response

    def page(self, visit: Visit, template: str, view: object, status: int = 200) -> Response:
        """A full page around a view."""
        viewing = viewing_now()
        shell = build_shell(visit, request.path, take_notices())
        if viewing is not None:
            shell = replace(shell, viewing=viewing.name)
        elif until := g.get("factor_until"):
            shell = replace(shell, factor_until=visit.formats.moment(until))
        text = render_template(template, view=view, shell=shell, shortcuts_on=visit.shortcuts)
        return make_response(text, status)


def _require_place(visit: Visit) -> None:
    """Raise Denied at an address of administration for everybody but who manages the tenant."""
    if _is_setup(request.path) or f"{request.path}/".startswith(_STUDIO):
        decide_management(visit.snapshot, visit.actor)


def _is_setup(path: str) -> bool:
    """True for the addresses of administration. One of them is for whoever looks as somebody else: to stop that."""
    return f"{path}/".startswith(_SETUP) and path != STOP


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
