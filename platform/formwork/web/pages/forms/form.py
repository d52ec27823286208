"""The form of a record: new, edit, evaluate again while typing, save."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from flask import Flask, Response, make_response, redirect, render_template, request
from werkzeug.datastructures import MultiDict

from formwork import records
from formwork.access import Verb, decide
from formwork.catalog import ObjectSpec
from formwork.catalog.field_kind import PEOPLE
from formwork.fieldtypes import LoadContext
from formwork.forms import DetailGrid, FormQuestion, SectionView, form_conditions, resolve_form
from formwork.identity.rank import closed_fields
from formwork.kernel import Conflict, FormworkError, Invalid, Problem, Refused
from formwork.records.preview import Preview, preview_change, preview_new
from formwork.web.currencies import code_of_row, code_path
from formwork.web.door import Door, notify
from formwork.web.inputs import Raw, form_reader, raw_of
from formwork.web.language import say as _
from formwork.web.language import say_count
from formwork.web.messages import error_text
from formwork.web.pages.conflict import conflict_page
from formwork.web.pages.forms.build import Filled, build_sections, record_type_options
from formwork.web.pages.forms.sent import Sent, body_of, read_sent, row_body
from formwork.web.pages.forms.untouched import without_untouched
from formwork.web.pages.forms.uploads import take_uploads
from formwork.web.pages.record_id import wanted_id
from formwork.web.present import Presenter
from formwork.web.titles import called_by
from formwork.web.views.form import FormView
from formwork.web.views.record import FieldRead
from formwork.web.views.shell import Notice
from formwork.web.visit import Visit, object_address, record_address

_MOST_TOTALS = 8


@dataclass(frozen=True, slots=True)
class Target:
    """What a form is for: a new record, or `id` at the version the person saw."""

    spec: ObjectSpec
    id: UUID | None = None
    version: int | None = None

    @property
    def address(self) -> str:
        """Where the form is."""
        if self.id is None:
            return f"{object_address(self.spec.name)}/new"
        return f"{record_address(self.spec.name, self.id)}/edit"


def register(app: Flask, door: Door) -> None:
    """Add the pages."""

    @app.get("/o/<object>/new")
    def new_record(object: str) -> Response:
        with door.reading() as visit:
            target = Target(visit.work.object(object))
            return door.page(visit, "pages/form.html", _fresh(visit, target, _prefilled(visit, target.spec)))

    @app.get("/o/<object>/<id>/edit")
    def edit_record(object: str, id: str) -> Response:
        with door.reading() as visit:
            target = Target(visit.work.object(object), wanted_id(id))
            return door.page(visit, "pages/form.html", _fresh(visit, target, {}))

    @app.post("/o/<object>/new")
    def create_record(object: str) -> Response:
        return _save(door, object, None)

    @app.post("/o/<object>/<id>/edit")
    def change_record(object: str, id: str) -> Response:
        return _save(door, object, wanted_id(id))

    @app.post("/o/<object>/form")
    @app.post("/o/<object>/<id>/form")
    def evaluate(object: str, id: str = "") -> str:
        with door.reading() as visit:
            target = Target(visit.work.object(object), wanted_id(id) if id else None, _version())
            view = _view(visit, target, _filled(visit, target, _sent(visit, target, request.form)))
            return render_template("fragments/form.html", view=view)


def _version() -> int | None:
    text = request.form.get("_version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _save(door: Door, object: str, id: UUID | None) -> Response:
    """Save and go to the record; else the form again with everything typed kept."""
    posted = take_uploads(door, object)
    try:
        if posted.problems:
            raise Invalid(posted.problems[0].message, code="invalid", problems=posted.problems)
        if "_add" in request.form or "_reload" in request.form or "_edit" in request.form:
            return _go_on(door, object, id, posted.form)
        saved, text = door.perform(lambda visit: _saved(visit, object, id, posted.form))
        notify(Notice(text))
        return make_response(redirect(record_address(object, saved), 303))
    except (Invalid, Refused) as error:
        return _again(door, object, id, error, posted.form)
    except Conflict as error:
        if error.code == "version_conflict" and id is not None:
            return conflict_page(door, object, id, error, posted.form)
        return _again(door, object, id, error, posted.form)


def _go_on(door: Door, object: str, id: UUID | None, form: "MultiDict[str, str]") -> Response:
    """The form as it is typed, with another row or after a conflict; nothing is saved."""
    with door.reading() as visit:
        target = Target(visit.work.object(object), id, _version())
        filled = _filled(visit, target, _sent(visit, target, form))
        extra = {request.form["_add"]: 1} if "_add" in request.form else {}
        return door.page(visit, "pages/form.html", _view(visit, target, replace(filled, extra_rows=extra)))


def _saved(visit: Visit, object: str, id: UUID | None, form: "MultiDict[str, str]") -> tuple[UUID, str]:
    """The id of the saved record and what is said about it."""
    target = Target(visit.work.object(object), id, _version())
    saved = _write(visit, target, _sent(visit, target, form))
    title = str(records.titles(visit.work, object, [saved.id]).get(str(saved.id)) or visit.label(target.spec))
    return saved.id, _("%(title)s saved", title=title) if id else _("%(title)s created", title=title)


def _sent(visit: Visit, target: Target, form: "MultiDict[str, str]") -> Sent:
    """What the form sent, without new detail rows nobody touched."""
    sent = read_sent(visit, target.spec, form)
    return without_untouched(visit, target.spec, target.id, sent, form_reader(_where(visit)))


def _write(visit: Visit, target: Target, sent: Sent) -> records.Saved:
    body = _body(visit, target, sent)
    reader = form_reader(_where(visit))
    if target.id is None:
        return records.create(visit.work, target.spec.name, [body], reader=reader)[0]
    change = records.Change(target.id, body, target.version)
    return records.update(visit.work, target.spec.name, [change], reader=reader)[0]


def _again(door: Door, object: str, id: UUID | None, error: FormworkError, form: "MultiDict[str, str]") -> Response:
    with door.reading() as visit:
        target = Target(visit.work.object(object), id, _version())
        filled = _filled(visit, target, _sent(visit, target, form))
        problems = error.problems or (Problem("", error.code, error_text(error)),)
        view = _view(visit, target, replace(filled, problems=problems))
        response = door.page(visit, "pages/form.html", view, 409 if isinstance(error, Conflict | Refused) else 422)
        response.headers["Cache-Control"] = "no-store"
        return response


def _where(visit: Visit) -> LoadContext:
    context = visit.work.context
    return LoadContext(zone=context.display_timezone, locale=context.locale)


def _prefilled(visit: Visit, spec: ObjectSpec) -> dict[str, Any]:
    """Values a link gives a new record: `?account=<id>`, or all of another record with `?copy=<id>`."""
    found: dict[str, Any] = {}
    source = wanted_id(request.args["copy"]) if "copy" in request.args else None
    if source is not None:
        values = records.get_record(visit.work, spec.name, source)
        found = {
            n: v for n, v in values.items() if n in spec.fields and _is_copied(spec, n) and v not in (None, [], "")
        }
    for name, value in request.args.items():
        if name in spec.fields and not spec.fields[name].computed:
            named = request.args.get(f"{name}:object")
            found[name] = {"object": named, "id": value} if named else value
    return found


def _is_copied(spec: ObjectSpec, name: str) -> bool:
    one = spec.fields[name]
    own = not one.system or name == "record_type"
    return (
        own
        and not one.computed
        and not one.definition.unique
        and not one.definition.read_only
        and one.definition.type != "secret"
    )


def _fresh(visit: Visit, target: Target, body: Mapping[str, Any]) -> FormView:
    spec = target.spec
    reads = form_conditions(visit.snapshot, spec)
    if target.id is None:
        preview = preview_new(visit.work, spec.name, body, reads)
    else:
        preview = preview_change(visit.work, spec.name, target.id, _details_as_they_are(visit, spec, target.id), reads)
        target = replace(target, version=preview.draft.version)
    return _view(visit, target, _resolved(visit, target, preview, None))


def _details_as_they_are(visit: Visit, spec: ObjectSpec, id: UUID) -> dict[str, Any]:
    """An empty change that names every detail, so that the preview holds their values."""
    body: dict[str, Any] = {}
    for item in spec.details:
        if not visit.may(item.object, Verb.READ):
            continue
        detail = visit.snapshot.objects[item.object]
        order = detail.master.order_by if detail.master is not None and detail.master.order_by else "created_at"
        condition = f"{item.via} = '{id}'"
        request_ = records.ListRequest(item.object, ("id",), (condition,), (order,), records.listing.LONGEST_PAGE)
        page = records.list_records(visit.work, request_, visit.key)
        body[item.name] = [{"id": row["id"]} for row in page.records]
    return body


def _filled(visit: Visit, target: Target, sent: Sent) -> Filled:
    """The form with what was typed. Values that cannot be read are kept as typed and left out of the preview."""
    spec, reader = target.spec, form_reader(_where(visit))
    body = _body(visit, target, sent)
    reads = form_conditions(visit.snapshot, spec)
    if target.id is None:
        preview = preview_new(visit.work, spec.name, body, reads, reader)
    else:
        preview = preview_change(visit.work, spec.name, target.id, body, reads, reader)
    return _resolved(visit, target, preview, sent)


def _body(visit: Visit, target: Target, sent: Sent) -> dict[str, Any]:
    """What was typed as a body to save; of existing records only what differs from what they hold."""
    spec = target.spec
    before, below = _before(visit, target) if target.id is not None else ({}, {})
    body = body_of(spec, sent, new=target.id is None, before=before)
    for item in spec.details:
        if item.name in sent.rows:
            detail = visit.snapshot.objects[item.object]
            body[item.name] = [row_body(detail, row, below.get(row.id, {})) for row in sent.kept(item.name)]
    return body


def _before(visit: Visit, target: Target) -> tuple[dict[str, Raw], dict[str, dict[str, Raw]]]:
    """The raw values an untouched form of the record holds, and those of its details by id."""
    spec = target.spec
    if target.id is None:
        return {}, {}
    preview = preview_change(visit.work, spec.name, target.id, _details_as_they_are(visit, spec, target.id))
    own = _raws(visit, spec, preview.row)
    details = {
        str(row.id): _raws(visit, visit.snapshot.objects[item.object], row)
        for item in spec.details
        for row in preview.details.get(item.name, ())
    }
    return own, details


def _raws(visit: Visit, spec: ObjectSpec, row: Any) -> dict[str, Raw]:
    decision = decide(visit.snapshot, visit.actor, spec.name, Verb.READ)
    readable = decision.readable_on(row.value("record_type"))
    return {
        name: raw_of(one, row.value(name), visit.formats)
        for name, one in spec.fields.items()
        if one.stored and not one.computed and name in readable
    }


def _resolved(visit: Visit, target: Target, preview: Preview, sent: Sent | None) -> Filled:
    verb = Verb.CREATE if target.id is None else Verb.EDIT
    kind = preview.value("record_type")
    form = resolve_form(
        FormQuestion(
            visit.snapshot,
            preview.environment,
            visit.locale,
            target.spec,
            preview.row,
            verb,
            kind,
            _closed(visit, target),
        )
    )
    return Filled(visit, target.spec, form, preview, sent)


def _closed(visit: Visit, target: Target) -> frozenset[str]:
    """The fields of a person that only who manages the organisation writes, as a guard holds when they are saved."""
    if target.id is None or target.spec.name != PEOPLE:
        return frozenset()
    return closed_fields(visit.work, {target.id}).get(target.id, frozenset())


def _title(visit: Visit, target: Target, preview: Preview) -> str:
    """What the record is called as it stands in the form; its object's label where the title is not for the reader."""
    if target.id is None:
        return ""
    decision = decide(visit.snapshot, visit.actor, target.spec.name, Verb.READ)
    readable = decision.readable_on(preview.value("record_type"))
    if target.spec.title not in readable:
        return visit.label(target.spec)
    value = preview.value(target.spec.title)
    return called_by(visit, target.spec, target.id, value) if value else ""


def _view(visit: Visit, target: Target, filled: Filled) -> FormView:
    spec = target.spec
    sections, faults = build_sections(filled)
    label = visit.label(spec)
    title = _title(visit, target, filled.preview)
    base = object_address(spec.name) if target.id is None else record_address(spec.name, target.id)
    new = _("New %(record)s", record=visit.label_inside(spec))
    problems = len(faults)
    return FormView(
        object=spec.name,
        label=label,
        icon=spec.definition.icon,
        hue=spec.definition.hue,
        heading=_("Edit %(title)s", title=title) if target.id is not None else new,
        action=target.address,
        back=base,
        back_label=_("Back to %(title)s", title=title or visit.plural(spec)),
        save_label=_("Save"),
        sections=sections,
        hidden=(("_version", str(target.version)),) if target.version is not None else (),
        refresh=f"{base}/form",
        draft=f"fw-draft:{visit.actor.user}:{target.address}",
        faults=faults,
        fault_title=say_count(
            "%(record)s not saved. %(num)d entry needs your attention.",
            "%(record)s not saved. %(num)d entries need your attention.", problems, record=label,
        ) if filled.problems else "",
        totals=_totals(visit, filled),
        record_types=record_type_options(filled) if spec.definition.record_types else (),
        fresh=target.id is None,
    )  # fmt: skip


def _totals(visit: Visit, filled: Filled) -> tuple[FieldRead, ...]:
    """Computed amounts of a record with details, as they stand while one types."""
    tabs = [tab for tab in filled.form.tabs if any(isinstance(one, DetailGrid) for one in tab.sections)]
    shown = [i for tab in tabs for one in tab.sections if isinstance(one, SectionView) for i in one.fields]
    items = [i for i in shown if i.reason == "computed" and i.spec.value_type.name == "money"]
    present = Presenter(visit)
    found = []
    for item in items[:_MOST_TOTALS]:
        value = filled.preview.value(item.spec.name)
        json = item.spec.value_type.dump(value) if value is not None else None
        code = code_path(visit, filled.spec.name, item.spec.name)
        currency = code_of_row(visit, filled.spec.name, filled.preview.row, code) if code else visit.formats.currency
        found.append(FieldRead(item.spec.name, item.label, present.show(item.spec, json, currency or None)))
    return tuple(found)
