"""The versions that were published, and going back to one: a new version with the packages of the old one."""

from datetime import timedelta

from flask import Flask, Response, make_response, redirect, request

from formwork.kernel import Conflict, Invalid, NotFound
from formwork.publishing import Plan
from formwork.publishing.retired import list_retired
from formwork.runtime.going_back import restoring, rolling_back
from formwork.storage import metadata
from formwork.storage.metadata import MetadataVersion
from formwork.web.door import Door, notify
from formwork.web.language import say as _
from formwork.web.pages.setup.person_choice import name_of_person
from formwork.web.pages.studio.bench import ADDRESS
from formwork.web.pages.studio.publish import publish_fault, require_consent, step_lines, typed_names
from formwork.web.views.shell import Notice
from formwork.web.views.studio import GoBackView, RetiredLine, VersionLine, VersionsView
from formwork.web.visit import Visit

VERSIONS = f"{ADDRESS}/versions"


def register(app: Flask, door: Door) -> None:
    """Add the pages."""

    @app.get(VERSIONS)
    def studio_versions() -> Response:
        with door.reading() as visit:
            known = metadata.list_versions(visit.work)
            lines = tuple(_line(visit, one, newest=one is known[0]) for one in known)
            return door.page(visit, "pages/studio_versions.html", VersionsView(lines, _retired(door, visit)))

    @app.post(f"{VERSIONS}/restore")
    def studio_restore() -> Response:
        return _bring_back(door)

    @app.get(f"{VERSIONS}/<number>")
    def studio_version(number: str) -> Response:
        with door.reading() as visit:
            return door.page(visit, "pages/studio_version.html", _view(door, visit, number))

    @app.post(f"{VERSIONS}/<number>")
    def studio_go_back(number: str) -> Response:
        try:
            with door.writing() as visit:
                planned = _plan(door, visit, _older(visit, number).version)
                require_consent(planned)
                visit.work.unhurried()
                door.runtime.publish(visit.work, planned, _("Back to version %(number)s", number=number))
        except (Invalid, Conflict) as error:
            with door.reading() as visit:
                view = _view(door, visit, number, publish_fault(error))
                return door.page(visit, "pages/studio_version.html", view, 422)
        notify(Notice(_("Version %(number)s is live", number=planned.base + 1)))
        return make_response(redirect(VERSIONS, 303))


def _bring_back(door: Door) -> Response:
    object, field = request.form.get("object", ""), request.form.get("field", "")
    try:
        with door.writing() as visit:
            planned = restoring(door.runtime, visit.work, object, field)
            label = planned.back[0].label if planned.back else field or object
            visit.work.unhurried()
            door.runtime.publish(visit.work, planned, _("%(field)s is back with its values", field=label))
        told = Notice(_("%(field)s is back with its values", field=label))
    except (Invalid, Conflict, NotFound) as error:
        told = Notice(publish_fault(error), "bad")
    notify(told)
    return make_response(redirect(VERSIONS, 303))


def _retired(door: Door, visit: Visit) -> tuple[RetiredLine, ...]:
    kept = timedelta(days=door.runtime.settings.retired_days)
    return tuple(
        RetiredLine(
            one.object, one.field, one.label,
            f"{one.object}.{one.field}" if one.field else one.object,
            _("taken out %(at)s, kept until %(until)s", at=visit.formats.moment(one.at),
              until=visit.formats.moment(one.at + kept)),
        )
        for one in list_retired(visit.work) if one.definition is not None
    )  # fmt: skip


def _plan(door: Door, visit: Visit, number: int) -> Plan:
    return rolling_back(door.runtime, visit.work, number)


def _line(visit: Visit, one: MetadataVersion, *, newest: bool) -> VersionLine:
    by = name_of_person(visit, one.by) if one.by is not None else ""
    at = visit.formats.moment(one.at) if one.at is not None else ""
    return VersionLine(one.version, at, by, one.note, "" if newest else f"{VERSIONS}/{one.version}")


def _older(visit: Visit, number: str) -> MetadataVersion:
    """The version an address names; raises NotFound `unknown_version`."""
    for one in metadata.list_versions(visit.work)[1:]:
        if str(one.version) == number:
            return one
    raise NotFound("There is no such older version.", code="unknown_version")


def _view(door: Door, visit: Visit, number: str, fault: str = "") -> GoBackView:
    found = _older(visit, number)
    line = _line(visit, found, newest=False)
    try:
        planned = _plan(door, visit, found.version)
    except (Invalid, Conflict) as error:
        return GoBackView(line, (), (), (), 0, "", publish_fault(error))
    differences = tuple(one.sentence for one in planned.differences)
    return GoBackView(
        line, differences, step_lines(planned), typed_names(planned), planned.base, planned.consent, fault
    )
