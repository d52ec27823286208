"""What the form of a field says: the field as it would be written, its choices, and what is wrong with it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request

from formwork.definitions.dump.field import dump_field
from formwork.definitions.edit.layouts import with_placement
from formwork.definitions.edit.objects import Changes, document_of, with_field
from formwork.definitions.layer import TENANT
from formwork.definitions.reserved import why_no_field
from formwork.definitions.schemas.words import NAME_PATTERN
from formwork.web.language import say as _
from formwork.web.pages.studio.bench import Bench, plain
from formwork.web.pages.studio.changes import part_of
from formwork.web.pages.studio.field_options import WITH_OPTIONS, changed_options, sent_options
from formwork.web.pages.studio.field_settings import to_written
from formwork.web.pages.studio.new_object import bad_name, name_from
from formwork.web.views.studio import OptionLine


@dataclass(frozen=True, slots=True)
class Sent:
    """What a form says of a field: its name, the whole of it, its choices as lines, and what is wrong."""

    name: str
    whole: dict[str, Any]
    lines: list[OptionLine]
    faults: dict[str, str]


def changes_of(bench: Bench, object: str, kind: str, field: str, sent: Sent) -> Changes:
    """The files the draft would hold for what was sent; nothing where it is wrong. `field` is blank for a new one."""
    if sent.faults:
        return {}
    if field:
        changes = with_field(bench.files, object, field, _difference(bench, object, field, sent))
        return {} if sent.faults else changes
    changes = with_field(bench.files, object, sent.name, {"type": kind, **sent.whole})
    if request.form.get("place") == "1" and bench.has_forms(object):
        changes |= with_placement(bench.files, bench.composition.layouts[object], sent.name)
    return changes


def options_of(whole: Mapping[str, Any]) -> Mapping[str, Any]:
    """The choices of a field as a file holds it."""
    found = whole.get("options")
    return found if isinstance(found, dict) else {}


def sent_field(bench: Bench, object: str, kind: str, field: str) -> Sent:
    """What was sent. Whatever the form has no control for stays as it was."""
    bench.object(object)
    label = request.form.get("label", "").strip()
    name = field or request.form.get("name", "").strip() or name_from(label)
    whole = to_written(kind, request.form, request.form.to_dict(flat=False))
    before = plain(dump_field(bench.field(object, field))) if field else {}
    lines: list[OptionLine] = []
    faults: dict[str, str] = {}
    if kind in WITH_OPTIONS:
        whole["options"], lines, fault = sent_options(request.form, options_of(before))
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
    if "options" in base and (options := changed_options(options_of(base), sent.whole.get("options", {}))):
        changes["options"] = options
    cleared = [key for key in base if key not in sent.whole and key not in ("type", "options")]
    for key in cleared:
        if base[key] is not True:
            sent.faults[key] = _("What a package says here can be changed and not be left blank.")
    return changes | {key: False for key in cleared if base[key] is True}


def faults_of(bench: Bench, object: str, name: str) -> dict[str, str]:
    """What the check of the draft says of a field, by the key it is said of; blank for what is said of all of it."""
    path = document_of(bench.files, object)
    faults: dict[str, str] = {}
    for one in bench.findings:
        if one.severity == "error" and one.file == path:
            field, key = part_of(bench.files[path], one)
            if field == name:
                faults.setdefault(key, f"{one.message} {one.mend}".strip())
    return faults
