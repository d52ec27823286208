"""Setting up an authenticator app, and recovery codes."""

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from uuid import UUID

from flask import Flask, Response, make_response, redirect, request

from formwork.identity import factors_of
from formwork.identity.attempt import note_failure, require_no_wait
from formwork.identity.factor_policy import FactorDuty, factor_duty
from formwork.identity.recovery import make_codes, remove_codes
from formwork.identity.second_step import attempt_key
from formwork.identity.session import factor_of, renew_session
from formwork.identity.totp import begin_totp, begun_totp, confirm_totp, remove_totp, totp_address
from formwork.kernel import Invalid, LimitExceeded
from formwork.kernel.library import on_first_use
from formwork.web.door import Door, notify
from formwork.web.entry import SET_UP, inside, refuse, wait_text
from formwork.web.language import say as _
from formwork.web.pages.sign_in.security import ADDRESS, duty_text
from formwork.web.views.security import CodesView, FactorView
from formwork.web.views.shell import Notice
from formwork.web.visit import Visit

if TYPE_CHECKING:
    import segno
else:
    segno = on_first_use("segno")


def register(app: Flask, door: Door) -> None:
    """Add the pages."""

    @app.get(SET_UP)
    def second_factor() -> Response:
        with door.reading() as visit:
            door.require_recent(visit)
            onward = inside(request.args.get("next"))
            if factors_of(visit.work, visit.user).any and _duty(door, visit) is not None:
                return make_response(redirect(f"/login?{urlencode({'next': onward or '/'})}", 303))
            return door.page(visit, "pages/second_factor.html", _view(door, visit, onward))

    @app.post(f"{SET_UP}/begin")
    def begin_second_factor() -> Response:
        with door.writing() as visit:
            door.require_recent(visit)
            begin_totp(visit.work, visit.user)
        onward = inside(request.form.get("next"))
        return make_response(redirect(f"{SET_UP}?{urlencode({'next': onward})}" if onward else SET_UP, 303))

    @app.post(f"{SET_UP}/confirm")
    def confirm_second_factor() -> Response:
        try:
            codes = _confirm(door, "".join(request.form.get("code", "").split()))
        except Invalid:
            return _refused(door, _("This code is not right or was used already."), 422)
        except LimitExceeded as error:
            return refuse(_refused(door, wait_text(error), 429), error)
        notify(Notice(_("Your authenticator app is set up")))
        return show_codes(door, codes, inside(request.form.get("next")))

    @app.post(f"{SET_UP}/remove")
    def remove_second_factor() -> Response:
        with door.writing() as visit:
            door.require_proof(visit)
            remove_totp(visit.work, visit.user)
            settle_factors(door, visit)
        notify(Notice(_("The authenticator app is removed")))
        return make_response(redirect(ADDRESS, 303))

    @app.post(f"{ADDRESS}/recovery-codes")
    def new_recovery_codes() -> Response:
        with door.writing() as visit:
            door.require_proof(visit)
            codes = tuple(make_codes(visit.work, visit.user))
        return show_codes(door, codes)


def _confirm(door: Door, code: str) -> tuple[str, ...]:
    """Make the app a factor of this session too; gives the recovery codes. A wrong code is counted on its own."""
    user: UUID | None = None
    try:
        with door.writing() as visit:
            door.require_recent(visit)
            user = visit.user
            require_no_wait(visit.work, attempt_key(user), "")
            confirm_totp(visit.work, user, code)
            door.hand_out(renew_session(visit.work, door.token(), factor="totp"))
            return tuple(make_codes(visit.work, user))
    except Invalid:
        if user is not None:
            with door.writing() as visit:
                note_failure(visit.work, attempt_key(user), user=user)
        raise


def settle_factors(door: Door, visit: Visit) -> None:
    """After the last factor went, recovery codes are of no use and the session has shown none any more."""
    if not factors_of(visit.work, visit.user).any:
        remove_codes(visit.work, visit.user)
        door.hand_out(renew_session(visit.work, door.token(), factor=""))


def show_codes(door: Door, codes: tuple[str, ...], onward: str = "") -> Response:
    """The page that shows recovery codes, once; `onward` is where the person goes on."""
    with door.reading() as visit:
        return door.page(visit, "pages/recovery_codes.html", CodesView(codes, onward or ADDRESS))


def _refused(door: Door, error: str, status: int) -> Response:
    with door.reading() as visit:
        view = _view(door, visit, inside(request.form.get("next")), error)
        return door.page(visit, "pages/second_factor.html", view, status)


def _duty(door: Door, visit: Visit) -> FactorDuty | None:
    """That whoever is signed in must have a factor and has shown none in this session."""
    if factor_of(visit.work, door.token()):
        return None
    return factor_duty(visit.work, door.runtime.settings.mfa, visit.actor)


def _view(door: Door, visit: Visit, onward: str, error: str = "") -> FactorView:
    secret, duty = begun_totp(visit.work, visit.user), _duty(door, visit)
    needed = "" if duty is None else duty_text(visit, duty)
    later = onward if duty is not None and not duty.is_over(visit.work.context.now) else ""
    view = FactorView(error=error, needed=needed, onward=onward, later=later)
    if secret is None:
        return view
    login = str(visit.actor.attributes.get("login") or visit.actor.name)
    picture = _picture(totp_address(secret, login, visit.tenant_label))
    letters = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    return replace(view, picture=picture, secret=letters)


def _picture(text: str) -> str:
    """A QR code as an address of type `data:`, dark on light in either look: some apps read no other."""
    return segno.make(text, error="m", micro=False).png_data_uri(scale=5, border=4)
