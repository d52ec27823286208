"""Signing in and out."""

from urllib.parse import urlsplit

from flask import Flask, Response, make_response, redirect, render_template, request
from flask import session as browser_state

from formwork.identity import end_session, log_in, start_session
from formwork.identity.attempt import note_failure
from formwork.kernel import FormworkError, LimitExceeded, Unauthenticated
from formwork.kernel.actor import system_actor
from formwork.runtime import Identified
from formwork.storage import Work
from formwork.web.door import LANGUAGE_COOKIE, Door, locale_of_request
from formwork.web.language import LANGUAGES, say_count, tag_of
from formwork.web.language import say as _
from formwork.web.pages.password_link import CHOSEN
from formwork.web.preferences import read_look
from formwork.web.public import public
from formwork.web.views.home import LoginView
from formwork.web.views.shell import ShellView
from formwork.web.views.shown import Option

YEAR = 31_536_000
_LONGEST_AGENT = 300


def register(app: Flask, door: Door) -> None:
    """Add the pages."""

    @app.get("/login")
    @public
    def login() -> Response:
        chosen = _("Your password is set. Sign in with it.") if browser_state.pop(CHOSEN, False) else ""
        onward = _inside(request.args.get("next"))
        response = _show(door, LoginView(door.tenant().label, "/login", notice=chosen, next=onward))
        if request.args.get("language") in LANGUAGES:
            response.set_cookie(
                LANGUAGE_COOKIE, request.args["language"], max_age=YEAR, samesite="Lax", httponly=True,
                secure=door.runtime.settings.secure_cookies,
            )  # fmt: skip
        return response

    @app.post("/login")
    @public
    def enter() -> Response:
        email, password = request.form.get("email", ""), request.form.get("password", "")
        onward = _inside(request.form.get("next"))
        try:
            token = _try(door, email, password, request.remote_addr or "")
        except (Unauthenticated, LimitExceeded) as error:
            view = LoginView(door.tenant().label, "/login", email, _reason(error), onward)
            response = _show(door, view, 429 if isinstance(error, LimitExceeded) else 401)
            if isinstance(error, LimitExceeded):
                response.headers["Retry-After"] = str(error.extra.get("retry_after", 60))
            return response
        browser_state.clear()
        response = make_response(redirect(onward or "/", 303))
        response.set_cookie(
            door.cookie, token, httponly=True, samesite="Lax", path="/", secure=door.runtime.settings.secure_cookies
        )
        return response

    @app.post("/logout")
    @public
    def leave() -> Response:
        token = request.cookies.get(door.cookie)
        if token:
            tenant = door.tenant()
            nobody = Identified(system_actor("sign out"))
            with door.runtime.write(tenant, lambda _work: nobody, door.context(tenant)) as work:
                end_session(work, token)
        browser_state.clear()
        response = make_response(redirect("/login", 303))
        response.delete_cookie(door.cookie, path="/")
        return response


def _try(door: Door, email: str, password: str, address: str) -> str:
    """The token of a new session. A failure is counted in a transaction of its own."""
    tenant = door.tenant()

    def nobody(_work: Work) -> Identified:
        return Identified(system_actor("sign in"))

    try:
        with door.runtime.write(tenant, nobody, door.context(tenant)) as work:
            user = log_in(work, email, password, address)
            began = {"address": address, "agent": request.user_agent.string[:_LONGEST_AGENT]}
            return start_session(work, user, door.runtime.settings.session_hours, began)
    except Unauthenticated:
        with door.runtime.write(tenant, nobody, door.context(tenant)) as work:
            note_failure(work, email, address)
        raise


def _reason(error: FormworkError) -> str:
    if isinstance(error, LimitExceeded):
        return say_count(
            "Too many attempts. Wait %(num)d second and try again.",
            "Too many attempts. Wait %(num)d seconds and try again.",
            int(str(error.extra.get("retry_after", 60))),
        )
    return _("The login or the password is not right.")


def _inside(address: str | None) -> str:
    """The address when it leads to a page of ours, else nothing."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")) or "\\" in address:
        return ""
    parts = urlsplit(address)
    return "" if parts.scheme or parts.netloc else address


def _show(door: Door, view: LoginView, status: int = 200) -> Response:
    locale = locale_of_request()
    shell = ShellView(
        door.tenant().label,
        lang=tag_of(locale),
        languages=tuple(Option(code, name, code == locale) for code, name in LANGUAGES.items()),
        look=read_look(None),
    )
    return make_response(render_template("pages/login.html", view=view, shell=shell), status)
