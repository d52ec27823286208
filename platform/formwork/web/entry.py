"""On the way in: the first step of a sign-in, the second where there is one, and the session that follows."""

from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from flask import Response, make_response, redirect, render_template, request
from flask import session as browser_state

from formwork.identity import actor_of, end_session, factors_of, let_in
from formwork.identity.factor_policy import factor_duty
from formwork.identity.passkey import Place
from formwork.identity.provider import providers_of
from formwork.identity.second_step import Factors, begin_second_step, second_step_of
from formwork.kernel import FormworkError, LimitExceeded
from formwork.storage import Work
from formwork.web.door import Door, locale_of_request
from formwork.web.language import LANGUAGES, say_count, tag_of
from formwork.web.preferences import read_look
from formwork.web.views.security import ProviderLine
from formwork.web.views.shell import ShellView
from formwork.web.views.shown import Option

SECOND_STEP = "/login/second"
SET_UP = "/security/second-factor"
"""Where a second factor is set up."""
_LONGEST_AGENT = 300
_PENDING, _ONWARD = "pending", "onward"


@dataclass(frozen=True, slots=True)
class Step:
    """What a step led to: the token of a session, or the ticket of the second step."""

    token: str = ""
    ticket: str = ""
    enrols: bool = False
    """True for somebody who has to set a second factor up, now or within some days."""


@dataclass(frozen=True, slots=True)
class Pending:
    """Somebody between the first and the second step."""

    user: UUID
    how: str
    ticket: str
    onward: str
    factors: Factors


def take_first_step(door: Door, work: Work, user: UUID, how: str, factor: str = "") -> Step:
    """Let somebody in who showed one thing, or ask for the second one they have. `factor` is one shown already."""
    if not factor and factors_of(work, user).any:
        return Step(ticket=begin_second_step(work, user, how))
    enrols = not factor and factor_duty(work, door.runtime.settings.mfa, actor_of(work, user)) is not None
    return Step(begin_session(door, work, user, how, factor), enrols=enrols)


def begin_session(door: Door, work: Work, user: UUID, how: str, factor: str) -> str:
    """The token of a new session that begins in this browser, where one that was there ends."""
    if before := request.cookies.get(door.cookie):
        end_session(work, before)
    return let_in(work, user, door.runtime.settings.session_hours, how, factor, began_here())


def began_here() -> dict[str, str]:
    """Where a session of this browser begins: its address and what it calls itself."""
    return {"address": request.remote_addr or "", "agent": request.user_agent.string[:_LONGEST_AGENT]}


def answer_step(door: Door, step: Step, onward: str) -> Response:
    """Where the browser goes after a step. What it kept from before, its token of forms included, ends."""
    browser_state.clear()
    if step.ticket:
        browser_state[_PENDING], browser_state[_ONWARD] = step.ticket, onward
        return make_response(redirect(SECOND_STEP, 303))
    door.hand_out(step.token)
    onward = onward or "/"
    return make_response(redirect(f"{SET_UP}?{urlencode({'next': onward})}" if step.enrols else onward, 303))


def pending_of(work: Work) -> Pending | None:
    """Who is between two steps in this browser, None when nobody is or the time is over."""
    ticket = str(browser_state.get(_PENDING, ""))
    found = second_step_of(work, ticket)
    if found is None or found.user is None:
        return None
    how, onward = str(found.data.get("how", "")), inside(str(browser_state.get(_ONWARD, "")))
    return Pending(found.user, how, ticket, onward, factors_of(work, found.user))


def provider_lines(door: Door) -> tuple[ProviderLine, ...]:
    """The providers one may sign in with here."""
    with door.looking("sign in") as work:
        return tuple(ProviderLine(one.name, one.label) for one in providers_of(work))


def wait_text(error: FormworkError) -> str:
    """That somebody has to wait, and how long."""
    return say_count(
        "Too many attempts. Wait %(num)d second and try again.",
        "Too many attempts. Wait %(num)d seconds and try again.",
        int(str(error.extra.get("retry_after", 60))),
    )


def refuse(response: Response, error: FormworkError) -> Response:
    """The answer with the header that says when to come back, where the error has one."""
    if isinstance(error, LimitExceeded):
        response.headers["Retry-After"] = str(error.extra.get("retry_after", 60))
    return response


def place_of_request() -> Place:
    """Where a passkey would be good."""
    return Place(urlsplit(request.host_url).hostname or "", request.host_url.rstrip("/"))


def inside(address: str | None) -> str:
    """The address when it leads to a page of ours, else nothing."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")) or "\\" in address:
        return ""
    parts = urlsplit(address)
    return "" if parts.scheme or parts.netloc else address


def bare_page(door: Door, template: str, view: object, status: int = 200) -> Response:
    """A page for whoever is not signed in."""
    locale = locale_of_request()
    shell = ShellView(
        door.tenant().label,
        lang=tag_of(locale),
        languages=tuple(Option(code, name, code == locale) for code, name in LANGUAGES.items()),
        look=read_look(None),
    )
    return make_response(render_template(template, view=view, shell=shell), status)
