"""Passkeys: signing in with one, showing who one is, and keeping one's own."""

import time
from uuid import UUID

from flask import Flask, Response, make_response, redirect, request
from flask import session as browser_state

from formwork.identity.attempt import forget_failures, note_failure, require_no_wait
from formwork.identity.login import may_sign_in
from formwork.identity.passkey import (
    MINUTES,
    add_passkey,
    authentication_options,
    check_passkey,
    name_passkey,
    passkey_attempt,
    registration_options,
    remove_passkey,
)
from formwork.identity.recovery import codes_left, make_codes
from formwork.identity.second_step import end_second_step
from formwork.identity.session import factor_of, renew_session
from formwork.kernel import Invalid, LimitExceeded, NotFound, Unauthenticated, parse_id
from formwork.storage import Work
from formwork.web.door import Door, notify
from formwork.web.entry import (
    Step,
    answer_step,
    bare_page,
    begin_session,
    inside,
    pending_of,
    place_of_request,
    refuse,
    wait_text,
)
from formwork.web.language import say as _
from formwork.web.pages.sign_in.confirm import refuse_proof
from formwork.web.pages.sign_in.factors import settle_factors, show_codes
from formwork.web.pages.sign_in.security import ADDRESS, refuse_on_page
from formwork.web.public import public
from formwork.web.views.home import LoginView
from formwork.web.views.shell import Notice
from formwork.web.visit import Visit

ENTER = "/login/passkey"
_OWN = f"{ADDRESS}/passkeys"
_PROVE = f"{ADDRESS}/confirm/passkey"
_CHALLENGE = "challenge"
_MOST = 20_000
"""Characters of an answer; a passkey's has a few hundred."""


def register(app: Flask, door: Door) -> None:
    """Add the addresses."""
    _register_entry(app, door)
    _register_proof(app, door)
    _register_own(app, door)


def _register_entry(app: Flask, door: Door) -> None:
    @app.post(f"{ENTER}/options")
    @public
    def passkey_options() -> Response:
        with door.looking("sign in") as work:
            pending = pending_of(work)
            options = authentication_options(work, place_of_request(), pending.user if pending else None)
        return _ask(ENTER, *options)

    @app.post(ENTER)
    @public
    def enter_with_passkey() -> Response:
        answer, challenge = _answer(), _challenge(ENTER)
        onward = inside(request.form.get("next"))
        try:
            step, waiting = _enter(door, answer, challenge)
        except Unauthenticated:
            return _refused(door, _("This passkey is not known here. Sign in another way."), 401)
        except LimitExceeded as error:
            return refuse(_refused(door, wait_text(error), 429), error)
        return answer_step(door, step, waiting or onward)


def _enter(door: Door, answer: str, challenge: str) -> tuple[Step, str]:
    """What an answer opens, and where somebody wanted to go before the second step. A wrong one is counted on its own.

    Raises Unauthenticated, and LimitExceeded `throttled` while the passkey's owner or the address has to wait.
    """
    address = request.remote_addr or ""
    try:
        with door.entering("sign in") as work:
            key, _user = passkey_attempt(work, answer)
            require_no_wait(work, key, address)
            user = check_passkey(work, answer, challenge, place_of_request())
            if not may_sign_in(work, user):
                raise Unauthenticated("This passkey lets nobody in.", code="bad_passkey")
            forget_failures(work, key)
            if (pending := pending_of(work)) is not None:
                end_second_step(work, pending.ticket)
            onward = "" if pending is None else pending.onward
            return Step(begin_session(door, work, user, "passkey", "passkey")), onward
    except Unauthenticated:
        with door.entering("sign in") as work:
            note_failure(work, *_failed(work, answer, address))
        raise


def _failed(work: Work, answer: str, address: str) -> tuple[str, str, UUID | None]:
    """What `note_failure` is told of an answer that did not hold."""
    key, user = passkey_attempt(work, answer)
    return key, address, user


def _refused(door: Door, text: str, status: int) -> Response:
    return bare_page(door, "pages/login.html", LoginView(door.tenant().label, "/login", error=text), status)


def _register_proof(app: Flask, door: Door) -> None:
    @app.post(f"{_PROVE}/options")
    def proof_options() -> Response:
        with door.reading() as visit:
            return _ask(_PROVE, *authentication_options(visit.work, place_of_request(), visit.user))

    @app.post(_PROVE)
    def prove_with_passkey() -> Response:
        answer, challenge = _answer(), _challenge(_PROVE)
        onward = inside(request.form.get("next"))
        try:
            with door.writing() as visit:
                require_no_wait(visit.work, _own_key(visit), "")
                if _is_own(visit, answer, challenge):
                    forget_failures(visit.work, _own_key(visit))
                    door.hand_out(renew_session(visit.work, door.token(), factor="passkey", proved=True))
                    return make_response(redirect(onward or ADDRESS, 303))
                note_failure(visit.work, _own_key(visit), user=visit.user)
        except LimitExceeded as error:
            return refuse(refuse_proof(door, wait_text(error), onward, 429), error)
        return refuse_proof(door, _("This passkey was not accepted. Begin again."), onward, 401)


def _register_own(app: Flask, door: Door) -> None:
    @app.post(f"{_OWN}/options")
    def new_passkey_options() -> Response:
        with door.reading() as visit:
            door.require_recent(visit)
            login = str(visit.actor.attributes.get("login") or visit.actor.name)
            made = registration_options(visit.work, visit.user, login, visit.actor.name, place_of_request())
        return _ask(_OWN, *made)

    @app.post(_OWN)
    def keep_passkey() -> Response:
        answer, challenge = _answer(), _challenge(_OWN)
        name = request.form.get("name", "")
        try:
            with door.writing() as visit:
                door.require_recent(visit)
                add_passkey(visit.work, visit.user, name, answer, challenge, place_of_request())
                if not factor_of(visit.work, door.token()):
                    door.hand_out(renew_session(visit.work, door.token(), factor="passkey"))
                codes = () if codes_left(visit.work, visit.user) else tuple(make_codes(visit.work, visit.user))
        except Invalid:
            return refuse_on_page(door, {"passkey": _("This passkey was not accepted. Begin again.")})
        notify(Notice(_("The passkey is kept")))
        return show_codes(door, codes) if codes else make_response(redirect(ADDRESS, 303))

    @app.post(f"{_OWN}/name")
    def rename_passkey() -> Response:
        with door.writing() as visit:
            door.require_proof(visit)
            name_passkey(visit.work, visit.user, _id(), request.form.get("name", ""))
        return make_response(redirect(ADDRESS, 303))

    @app.post(f"{_OWN}/remove")
    def drop_passkey() -> Response:
        with door.writing() as visit:
            door.require_proof(visit)
            remove_passkey(visit.work, visit.user, _id())
            settle_factors(door, visit)
        notify(Notice(_("The passkey is removed")))
        return make_response(redirect(ADDRESS, 303))


def _own_key(visit: Visit) -> str:
    """Under what answers of whoever is signed in are counted when they do not hold."""
    return f"passkey of {visit.user}"


def _is_own(visit: Visit, answer: str, challenge: str) -> bool:
    """True when a passkey of whoever is signed in answered. That of somebody else leaves them signed in as they are."""
    try:
        return check_passkey(visit.work, answer, challenge, place_of_request()) == visit.user
    except Unauthenticated:
        return False


def _ask(purpose: str, options: str, challenge: str) -> Response:
    """The options as JSON; the challenge stays in the browser's signed state, for one purpose and some minutes."""
    browser_state[_CHALLENGE] = [purpose, challenge, int(time.time())]
    return Response(options, mimetype="application/json")


def _challenge(purpose: str) -> str:
    """The challenge that was put for this purpose, blank when there is none or it is too old. It is asked for once."""
    found = browser_state.pop(_CHALLENGE, None)
    if not isinstance(found, list) or found[0] != purpose or found[2] + MINUTES * 60 < time.time():
        return ""
    return str(found[1])


def _answer() -> str:
    return request.form.get("answer", "")[:_MOST]


def _id() -> UUID:
    found = parse_id(request.form.get("id", ""))
    if found is None:
        raise NotFound("There is no such passkey.")
    return found
