"""Setting up an authenticator app, and recovery codes."""

from typing import TYPE_CHECKING
from uuid import UUID

from flask import Flask, Response, make_response, redirect, request

from formwork.identity import factors_of
from formwork.identity.attempt import note_failure, require_no_wait
from formwork.identity.recovery import make_codes, remove_codes
from formwork.identity.second_step import attempt_key, must_have_factor
from formwork.identity.session import renew_session
from formwork.identity.totp import begin_totp, begun_totp, confirm_totp, remove_totp, totp_address
from formwork.kernel import Invalid, LimitExceeded
from formwork.kernel.library import on_first_use
from formwork.web.door import Door, notify
from formwork.web.entry import refuse, wait_text
from formwork.web.language import say as _
from formwork.web.pages.security import ADDRESS
from formwork.web.views.security import CodesView, FactorView
from formwork.web.views.shell import Notice
from formwork.web.visit import Visit

if TYPE_CHECKING:
    import segno
else:
    segno = on_first_use("segno")

SET_UP = f"{ADDRESS}/second-factor"


def register(app: Flask, door: Door) -> None:
    """Add the pages."""

    @app.get(SET_UP)
    def second_factor() -> Response:
        with door.reading() as visit:
            door.require_recent(visit)
            return door.page(visit, "pages/second_factor.html", _view(door, visit))

    @app.post(f"{SET_UP}/begin")
    def begin_second_factor() -> Response:
        with door.writing() as visit:
            door.require_recent(visit)
            begin_totp(visit.work, visit.user)
        return make_response(redirect(SET_UP, 303))

    @app.post(f"{SET_UP}/confirm")
    def confirm_second_factor() -> Response:
        try:
            codes = _confirm(door, "".join(request.form.get("code", "").split()))
        except Invalid:
            return _refused(door, _("This code is not right or was used already."), 422)
        except LimitExceeded as error:
            return refuse(_refused(door, wait_text(error), 429), error)
        notify(Notice(_("Your authenticator app is set up")))
        return show_codes(door, codes)

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


def show_codes(door: Door, codes: tuple[str, ...]) -> Response:
    """The page that shows recovery codes, once."""
    with door.reading() as visit:
        return door.page(visit, "pages/recovery_codes.html", CodesView(codes))


def _refused(door: Door, error: str, status: int) -> Response:
    with door.reading() as visit:
        return door.page(visit, "pages/second_factor.html", _view(door, visit, error), status)


def _view(door: Door, visit: Visit, error: str = "") -> FactorView:
    secret = begun_totp(visit.work, visit.user)
    needed = must_have_factor(door.runtime.settings.mfa, visit.snapshot, visit.actor)
    if secret is None:
        return FactorView(error=error, needed=needed)
    login = str(visit.actor.attributes.get("login") or visit.actor.name)
    picture = _picture(totp_address(secret, login, visit.tenant_label))
    letters = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    return FactorView(picture, letters, error, needed)


def _picture(text: str) -> str:
    """A QR code as an address of type `data:`, dark on light in either look: some apps read no other."""
    return segno.make(text, error="m", micro=False).png_data_uri(scale=5, border=4)
