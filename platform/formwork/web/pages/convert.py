"""Making records from a record: conversions, and mappings that belong to none."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from flask import Flask, Response, make_response, redirect

from formwork import records
from formwork.access import Verb, decide, may_ask
from formwork.catalog import ObjectSpec
from formwork.catalog.labels import conversion_label, field_label, mapping_label
from formwork.catalog.reading import condition
from formwork.definitions.model import ConversionDef
from formwork.expressions import Expression, compile_python
from formwork.kernel import Conflict, Denied, FormworkError, Invalid, NotFound, Problem, Refused
from formwork.records.preview import Preview
from formwork.web.door import Door, notify
from formwork.web.language import say as _
from formwork.web.messages import error_text, problem_text
from formwork.web.pages.forms.controls import control_id
from formwork.web.pages.record_id import wanted_id
from formwork.web.views.record import Action
from formwork.web.views.shell import Notice
from formwork.web.visit import Visit, record_address


def register(app: Flask, door: Door) -> None:
    """Add the actions."""

    @app.post("/o/<object>/<id>/convert/<conversion>")
    def convert_record(object: str, id: str, conversion: str) -> Response:
        return _make(door, object, wanted_id(id), conversion)

    @app.post("/o/<object>/<id>/make/<mapping>")
    def make_record(object: str, id: str, mapping: str) -> Response:
        return _make(door, object, wanted_id(id), mapping)


def conversion_conditions(visit: Visit, spec: ObjectSpec) -> list[Expression]:
    """What the conversions of an object ask of a record."""
    return [condition(visit.snapshot, spec.name, one.when) for one in _conversions(visit, spec) if one.when]


def conversion_actions(visit: Visit, spec: ObjectSpec, id: UUID, preview: Preview) -> list[Action]:
    """The conversions this record may go through now, and those of which that would tell what is hidden."""
    found: list[Action] = []
    for one in _conversions(visit, spec):
        if _may_hold(visit, spec, one, preview) and visit.may(spec.name, Verb.CONVERT):
            address = f"{record_address(spec.name, id)}/convert/{one.name}"
            label = conversion_label(visit.snapshot, visit.locale, one.name, one.label)
            found.append(Action(label, address, "swap", "post", primary=not found))
    return found


def _may_hold(visit: Visit, spec: ObjectSpec, conversion: ConversionDef, preview: Preview) -> bool:
    if conversion.when is None:
        return True
    when = condition(visit.snapshot, spec.name, conversion.when)
    kind = preview.draft.values.get("record_type")
    asked = may_ask(visit.snapshot, visit.actor, spec.name, kind, when)
    return not asked or bool(compile_python(when)(preview.row, preview.environment))


def mapping_actions(visit: Visit, spec: ObjectSpec, id: UUID) -> list[Action]:
    """What may be made from this record."""
    found = []
    for name in records.mapping_names(visit.snapshot, spec.name):
        mapping = visit.snapshot.mappings[name]
        target = visit.snapshot.objects[mapping.to]
        if visit.may(mapping.to, Verb.CREATE):
            written = mapping.label or _("New %(record)s", record=visit.label_inside(target))
            label = mapping_label(visit.snapshot, visit.locale, name, written)
            found.append(Action(label, f"{record_address(spec.name, id)}/make/{name}", target.definition.icon, "post"))
    return found


def _conversions(visit: Visit, spec: ObjectSpec) -> Sequence[ConversionDef]:
    return records.conversions_for(visit.work, spec.name)


def _make(door: Door, object: str, id: UUID, name: str) -> Response:
    """Run it and go to what it made last; what stands against it is told on the record."""
    try:
        made, label = door.perform(lambda visit: _made(visit, object, id, name))
        notify(Notice(_("%(title)s created", title=label)))
        return make_response(redirect(record_address(made.object, made.id), 303))
    except (Invalid, Refused, Conflict, Denied) as error:
        with door.reading() as visit:
            notify(_refusal(visit, visit.work.object(object), id, error))
        return make_response(redirect(record_address(object, id), 303))


def _made(visit: Visit, object: str, id: UUID, name: str) -> tuple[records.Saved, str]:
    """What was made last, and what a record of its kind is called."""
    made = _run(visit, object, id, name)
    return made, visit.label(visit.snapshot.objects[made.object])


def _run(visit: Visit, object: str, id: UUID, name: str) -> records.Saved:
    conversion, mapping = visit.snapshot.conversions.get(name), visit.snapshot.mappings.get(name)
    if conversion is not None and conversion.from_object == object:
        return list(records.convert(visit.work, name, id).made.values())[-1]
    if mapping is not None and mapping.from_object == object:
        return records.apply_mapping(visit.work, name, id)
    raise NotFound("There is no such action.", code="unknown_mapping")


def _refusal(visit: Visit, spec: ObjectSpec, id: UUID, error: FormworkError) -> Notice:
    """Why it was refused, and the way to the first field that can be changed about it."""
    text = " ".join(_reason(visit, spec, one) for one in error.problems) or error_text(error)
    writable = decide(visit.snapshot, visit.actor, spec.name, Verb.EDIT).writable
    fields = [one.pointer.strip("/").split("/")[0] for one in error.problems]
    field = next((spec.fields[name] for name in fields if name in spec.fields and name in writable), None)
    if field is None:
        return Notice(text, "bad")
    label = field_label(visit.snapshot, visit.locale, field)
    address = f"{record_address(spec.name, id)}/edit#{control_id(field.name)}"
    return Notice(text, "bad", href=address, href_label=_("Change %(field)s", field=label))


def _reason(visit: Visit, spec: ObjectSpec, problem: Problem) -> str:
    """One thing in the way, in the reader's language: what of the record it is about."""
    snapshot, locale, args = visit.snapshot, visit.locale, problem.args
    if "condition" in args:
        label = field_label(snapshot, locale, spec.fields[str(args["field"])])
        return _("This needs: %(condition)s. Change %(field)s first.", condition=args["condition"], field=label)
    if "target" not in args:
        return problem_text(snapshot, locale, problem)
    target = snapshot.objects[str(args["target"])]
    made = target.fields.get(str(args["target_field"]))
    of = visit.label(target) + (f", {field_label(snapshot, locale, made)}" if made is not None else "")
    told = problem_text(snapshot, locale, replace(problem, message=str(args["said"])))
    return _("%(field)s: %(reason)s", field=of, reason=told)
