"""What happened to a record, grouped by day, in the reader's words and formats."""

from itertools import groupby
from uuid import UUID

from formwork import records
from formwork.catalog import FieldSpec, ObjectSpec
from formwork.catalog.labels import field_label
from formwork.web.currencies import sure_currency
from formwork.web.language import say as _
from formwork.web.language import say_count
from formwork.web.present import Presenter
from formwork.web.views.record import Day, Entry
from formwork.web.visit import Visit

_LOOK = {
    "created": ("plus", "info"),
    "deleted": ("trash", "bad"),
    "restored": ("undo", "ok"),
    "merged": ("copy", "info"),
}
_LONGEST = 160


def history_days(visit: Visit, spec: ObjectSpec, id: UUID, present: Presenter) -> tuple[Day, ...]:
    """The events of a record, newest first, by calendar day of the reader's zone."""
    events = records.history(visit.work, spec.name, id)
    people = spec.fields["created_by"]
    present.learn((people, event.by) for event in events if event.by is not None)
    present.learn(
        (spec.fields[name], value) for event in events for name, pair in event.changes.items() for value in pair
    )
    entries = [(visit.formats.local(event.at).date(), _entry(visit, spec, event, present)) for event in events]
    return tuple(
        Day(visit.formats.heading_day(day), tuple(entry for _day, entry in group))
        for day, group in groupby(entries, key=lambda pair: pair[0])
    )


def _entry(visit: Visit, spec: ObjectSpec, event: records.Entry, present: Presenter) -> Entry:
    person = present.title(spec.fields["created_by"], event.by) if event.by is not None else _("The system")
    icon, tone = _LOOK.get(event.action, ("edit", ""))
    changes = []
    if event.action == "updated":
        for name, (before, after) in event.changes.items():
            field = spec.fields[name]
            shown = [_text(visit, present, field, value) for value in (before, after)]
            changes.append((field_label(visit.snapshot, visit.locale, field), shown[0], shown[1]))
    here = visit.formats.local(event.at)
    return Entry(
        icon, tone, _words(event.action, len(changes)), visit.formats.clock(here.time()),
        visit.formats.moment(event.at), person or _("Somebody"), tuple(changes),
    )  # fmt: skip


def _text(visit: Visit, present: Presenter, field: FieldSpec, value: object) -> str:
    shown = present.show(field, value, sure_currency(visit, field))
    text = shown.text or ", ".join(part.text for part in shown.parts) or shown.title
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _words(action: str, changed: int) -> str:
    match action:
        case "created":
            return _("created this record")
        case "deleted":
            return _("deleted this record")
        case "restored":
            return _("restored this record")
        case "merged":
            return _("merged another record into this one")
    return say_count("changed %(num)d field", "changed %(num)d fields", changed)
