"""Sharing a record: who has it and why, giving it to a person, a group or a queue, and taking it back."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Flask, Response, jsonify, make_response, redirect, request

from formwork import records
from formwork.access import Verb
from formwork.catalog import ObjectSpec
from formwork.catalog.field_kind import PRINCIPALS
from formwork.kernel import Invalid, parse_id
from formwork.records.given import Gift, Level, Share
from formwork.records.team import FEATURE
from formwork.web.areas import manages
from formwork.web.door import Door, notify
from formwork.web.language import say as _
from formwork.web.messages import error_text, plain_text
from formwork.web.pages.record_id import wanted_id
from formwork.web.pages.setup.table import level_word
from formwork.web.pages.setup.why import ADDRESS as WHY
from formwork.web.titles import called_by
from formwork.web.views.rights import Choice
from formwork.web.views.share import ShareLine, ShareView
from formwork.web.views.shell import Notice
from formwork.web.views.shown import Option, hue_of, initials_of
from formwork.web.visit import Visit, record_address

_LONGEST_NOTE = 500
_MOST = 5
"""Suggestions of each kind."""
_PLACE = "/o/<object>/<id>/share"
_USER = "user"


def register(app: Flask, door: Door) -> None:
    """Add the page and its actions."""

    @app.get(_PLACE)
    def show_shares(object: str, id: str) -> Response:
        with door.reading() as visit:
            return door.page(visit, "pages/share.html", _view(visit, object, wanted_id(id), {}))

    @app.get(f"{_PLACE}/who")
    def suggest_principals(object: str, id: str) -> Response:
        with door.reading() as visit:
            _title(visit, object, wanted_id(id))
            hits = _found(visit, request.args.get("q", ""), _MOST)
            return jsonify(items=[
                {"id": id, "title": title, "detail": _kind(visit, kind), "initials": initials_of(title),
                 "hue": hue_of(title)}
                for kind, id, title in hits
            ])  # fmt: skip

    @app.post(_PLACE)
    def share_record(object: str, id: str) -> Response:
        record = wanted_id(id)
        try:
            with door.writing() as visit:
                name = _give(visit, object, record, request.form)
        except Invalid as error:
            faults = {one.pointer[1:]: plain_text(one) for one in error.problems} or {"": error_text(error)}
            with door.reading() as visit:
                view = _view(visit, object, record, request.form, faults)
                return door.page(visit, "pages/share.html", view, 422)
        notify(Notice(_("Shared with %(person)s", person=name)))
        return make_response(redirect(f"{record_address(object, record)}/share", 303))

    @app.post(f"{_PLACE}/<share>/remove")
    def take_share_back(object: str, id: str, share: str) -> Response:
        record = wanted_id(id)
        with door.writing() as visit:
            take = records.leave_team if request.form.get("cause") == "team" else records.unshare
            take(visit.work, object, record, wanted_id(share))
        notify(Notice(_("No longer shared")))
        return make_response(redirect(f"{record_address(object, record)}/share", 303))


def _give(visit: Visit, object: str, record: UUID, sent: Mapping[str, str]) -> str:
    """Share the record, or take somebody into its team where a part is named; gives the name of who got it."""
    found = _principal(visit, sent)
    level = Level.EDIT if sent.get("level") == Level.EDIT.value else Level.READ
    gift = Gift(
        found[1] if found is not None else UUID(int=0), level, _until(visit, sent.get("until", "")),
        sent.get("note", "").strip()[:_LONGEST_NOTE], sent.get("part", "").strip(),
    )  # fmt: skip
    if gift.part:
        records.join_team(visit.work, object, record, gift)
    else:
        records.share(visit.work, object, record, gift.principal, gift.level, gift.until, gift.why)
    return found[2] if found is not None else ""


def _principal(visit: Visit, sent: Mapping[str, str]) -> tuple[str, UUID, str] | None:
    """Kind, id and name of who was chosen, or whose name was typed and fits nobody else."""
    chosen, typed = parse_id(sent.get("principal", "")), sent.get("principal:title", "").strip()
    if chosen is not None:
        for kind in _kinds(visit):
            title = records.titles(visit.work, kind, [chosen]).get(str(chosen))
            if title is not None:
                return kind, chosen, str(title)
        return None
    hits = _found(visit, typed, 2) if typed else []
    exact = [hit for hit in hits if hit[2].casefold() == typed.casefold()]
    hits = exact or hits
    id = parse_id(hits[0][1]) if len(hits) == 1 else None
    return (hits[0][0], id, hits[0][2]) if id is not None else None


def _found(visit: Visit, text: str, most: int) -> list[tuple[str, str, str]]:
    """(kind, id, name) of people, groups and queues whose name holds the text."""
    return [
        (kind, str(hit["id"]), str(hit["title"] or hit["id"]))
        for kind in _kinds(visit)
        for hit in records.suggest(visit.work, kind, text, limit=most)
    ]


def _kinds(visit: Visit) -> list[str]:
    return [kind for kind in PRINCIPALS if kind in visit.snapshot.objects and visit.may(kind, Verb.READ)]


def _kind(visit: Visit, kind: str) -> str:
    return visit.label(visit.snapshot.objects[kind]) if kind in visit.snapshot.objects else ""


def _until(visit: Visit, text: str) -> datetime | None:
    """The end of a day in the reader's zone; None for no day, and for what is none."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    zone = visit.work.context.display_timezone
    return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)


def _view(
    visit: Visit, object: str, record: UUID, sent: Mapping[str, str], faults: dict[str, str] | None = None
) -> ShareView:
    spec = visit.work.object(object)
    title, base = _title(visit, object, record), record_address(object, record)
    team = records.team_of(visit.work, object, record) if spec.has(FEATURE) else ()
    shares = records.shares_of(visit.work, object, record)
    may = records.levels_to_give(visit.work, object, record)
    names = _names(visit, [*team, *shares])
    lines = [_line(visit, spec, record, one, names, may=bool(may), cause="team") for one in team]
    lines += [_line(visit, spec, record, one, names, may=bool(may), cause="hand") for one in shares]
    choice = Choice(
        "principal", "share-with", _("With whom"), f"{base}/share/who?", sent.get("principal", ""),
        sent.get("principal:title", ""), invalid="principal" in (faults or {}),
        placeholder=_("Type the name of a person, group or queue"),
    )  # fmt: skip
    levels = tuple(Option(one.value, level_word(one.value), sent.get("level") == one.value) for one in may)
    return ShareView(
        title, visit.label(spec), spec.definition.icon, spec.definition.hue, base, _owner(visit, spec, record),
        tuple(lines), choice if may else None, levels, sent.get("until", ""), sent.get("note", ""),
        sent.get("part", ""), spec.has(FEATURE), _why(visit, object, record), faults or {},
    )  # fmt: skip


def _title(visit: Visit, object: str, record: UUID) -> str:
    """The title of a record the reader may see; raises NotFound for any other."""
    values = records.get_record(visit.work, object, record)
    spec = visit.work.object(object)
    return called_by(visit, spec, record, values.get(spec.title))


def _owner(visit: Visit, spec: ObjectSpec, record: UUID) -> ShareLine | None:
    """Who owns it, as far as the reader may see that."""
    values = records.get_record(visit.work, spec.name, record)
    owner = values.get("owner")
    id = parse_id(str(owner.get("id") if isinstance(owner, dict) else owner)) if owner else None
    if id is None:
        return None
    for kind in _kinds(visit):
        name = records.titles(visit.work, kind, [id]).get(str(id))
        if name is not None:
            return ShareLine(str(name), _kind(visit, kind), _("Owner"), "", initials_of(str(name)), hue_of(str(name)))
    return None


def _names(visit: Visit, given: Sequence[Share]) -> dict[str, Any]:
    """Id text -> name of everybody the lines tell of and the reader may see."""
    names: dict[str, Any] = {}
    for kind in _kinds(visit):
        ids = [one.principal for one in given if one.kind == kind]
        ids += [one.by for one in given if kind == _USER and one.by is not None]
        names |= records.titles(visit.work, kind, ids)
    return names


def _line(
    visit: Visit, spec: ObjectSpec, record: UUID, one: Share, names: Mapping[str, Any], *, may: bool, cause: str
) -> ShareLine:
    name = str(names.get(str(one.principal)) or _("Somebody you may not see"))
    until = _("until %(moment)s", moment=_end(visit, one.until)) if one.until is not None else ""
    by = _("by %(person)s", person=names[str(one.by)]) if str(one.by) in names else ""
    level = _("may edit") if one.level is Level.EDIT else _("may read")
    return ShareLine(
        name, _kind(visit, one.kind), level, " · ".join(part for part in (by, until, one.note) if part),
        initials_of(name), hue_of(name), one.part,
        _why(visit, spec.name, record, one.principal) if one.kind == _USER else "",
        f"{record_address(spec.name, record)}/share/{one.id}/remove" if may else "", cause,
    )  # fmt: skip


def _end(visit: Visit, until: datetime) -> str:
    """The last day of a share that ends at midnight of the reader, else the moment."""
    here = visit.formats.local(until)
    return visit.formats.day(here.date() - timedelta(days=1)) if here.time() == time() else visit.formats.moment(until)


def _why(visit: Visit, object: str, record: UUID, user: UUID | None = None) -> str:
    """The address that explains somebody's access, for who manages the organisation."""
    if not manages(visit):
        return ""
    asked = {"object": object, "record": str(record)} | ({"user": str(user)} if user is not None else {})
    return f"{WHY}?{urlencode(asked)}"
