"""What happened to a record, grouped by day, in the reader's words and formats."""

from collections.abc import Mapping
from itertools import groupby
from urllib.parse import urlencode
from uuid import UUID

from formwork import records
from formwork.catalog import FieldSpec, ObjectSpec
from formwork.catalog.labels import field_label
from formwork.web.currencies import sure_currency
from formwork.web.language import say as _
from formwork.web.language import say_count
from formwork.web.present import Presenter
from formwork.web.views.record import Day, Entry, HistoryRead
from formwork.web.visit import Visit, record_address

_LOOK = {
    "created": ("plus", "info"),
    "deleted": ("trash", "bad"),
    "restored": ("undo", "ok"),
    "merged": ("copy", "info"),
    "team": ("users", "info"),
}
_LONGEST = 160


def read_history(
    visit: Visit, spec: ObjectSpec, id: UUID, present: Presenter, asked: Mapping[str, UUID]
) -> HistoryRead:
    """A page of the events of a record and its details, newest first, by calendar day of the reader's zone."""
    page = records.history_page(visit.work, spec.name, id, before=asked.get("before"), line=asked.get("line"))
    specs = {name: visit.snapshot.object(name) for name in {event.object for event in page.entries}}
    people = spec.fields["created_by"]
    present.learn((people, event.by) for event in page.entries if event.by is not None)
    present.learn(
        (specs[event.object].fields[name], value)
        for event in page.entries
        for name, pair in event.changes.items()
        for value in pair
    )
    base = f"{record_address(spec.name, id)}/history"
    entries = [
        (visit.formats.local(event.at).date(), _entry(visit, spec, specs[event.object], event, present, base))
        for event in page.entries
    ]
    line = asked.get("line")
    of = {"line": line} if line else {}
    return HistoryRead(
        tuple(
            Day(visit.formats.heading_day(day), tuple(entry for _day, entry in group))
            for day, group in groupby(entries, key=lambda pair: pair[0])
        ),
        earlier=f"{base}?{urlencode({**of, 'before': page.next})}" if page.next else "",
        newest=(f"{base}?{urlencode(of)}" if of else base) if "before" in asked else "",
        line=next((_line(visit, specs[event.object], event) for event in page.entries), "") if line else "",
        all=base if line else "",
    )


def _entry(
    visit: Visit, spec: ObjectSpec, owner: ObjectSpec, event: records.Entry, present: Presenter, base: str
) -> Entry:
    person = present.title(spec.fields["created_by"], event.by) if event.by is not None else _("The system")
    icon, tone = _LOOK.get(event.action, ("edit", ""))
    changes = []
    if event.action == "updated":
        for name, (before, after) in event.changes.items():
            field = owner.fields[name]
            shown = [_text(visit, present, field, value) for value in (before, after)]
            changes.append((field_label(visit.snapshot, visit.locale, field), shown[0], shown[1]))
    here = visit.formats.local(event.at)
    is_own = owner is spec
    words = _words(event.action, len(changes)) if is_own else _words_of_line(visit, owner, event, len(changes))
    return Entry(
        icon, tone, words, visit.formats.clock(here.time()), visit.formats.moment(event.at), person or _("Somebody"),
        tuple(changes), "" if is_own else f"{base}?{urlencode({'line': event.record})}",
    )  # fmt: skip


def _line(visit: Visit, owner: ObjectSpec, event: records.Entry) -> str:
    """A detail as the history names it: what it is, and its title where there is one to be seen."""
    label = visit.label(owner)
    return _("%(label)s “%(title)s”", label=label, title=event.title) if event.title else label


def _words_of_line(visit: Visit, owner: ObjectSpec, event: records.Entry, changed: int) -> str:
    line = _line(visit, owner, event)
    match event.action:
        case "created":
            return _("added: %(line)s", line=line)
        case "deleted":
            return _("removed: %(line)s", line=line)
        case "restored":
            return _("brought back: %(line)s", line=line)
    return say_count("changed %(num)d field: %(line)s", "changed %(num)d fields: %(line)s", changed, line=line)


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
        case "team":
            return _("changed the team of this record")
    return say_count("changed %(num)d field", "changed %(num)d fields", changed)
