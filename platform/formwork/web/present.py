"""Values of records as a page shows them: from the JSON values of reads to formatted, linked, coloured ones."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from formwork import records
from formwork.access import Verb
from formwork.catalog import FieldSpec
from formwork.catalog.field_kind import PRINCIPALS
from formwork.catalog.labels import option_label, record_type_label
from formwork.fieldtypes import FIELD_TYPES, LoadContext, phone_text
from formwork.fieldtypes.file_kind import kind_of_media
from formwork.records.attachments import show_values
from formwork.web.formats import Formats
from formwork.web.inputs import FILES
from formwork.web.language import say as _
from formwork.web.titles import called
from formwork.web.views.shown import BLANK, Shown, hue_of, initials_of
from formwork.web.visit import Visit, record_address

REFERENCES = frozenset(
    {"lookup", "master_detail", "user", "principal", "polymorphic_lookup", "many_to_many", "user_list"}
)
NUMBERS = frozenset({"integer", "number", "money", "percent", "rating"})
_MEGABYTE = 1_000_000
_DURATION = FIELD_TYPES["duration"]
_WHERE = LoadContext()


def shown_type(spec: FieldSpec) -> str:
    """The word of the type of what a reader gets: a formula's result, a look-up's own type."""
    return spec.value_type.name


@dataclass
class Presenter:
    """Shows the values of one page. `learn` collects the records they name, so titles come in few reads."""

    visit: Visit
    _titles: dict[tuple[str, str], str] = field(default_factory=dict)
    _wanted: dict[str, set[UUID]] = field(default_factory=dict)

    def learn(self, values: Iterable[tuple[FieldSpec, Any]]) -> None:
        """Read the titles of every record these values name, as far as the reader may see them."""
        for spec, value in values:
            for object, id in references(spec, value):
                if (object, id) not in self._titles:
                    self._wanted.setdefault(object, set()).add(UUID(id))
        for object, ids in self._wanted.items():
            if object in self.visit.snapshot.objects and self.visit.may(object, Verb.READ):
                spec_of = self.visit.snapshot.objects[object]
                for id, title in records.titles(self.visit.work, object, sorted(ids)).items():
                    self._titles[(object, id)] = called(self.visit, spec_of, id, title)
        self._wanted.clear()

    def title(self, spec: FieldSpec, value: Any) -> str:
        """The title of the record a look-up names, "" when the reader may not see it."""
        return next((self._titles[pair] for pair in references(spec, value) if pair in self._titles), "")

    def show(self, spec: FieldSpec, value: Any, currency: str | None = None, *, column: str = "") -> Shown:
        """One value. `currency` is the record's where amounts carry it, None where the `column` names its own."""
        if value is None or value in ("", [], {}):
            return BLANK
        kind = shown_type(spec)
        if kind in FILES:
            return self._files(value)
        if kind in REFERENCES:
            return self._reference(spec, value)
        if kind in ("select", "record_type"):
            return self._option(spec, str(value))
        if kind == "multi_select":
            return Shown("pills", parts=tuple(self._option(spec, str(code)) for code in value))
        if kind in NUMBERS:
            return self._number(spec, kind, value, currency, column)
        if kind == "phone":
            return Shown("link", phone_text(value, spec.value_settings.get("country")), f"tel:{value}")
        return self._plain(kind, value)

    def _number(self, spec: FieldSpec, kind: str, value: Any, currency: str | None, column: str) -> Shown:
        number, formats = Decimal(str(value)), self.visit.formats
        if kind == "rating":
            most = int(spec.value_settings.get("max", 5))
            stars = tuple(Shown(tone="ok" if at < number else "") for at in range(most))
            return Shown("rating", str(value), title=_("%(count)s of %(most)s", count=value, most=most), parts=stars)
        if kind == "money":
            text = formats.amount(number, column) if currency is None else formats.money(number, currency)
            return Shown("number", text, tone="bad" if number < 0 else "")
        return Shown("number", formats.percent(number) if kind == "percent" else formats.number(number))

    def _plain(self, kind: str, value: Any) -> Shown:
        formats = self.visit.formats
        match kind:
            case "boolean":
                return Shown("yes", _("Yes")) if value else Shown("no", _("No"))
            case "date":
                return Shown("text", formats.day(date.fromisoformat(value)))
            case "datetime":
                moment = read_moment(value)
                return Shown("time", formats.moment(moment), title=formats.ago(moment))
            case "time":
                return Shown("text", formats.clock(time.fromisoformat(value)))
            case "duration":
                return Shown("text", formats.duration(_read_duration(value)))
            case "email":
                return Shown("link", value, f"mailto:{value}")
            case "url":
                return Shown("link", value.removeprefix("https://").removesuffix("/"), value)
            case "tags":
                return Shown("pills", parts=tuple(Shown("pill", word, hue="grey") for word in value))
            case "address":
                return Shown("lines", parts=tuple(Shown(text=line) for line in address_lines(value)))
            case "geolocation":
                return Shown("mono", f"{value['lat']}, {value['lon']}")
            case "json":
                return Shown("mono", json.dumps(value, ensure_ascii=False))
            case "secret":
                return Shown("mono", "••••••")
            case "rich_text":
                return Shown("rich", str(value))
            case "long_text":
                return Shown("lines", parts=tuple(Shown(text=line) for line in str(value).split("\n")))
        return Shown("text", str(value) if not isinstance(value, Mapping) else str(value.get("name", "")))

    def _files(self, value: Any) -> Shown:
        """A file as a read shows it, or several; ids alone (changes, drafts) are looked up."""
        several = value if isinstance(value, list) else [value]
        if any(isinstance(one, str) for one in several):
            several = show_values(self.visit.work, several)
        lines = tuple(file_line(one, self.visit.formats) for one in several)
        return Shown("files", parts=lines) if len(lines) > 1 else lines[0]

    def _option(self, spec: FieldSpec, code: str) -> Shown:
        visit = self.visit
        if shown_type(spec) == "record_type":
            owner = visit.snapshot.objects[spec.object]
            return Shown("pill", record_type_label(visit.snapshot, visit.locale, owner, code))
        option = spec.options.get(code)
        label = option_label(visit.snapshot, visit.locale, spec, code)
        return Shown("pill", label, hue=(option.hue if option else "") or "grey", icon=option.icon if option else "")

    def _reference(self, spec: FieldSpec, value: Any) -> Shown:
        people = shown_type(spec) in ("user", "principal", "user_list")
        items = [
            self._record(object, id, people=people) for object, id in unique(references(spec, value), self._titles)
        ]
        if not items:
            return BLANK
        if isinstance(value, list):
            return Shown("records", parts=tuple(items))
        return items[0]

    def _record(self, object: str, id: str, *, people: bool) -> Shown:
        title = self._titles[(object, id)]
        kind = "person" if people or object == "user" else "record"
        return Shown(kind, title, record_address(object, id), hue_of(title), initials=initials_of(title))


def file_line(file: Mapping[str, Any], formats: Formats) -> Shown:
    """A file as a read shows it: its name leads to it, its size is the title."""
    kind = kind_of_media(file["type"])
    shape = "picture" if kind is not None and kind.picture else "file"
    name = file["name"] or _("File no longer kept")
    return Shown(shape, name, f"/files/{file['id']}", title=file_size(file["size"], formats), key=str(file["id"]))


def file_size(size: int, formats: Formats) -> str:
    """Bytes in the unit people expect."""
    if size < _MEGABYTE:
        return f"{formats.number(max(1, round(size / 1000)))} kB"
    return f"{formats.number(Decimal(size) / _MEGABYTE, 1)} MB"


def references(spec: FieldSpec, value: Any) -> list[tuple[str, str]]:
    """(object, id) pairs a value may name; a principal may be of several objects."""
    kind = shown_type(spec)
    if kind not in REFERENCES or value is None:
        return []
    if isinstance(value, Mapping):
        return [(str(value["object"]), str(value["id"]))]
    ids = value if isinstance(value, list | tuple) else [value]
    objects = PRINCIPALS if kind == "principal" else spec.targets
    return [(object, str(id)) for id in ids for object in objects]


def unique(pairs: Iterable[tuple[str, str]], known: Mapping[tuple[str, str], str]) -> list[tuple[str, str]]:
    """The pairs whose record is known, one object per id."""
    seen: dict[str, tuple[str, str]] = {}
    for pair in pairs:
        if pair in known:
            seen.setdefault(pair[1], pair)
    return list(seen.values())


def read_moment(text: str) -> datetime:
    """The aware UTC datetime of a JSON value."""
    return datetime.fromisoformat(text).astimezone(UTC)


def _read_duration(value: Any) -> timedelta:
    if isinstance(value, int | float):
        return timedelta(seconds=value)
    found: timedelta = _DURATION.load(value, {}, _WHERE)
    return found


def address_lines(value: Mapping[str, Any]) -> list[str]:
    """An address as lines: street, second line, postcode with city, province, country."""
    town = " ".join(part for part in (value.get("postcode"), value.get("city")) if part)
    last = ", ".join(part for part in (value.get("province"), value.get("country")) if part)
    return [line for line in (value.get("street"), value.get("line2"), town, last) if line]
