"""The validation rules of an object: a condition in which a record is wrong, and what is said then."""

import re
from collections.abc import Mapping
from functools import partial

from flask import Flask, Response, make_response, redirect, request

from formwork.definitions.edit.objects import document_of
from formwork.definitions.edit.properties import with_rule, without_rule, written_rule
from formwork.definitions.model import ObjectDef, ValidationRule
from formwork.definitions.schemas.words import NAME_PATTERN
from formwork.web.door import Door, notify
from formwork.web.language import say as _
from formwork.web.pages.studio.bench import OBJECTS, Bench, bench_of
from formwork.web.pages.studio.new_object import bad_name, name_from
from formwork.web.pages.studio.object_page import object_head
from formwork.web.pages.studio.overtaken import mark, tell_overtaken, was_overtaken
from formwork.web.views.shell import Notice
from formwork.web.views.shown import Option
from formwork.web.views.studio import RuleLine, RulesView

_KEYS = ("rule", "error_when", "message", "at")


def register(app: Flask, door: Door) -> None:
    """Add the page."""

    @app.get(f"{OBJECTS}/<object>/rules")
    def studio_rules(object: str) -> Response:
        chosen = request.args.get("rule", "")
        with door.reading() as visit:
            bench = bench_of(door.runtime, visit)
            definition = bench.object(object)
            found = next((one for one in definition.validations if one.name == chosen), None)
            values = {} if found is None else {
                "rule": found.name, "error_when": found.error_when, "message": found.message, "at": found.at or "",
            }  # fmt: skip
            return door.page(visit, "pages/studio_rules.html", _view(bench, definition, values, {}, chosen))

    @app.post(f"{OBJECTS}/<object>/rules")
    def studio_keep_rule(object: str) -> Response:
        with door.writing() as visit:
            bench = bench_of(door.runtime, visit)
            definition = bench.object(object)
            values = {key: request.form.get(key, "").strip() for key in _KEYS}
            if was_overtaken(written_rule(bench.files, object, request.form.get("was", ""))):
                return tell_overtaken(f"{OBJECTS}/{object}/rules")
            values["rule"] = values["rule"] or name_from(values["message"])
            faults = _missing(values)
            if not faults:
                changes = with_rule(bench.files, object, {key: value for key, value in values.items() if value})
                faults = _faults(bench, bench.trying(changes), object)
            if faults:
                view = _view(bench, definition, values, faults, request.form.get("was", ""))
                return door.page(visit, "pages/studio_rules.html", view, 422)
            bench.keep(changes)
        return _back(object, Notice(_("The rule is in the draft")))

    @app.post(f"{OBJECTS}/<object>/rules/<rule>/off")
    def studio_rule_off(object: str, rule: str) -> Response:
        with door.writing() as visit:
            bench = bench_of(door.runtime, visit)
            bench.object(object)
            is_packages = any(one.name == rule for one in _of_packages(bench, object))
            if is_packages and written_rule(bench.files, object, rule) is None:
                bench.keep(with_rule(bench.files, object, {"rule": rule, "hidden": True}))
            else:
                bench.keep(without_rule(bench.files, object, rule))
        return _back(object, Notice(_("The change of the rule is in the draft")))


def _missing(values: Mapping[str, str]) -> dict[str, str]:
    faults = {key: _("Fill this in.") for key in ("error_when", "message") if not values[key]}
    if not faults and not re.fullmatch(NAME_PATTERN, values["rule"]):
        faults["rule"] = bad_name(None)
    return faults


def _faults(before: Bench, after: Bench, object: str) -> dict[str, str]:
    """What is wrong with the object's file that was not before, by the key it is said of."""
    path = document_of(after.files, object)
    known = {(one.path, one.message) for one in before.findings}
    faults: dict[str, str] = {}
    for one in after.findings:
        if one.severity == "error" and one.file == path and (one.path, one.message) not in known:
            key = one.path.rpartition(".")[2]
            faults.setdefault(key if key in _KEYS else "error_when", f"{one.message} {one.mend}".strip())
    return faults


def _of_packages(bench: Bench, object: str) -> tuple[ValidationRule, ...]:
    """The rules of packages, nothing of the layer in them."""
    found = bench.without_layer.objects.get(object)
    return found.validations if found is not None else ()


def _view(
    bench: Bench, definition: ObjectDef, values: Mapping[str, str], faults: dict[str, str], was: str
) -> RulesView:
    name = definition.name
    came = {one.name for one in _of_packages(bench, name)}
    now = {one.name for one in definition.validations}
    said = partial(bench.visit.snapshot.text, bench.visit.locale, name, "validations")
    lines = [
        RuleLine(one.name, said(one.name, default=one.message),
                 one.error_when, f"{OBJECTS}/{name}/rules?rule={one.name}#rule", one.name not in came,
                 written_rule(bench.files, name, one.name) is not None)
        for one in definition.validations
    ]  # fmt: skip
    lines += [
        RuleLine(one.name, one.message, one.error_when, "", False, True, is_off=True)
        for one in _of_packages(bench, name) if one.name not in now
    ]  # fmt: skip
    fields = [Option("", _("The whole record"), not values.get("at"))]
    fields += [
        Option(one.name, bench.field_label(name, one), one.name == values.get("at"))
        for one in bench.fields(definition).values()
    ]
    return RulesView(
        object_head(bench, definition, "rules"),
        tuple(lines),
        tuple(fields),
        dict(values),
        faults,
        was,
        mark(written_rule(bench.files, name, was)),
    )


def _back(object: str, told: Notice) -> Response:
    notify(told)
    return make_response(redirect(f"{OBJECTS}/{object}/rules", 303))
