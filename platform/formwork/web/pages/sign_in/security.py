"""Sign-in and security: another password, and the places one is signed in."""

from collections.abc import Iterator

from flask import Flask, Response, make_response, redirect, request

from formwork.identity import (
    change_password,
    end_other_sessions,
    end_session_of,
    factors_of,
    recovery,
    sessions_of,
    start_session,
)
from formwork.identity.attempt import note_failure
from formwork.identity.factor_policy import FactorDuty, factor_duty
from formwork.identity.passkey import Passkey, passkeys_of
from formwork.identity.password import SHORTEST, has_password
from formwork.identity.provider import logins_of, providers_of
from formwork.identity.session import Session, factor_of
from formwork.kernel import Invalid, LimitExceeded
from formwork.web.device import device_of, is_phone
from formwork.web.door import Door, notify
from formwork.web.entry import began_here
from formwork.web.language import say as _
from formwork.web.language import say_count
from formwork.web.messages import error_text, plain_text
from formwork.web.views.security import PasskeyLine, ProviderLine, SecurityView, SessionLine
from formwork.web.views.shell import Notice
from formwork.web.visit import Visit

ADDRESS = "/security"


def register(app: Flask, door: Door) -> None:
    """Add the page and its actions."""

    @app.get(ADDRESS)
    def security() -> Response:
        with door.reading() as visit:
            return door.page(visit, "pages/security.html", _view(door, visit))

    @app.post(f"{ADDRESS}/password")
    def keep_password() -> Response:
        current, fresh, again = (request.form.get(name, "") for name in ("current", "password", "again"))
        if fresh != again:
            return refuse_on_page(door, {"again": _("The two are not the same. Type the new password again.")})
        try:
            ended = _change(door, current, fresh)
        except Invalid as error:
            return refuse_on_page(door, _faults(error))
        except LimitExceeded as error:
            return refuse_on_page(door, {"current": error_text(error)}, 429)
        places = say_count("%(num)d other session ended", "%(num)d other sessions ended", ended) if ended else ""
        notify(Notice(_("Your password is changed"), detail=places))
        return make_response(redirect(ADDRESS, 303))

    @app.post(f"{ADDRESS}/sessions")
    def end_sessions() -> Response:
        id = request.form.get("id", "")
        with door.writing() as visit:
            if id:
                end_session_of(visit.work, visit.user, id)
            ended = 1 if id else end_other_sessions(visit.work, visit.user, door.token())
        notify(Notice(say_count("%(num)d other session ended", "%(num)d other sessions ended", ended)))
        return make_response(redirect(ADDRESS, 303))


def _change(door: Door, current: str, fresh: str) -> int:
    """Set the password; every other session ends and this one takes another token. Gives how many ended.

    A wrong one is counted like a failed sign-in.
    """
    settings = door.runtime.settings
    login = ""
    try:
        with door.writing() as visit:
            login = str(visit.actor.attributes.get("login") or "")
            factor = factor_of(visit.work, door.token())
            others = len(sessions_of(visit.work, visit.user, door.token(), settings.session_idle_minutes)) - 1
            change_password(visit.work, visit.user, current, fresh, settings.breached_file)
            door.hand_out(start_session(visit.work, visit.user, settings.session_hours, began_here(), factor))
            return others
    except Invalid as error:
        if error.code == "wrong_password" and login:
            with door.writing() as visit:
                note_failure(visit.work, login)
        raise


def _faults(error: Invalid) -> dict[str, str]:
    return {one.pointer[1:]: plain_text(one) for one in error.problems} or {"": error_text(error)}


def refuse_on_page(door: Door, faults: dict[str, str], status: int = 422) -> Response:
    """The page with sentences at the fields that are wrong."""
    with door.reading() as visit:
        return door.page(visit, "pages/security.html", _view(door, visit, faults), status)


def _view(door: Door, visit: Visit, faults: dict[str, str] | None = None) -> SecurityView:
    settings = door.runtime.settings
    sessions = sessions_of(visit.work, visit.user, door.token(), settings.session_idle_minutes)
    ordered = sorted(sessions, key=lambda one: not one.current)
    found = factors_of(visit.work, visit.user)
    duty = None if found.any else factor_duty(visit.work, settings.mfa, visit.actor)
    return SecurityView(
        tuple(_line(visit, one) for one in ordered),
        faults or {},
        SHORTEST,
        has_password=has_password(visit.work, visit.user),
        has_totp=found.totp,
        codes=found.codes,
        codes_most=recovery.COUNT,
        needs_factor="" if duty is None else duty_text(visit, duty),
        providers=tuple(_providers(visit)),
        passkeys=tuple(_passkey(visit, one) for one in passkeys_of(visit.work, visit.user)),
    )


def duty_text(visit: Visit, duty: FactorDuty) -> str:
    """That somebody must have a second factor, and by when."""
    if duty.until is None or duty.is_over(visit.work.context.now):
        return _("Your organisation asks for a second factor. Set one up to go on.")
    moment = visit.formats.moment(duty.until)
    return _("Your organisation asks for a second factor. Set one up by %(moment)s.", moment=moment)


def _providers(visit: Visit) -> Iterator[ProviderLine]:
    linked = {one.issuer: one for one in logins_of(visit.work, visit.user)}
    for provider in providers_of(visit.work):
        found = linked.get(provider.issuer)
        since = _("since %(moment)s", moment=visit.formats.moment(found.at)) if found else ""
        yield ProviderLine(provider.name, provider.label, since)


def _passkey(visit: Visit, passkey: Passkey) -> PasskeyLine:
    made = _("since %(moment)s", moment=visit.formats.moment(passkey.at))
    used = _("last used %(ago)s", ago=visit.formats.ago(passkey.used_at)) if passkey.used_at else _("never used")
    return PasskeyLine(str(passkey.id), passkey.name, f"{made} · {used}")


def _line(visit: Visit, session: Session) -> SessionLine:
    browser, system = device_of(session.agent)
    title = _("%(browser)s on %(system)s", browser=browser, system=system) if browser and system else browser or system
    began = _("since %(moment)s", moment=visit.formats.moment(session.created_at))
    detail = " · ".join(part for part in (session.address, began) if part)
    seen = visit.formats.ago(session.seen_at)
    id = "" if session.current else session.id
    exactly = visit.formats.moment(session.seen_at)
    return SessionLine(id, title or _("Unknown browser"), detail, seen, exactly, is_phone(session.agent))
