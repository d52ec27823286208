"""The second step of a sign-in: a code of the app, a recovery code, or a passkey."""

from flask import Flask, Response, make_response, redirect, request

from formwork.identity.attempt import note_failure
from formwork.identity.login import may_sign_in
from formwork.identity.second_step import attempt_key, end_second_step, pass_code
from formwork.kernel import Invalid, LimitExceeded
from formwork.web.door import Door
from formwork.web.entry import (
    SECOND_STEP,
    Pending,
    Step,
    answer_step,
    bare_page,
    begin_session,
    pending_of,
    refuse,
    wait_text,
)
from formwork.web.language import say as _
from formwork.web.public import public
from formwork.web.views.security import SecondStepView


def register(app: Flask, door: Door) -> None:
    """Add the page."""

    @app.get(SECOND_STEP)
    @public
    def second_step() -> Response:
        with door.looking("sign in") as work:
            pending = pending_of(work)
        return _begin_anew() if pending is None else _show(door, pending)

    @app.post(SECOND_STEP)
    @public
    def pass_second_step() -> Response:
        with door.looking("sign in") as work:
            pending = pending_of(work)
        if pending is None:
            return _begin_anew()
        try:
            step = _try(door, pending, request.form.get("code", ""))
        except Invalid:
            return _show(door, pending, _("This code is not right or was used already."), 401)
        except LimitExceeded as error:
            return refuse(_show(door, pending, wait_text(error), 429), error)
        return _begin_anew() if step is None else answer_step(door, step, pending.onward)


def _try(door: Door, pending: Pending, code: str) -> Step | None:
    """What the code opens, None when the ticket was used meanwhile. A wrong one is counted on its own."""
    address = request.remote_addr or ""
    try:
        with door.entering("sign in") as work:
            factor = pass_code(work, pending.user, code, address)
            if not end_second_step(work, pending.ticket) or not may_sign_in(work, pending.user):
                return None
            return Step(begin_session(door, work, pending.user, pending.how, factor))
    except Invalid:
        with door.entering("sign in") as work:
            note_failure(work, attempt_key(pending.user), address, pending.user)
        raise


def _begin_anew() -> Response:
    return make_response(redirect("/login", 303))


def _show(door: Door, pending: Pending, error: str = "", status: int = 200) -> Response:
    factors = pending.factors
    view = SecondStepView(door.tenant().label, factors.totp, factors.passkeys > 0, factors.codes > 0, error)
    return bare_page(door, "pages/second_step.html", view, status)
