"""The field editor: a new field, and a field that is there, a package's too."""

from dataclasses import replace

from flask import Flask, Response, make_response, redirect, request

from formwork.definitions.dump.field import dump_field
from formwork.web.door import Door, notify
from formwork.web.language import say as _
from formwork.web.pages.studio.bench import OBJECTS, bench_of, plain
from formwork.web.pages.studio.field_form import field_form, mark_of
from formwork.web.pages.studio.field_sent import changes_of, faults_of, options_of, sent_field
from formwork.web.pages.studio.field_settings import to_values
from formwork.web.pages.studio.field_types import FIRST_TYPE, is_type
from formwork.web.views.shell import Notice


def register(app: Flask, door: Door) -> None:
    """Add the pages."""

    @app.get(f"{OBJECTS}/<object>/fields/new")
    def studio_new_field(object: str) -> Response:
        kind = request.args.get("type", "")
        with door.reading() as visit:
            bench = bench_of(door.runtime, visit)
            view = field_form(bench, object, None, kind if is_type(kind) else FIRST_TYPE, {}, {})
            return door.page(visit, "pages/studio_field.html", replace(view, type_chosen=is_type(kind)))

    @app.get(f"{OBJECTS}/<object>/fields/<field>")
    def studio_field(object: str, field: str) -> Response:
        with door.reading() as visit:
            bench = bench_of(door.runtime, visit)
            found = bench.field(object, field)
            whole = plain(dump_field(found))
            view = field_form(bench, object, found, found.type, to_values(whole), options_of(whole))
            return door.page(visit, "pages/studio_field.html", view)

    @app.post(f"{OBJECTS}/<object>/fields/new")
    def studio_make_field(object: str) -> Response:
        return _make(door, object)

    @app.post(f"{OBJECTS}/<object>/fields/<field>")
    def studio_keep_field(object: str, field: str) -> Response:
        return _keep(door, object, field)


def _make(door: Door, object: str) -> Response:
    asked = request.form.get("type", FIRST_TYPE)
    kind = asked if is_type(asked) else FIRST_TYPE
    with door.writing() as visit:
        bench = bench_of(door.runtime, visit)
        sent = sent_field(bench, object, kind, "")
        changes = changes_of(bench, object, kind, "", sent)
        faults = sent.faults or faults_of(bench.trying(changes), object, sent.name)
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
        sent = sent_field(bench, object, found.type, field)
        overtaken = request.form.get("began") != mark_of(bench, object, field)
        theirs = to_values(plain(dump_field(found))) if overtaken else {}
        changes = {} if theirs else changes_of(bench, object, found.type, field, sent)
        faults = sent.faults or ({} if theirs else faults_of(bench.trying(changes), object, field))
        if theirs or faults:
            view = field_form(bench, object, found, found.type, request.form.to_dict(), {}, sent.lines, faults, theirs)
            return door.page(visit, "pages/studio_field.html", view, 409 if theirs else 422)
        bench.keep(changes)
    notify(Notice(_("%(field)s is in the draft", field=sent.whole["label"])))
    return make_response(redirect(f"{OBJECTS}/{object}", 303))
