"""Personal data of one person: found, looked at, given to them as a file, anonymised."""

from collections.abc import Sequence

from flask import Flask, Response, make_response, redirect, request

from formwork.access import Verb
from formwork.identity.audit import Event, note
from formwork.kernel import Invalid, NotFound, Refused, parse_id
from formwork.privacy import Erasure, Found, Subject, erasures, find_person, preview_erasure, records_of
from formwork.privacy.bundle import bundle
from formwork.privacy.erasure import CONFIRMATION, MOST_SUBJECTS, State
from formwork.privacy.retention import due_records
from formwork.runtime.erasures import ask_for_erasure
from formwork.web.door import Door, notify
from formwork.web.language import say as _
from formwork.web.language import say_count
from formwork.web.messages import error_text
from formwork.web.views.listing import Empty
from formwork.web.views.privacy import DoneLine, FoundLine, PersonView, PrivacyView
from formwork.web.views.shell import Notice
from formwork.web.visit import Visit, record_address

ADDRESS = "/setup/privacy"


def register(app: Flask, door: Door) -> None:
    """Add the pages."""

    @app.get(ADDRESS)
    def privacy() -> Response:
        with door.writing() as visit:
            return door.page(visit, "pages/privacy.html", _search(visit, request.args.get("text", "").strip()))

    @app.get(f"{ADDRESS}/person")
    def person() -> Response:
        with door.writing() as visit:
            return door.page(
                visit, "pages/privacy_person.html", _person(visit, _asked(visit, request.args.getlist("record")))
            )

    @app.post(f"{ADDRESS}/export")
    def export_person() -> Response:
        with door.writing() as visit:
            data = bundle(
                visit.work, door.runtime.blobs(door.tenant().name), _asked(visit, request.form.getlist("record"))
            )
        response = make_response(data)
        response.headers["Content-Type"] = "application/zip"
        response.headers["Content-Disposition"] = 'attachment; filename="person.zip"'
        return response

    @app.post(f"{ADDRESS}/anonymise")
    def anonymise_person() -> Response:
        try:
            with door.writing() as visit:
                ask_for_erasure(
                    visit.work, _asked(visit, request.form.getlist("record")), request.form.get("confirm", "")
                )
        except (Invalid, Refused) as error:
            with door.reading() as visit:
                view = _person(visit, _asked(visit, request.form.getlist("record")), error_text(error))
                return door.page(visit, "pages/privacy_person.html", view, 422)
        notify(Notice(_("The person is being anonymised"), detail=_("It goes on in the background.")))
        return make_response(redirect(ADDRESS, 303))


def _asked(visit: Visit, records: Sequence[str]) -> list[Subject]:
    found = []
    for text in dict.fromkeys(records):
        object, _colon, id = text.partition(":")
        known = parse_id(id)
        if known is None or object not in visit.snapshot.objects:
            raise NotFound("There is no such record, or you may not see it.")
        found.append(Subject(object, known))
    if not 0 < len(found) <= MOST_SUBJECTS:
        raise NotFound("There is no such record, or you may not see it.")
    return found


def _search(visit: Visit, text: str) -> PrivacyView:
    done = tuple(_done(visit, one) for one in erasures(visit.work, 20))
    if not text:
        return PrivacyView(done=done, due=_due(visit))
    try:
        found = find_person(visit.work, text)
    except Invalid as error:
        return PrivacyView(text, done=done, error=error_text(error))
    note(visit.work, Event.PERSON_FOUND, detail={"records": len(found)})
    empty = None
    if not found:
        words = _("Look for an address of mail, a number or a part of the name.")
        empty = Empty("no_match", _("Nobody is known by this"), words, "search")
    return PrivacyView(text, tuple(_line(visit, one) for one in found), done, empty=empty)


def _person(visit: Visit, subjects: Sequence[Subject], error: str = "") -> PersonView:
    chosen = set(subjects)
    found = records_of(visit.work, subjects)
    own = [one for one in found if one.subject in chosen]
    if not own:
        raise NotFound("There is no such record, or you may not see it.")
    changes = preview_erasure(visit.work, subjects)
    changes.pop("records")
    return PersonView(
        title=next((one.title for one in own if one.title), _("Personal data")),
        records=tuple(_line(visit, one, chosen=True) for one in own),
        others=tuple(_line(visit, one) for one in found if one.subject not in chosen),
        changes=tuple(
            (visit.plural(visit.snapshot.objects[object]), visit.formats.number(count))
            for object, count in changes.items()
        ),
        word=CONFIRMATION,
        error=error,
    )


def _line(visit: Visit, one: Found, *, chosen: bool = False) -> FoundLine:
    spec = visit.snapshot.objects[one.subject.object]
    href = record_address(spec.name, one.subject.id) if not one.deleted and visit.may(spec.name, Verb.READ) else ""
    return FoundLine(
        f"{spec.name}:{one.subject.id}", one.title or str(one.subject.id), visit.label(spec), spec.definition.icon,
        spec.definition.hue, href, chosen, one.deleted,
    )  # fmt: skip


def _due(visit: Visit) -> tuple[tuple[str, str], ...]:
    told = []
    for one in due_records(visit.work):
        day, count = visit.formats.day(one.before), visit.formats.number(one.count)
        if one.act == "delete":
            words = _("%(count)s older than %(day)s will be deleted tonight", count=count, day=day)
        else:
            words = _("%(count)s older than %(day)s will be anonymised tonight", count=count, day=day)
        told.append((visit.plural(visit.snapshot.objects[one.object]), words))
    return tuple(told)


def _done(visit: Visit, one: Erasure) -> DoneLine:
    known = [visit.snapshot.objects[it.object] for it in one.subjects if it.object in visit.snapshot.objects]
    labels = dict.fromkeys(map(visit.label, known))
    words = {State.WAITING: _("Waiting"), State.RUNNING: _("Under way"), State.DONE: _("Done")}
    count = say_count("%(num)d record", "%(num)d records", len(one.subjects))
    detail = f"{count} · {visit.formats.moment(one.finished_at or one.at)}"
    return DoneLine(", ".join(labels), detail, words[one.state], one.state is State.DONE)
