"""Signing in with a password, and out."""

from flask import Flask, Response, make_response, redirect, request
from flask import session as browser_state

from formwork.identity import end_session, log_in
from formwork.identity.attempt import note_failure
from formwork.kernel import FormworkError, LimitExceeded, Unauthenticated
from formwork.web.door import LANGUAGE_COOKIE, Door
from formwork.web.entry import Step, answer_step, bare_page, inside, provider_lines, refuse, take_first_step, wait_text
from formwork.web.language import LANGUAGES
from formwork.web.language import say as _
from formwork.web.pages.sign_in.password_link import CHOSEN
from formwork.web.public import public
from formwork.web.views.home import LoginView

YEAR = 31_536_000


def register(app: Flask, door: Door) -> None:
    """Add the pages."""

    @app.get("/login")
    @public
    def login() -> Response:
        chosen = _("Your password is set. Sign in with it.") if browser_state.pop(CHOSEN, False) else ""
        response = _show(door, onward=inside(request.args.get("next")), notice=chosen)
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
        onward = inside(request.form.get("next"))
        try:
            step = _try(door, email, password, request.remote_addr or "")
        except (Unauthenticated, LimitExceeded) as error:
            status = 429 if isinstance(error, LimitExceeded) else 401
            return refuse(_show(door, email, _reason(error), onward, status), error)
        return answer_step(door, step, onward)

    @app.post("/logout")
    @public
    def leave() -> Response:
        token = request.cookies.get(door.cookie)
        if token:
            with door.entering("sign out") as work:
                end_session(work, token)
        browser_state.clear()
        response = make_response(redirect("/login", 303))
        response.delete_cookie(door.cookie, path="/", secure=door.runtime.settings.secure_cookies, httponly=True)
        return response


def _try(door: Door, email: str, password: str, address: str) -> Step:
    """What the password opens. A failure is counted in a transaction of its own."""
    try:
        with door.entering("sign in") as work:
            return take_first_step(door, work, log_in(work, email, password, address), "password")
    except Unauthenticated:
        with door.entering("sign in") as work:
            note_failure(work, email, address)
        raise


def _reason(error: FormworkError) -> str:
    if isinstance(error, LimitExceeded):
        return wait_text(error)
    return _("The login or the password is not right.")


def _show(
    door: Door, email: str = "", error: str = "", onward: str = "", status: int = 200, notice: str = ""
) -> Response:
    view = LoginView(door.tenant().label, "/login", email, error, onward, notice, provider_lines(door))
    return bare_page(door, "pages/login.html", view, status)
