"""Refusals and mistakes as pages: status, words, what to do, and a reference for support."""

import logging
from contextlib import suppress
from urllib.parse import quote, urlsplit

from flask import Flask, Response, g, make_response, redirect, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from formwork.identity.audit import Event
from formwork.kernel import (
    Conflict,
    Denied,
    FormworkError,
    Invalid,
    LimitExceeded,
    Malformed,
    NotFound,
    Refused,
    Unauthenticated,
    Unavailable,
    new_id,
)
from formwork.web.door import Door, locale_of_request
from formwork.web.entry import SET_UP, inside
from formwork.web.language import say as _
from formwork.web.language import tag_of
from formwork.web.messages import error_text
from formwork.web.pages.sign_in import confirm, security
from formwork.web.pages.sign_in.kept_form import keep_form
from formwork.web.views.home import ProblemView
from formwork.web.views.record import Action
from formwork.web.views.shell import ShellView

_LOG = logging.getLogger("formwork.web")

_STEPS = {"proof_needed": confirm.CONFIRM, "factor_needed": SET_UP}
"""Refusals that end with a step of one's own, and where that is taken."""
_RETRY_AFTER = 10
"""Seconds after which a page that could not be answered may be asked for again."""
STATUS: tuple[tuple[type[FormworkError], int], ...] = (
    (Malformed, 400), (Unauthenticated, 401), (Denied, 403), (NotFound, 404), (Conflict, 409), (Refused, 409),
    (Invalid, 422), (LimitExceeded, 413), (Unavailable, 503),
)  # fmt: skip


def register(app: Flask, door: Door) -> None:
    """Answer every error in one place."""

    @app.errorhandler(FormworkError)
    def refused(error: FormworkError) -> Response:
        if isinstance(error, Unauthenticated):
            return _to_login(door)
        if error.code in _STEPS and "HX-Request" not in request.headers:
            return _to_step(door, error.code)
        status = next((code for kind, code in STATUS if isinstance(error, kind)), 500)
        status = 507 if error.code == "storage_full" else status
        if isinstance(error, Denied) and error.code not in _STEPS:
            _tell(door, error)
        if error.code == "unknown_host":
            return _bare(ProblemView(404, _("Nothing is served here"), _("Check the address."), "search", "grey"))
        if error.code == "tenant_suspended":
            words = _("Nothing is lost. Ask whoever runs this site when it opens again.")
            response = _bare(ProblemView(503, _("This site is suspended"), words, "lock", "grey"))
        else:
            response = _answer(door, _view(status, error_text(error), ""))
        if isinstance(error, Unavailable):
            response.headers["Retry-After"] = str(error.extra.get("retry_after", _RETRY_AFTER))
        return response

    @app.errorhandler(CSRFError)
    def forged(_error: CSRFError) -> Response:
        text = _(
            "This form is too old to be trusted. What you typed is kept on this device: reload the form and restore it."
        )
        return _answer(door, ProblemView(403, _("Please send the form again"), text, "shield", "orange", _ways()))

    @app.errorhandler(HTTPException)
    def protocol(error: HTTPException) -> Response:
        response = _answer(door, _view(error.code or 500, "", ""))
        for name, value in error.get_headers():
            if name == "Allow":
                response.headers[name] = value
        return response

    @app.errorhandler(Exception)
    def mistake(error: Exception) -> Response:
        reference = new_id().hex[-12:]
        _LOG.error("request %s: %s %s", reference, request.method, request.path, exc_info=error)
        return _answer(door, _view(500, "", reference))


def _to_step(door: Door, code: str) -> Response:
    """The page where somebody does first what they have to, and back to the page they were on, or to what they sent."""
    page = _page_before()
    back = keep_form(door, page) or page if code == "proof_needed" else page
    return make_response(redirect(f"{_STEPS[code]}?next={quote(back, safe='/')}", 303))


def _page_before() -> str:
    """The page that was asked for, or the one the form stands on."""
    page = request.full_path.rstrip("?") if request.method == "GET" else urlsplit(request.referrer or "").path
    return inside(page) or security.ADDRESS


def _tell(door: Door, error: Denied) -> None:
    """The audit trail knows who was refused what; without a live session there is nobody to tell of."""
    with suppress(Denied, Unauthenticated):
        object = (request.view_args or {}).get("object")
        door.note(Event.DENIED, object, {"operation": request.endpoint or "", "code": error.code})


def _to_login(door: Door) -> Response:
    """The sign-in page, and back afterwards; a script keeps its page and says what happened."""
    onward = request.full_path.rstrip("?") if request.method == "GET" else request.path
    if request.headers.get("HX-Request") or "application/json" in request.headers.get("Accept", ""):
        return make_response("", 401)
    onward = keep_form(door, _page_before()) or onward
    response = make_response(redirect("/login" if onward == "/" else f"/login?next={onward.replace('&', '%26')}", 303))
    if request.cookies.get(door.cookie):
        response.delete_cookie(door.cookie, path="/")
    return response


def _ways() -> tuple[Action, ...]:
    return (Action(_("Go to the start page"), "/", "home", primary=True),)


def _view(status: int, text: str, reference: str) -> ProblemView:
    match status:
        case 403:
            return ProblemView(
                403, _("You may not do this"), text or _("An administrator can grant it."), "lock", "grey", _ways()
            )
        case 404:
            words = _("The record was deleted, never existed, or you may not see it.")
            return ProblemView(404, _("There is nothing here"), words, "search", "grey", _ways())
        case 405:
            return ProblemView(
                405,
                _("This address is used another way"),
                _("Go back and use the page's own buttons."),
                "ban",
                "grey",
                _ways(),
            )
        case 413 | 429:
            return ProblemView(
                status, _("That is too much at once"), text or _("Send less and try again."), "alert", "orange", _ways()
            )
        case 503 | 507:
            words = _("Nothing was saved. Try again in a moment; what you typed is kept on this device.")
            return ProblemView(status, _("Back in a moment"), words, "refresh", "orange", _ways(), reference)
        case 500:
            words = _("Nothing was saved. Try again, or give the reference to support.")
            return ProblemView(500, _("This did not work"), words, "alert", "red", _ways(), reference)
    return ProblemView(
        status, _("This cannot be done"), text or _("Go back and try again."), "alert", "orange", _ways(), reference
    )


def _answer(door: Door, view: ProblemView) -> Response:
    """The problem inside the shell, or on a page of its own when the shell cannot be built."""
    if request.headers.get("HX-Request"):
        return make_response(view.text, view.status)
    try:
        with door.reading_anywhere() as visit:
            return door.page(visit, "pages/problem.html", view, view.status)
    except (FormworkError, OSError):
        return _bare(view)


def _bare(view: ProblemView) -> Response:
    locale = g.get("locale") or locale_of_request()
    shell = ShellView("Formwork", lang=tag_of(locale))
    return make_response(render_template("pages/problem_bare.html", view=view, shell=shell), view.status)
