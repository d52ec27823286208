"""What an address asks of the audit trail, and the filter that writes such addresses."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode
from uuid import UUID

from formwork import records
from formwork.access import Verb
from formwork.identity.audit import Event, Question
from formwork.kernel import parse_id
from formwork.web.language import say as _
from formwork.web.pages.setup.audit_words import event_name, event_words
from formwork.web.views.audit import AuditFilter
from formwork.web.views.listing import Chip
from formwork.web.views.shown import Option
from formwork.web.visit import Visit

ADDRESS = "/setup/audit"
REFUSED, DONE = "refused", "done"
_USER = "user"


@dataclass(frozen=True, slots=True)
class Asked:
    """The parameters of an address; what is no sensible value is left out."""

    event: str = ""
    outcome: str = ""
    by: UUID | None = None
    object: str = ""
    record: UUID | None = None
    since: date | None = None
    until: date | None = None
    before: UUID | None = None

    def question(self, visit: Visit) -> Question:
        """The question to the trail. Days begin and end in the reader's zone, both of them included."""
        return Question(
            event=self.event or None,
            by=self.by,
            object=self.object or None,
            record=self.record,
            refused=None if not self.outcome else self.outcome == REFUSED,
            since=None if self.since is None else _begin(visit, self.since) - timedelta(microseconds=1),
            until=None if self.until is None else _begin(visit, self.until + timedelta(days=1)),
            before=self.before,
        )

    def address(self, path: str = ADDRESS) -> str:
        """The address that asks this."""
        kept = {name: str(value) for name in self.__slots__ if (value := getattr(self, name))}
        return f"{path}?{urlencode(kept)}" if kept else path

    def without(self, name: str) -> str:
        """The address of the first page with one condition less."""
        blank = {"by": None, "record": None, "since": None, "until": None}.get(name, "")
        return replace(self, before=None, **{name: blank}).address()  # type: ignore[arg-type]


def read_asked(visit: Visit, values: dict[str, str]) -> Asked:
    """What an address asks. A person whose name was typed without script is found by that name."""
    event, outcome, object = (values.get(name, "") for name in ("event", "outcome", "object"))
    by = parse_id(values.get("by", ""))
    typed = values.get("by:title", "").strip()
    if by is None and typed and visit.may(_USER, Verb.READ):
        by = next((parse_id(str(hit["id"])) for hit in records.suggest(visit.work, _USER, typed, limit=1)), None)
    return Asked(
        event if event in list(Event) else "",
        outcome if outcome in (REFUSED, DONE) else "",
        by,
        object if object in visit.snapshot.objects else "",
        parse_id(values.get("record", "")),
        _day(values.get("since", "")),
        _day(values.get("until", "")),
        parse_id(values.get("before", "")),
    )


def filter_of(visit: Visit, asked: Asked, name: str) -> AuditFilter:
    """The controls, holding what is asked; `name` is that of the person asked for."""
    any_ = Option("", _("Any"))
    events = sorted(event_words().items(), key=lambda pair: pair[1])
    objects = sorted((visit.plural(spec), code) for code, spec in visit.snapshot.objects.items())
    return AuditFilter(
        events=(any_, *(Option(code, label, code == asked.event) for code, label in events)),
        outcomes=(any_, *(Option(code, label, code == asked.outcome) for code, label in _outcomes().items())),
        objects=(any_, *(Option(code, label, code == asked.object) for label, code in objects)),
        by="" if asked.by is None else str(asked.by),
        by_title=name,
        record="" if asked.record is None else str(asked.record),
        since=asked.since.isoformat() if asked.since else "",
        until=asked.until.isoformat() if asked.until else "",
    )


def chips_of(visit: Visit, asked: Asked, name: str, title: str) -> tuple[Chip, ...]:
    """The conditions in force, each with a way out; `name` and `title` are those of the person and the record."""
    shown: dict[str, tuple[str, str]] = {
        "event": (_("Event"), event_name(asked.event)) if asked.event else ("", ""),
        "outcome": (_("Outcome"), _outcomes().get(asked.outcome, "")),
        "by": (_("Who"), name),
        "object": (_("Object"), visit.plural(visit.snapshot.objects[asked.object]) if asked.object else ""),
        "record": (_("Record"), title),
        "since": (_("From"), visit.formats.day(asked.since) if asked.since else ""),
        "until": (_("Until"), visit.formats.day(asked.until) if asked.until else ""),
    }
    return tuple(
        Chip(label, "", value, asked.without(key)) for key, (label, value) in shown.items() if getattr(asked, key)
    )


def _outcomes() -> dict[str, str]:
    return {REFUSED: _("Refused or failed"), DONE: _("Done")}


def _begin(visit: Visit, day: date) -> datetime:
    return datetime.combine(day, time(), visit.work.context.display_timezone).astimezone(UTC)


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 1900 <= found.year < 9999 else None
