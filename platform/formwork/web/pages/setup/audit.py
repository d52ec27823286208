"""The audit trail for whoever manages the organisation: filters, pages, one entry, a file, and whether it is whole."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from flask import Flask, Response, make_response, redirect, request

from formwork import records
from formwork.access import Verb
from formwork.identity.audit import Entry, Event, Question, entries, entry, names_of, note
from formwork.identity.audit_seal import verify_trail
from formwork.transfer.audit_export import Written, export_audit
from formwork.web.door import Door
from formwork.web.language import say as _
from formwork.web.language import say_count
from formwork.web.pages.record_id import wanted_id
from formwork.web.pages.setup.audit_asked import ADDRESS, Asked, chips_of, filter_of, read_asked
from formwork.web.pages.setup.audit_words import detail_lines, event_icon, event_name
from formwork.web.titles import called
from formwork.web.views.audit import AuditEntryView, AuditView, Proof
from formwork.web.views.listing import Column, Empty, Row
from formwork.web.views.shown import BLANK, Shown, hue_of, initials_of
from formwork.web.visit import Visit, record_address

_PAGE = 50
_MOST_EXPORTED = 100_000
"""Entries one request exports; the command line has no limit."""
_MEDIA = {Written.CSV: "text/csv; charset=utf-8", Written.JSON: "application/x-ndjson"}


def register(app: Flask, door: Door) -> None:
    """Add the pages."""

    @app.get(ADDRESS)
    def audit_trail() -> Response:
        with door.reading() as visit:
            return door.page(visit, "pages/audit.html", _view(visit, read_asked(visit, request.args.to_dict())))

    @app.get(f"{ADDRESS}/<id>")
    def audit_entry(id: str) -> Response:
        with door.reading() as visit:
            return door.page(visit, "pages/audit_entry.html", _entry_view(visit, entry(visit.work, wanted_id(id))))

    @app.get(f"{ADDRESS}/export")
    def export_trail() -> Response:
        written = Written.JSON if request.args.get("format") == "json" else Written.CSV
        with door.writing() as visit:
            asked = replace(read_asked(visit, request.args.to_dict()), before=None)
            told = {"what": "audit", "format": written.value, "filter": asked.address("")}
            note(visit.work, Event.EXPORT, detail=told)
        with door.reading() as visit:
            body = b"".join(export_audit(visit.work, asked.question(visit), _MOST_EXPORTED, written))
        response = make_response(body)
        response.headers["Content-Type"] = _MEDIA[written]
        name = "csv" if written is Written.CSV else "jsonl"
        response.headers["Content-Disposition"] = f'attachment; filename="audit.{name}"'
        return response

    @app.post(f"{ADDRESS}/verify")
    def verify() -> Response:
        door.admit()
        with door.runtime.consistent_read(door.tenant().name, "audit verify") as work:
            verdict = verify_trail(work)
        told = {
            "entries": verdict.entries, "seals": verdict.seals, "unsealed": verdict.unsealed,
            "problems": list(verdict.problems),
        }  # fmt: skip
        with door.writing() as visit:
            note(visit.work, Event.AUDIT_VERIFIED, detail=told)
        return make_response(redirect(ADDRESS, 303))


def _view(visit: Visit, asked: Asked) -> AuditView:
    found = entries(visit.work, asked.question(visit), _PAGE + 1)
    page = found[:_PAGE]
    people = names_of(visit.work, page)
    titles = _titles(visit, page)
    name = _name_of(visit, asked.by)
    chips = chips_of(visit, asked, name, _record_title(visit, asked, titles))
    return AuditView(
        plural=_("Audit trail"),
        summary=say_count("%(num)d entry on this page", "%(num)d entries on this page", len(page)),
        columns=(
            Column("event", _("What happened"), width="title"),
            Column("by", _("Who"), role="second"),
            Column("about", _("About"), role="state"),
            Column("address", _("From address")),
            Column("at", _("When"), role="date"),
        ),
        rows=tuple(_row(visit, one, people, titles) for one in page),
        filter=filter_of(visit, asked, name),
        proof=_proof(visit),
        chips=chips,
        first=replace(asked, before=None).address() if asked.before else "",
        next=replace(asked, before=page[-1].id).address() if len(found) > _PAGE else "",
        export_csv=replace(asked, before=None).address(f"{ADDRESS}/export"),
        export_json=_with_format(replace(asked, before=None).address(f"{ADDRESS}/export")),
        empty=None if page else _empty(bool(chips)),
    )


def _with_format(address: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}format=json"


def _empty(narrowed: bool) -> Empty:
    if narrowed:
        return Empty(
            "no_match", _("No entry fits"), _("Take a condition away, or choose a longer time."), "search",
            more=_("Show all entries"), more_href=ADDRESS,
        )  # fmt: skip
    text = _("Sign-ins, refusals, exports and what administrators change are told here from now on.")
    return Empty("nothing_yet", _("Nothing has been told yet"), text, "audit")


def _row(visit: Visit, one: Entry, people: dict[UUID, str], titles: dict[tuple[str, str], str]) -> Row:
    what = event_name(one.event)
    cells = (
        Shown(text=what, icon=event_icon(one.event)), _who(one, people), _about(visit, one, titles),
        Shown(text=one.address) if one.address else BLANK,
        Shown("time", visit.formats.moment(one.at), title=visit.formats.ago(one.at)),
    )  # fmt: skip
    return Row(str(one.id), what, f"{ADDRESS}/{one.id}", cells)


def _who(one: Entry, people: dict[UUID, str]) -> Shown:
    if one.by is None:
        return Shown(text=_("The system"))
    name = people.get(one.by, _("Somebody"))
    return Shown("person", name, initials=initials_of(name), hue=hue_of(name))


def _about(visit: Visit, one: Entry, titles: dict[tuple[str, str], str]) -> Shown:
    if one.object is None:
        return BLANK
    spec = visit.snapshot.objects.get(one.object)
    label = one.object if spec is None else visit.label(spec) if one.record else visit.plural(spec)
    title = titles.get((one.object, str(one.record)))
    if one.record is None or title is None:
        return Shown(text=label)
    return Shown("link", f"{label} · {title}", record_address(one.object, one.record))


def _titles(visit: Visit, page: Sequence[Entry]) -> dict[tuple[str, str], str]:
    """The titles of what entries are about, as far as the reader may see them."""
    wanted: dict[str, set[UUID]] = {}
    for one in page:
        if one.object and one.record:
            wanted.setdefault(one.object, set()).add(one.record)
    return {
        (object, id): called(visit, visit.snapshot.objects[object], id, title)
        for object, ids in wanted.items()
        if object in visit.snapshot.objects and visit.may(object, Verb.READ)
        for id, title in records.titles(visit.work, object, sorted(ids)).items()
    }


def _record_title(visit: Visit, asked: Asked, titles: dict[tuple[str, str], str]) -> str:
    return "" if asked.record is None else titles.get((asked.object, str(asked.record)), str(asked.record))


def _name_of(visit: Visit, user: UUID | None) -> str:
    if user is None:
        return ""
    stand_in = Entry(user, visit.work.context.now, user, "", None, None, {}, "", "", "", None)
    return names_of(visit.work, [stand_in]).get(user, str(user))


def _proof(visit: Visit) -> Proof:
    last = next(iter(entries(visit.work, Question(event=Event.AUDIT_VERIFIED), 1)), None)
    if last is None:
        return Proof(_("This trail has not been verified yet."))
    when = _when(visit, last.at)
    problems = tuple(str(one) for one in last.detail.get("problems", ()))
    if problems:
        text = _("Somebody changed this trail outside the application. Found %(when)s.", when=when)
        return Proof(text, False, problems)
    counted = visit.formats.number(int(last.detail.get("entries", 0)))
    return Proof(_("Nobody touched the %(count)s sealed entries. Verified %(when)s.", count=counted, when=when))


def _when(visit: Visit, moment: datetime) -> str:
    return visit.formats.moment(moment)


def _entry_view(visit: Visit, one: Entry) -> AuditEntryView:
    people = names_of(visit.work, [one])
    who = _who(one, people)
    if one.by is not None and visit.may("user", Verb.READ):
        who = replace(who, href=Asked(by=one.by).address())
    facts = [
        (_("When"), Shown("time", visit.formats.moment(one.at), title=visit.formats.ago(one.at))),
        (_("Who"), who),
        (_("About"), _about(visit, one, _titles(visit, [one]))),
        (_("From address"), Shown("mono", one.address) if one.address else BLANK),
        (_("Request"), Shown("mono", one.request) if one.request else BLANK),
        (_("Why the system did it"), Shown(text=one.reason) if one.reason else BLANK),
        (_("Sealed"), Shown("yes", _("Yes")) if one.seal is not None else Shown("no", _("Not sealed yet"))),
    ]
    return AuditEntryView(event_name(one.event), ADDRESS, event_icon(one.event), tuple(facts), detail_lines(one.detail))
