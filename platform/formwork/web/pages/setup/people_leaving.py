"""Deactivating somebody: what they have, to whom it goes, and what becomes of it meanwhile."""

from uuid import UUID

from flask import Flask, Response, make_response, redirect, request

from formwork import assignment
from formwork.assignment import Holding, Successors
from formwork.catalog.labels import field_label
from formwork.kernel import Invalid, Refused
from formwork.records import get_record
from formwork.web.door import Door, notify
from formwork.web.language import say as _
from formwork.web.messages import error_text, plain_text
from formwork.web.pages.record_id import wanted_id
from formwork.web.pages.setup.people import ADDRESS, USER
from formwork.web.pages.setup.person_named import person_named
from formwork.web.views.people import Estate, LeavingView
from formwork.web.views.shell import Notice
from formwork.web.visit import Visit


def register(app: Flask, door: Door) -> None:
    """Add the page."""

    @app.get(f"{ADDRESS}/<id>/deactivate")
    def leaving_person(id: str) -> Response:
        with door.reading() as visit:
            return door.page(visit, "pages/leaving.html", _view(visit, wanted_id(id), {}))

    @app.post(f"{ADDRESS}/<id>/deactivate")
    def deactivate_person(id: str) -> Response:
        user = wanted_id(id)
        try:
            with door.writing() as visit:
                get_record(visit.work, USER, user, ("id",))
                found = assignment.deactivate(visit.work, user, _successors(visit, user))
                moving = assignment.is_moving(visit.work, user)
        except (Invalid, Refused) as error:
            faults = {one.pointer.removeprefix("/successors").strip("/"): plain_text(one) for one in error.problems}
            with door.reading() as visit:
                view = _view(visit, user, faults or {"": error_text(error)})
                return door.page(visit, "pages/leaving.html", view, 422)
        detail = _("What they have goes over in the background.") if found and moving else ""
        notify(Notice(_("This person may not sign in any more"), detail=detail))
        return make_response(redirect(f"{ADDRESS}/{user}", 303))


def _successors(visit: Visit, user: UUID) -> Successors:
    """Who was chosen. A row that is left blank goes where everything goes; one that is ticked stays."""
    form = request.form
    named: dict[str, UUID | None] = {}
    for one in assignment.holdings(visit.work, user):
        if form.get(f"stays:{one.place.key}"):
            named[one.place.key] = None
            continue
        found = person_named(visit, USER, form, f"to:{one.place.key}")
        if found is not None:
            named[one.place.key] = found
    return Successors(person_named(visit, USER, form, "successor"), named)


def _view(visit: Visit, user: UUID, faults: dict[str, str]) -> LeavingView:
    found = get_record(visit.work, USER, user, ("full_name", "login", "active"))
    estates = tuple(_estate(visit, one, faults) for one in assignment.holdings(visit.work, user))
    placed = {one.key for one in estates} | {f"to:{one.key}" for one in estates} | {"successor"}
    rest = next((text for name, text in faults.items() if name not in placed), "")
    return LeavingView(
        address=f"{ADDRESS}/{user}/deactivate",
        name=str(found["full_name"] or found["login"]),
        back=f"{ADDRESS}/{user}",
        estates=estates,
        active=bool(found["active"]),
        to=request.form.get("successor", ""),
        to_title=request.form.get("successor:title", ""),
        fault=rest,
        to_fault=faults.get("successor", ""),
    )


def _estate(visit: Visit, one: Holding, faults: dict[str, str]) -> Estate:
    spec, key = visit.snapshot.object(one.place.object), one.place.key
    label = field_label(visit.snapshot, visit.locale, spec.fields[one.place.field])
    return Estate(
        key=key,
        label=visit.plural(spec),
        detail=_("%(field)s, only what is still open", field=label) if one.place.when else label,
        count=visit.formats.number(one.count),
        icon=spec.definition.icon,
        hue=spec.definition.hue,
        to=request.form.get(f"to:{key}", ""),
        to_title=request.form.get(f"to:{key}:title", ""),
        stays=bool(request.form.get(f"stays:{key}")),
        fault=faults.get(key, "") or faults.get(f"to:{key}", ""),
    )
