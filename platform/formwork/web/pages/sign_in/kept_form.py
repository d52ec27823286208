"""What was typed into a form that asked first who one is, or came after the session: kept sealed, and sent on once."""

import json
from base64 import b64decode, b64encode
from uuid import UUID

from flask import Flask, Response, make_response, redirect, request

from formwork.identity.session import whose_session
from formwork.identity.ticket import issue_ticket, look_at_ticket, use_ticket
from formwork.storage import Work
from formwork.storage.sealing import open_secret, seal_secret
from formwork.web.door import CSRF_FIELD, Door, notify
from formwork.web.language import say as _
from formwork.web.views.security import KeptFormView
from formwork.web.views.shell import Notice
from formwork.web.visit import Visit

RESUME = "/security/resume"
_KEPT = ("/setup/", "/security/keys")
"""Where forms are kept: what is typed there is no secret."""
_SECRET = "/setup/sign-in/providers/"  # noqa: S105 - an address
"""Where something secret is typed all the same."""
_PURPOSE = "form"
_MINUTES = 30
_LONGEST = 100_000
"""Bytes of a form that is kept."""


def register(app: Flask, door: Door) -> None:
    """Add the page."""

    @app.get(f"{RESUME}/<ticket>")
    def resume_form(ticket: str) -> Response:
        with door.reading() as visit:
            view = _view(visit, ticket)
            if view is not None:
                return door.page(visit, "pages/kept_form.html", view)
        return _gone()

    @app.post(f"{RESUME}/<ticket>")
    def send_form(ticket: str) -> Response:
        """The form goes where it was sent to, with the method and what is in it (307), and once."""
        with door.writing() as visit:
            view = _view(visit, ticket)
            if view is not None and use_ticket(visit.work, _PURPOSE, ticket) is not None:
                return make_response(redirect(view.to, 307))
        return _gone()


def keep_form(door: Door, back: str) -> str:
    """The address that offers the form of this request to its user again, blank where it is none that is kept.

    `back` is the page the form stands on.
    """
    if request.method != "POST" or not request.path.startswith(_KEPT) or request.path.startswith(_SECRET):
        return ""
    fields = [pair for pair in request.form.items(multi=True) if pair[0] != CSRF_FIELD]
    kept = json.dumps({"to": request.path, "back": back, "fields": fields}).encode()
    if len(kept) > _LONGEST or not door.token():
        return ""
    with door.entering("a form is kept") as work:
        user = whose_session(work, door.token())
        if user is None:
            return ""
        sealed = b64encode(seal_secret(work, _place(user), kept)).decode()
        return f"{RESUME}/{issue_ticket(work, _PURPOSE, _MINUTES, user, {'sealed': sealed})}"


def _gone() -> Response:
    notify(Notice(_("What was typed is no longer kept. Type it again."), "bad"))
    return make_response(redirect(_KEPT[0].rstrip("/"), 303))


def _view(visit: Visit, ticket: str) -> KeptFormView | None:
    """The form a ticket of the reader keeps, None when it is over, was sent, or is somebody else's."""
    found = look_at_ticket(visit.work, _PURPOSE, ticket)
    if found is None or found.user != visit.user:
        return None
    return _opened(visit.work, visit.user, ticket, found.data["sealed"])


def _opened(work: Work, user: UUID, ticket: str, sealed: str) -> KeptFormView:
    kept = json.loads(open_secret(work, _place(user), b64decode(sealed)))
    fields = tuple((str(name), str(value)) for name, value in kept["fields"])
    return KeptFormView(f"{RESUME}/{ticket}", kept["to"], kept["back"], fields)


def _place(user: UUID) -> str:
    """What a kept form is bound to, so that nobody is offered another's."""
    return f"form of {user}"
