"""Forgotten passwords and invitations: asking for a link, and choosing a password by it.

A link is looked at without being used up, since mail scanners look first; sending the form uses it. Nobody is
signed in by it, and no address of these pages is told to another site.
"""

from contextlib import AbstractContextManager

from flask import Flask, Response, make_response, redirect, render_template, request
from flask import session as browser_state

from formwork.identity import find_link, use_link
from formwork.identity.link import Purpose
from formwork.identity.password import LONGEST, SHORTEST
from formwork.kernel import Invalid, LimitExceeded, Malformed
from formwork.kernel.actor import system_actor
from formwork.notify import ask_reset
from formwork.runtime import Identified, Identify
from formwork.storage import Work
from formwork.web.door import Door, locale_of_request
from formwork.web.language import LANGUAGES, tag_of
from formwork.web.language import say as _
from formwork.web.messages import error_text, plain_text
from formwork.web.preferences import read_look
from formwork.web.public import public
from formwork.web.views.password_link import LinkView, ResetView
from formwork.web.views.shell import ShellView
from formwork.web.views.shown import Option

CHOSEN = "password-chosen"
"""What the sign-in page is told once, by the browser's state."""


def register(app: Flask, door: Door) -> None:
    """Add the pages."""

    @app.get("/reset")
    @public
    def reset() -> Response:
        return _show(door, "pages/reset.html", ResetView(can_mail=door.runtime.post is not None))

    @app.post("/reset")
    @public
    def ask() -> Response:
        can_mail = door.runtime.post is not None
        if can_mail:
            try:
                with _open(door, "password reset") as work:
                    ask_reset(work, request.form.get("login", "")[:254], request.remote_addr or "")
            except LimitExceeded as error:
                view = ResetView(can_mail, fault=error_text(error))
                response = _show(door, "pages/reset.html", view, 429)
                response.headers["Retry-After"] = str(error.extra.get("retry_after", 60))
                return response
        return _show(door, "pages/reset.html", ResetView(can_mail, asked=can_mail))

    @app.get("/link/<token>")
    @public
    def follow(token: str) -> Response:
        return _link(door, token)

    @app.post("/link/<token>")
    @public
    def choose(token: str) -> Response:
        fresh, again = request.form.get("password", ""), request.form.get("again", "")
        if fresh != again:
            return _link(door, token, {"again": _("The two are not the same. Type the new password again.")})
        try:
            with _open(door, "password link") as work:
                use_link(work, token, fresh, door.runtime.settings.breached_file)
        except Invalid as error:
            faults = {one.pointer[1:]: plain_text(one) for one in error.problems}
            return _link(door, token, faults or {"password": error_text(error)})
        except Malformed:
            return _ended(door)
        browser_state.clear()
        browser_state[CHOSEN] = True
        response = make_response(redirect("/login", 303))
        response.delete_cookie(door.cookie, path="/")
        return response


def _link(door: Door, token: str, faults: dict[str, str] | None = None) -> Response:
    """The page of a link that works, or of one that does not."""
    tenant = door.tenant()
    try:
        with door.runtime.read(tenant, _as("password link"), door.context(tenant)) as work:
            found = find_link(work, token)
    except Malformed:
        return _ended(door)
    invited = found.purpose is Purpose.INVITATION
    view = LinkView(f"/link/{token}", found.login, found.name, invited, faults or {}, SHORTEST, LONGEST)
    return _show(door, "pages/password_link.html", view, 422 if faults else 200)


def _ended(door: Door) -> Response:
    return _show(door, "pages/password_link.html", None, 400)


def _open(door: Door, reason: str) -> AbstractContextManager[Work]:
    tenant = door.tenant()
    return door.runtime.write(tenant, _as(reason), door.context(tenant))


def _as(reason: str) -> Identify:
    """Whoever follows a link is nobody yet: the platform acts, and says why."""
    return lambda _work: Identified(system_actor(reason))


def _show(door: Door, template: str, view: object, status: int = 200) -> Response:
    locale = locale_of_request()
    languages = tuple(Option(code, name, code == locale) for code, name in LANGUAGES.items())
    shell = ShellView(door.tenant().label, lang=tag_of(locale), languages=languages, look=read_look(None))
    response = make_response(render_template(template, view=view, shell=shell), status)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
