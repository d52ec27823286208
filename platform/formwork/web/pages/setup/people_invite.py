"""Inviting somebody, of the organisation or a portal user: made, given roles and sent a link to choose a password."""

from urllib.parse import urlencode
from uuid import UUID

from flask import Flask, Response, request

from formwork.access import Verb
from formwork.catalog.labels import option_label
from formwork.identity import assign_role
from formwork.identity.portal import is_portal
from formwork.kernel import FormworkError, Invalid, Refused
from formwork.records import create
from formwork.runtime.invitation import Sent, send_link
from formwork.web.door import Door
from formwork.web.language import say as _
from formwork.web.messages import error_text, plain_text
from formwork.web.pages.setup.people import ADDRESS, USER, roles_of_person, tell_sent
from formwork.web.pages.setup.person_named import person_named
from formwork.web.pages.setup.portal_user import bound_choices, bound_fields
from formwork.web.views.listing import Tab
from formwork.web.views.people import InviteView
from formwork.web.visit import Visit, object_address

_OWN = "internal"
_TEXTS = ("full_name", "email", "login")
_PLACE = {"department": "department", "manager": USER}
"""The look-ups of the organisation's own people."""


def register(app: Flask, door: Door) -> None:
    """Add the pages."""

    @app.get(f"{ADDRESS}/invite")
    def invite_person() -> Response:
        with door.reading() as visit:
            return door.page(visit, "pages/invite.html", _view(door, visit))

    @app.post(f"{ADDRESS}/invite")
    def send_invitation() -> Response:
        try:
            with door.writing() as visit:
                user, sent = _invite(door, visit)
        except (Invalid, Refused) as error:
            with door.reading() as visit:
                return door.page(visit, "pages/invite.html", _view(door, visit, error), 422)
        except FormworkError as error:
            if error.code != "duplicate":
                raise
            with door.reading() as visit:
                return door.page(visit, "pages/invite.html", _view(door, visit, error), 422)
        return tell_sent(door, user, sent)


def _invite(door: Door, visit: Visit) -> tuple[UUID, Sent]:
    given = {name: request.form.get(name, "").strip() for name in _TEXTS}
    kind = _kind(visit)
    body = {"kind": kind, **given, "login": given["login"] or given["email"]}
    for name, object in _links(visit, kind).items():
        found = person_named(visit, object, request.form, name)
        if found is not None:
            body[name] = str(found)
    [saved] = create(visit.work, USER, [body])
    for role in dict.fromkeys(request.form.getlist("role")):
        assign_role(visit.work, saved.id, role)
    return saved.id, send_link(door.runtime, door.tenant(), visit.work, saved.id)


def _kind(visit: Visit) -> str:
    """The kind of person that was asked for, the organisation's own where it is none a person can have."""
    asked = request.form.get("kind", "") or request.args.get("kind", "")
    return asked if asked in _kinds(visit) else _OWN


def _kinds(visit: Visit) -> list[str]:
    """The kinds of people: the organisation's own first, then those of the portal."""
    return [_OWN, *(kind for kind in visit.snapshot.object(USER).fields["kind"].options if is_portal(kind))]


def _links(visit: Visit, kind: str) -> dict[str, str]:
    """The look-ups of the form and the object each leads to."""
    if not is_portal(kind):
        return _PLACE
    return {field.name: field.targets[0] for field in bound_fields(visit)}


def _faults(visit: Visit, error: FormworkError) -> dict[str, str]:
    """Sentences by the field they stand at; what belongs to no field of the form stands at its head."""
    found: dict[str, str] = {}
    known = {*_TEXTS, *_links(visit, _kind(visit))}
    for one in error.problems:
        name = one.pointer.strip("/").split("/")[-1]
        found.setdefault(name if name in known else "", plain_text(one))
    return found or {"": error_text(error)}


def _view(door: Door, visit: Visit, error: FormworkError | None = None) -> InviteView:
    kind = _kind(visit)
    links = _links(visit, kind)
    names = (*_TEXTS, *links, *(f"{name}:title" for name in links))
    values = {name: request.form.get(name, "") for name in names}
    faults = {} if error is None else _faults(visit, error)
    chosen = frozenset(request.form.getlist("role"))
    full = f"{object_address(USER)}/new" if visit.may(USER, Verb.CREATE) else ""
    return InviteView(
        roles=roles_of_person(visit, kind, chosen),
        can_mail=door.runtime.post is not None,
        values=values,
        faults=faults,
        full_form=full,
        hint=_("The e-mail address when left blank."),
        kind=kind,
        tabs=_tabs(visit, kind),
        bound=bound_choices(visit, values, faults) if is_portal(kind) else (),
        outside=is_portal(kind),
    )


def _tabs(visit: Visit, kind: str) -> tuple[Tab, ...]:
    field = visit.snapshot.object(USER).fields["kind"]
    return tuple(
        Tab(
            option_label(visit.snapshot, visit.locale, field, one),
            f"{ADDRESS}/invite" + (f"?{urlencode({'kind': one})}" if one != _OWN else ""),
            one == kind,
        )
        for one in _kinds(visit)
    )
