"""Inviting somebody: the person is made, given roles and sent a link to choose a password."""

from uuid import UUID

from flask import Flask, Response, request

from formwork.access import Verb
from formwork.identity import assign_role
from formwork.kernel import FormworkError, Invalid, Refused
from formwork.records import create
from formwork.runtime.invitation import Sent, send_link
from formwork.web.door import Door
from formwork.web.language import say as _
from formwork.web.messages import error_text, plain_text
from formwork.web.pages.people import ADDRESS, USER, require_management, roles_of_person, tell_sent
from formwork.web.pages.person_named import person_named
from formwork.web.views.people import InviteView
from formwork.web.visit import Visit, object_address

_KIND = "internal"
_TEXTS = ("full_name", "email", "login")
_LINKS = ("department", "manager")


def register(app: Flask, door: Door) -> None:
    """Add the pages."""

    @app.get(f"{ADDRESS}/invite")
    def invite_person() -> Response:
        with door.reading() as visit:
            require_management(visit)
            return door.page(visit, "pages/invite.html", _view(door, visit))

    @app.post(f"{ADDRESS}/invite")
    def send_invitation() -> Response:
        try:
            with door.writing() as visit:
                require_management(visit)
                user, sent = _invite(door, visit)
        except (Invalid, Refused) as error:
            with door.reading() as visit:
                return door.page(visit, "pages/invite.html", _view(door, visit, _faults(error)), 422)
        except FormworkError as error:
            if error.code != "duplicate":
                raise
            with door.reading() as visit:
                return door.page(visit, "pages/invite.html", _view(door, visit, _faults(error)), 422)
        return tell_sent(door, user, sent)


def _invite(door: Door, visit: Visit) -> tuple[UUID, Sent]:
    given = {name: request.form.get(name, "").strip() for name in _TEXTS}
    body = {"kind": _KIND, **given, "login": given["login"] or given["email"]}
    for name in _LINKS:
        found = person_named(visit, "department" if name == "department" else USER, request.form, name)
        if found is not None:
            body[name] = str(found)
    [saved] = create(visit.work, USER, [body])
    for role in dict.fromkeys(request.form.getlist("role")):
        assign_role(visit.work, saved.id, role)
    return saved.id, send_link(door.runtime, door.tenant(), visit.work, saved.id)


def _faults(error: FormworkError) -> dict[str, str]:
    """Sentences by the field they stand at; what belongs to no field of the form stands at its head."""
    found: dict[str, str] = {}
    for one in error.problems:
        name = one.pointer.strip("/").split("/")[-1]
        found.setdefault(name if name in (*_TEXTS, *_LINKS) else "", plain_text(one))
    return found or {"": error_text(error)}


def _view(door: Door, visit: Visit, faults: dict[str, str] | None = None) -> InviteView:
    names = (*_TEXTS, *_LINKS, *(f"{name}:title" for name in _LINKS))
    chosen = frozenset(request.form.getlist("role"))
    full = f"{object_address(USER)}/new" if visit.may(USER, Verb.CREATE) else ""
    return InviteView(
        roles=roles_of_person(visit, _KIND, chosen),
        can_mail=door.runtime.post is not None,
        values={name: request.form.get(name, "") for name in names},
        faults=faults or {},
        full_form=full,
        hint=_("The e-mail address when left blank."),
    )
