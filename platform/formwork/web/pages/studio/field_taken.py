"""A field taken out, hidden, or given back as its package has it."""

from collections.abc import Callable

from flask import Flask, Response, make_response, redirect

from formwork.definitions.edit.objects import Changes, with_field, without_field, written_field
from formwork.web.door import Door, notify
from formwork.web.language import say as _
from formwork.web.pages.studio.bench import OBJECTS, Bench, bench_of
from formwork.web.views.shell import Notice


def register(app: Flask, door: Door) -> None:
    """Add what the buttons below a field's form do."""

    @app.post(f"{OBJECTS}/<object>/fields/<field>/remove")
    def studio_remove_field(object: str, field: str) -> Response:
        label = _change(door, object, field, _without)
        return _back(object, _("%(field)s goes with the next publishing", field=label))

    @app.post(f"{OBJECTS}/<object>/fields/<field>/hide")
    def studio_hide_field(object: str, field: str) -> Response:
        label = _change(door, object, field, _hidden)
        return _back(object, _("%(field)s is hidden with the next publishing", field=label))

    @app.post(f"{OBJECTS}/<object>/fields/<field>/reset")
    def studio_reset_field(object: str, field: str) -> Response:
        label = _change(door, object, field, _without)
        return _back(object, _("%(field)s is as its package has it with the next publishing", field=label))


def _change(door: Door, object: str, field: str, change: Callable[[Bench, str, str], Changes]) -> str:
    """Keep a change in the draft and give the field's label."""
    with door.writing() as visit:
        bench = bench_of(door.runtime, visit)
        label = bench.field_label(object, bench.field(object, field))
        bench.keep(change(bench, object, field))
    return label


def _back(object: str, told: str) -> Response:
    notify(Notice(told))
    return make_response(redirect(f"{OBJECTS}/{object}", 303))


def _without(bench: Bench, object: str, field: str) -> Changes:
    return without_field(bench.files, object, field)


def _hidden(bench: Bench, object: str, field: str) -> Changes:
    written = written_field(bench.files, object, field) or {}
    return with_field(bench.files, object, field, {**written, "hidden": True})
