"""A field of the tenant layer under another API name, or at another place among its fields."""

import re

from flask import Flask, Response, make_response, redirect, request

from formwork.definitions.edit.objects import moved_field, renamed_field
from formwork.definitions.reserved import why_no_field
from formwork.definitions.schemas.words import NAME_PATTERN
from formwork.kernel import Invalid
from formwork.web.door import Door, notify
from formwork.web.language import say as _
from formwork.web.pages.studio.bench import OBJECTS, Bench, bench_of
from formwork.web.pages.studio.new_object import bad_name
from formwork.web.views.shell import Notice


def register(app: Flask, door: Door) -> None:
    """Add what the forms below a field's form do."""

    @app.post(f"{OBJECTS}/<object>/fields/<field>/rename")
    def studio_rename_field(object: str, field: str) -> Response:
        new = request.form.get("name", "").strip()
        with door.writing() as visit:
            bench = bench_of(door.runtime, visit)
            bench.field(object, field)
            fault = _why_not(bench, object, new)
            if not fault:
                known = visit.snapshot.objects.get(object)
                live = known is not None and field in known.fields
                bench.keep(renamed_field(bench.files, object, field, new, live=live))
        if fault:
            return _back(f"{OBJECTS}/{object}/fields/{field}", Notice(fault, "bad"))
        return _back(f"{OBJECTS}/{object}/fields/{new}", Notice(_("The field is called %(name)s now", name=new)))

    @app.post(f"{OBJECTS}/<object>/fields/<field>/move")
    def studio_move_field(object: str, field: str) -> Response:
        after = request.form.get("after", "")
        with door.writing() as visit:
            bench = bench_of(door.runtime, visit)
            label = bench.field_label(object, bench.field(object, field))
            try:
                changes = moved_field(bench.files, object, field, after or None)
            except Invalid:
                changes = {}
            bench.keep(changes)
        told = Notice(_("%(field)s is moved", field=label)) if changes else Notice(_("Choose another place."), "bad")
        return _back(f"{OBJECTS}/{object}", told)


def _why_not(bench: Bench, object: str, new: str) -> str:
    if not re.fullmatch(NAME_PATTERN, new) or why_no_field(new):
        return bad_name(why_no_field(new) if re.fullmatch(NAME_PATTERN, new) else None)
    return _("There is a field of this name already.") if new in bench.fields(bench.object(object)) else ""


def _back(address: str, told: Notice) -> Response:
    notify(told)
    return make_response(redirect(address, 303))
