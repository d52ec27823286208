"""The start page: what changed lately, what the reader owns, and what a portal user acts for."""

from datetime import datetime
from uuid import UUID

from flask import Flask, Response

from formwork import records
from formwork.access import Verb, decide
from formwork.catalog import ObjectSpec
from formwork.web.door import Door
from formwork.web.frame import listed_objects
from formwork.web.language import say as _
from formwork.web.pages.setup.portal_user import bound_block, is_outside
from formwork.web.present import read_moment
from formwork.web.titles import called_by
from formwork.web.views.home import Block, HomeView, Line
from formwork.web.views.listing import Empty
from formwork.web.visit import Visit, record_address

_LINES = 8
_PER_OBJECT = 5
_MOST_OBJECTS = 14


def register(app: Flask, door: Door) -> None:
    """Add the page."""

    @app.get("/")
    def home() -> Response:
        with door.reading() as visit:
            return door.page(visit, "pages/home.html", build_home(visit))


def build_home(visit: Visit) -> HomeView:
    """The start page's view."""
    objects = [spec for spec in listed_objects(visit) if spec.master is None][:_MOST_OBJECTS]
    local = visit.formats.local(visit.work.context.now)
    name = visit.actor.name.split(" ")[0] if visit.actor.name.isascii() else visit.actor.name
    changed = _latest(visit, objects, "")
    recent = Block("recent", _("Recently changed"), "history", changed, empty=_("Nothing has changed yet."))
    owned = _latest(visit, objects, "owner = me")
    mine = Block("mine", _("My records"), "contact", owned, empty=_("You own no records yet."))
    blocks = (recent, mine)
    if is_outside(visit):
        blocks = (bound_block(visit), recent, *((mine,) if owned else ()))
    if not objects:
        text = _("Your roles give you no list. An administrator can grant them.")
        return HomeView(
            _greeting(local, name), "", (), Empty("no_permission", _("Nothing you may see here"), text, "lock")
        )
    return HomeView(_greeting(local, name), visit.formats.heading_day_long(local.date()), blocks)


def _greeting(local: datetime, name: str) -> str:
    if local.hour < 12:
        return _("Good morning, %(name)s", name=name)
    if local.hour < 18:
        return _("Good afternoon, %(name)s", name=name)
    return _("Good evening, %(name)s", name=name)


def _latest(visit: Visit, objects: list[ObjectSpec], condition: str) -> tuple[Line, ...]:
    found: list[tuple[datetime, Line]] = []
    for spec in objects:
        if condition and "owner" not in spec.fields:
            continue
        readable = decide(visit.snapshot, visit.actor, spec.name, Verb.READ).readable
        fields = tuple(name for name in dict.fromkeys((spec.title, "updated_at")) if name in readable)
        request = records.ListRequest(spec.name, fields, (condition,), ("-updated_at",), _PER_OBJECT)
        for row in records.list_records(visit.work, request, visit.key).records:
            moment = read_moment(row["updated_at"])
            title = called_by(visit, spec, UUID(str(row["id"])), row.get(spec.title))
            line = Line(
                title, record_address(spec.name, row["id"]), spec.definition.icon, spec.definition.hue,
                visit.label(spec), visit.formats.ago(moment), visit.formats.moment(moment),
            )  # fmt: skip
            found.append((moment, line))
    found.sort(key=lambda pair: pair[0], reverse=True)
    return tuple(line for _moment, line in found[:_LINES])
