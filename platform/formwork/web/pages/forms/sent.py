"""What a form sent: the record's own values and its detail rows, as raw values and as a body to save."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict

from formwork import records
from formwork.access import Verb, decide
from formwork.catalog import FieldSpec, ListSpec, ObjectSpec
from formwork.web.inputs import LOOKUPS, UNRESOLVED, Raw, is_blank, sent_raw
from formwork.web.pages.forms.controls import targets_of
from formwork.web.visit import Visit

_ROW = re.compile(r"(?P<list>[a-z][a-z0-9_]*)\.(?P<key>\d+)\._id")


@dataclass(frozen=True, slots=True)
class SentRow:
    """One detail row of a form. `id` is "" for a new one."""

    key: str
    id: str
    version: str
    raws: Mapping[str, Raw]
    removed: bool = False

    @property
    def is_empty(self) -> bool:
        """True for a new row nobody put anything in."""
        return not self.id and all(is_blank(raw) or raw == "false" for raw in self.raws.values())


@dataclass(frozen=True, slots=True)
class Sent:
    """The raw values of a form: those of the record by field, and rows by list name."""

    raws: Mapping[str, Raw] = field(default_factory=dict)
    rows: Mapping[str, list[SentRow]] = field(default_factory=dict)

    def kept(self, name: str) -> list[SentRow]:
        """The rows of a list that go into the body, in order: empty new ones are left out."""
        return [row for row in self.rows.get(name, ()) if not row.is_empty and not (row.removed and not row.id)]


def read_sent(visit: Visit, spec: ObjectSpec, form: "MultiDict[str, str]") -> Sent:
    """Everything a form sent for the fields the person may write."""
    writable = decide(visit.snapshot, visit.actor, spec.name, Verb.READ).readable
    raws = _fields(visit, spec, form, "", writable - _locked(visit, spec, form.get("record_type")))
    rows: dict[str, list[SentRow]] = {}
    by_inverse = {item.name: item for item in spec.details}
    for name in form:
        found = _ROW.fullmatch(name)
        if found is None or found["list"] not in by_inverse:
            continue
        rows.setdefault(found["list"], []).append(
            _row(visit, by_inverse[found["list"]], form, found["list"], found["key"])
        )
    return Sent(raws, rows)


def _locked(visit: Visit, spec: ObjectSpec, record_type: str | None) -> frozenset[str]:
    """Fields that are closed on the chosen record type: a form that showed them for another one still sends them."""
    if not record_type:
        return frozenset()
    decision = decide(visit.snapshot, visit.actor, spec.name, Verb.EDIT)
    return decision.writable - decision.writable_on(record_type)


def _row(visit: Visit, item: ListSpec, form: "MultiDict[str, str]", inverse: str, key: str) -> SentRow:
    spec = visit.snapshot.objects[item.object]
    readable = decide(visit.snapshot, visit.actor, spec.name, Verb.READ).readable
    prefix = f"{inverse}.{key}."
    raws = _fields(visit, spec, form, prefix, readable - {item.via})
    return SentRow(
        key, form.get(f"{prefix}_id", ""), form.get(f"{prefix}_version", ""), raws, f"{prefix}_remove" in form
    )


def _fields(
    visit: Visit, spec: ObjectSpec, form: "MultiDict[str, str]", prefix: str, names: frozenset[str]
) -> dict[str, Raw]:
    found: dict[str, Raw] = {}
    for name, one in spec.fields.items():
        if name not in names or one.computed:
            continue
        raw = sent_raw(form, one, prefix + name)
        if raw is not None:
            found[name] = _resolved(visit, one, raw)
    return found


def _resolved(visit: Visit, one: FieldSpec, raw: Raw) -> Raw:
    """A look-up whose title was typed instead of chosen becomes the one record of that title, if there is one."""
    if one.definition.type in LOOKUPS and isinstance(raw, str) and raw.startswith(UNRESOLVED):
        title = raw.removeprefix(UNRESOLVED)
        for target in targets_of(one):
            if target not in visit.snapshot.objects or "\0" in title or not visit.may(target, Verb.READ):
                continue
            hits = records.suggest(visit.work, target, title)
            same = [hit for hit in hits if str(hit["title"] or "").casefold() == title.casefold()]
            if len(same) == 1:
                return str(same[0]["id"])
    return raw


def body_of(spec: ObjectSpec, sent: Sent, *, new: bool, before: Mapping[str, Raw]) -> dict[str, Any]:
    """The record's own values to save. Of an existing one only what differs from `before`; of a new one no
    blanks where no default would be overruled by them.
    """
    return dict(_changed(spec, sent.raws, new=new, before=before))


def _changed(spec: ObjectSpec, raws: Mapping[str, Raw], *, new: bool, before: Mapping[str, Raw]) -> Mapping[str, Any]:
    found: dict[str, Any] = {}
    for name, raw in raws.items():
        one = spec.fields[name]
        if one.definition.type == "secret" and raw == "":
            continue
        has_default = one.default is not None or one.default_value is not None
        if new and is_blank(raw) and (waits_for_default(one) or not has_default):
            continue
        if not new and name in before and before[name] == raw:
            continue
        found[name] = raw
    return found


def waits_for_default(one: FieldSpec) -> bool:
    """True when a default worked out from other fields fills the field as long as it is blank."""
    return one.default is not None and bool(one.default.paths)


def row_body(spec: ObjectSpec, row: SentRow, before: Mapping[str, Raw]) -> dict[str, Any]:
    """The entry of a detail row in the body of its master."""
    if row.id and row.removed:
        return {"id": row.id, records.detail_reach.DELETE: True}
    body = dict(_changed(spec, row.raws, new=not row.id, before=before))
    return {"id": row.id, **body} if row.id else body
