"""A field while its form is filled in: how it looks on a form and in a list, and whether it fits."""

from flask import Flask, Response, make_response, render_template, request

from formwork.web.door import Door
from formwork.web.pages.studio.bench import OBJECTS, bench_of
from formwork.web.pages.studio.field_form import sample_of
from formwork.web.pages.studio.field_sent import changes_of, faults_of, sent_field
from formwork.web.pages.studio.field_types import FIRST_TYPE, is_type, type_example
from formwork.web.views.studio import PreviewView

_NEW = "new"


def register(app: Flask, door: Door) -> None:
    """Add the part of the page."""

    @app.post(f"{OBJECTS}/<object>/fields/<field>/preview")
    def studio_preview(object: str, field: str) -> Response:
        name = "" if field == _NEW else field
        asked = request.form.get("type", FIRST_TYPE)
        with door.reading() as visit:
            bench = bench_of(door.runtime, visit)
            kind = bench.field(object, name).type if name else asked if is_type(asked) else FIRST_TYPE
            sent = sent_field(bench, object, kind, name)
            changes = changes_of(bench, object, kind, name, sent)
            faults = {} if sent.faults else faults_of(bench.trying(changes), object, sent.name)
            told = tuple(dict.fromkeys([*sent.faults.values(), *faults.values()])) if sent.whole.get("label") else ()
            view = PreviewView(
                str(sent.whole.get("label", "")), str(sent.whole.get("help", "")), kind,
                str(sent.whole.get("placeholder", "")), sent.whole.get("required") is True,
                tuple(one for one in sent.lines if one.active), type_example(kind),
                sample_of(sent.name or "name", kind, sent.lines), told,
            )  # fmt: skip
            return make_response(render_template("fragments/field_preview.html", view=view))
