"""The field editor: a new field, a field that is there (a package's too), and taking one out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, make_response, redirect, request

from formwork.definitions.dump.field import dump_field
from formwork.definitions.edit.layouts import with_placement
from formwork.definitions.edit.objects import Changes, document_of, with_field
from formwork.definitions.layer import TENANT
from formwork.definitions.reserved import why_no_field
from formwork.definitions.schemas.words import NAME_PATTERN
from formwork.web.door import Door, notify
from formwork.web.language import say as _
from formwork.web.pages.studio.bench import OBJECTS, Bench, bench_of, plain
from formwork.web.pages.studio.changes import part_of
from formwork.web.pages.studio.field_form import field_form, mark_of
from formwork.web.pages.studio.field_options import WITH_OPTIONS, changed_options, sent_options
from formwork.web.pages.studio.field_settings import to_values, to_written
from formwork.web.pages.studio.field_types import is_type
from formwork.web.pages.studio.new_object import bad_name, name_from
from formwork.web.views.shell import Notice
from formwork.web.views.studio import OptionLine

_FIRST = "text"


@dataclass(frozen=True, slots=True)
class Sent:
    """What a form says of a field: its name, the whole of it, its choices as lines, and what is wrong."""

    name: str
    whole: dict[str, Any]
    lines: list[OptionLine]
    faults: dict[str, str]


def register(app: Flask, door: Door) -> None:
    """Add the pages."""

    @app.get(f"{OBJECTS}/<object>/fields/new")
    def studio_new_field(object: str) -> Response:
        kind = request.args.get("type", _FIRST)
        with door.reading() as visit:
            bench = bench_of(door.runtime, visit)
            view = field_form(bench, object, None, kind if is_type(kind) else _FIRST, {}, {})
            return door.page(visit, "pages/studio_field.html", view)

    @app.get(f"{OBJECTS}/<object>/fields/<field>")
    def studio_field(object: str, field: str) -> Response:
        with door.reading() as visit:
            bench = bench_of(door.runtime, visit)
            found = bench.field(object, field)
            whole = plain(dump_field(found))
            view = field_form(bench, object, found, found.type, to_values(whole), _options(whole))
            return door.page(visit, "pages/studio_field.html", view)

    @app.post(f"{OBJECTS}/<object>/fields/new")
    def studio_make_field(object: str) -> Response:
        return _make(door, object)

    @app.post(f"{OBJECTS}/<object>/fields/<field>")
    def studio_keep_field(object: str, field: str) -> Response:
        return _keep(door, object, field)


def _make(door: Door, object: str) -> Response:
    asked = request.form.get("type", _FIRST)
    kind = asked if is_type(asked) else _FIRST
    with door.writing() as visit:
        bench = bench_of(door.runtime, visit)
        sent = _sent(bench, object, kind, "")
        changes = {} if sent.faults else with_field(bench.files, object, sent.name, {"type": kind, **sent.whole})
        if changes and request.form.get("place") == "1" and bench.has_forms(object):
            changes |= with_placement(bench.files, bench.composition.layouts[object], sent.name)
        faults = sent.faults or _faults_of(bench.trying(changes), object, sent.name)
        if faults:
            view = field_form(bench, object, None, kind, request.form.to_dict(), {}, sent.lines, faults)
            return door.page(visit, "pages/studio_field.html", view, 422)
        bench.keep(changes)
    notify(Notice(_("%(field)s is in the draft", field=sent.whole["label"])))
    again = request.form.get("then") == "another"
    return make_response(redirect(f"{OBJECTS}/{object}/fields/new" if again else f"{OBJECTS}/{object}", 303))


def _keep(door: Door, object: str, field: str) -> Response:
    with door.writing() as visit:
        bench = bench_of(door.runtime, visit)
        found = bench.field(object, field)
        sent = _sent(bench, object, found.type, field)
        theirs: dict[str, str] = {}
        changes: Changes = {}
        if request.form.get("began") != mark_of(bench, object, field):
            theirs = to_values(plain(dump_field(found)))
        elif not sent.faults:
            changes = with_field(bench.files, object, field, _difference(bench, object, field, sent))
        faults = sent.faults or ({} if theirs else _faults_of(bench.trying(changes), object, field))
        if theirs or faults:
            view = field_form(bench, object, found, found.type, request.form.to_dict(), {}, sent.lines, faults, theirs)
            return door.page(visit, "pages/studio_field.html", view, 409 if theirs else 422)
        bench.keep(changes)
    notify(Notice(_("%(field)s is in the draft", field=sent.whole["label"])))
    return make_response(redirect(f"{OBJECTS}/{object}", 303))


def _options(whole: Mapping[str, Any]) -> Mapping[str, Any]:
    found = whole.get("options")
    return found if isinstance(found, dict) else {}


def _sent(bench: Bench, object: str, kind: str, field: str) -> Sent:
    """What was sent. Whatever the form has no control for stays as it was."""
    bench.object(object)
    label = request.form.get("label", "").strip()
    name = field or request.form.get("name", "").strip() or name_from(label)
    whole = to_written(kind, request.form, request.form.to_dict(flat=False))
    before = plain(dump_field(bench.field(object, field))) if field else {}
    lines: list[OptionLine] = []
    faults: dict[str, str] = {}
    if kind in WITH_OPTIONS:
        whole["options"], lines, fault = sent_options(request.form, _options(before))
        faults |= {"options": fault} if fault else {}
    offered = request.form.getlist("offered")
    whole |= {key: value for key, value in before.items() if key not in (*offered, *whole, "type")}
    if not label:
        faults["label"] = _("Give it a name.")
    elif not field:
        reserved = why_no_field(name) if re.fullmatch(NAME_PATTERN, name) else None
        if reserved or not re.fullmatch(NAME_PATTERN, name):
            faults["name"] = bad_name(reserved)
        elif name in bench.fields(bench.object(object)):
            faults["name"] = _("There is a field of this name already.")
    return Sent(name, whole, lines, faults)


def _difference(bench: Bench, object: str, field: str, sent: Sent) -> dict[str, Any]:
    """What the layer is to say of a field: all of one it owns, of a package's what differs from it."""
    if bench.origin(object, field) == TENANT:
        return {"type": bench.field(object, field).type, **sent.whole}
    base = plain(dump_field(bench.without_layer.objects[object].fields[field]))
    changes = {key: value for key, value in sent.whole.items() if key != "options" and base.get(key) != value}
    if "options" in base and (options := changed_options(_options(base), sent.whole.get("options", {}))):
        changes["options"] = options
    cleared = [key for key in base if key not in sent.whole and key not in ("type", "options")]
    for key in cleared:
        if base[key] is not True:
            sent.faults[key] = _("What a package says here can be changed and not be left blank.")
    return changes | {key: False for key in cleared if base[key] is True}


def _faults_of(bench: Bench, object: str, name: str) -> dict[str, str]:
    """What the check of the draft says of a field, by the key it is said of; blank for what is said of all of it."""
    path = document_of(bench.files, object)
    faults: dict[str, str] = {}
    for one in bench.findings:
        if one.severity == "error" and one.file == path:
            field, key = part_of(bench.files[path], one)
            if field == name:
                faults.setdefault(key, f"{one.message} {one.mend}".strip())
    return faults
