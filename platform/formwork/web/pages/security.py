"""Sign-in and security: another password, and the places one is signed in."""

from uuid import UUID

from flask import Flask, Response, make_response, redirect, request

from formwork.identity import change_password, end_session_of, sessions_of
from formwork.identity.attempt import note_failure
from formwork.identity.password import SHORTEST
from formwork.identity.session import Session, end_other_sessions
from formwork.kernel import Invalid, LimitExceeded
from formwork.web.device import device_of, is_phone
from formwork.web.door import Door, notify
from formwork.web.language import say as _
from formwork.web.language import say_count
from formwork.web.messages import error_text, plain_text
from formwork.web.views.security import SecurityView, SessionLine
from formwork.web.views.shell import Notice
from formwork.web.visit import Visit

_ADDRESS = "/security"


def register(app: Flask, door: Door) -> None:
    """Add the page and its actions."""

    @app.get(_ADDRESS)
    def security() -> Response:
        with door.reading() as visit:
            return door.page(visit, "pages/security.html", _view(door, visit))

    @app.post(f"{_ADDRESS}/password")
    def keep_password() -> Response:
        current, fresh, again = (request.form.get(name, "") for name in ("current", "password", "again"))
        if fresh != again:
            return _refused(door, {"again": _("The two are not the same. Type the new password again.")})
        try:
            ended = _change(door, current, fresh)
        except Invalid as error:
            return _refused(door, _faults(error))
        except LimitExceeded as error:
            return _refused(door, {"current": error_text(error)}, 429)
        places = say_count("%(num)d other session ended", "%(num)d other sessions ended", ended) if ended else ""
        notify(Notice(_("Your password is changed"), detail=places))
        return make_response(redirect(_ADDRESS, 303))

    @app.post(f"{_ADDRESS}/sessions")
    def end_sessions() -> Response:
        id = request.form.get("id", "")
        with door.writing() as visit:
            user = _user(visit)
            if id:
                end_session_of(visit.work, user, id)
            ended = 1 if id else end_other_sessions(visit.work, user, door.token())
        notify(Notice(say_count("%(num)d other session ended", "%(num)d other sessions ended", ended)))
        return make_response(redirect(_ADDRESS, 303))


def _change(door: Door, current: str, fresh: str) -> int:
    """Set the password and end every other session; a wrong one is counted like a failed sign-in."""
    breached = door.runtime.settings.breached_file
    login = ""
    try:
        with door.writing() as visit:
            user, login = _user(visit), str(visit.actor.attributes.get("login") or "")
            change_password(visit.work, user, current, fresh, breached)
            return end_other_sessions(visit.work, user, door.token())
    except Invalid as error:
        if error.code == "wrong_password" and login:
            with door.writing() as visit:
                note_failure(visit.work, login)
        raise


def _faults(error: Invalid) -> dict[str, str]:
    return {one.pointer[1:]: plain_text(one) for one in error.problems} or {"": error_text(error)}


def _refused(door: Door, faults: dict[str, str], status: int = 422) -> Response:
    with door.reading() as visit:
        return door.page(visit, "pages/security.html", _view(door, visit, faults), status)


def _user(visit: Visit) -> UUID:
    assert visit.actor.user is not None
    return visit.actor.user


def _view(door: Door, visit: Visit, faults: dict[str, str] | None = None) -> SecurityView:
    idle = door.runtime.settings.session_idle_minutes
    sessions = sessions_of(visit.work, _user(visit), door.token(), idle)
    ordered = sorted(sessions, key=lambda one: not one.current)
    return SecurityView(tuple(_line(visit, one) for one in ordered), faults or {}, SHORTEST)


def _line(visit: Visit, session: Session) -> SessionLine:
    browser, system = device_of(session.agent)
    title = _("%(browser)s on %(system)s", browser=browser, system=system) if browser and system else browser or system
    began = _("since %(moment)s", moment=visit.formats.moment(session.created_at))
    detail = " · ".join(part for part in (session.address, began) if part)
    seen = visit.formats.ago(session.seen_at)
    id = "" if session.current else session.id
    exactly = visit.formats.moment(session.seen_at)
    return SessionLine(id, title or _("Unknown browser"), detail, seen, exactly, is_phone(session.agent))
