"""Showing again who one is, before security settings are changed."""

from flask import Flask, Response, make_response, redirect, request

from formwork.identity import factors_of
from formwork.identity.attempt import note_failure
from formwork.identity.password import has_password, prove_password
from formwork.identity.provider import logins_of, providers_of
from formwork.identity.second_step import attempt_key, pass_code
from formwork.identity.session import renew_session
from formwork.kernel import Invalid, LimitExceeded
from formwork.web.door import Door
from formwork.web.entry import inside, refuse, wait_text
from formwork.web.language import say as _
from formwork.web.pages.sign_in.security import ADDRESS
from formwork.web.views.security import ConfirmView, ProviderLine
from formwork.web.visit import Visit

CONFIRM = f"{ADDRESS}/confirm"


def register(app: Flask, door: Door) -> None:
    """Add the page."""

    @app.get(CONFIRM)
    def confirm() -> Response:
        with door.reading() as visit:
            return door.page(visit, "pages/confirm.html", _view(visit, request.args.get("next")))

    @app.post(CONFIRM)
    def prove() -> Response:
        onward = inside(request.form.get("next")) or ADDRESS
        try:
            _prove(door)
        except Invalid:
            return refuse_proof(door, _("This is not right. Try again."), onward, 422)
        except LimitExceeded as error:
            return refuse(refuse_proof(door, wait_text(error), onward, 429), error)
        return make_response(redirect(onward, 303))


def _prove(door: Door) -> None:
    """Take the password, or a code where there is none; a wrong one is counted in a transaction of its own."""
    key = ""
    try:
        with door.writing() as visit:
            if has_password(visit.work, visit.user):
                key = str(visit.actor.attributes.get("login") or "")
                prove_password(visit.work, visit.user, request.form.get("password", ""))
            else:
                key = attempt_key(visit.user)
                pass_code(visit.work, visit.user, request.form.get("code", ""), "")
            door.hand_out(renew_session(visit.work, door.token(), proved=True))
    except Invalid:
        with door.writing() as visit:
            note_failure(visit.work, key, user=visit.user)
        raise


def refuse_proof(door: Door, error: str, onward: str, status: int) -> Response:
    """The page again, with what was wrong."""
    with door.reading() as visit:
        return door.page(visit, "pages/confirm.html", _view(visit, onward, error), status)


def _view(visit: Visit, onward: str | None, error: str = "") -> ConfirmView:
    factors = factors_of(visit.work, visit.user)
    asks = "password" if has_password(visit.work, visit.user) else "code" if factors.totp or factors.codes else ""
    linked = {one.issuer for one in logins_of(visit.work, visit.user)}
    providers = tuple(
        ProviderLine(one.name, one.label) for one in providers_of(visit.work) if one.issuer in linked and not asks
    )
    return ConfirmView(asks, inside(onward) or ADDRESS, factors.passkeys > 0, providers, error)
