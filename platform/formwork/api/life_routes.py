"""The life of a record beyond its fields: history, merge, conversions and mappings."""

from typing import Any
from uuid import UUID

from formwork import records
from formwork.access import Verb
from formwork.api.answer import Answer
from formwork.api.call import Call, read_ids
from formwork.api.parameters import body_members
from formwork.api.route import Kind, Param, Route, Shape
from formwork.api.shown import saved_entry, show_saved
from formwork.kernel import NotFound
from formwork.records import Saved

_MERGE = {"losers": list, "set": dict, "version": int}


def history(call: Call, object: str, id: UUID) -> Answer:
    """What happened to a record and its details, newest first, as far as the caller may see."""
    page = records.history_page(
        call.work, object, id, limit=call.values.get("limit", 100), before=call.values.get("before"),
        line=call.values.get("line"),
    )  # fmt: skip
    return Answer({"data": [
        {
            "id": str(entry.id), "at": entry.at.isoformat().replace("+00:00", "Z"),
            "by": str(entry.by) if entry.by else None,
            "object": entry.object, "record": str(entry.record), "title": entry.title or None,
            "action": entry.action, "version": entry.version,
            "changes": {name: {"from": before, "to": after} for name, (before, after) in entry.changes.items()},
        }
        for entry in page.entries
    ], "next": str(page.next) if page.next else None})  # fmt: skip


def merge(call: Call, object: str, id: UUID) -> Answer:
    """Merge other records into this one."""
    body = body_members(call.body, _MERGE)
    losers = read_ids(body.get("losers", []), "/losers")
    version = body.get("version", call.version)
    return show_saved(call, records.merge(call.work, object, id, losers, body.get("set", {}), version=version))


def conversions(call: Call, object: str) -> Answer:
    """The conversions and mappings that start at an object."""
    found: list[dict[str, Any]] = [
        {"name": one.name, "kind": "conversion", "label": call.snapshot.text(
            call.work.context.locale, "conversions", one.name, default=one.label)}
        for one in records.conversions_for(call.work, object)
    ]  # fmt: skip
    for name in records.mapping_names(call.snapshot, object):
        one = call.snapshot.mappings[name]
        found.append({"name": name, "kind": "mapping", "label": one.label or name, "to": one.to})
    return Answer({"data": found})


def convert(call: Call, object: str, id: UUID, conversion: str) -> Answer:
    """Run a conversion on a record: it makes or reuses others and is changed itself."""
    known = call.snapshot.conversions.get(conversion)
    if known is None or known.from_object != object:
        raise NotFound("There is no such conversion.", code="unknown_conversion")
    done = records.convert(call.work, conversion, id)
    return Answer({"source": saved_entry(done.source), "made": {name: _made(one) for name, one in done.made.items()}})


def apply_mapping(call: Call, object: str, id: UUID, mapping: str) -> Answer:
    """Make one record from another by a mapping."""
    known = call.snapshot.mappings.get(mapping)
    if known is None or known.from_object != object:
        raise NotFound("There is no such mapping.", code="unknown_mapping")
    return show_saved(call, records.apply_mapping(call.work, mapping, id))


def _made(saved: Saved) -> dict[str, Any]:
    return {"object": saved.object, **saved_entry(saved)}


_HISTORY = (
    Param("limit", Kind.WHOLE, "Entries at most.", least=1, most=1000),
    Param("before", Kind.ID, "Only what happened before this entry: the `next` of the page before."),
    Param("line", Kind.ID, "Only what happened to this detail, which may be deleted by now."),
)
ROUTES = (
    Route(
        "GET", "/<object>/<id>/history", history, "history", "What happened to a record and its details.",
        verb=Verb.READ, params=_HISTORY, gives=Shape.HISTORY,
    ),
    Route(
        "POST", "/<object>/<id>/merge", merge, "merge", "Merge other records into this one.", verb=Verb.MERGE,
        takes=Shape.MERGE, gives=Shape.RECORD,
    ),
    Route(
        "GET", "/<object>/conversions", conversions, "conversions", "Conversions and mappings that start here.",
        verb=Verb.READ, gives=Shape.PLAIN_LIST,
    ),
    Route(
        "POST", "/<object>/<id>/convert/<conversion>", convert, "convert", "Convert a record into others.",
        verb=Verb.CONVERT, gives=Shape.CONVERTED,
    ),
    Route(
        "POST", "/<object>/<id>/map/<mapping>", apply_mapping, "apply_mapping", "Make a record from this one.",
        verb=Verb.READ, gives=Shape.RECORD,
    ),
)  # fmt: skip
