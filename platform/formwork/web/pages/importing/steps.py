"""The import wizard: upload, map, options, check, run, result. Each step is an address of its own."""

from contextlib import AbstractContextManager
from dataclasses import replace
from uuid import UUID

from flask import Flask, Response, jsonify, make_response, redirect, request

from formwork.access import Verb
from formwork.catalog import ObjectSpec
from formwork.kernel import Context, FormworkError, Invalid, NotFound, Problem
from formwork.runtime import Identified
from formwork.runtime.imports import import_shelf, start_check, start_import
from formwork.runtime.tenant_options import TenantOptions
from formwork.storage import Work
from formwork.transfer.check import BROKEN_OFF, check_import, report_check
from formwork.transfer.errors_file import errors_file
from formwork.transfer.guess import Guess, guess_mapping
from formwork.transfer.job import GOING, Check, Ending, Job, State, find_job
from formwork.transfer.mapping import find_mapping, mappings_for, save_mapping
from formwork.transfer.options import OptionMaker
from formwork.transfer.plan import Mode, OnError, require_import
from formwork.transfer.run import (
    configure_import,
    ready_import,
    report_import,
    stop_import,
    table_of,
    upload_import,
)
from formwork.transfer.shelf import Shelf
from formwork.transfer.survey import survey_table
from formwork.transfer.table import Table, read_table
from formwork.transfer.undo import undo_import
from formwork.web.door import Door, notify
from formwork.web.language import say as _
from formwork.web.language import say_count
from formwork.web.messages import reasons_text
from formwork.web.pages.importing.columns import map_rows, proposals, read_mapping_form, unfilled
from formwork.web.pages.importing.mend import read_mend_form
from formwork.web.pages.importing.survey import basis, unreadable
from formwork.web.pages.importing.views import (
    bad_rows,
    check_view,
    checking_view,
    options_view,
    result_view,
    run_view,
    upload_view,
    wizard,
)
from formwork.web.pages.importing.words import file_text
from formwork.web.pages.record_id import wanted_id
from formwork.web.views.shell import Notice
from formwork.web.views.shown import Option
from formwork.web.views.wizard import MapView
from formwork.web.visit import Visit, object_address

_LONGEST_NAME = 200
_SMALL = 500
"""Rows up to which the mapping step tries the import on every change."""
_PATIENCE = 1.5
"""Seconds a request waits for a dry run before it shows how far that is."""


def register(app: Flask, door: Door) -> None:
    """Add the pages."""
    _register_file_steps(app, door)
    _register_check_steps(app, door)
    _register_progress_steps(app, door)
    _register_result_steps(app, door)


def _register_file_steps(app: Flask, door: Door) -> None:
    @app.get("/o/<object>/import")
    def import_upload(object: str) -> Response:
        with door.reading() as visit:
            spec = _importable(visit, object)
            return door.page(visit, "pages/import_upload.html", upload_view(visit, spec, _saved(visit, spec)))

    @app.post("/o/<object>/import")
    def import_file(object: str) -> Response:
        return _upload(door, object)

    @app.get("/o/<object>/import/<id>/map")
    def import_map(object: str, id: str) -> Response:
        with door.reading() as visit:
            spec, job = _step(visit, object, id)
            shelf = _shelf(door)
            table = table_of(job, shelf)
            total = table.count()
            view = _map_view(visit, spec, job, table, total)
            if total > _SMALL or not job.mapping.columns:
                return door.page(visit, "pages/import_map.html", view)
        with door.writing() as visit:
            view = _tried(visit, spec, job, view, shelf, TenantOptions(door.runtime))
            return door.page(visit, "pages/import_map.html", view)

    @app.post("/o/<object>/import/<id>/map")
    def import_mapped(object: str, id: str) -> Response:
        with door.writing() as visit:
            spec, job = _step(visit, object, id)
            guess = _guess(visit, spec, job, _shelf(door))
            mapping = read_mapping_form(visit, spec, job.mapping, guess, request.form)
            configure_import(visit.work, job.id, mapping, job.mode, job.on_error)
        return _to(object, job.id, "options" if "_next" in request.form else "map")

    @app.get("/o/<object>/import/<id>/options")
    def import_options(object: str, id: str) -> Response:
        with door.reading() as visit:
            spec, job = _step(visit, object, id)
            return door.page(visit, "pages/import_options.html", options_view(visit, spec, job))

    @app.post("/o/<object>/import/<id>/options")
    def import_chosen(object: str, id: str) -> Response:
        return _choose(door, object, id)


def _register_check_steps(app: Flask, door: Door) -> None:
    @app.get("/o/<object>/import/<id>/check")
    def import_check(object: str, id: str) -> Response:
        with door.reading() as visit:
            spec, job = _step(visit, object, id)
            if job.state is State.CHECKING:
                total = job.totals.rows or _total(job, _shelf(door))
                return door.page(visit, "pages/import_run.html", checking_view(visit, spec, job, total))
            report = report_check(visit.work, job)
            if report is not None and job.state is State.UPLOADED:
                return door.page(visit, "pages/import_check.html", check_view(visit, spec, job, report))
        if job.state is not State.UPLOADED:
            return _to(object, job.id, "run")
        if job.check is not None:
            notify(_ended(job.check))
        return _to(object, job.id, "options")

    @app.get("/o/<object>/import/<id>/check/status")
    def import_check_status(object: str, id: str) -> Response:
        with door.reading() as visit:
            spec, job = _step(visit, object, id)
            view = checking_view(visit, spec, job, job.totals.rows)
            finished = job.state is not State.CHECKING
            return jsonify(done=view.done, total=view.total, text=view.text, finished=finished)

    @app.post("/o/<object>/import/<id>/mend")
    def import_mend(object: str, id: str) -> Response:
        with door.writing() as visit:
            _spec, job = _step(visit, object, id)
            mapping = read_mend_form(job.mapping, request.form)
            configure_import(visit.work, job.id, mapping, job.mode, job.on_error)
            name = request.form.get("mapping", "").strip()[:_LONGEST_NAME]
            if name:
                save_mapping(visit.work, name, mapping)
            context = visit.work.context
        return _check(door, object, job.id, context)


def _ended(check: Check) -> Notice:
    """Why a dry run has no result."""
    if check.ending is Ending.STOPPED:
        return Notice(_("The check was stopped."))
    if check.reason == BROKEN_OFF:
        return Notice(_("The check broke off. Start it again."), "bad")
    return Notice(check.reason, "bad")


def _check(door: Door, object: str, id: UUID, context: Context) -> Response:
    """Begin the dry run and go to its page; one of few rows is over by then."""
    try:
        start_check(door.runtime, door.tenant(), context, id).join(_PATIENCE)
    except Invalid as error:
        notify(Notice(reasons_text(error), "bad"))
        return _to(object, id, "options" if _is_about_match(error.problems) else "map")
    return _to(object, id, "check")


def _register_progress_steps(app: Flask, door: Door) -> None:
    @app.post("/o/<object>/import/<id>/run")
    def import_start(object: str, id: str) -> Response:
        with door.writing() as visit:
            _spec, job = _step(visit, object, id)
            ready_import(visit.work, _shelf(door), job.id)
            context = visit.work.context
        start_import(door.runtime, door.tenant(), context, job.id)
        return _to(object, job.id, "run")

    @app.get("/o/<object>/import/<id>/run")
    def import_run(object: str, id: str) -> Response:
        with door.reading() as visit:
            spec, job = _step(visit, object, id)
            if job.state is State.CHECKING:
                return _to(object, job.id, "check")
            if job.state not in (State.RUNNING, State.UPLOADED):
                return _to(object, job.id, "result")
            return door.page(visit, "pages/import_run.html", run_view(visit, spec, job, _total(job, _shelf(door))))

    @app.post("/o/<object>/import/<id>/stop")
    def import_stop(object: str, id: str) -> Response:
        with door.writing() as visit:
            _spec, job = _step(visit, object, id)
            if job.state in GOING:
                stop_import(visit.work, job.id)
        return _to(object, job.id, "check" if job.state in (State.CHECKING, State.UPLOADED) else "run")

    @app.get("/o/<object>/import/<id>/status")
    def import_status(object: str, id: str) -> Response:
        with door.reading() as visit:
            spec, job = _step(visit, object, id)
            view = run_view(visit, spec, job, _total(job, _shelf(door)))
            finished = job.state not in (State.RUNNING, State.UPLOADED)
            return jsonify(done=view.done, total=view.total, text=view.text, finished=finished)


def _register_result_steps(app: Flask, door: Door) -> None:
    @app.get("/o/<object>/import/<id>/result")
    def import_result(object: str, id: str) -> Response:
        with door.reading() as visit:
            spec, job = _step(visit, object, id)
            has_file = job.file is not None and _shelf(door).has(job.file)
            view = result_view(visit, spec, job, report_import(visit.work, job.id), has_file=has_file)
            return door.page(visit, "pages/import_result.html", view)

    @app.get("/o/<object>/import/<id>/errors.csv")
    def import_errors(object: str, id: str) -> Response:
        with door.reading() as visit:
            _spec, job = _step(visit, object, id)
            data = errors_file(visit.work, _shelf(door), job)
        response = make_response(data)
        response.headers["Content-Type"] = "text/csv; charset=utf-8"
        response.headers["Content-Disposition"] = 'attachment; filename="rows-to-correct.csv"'
        return response

    @app.post("/o/<object>/import/<id>/undo")
    def import_undo(object: str, id: str) -> Response:
        return _undo(door, object, id)


def _upload(door: Door, object: str) -> Response:
    """Read the file, guess its mapping and go on; an unreadable file is told on the same page."""
    file = request.files.get("file")
    data = file.read() if file is not None else b""
    name = (file.filename or "")[-_LONGEST_NAME:] if file is not None else ""
    try:
        with door.writing() as visit:
            spec = _importable(visit, object)
            if not data:
                message = _("The file is empty.") if name else _("Choose a file first.")
                raise Invalid(message, code="unreadable_file")
            table = read_table(data)
            if table.count() == 0:
                raise Invalid(_("The file has no rows below its header."), code="unreadable_file")
            guess = guess_mapping(visit.work, object, table)
            chosen = request.form.get("mapping")
            mapping = find_mapping(visit.work, chosen, object) if chosen else guess.mapping
            mode = Mode.UPSERT if mapping.match else Mode.CREATE
            job = upload_import(visit.work, _shelf(door), name, data, mapping, mode)
        return _to(object, job.id, "map")
    except Invalid as error:
        with door.reading() as visit:
            spec = _importable(visit, object)
            view = replace(upload_view(visit, spec, _saved(visit, spec)), error=file_text(error))
            return door.page(visit, "pages/import_upload.html", view, 422)


def _choose(door: Door, object: str, id: str) -> Response:
    form = request.form
    with door.writing() as visit:
        spec, job = _step(visit, object, id)
        mode = Mode(form["mode"]) if form.get("mode") in list(Mode) else job.mode
        on_error = OnError(form["bad"]) if form.get("bad") in list(OnError) else job.on_error
        wanted = tuple(name for name in form.get("match", "").split(",") if name in spec.fields)
        mapping = replace(job.mapping, match=wanted)
        if mode is not Mode.CREATE and not wanted:
            view = replace(
                options_view(visit, spec, replace(job, mode=mode, on_error=on_error)),
                error=_("Updating needs a field by which existing records are found."),
            )
            return door.page(visit, "pages/import_options.html", view, 422)
        configure_import(visit.work, job.id, mapping, mode, on_error)
        name = form.get("mapping", "").strip()[:_LONGEST_NAME]
        if name:
            save_mapping(visit.work, name, mapping)
        context = visit.work.context
    return _check(door, object, job.id, context)


def _undo(door: Door, object: str, id: str) -> Response:
    with door.reading() as visit:
        _spec, job = _step(visit, object, id)
        context = visit.work.context

    def open_work() -> AbstractContextManager[Work]:
        who = Identified(context.actor, context.locale, context.display_timezone)
        return door.runtime.write(door.tenant(), lambda _work: who, cause=("undo import",))

    undone = undo_import(open_work, job.id)
    count = undone.deleted + undone.restored
    text = say_count("%(num)d record taken back", "%(num)d records taken back", count)
    kept = say_count("%(num)d was changed since and stays", "%(num)d were changed since and stay", len(undone.kept))
    notify(Notice(text, detail=kept if undone.kept else ""))
    return _to(object, job.id, "result")


def _map_view(visit: Visit, spec: ObjectSpec, job: Job, table: Table, total: int) -> MapView:
    guess = guess_mapping(visit.work, spec.name, table)
    survey = survey_table(visit.work, table, job.mapping, total)
    rows = map_rows(visit, spec, job.mapping, guess, survey)
    notes = [text for text in (_missing(visit, spec, job), unreadable(visit, survey)) if text]
    view = MapView(
        wizard(visit, spec, 1, job, table, total), rows, proposals(job.mapping, guess), notes=tuple(notes),
        basis=basis(visit, survey) if job.mapping.columns else "",
    )  # fmt: skip
    if bad := [row.column for row in rows if row.tone == "bad"]:
        view = replace(view, warning=_("Rows with these values would be left out: %(columns)s", columns=", ".join(bad)))
    return view


def _missing(visit: Visit, spec: ObjectSpec, job: Job) -> str:
    """That required fields have no column, "" when all have."""
    names = unfilled(visit, spec, job.mapping)
    if not names or job.mode is Mode.UPDATE:
        return ""
    return say_count(
        "%(fields)s is required and has no column",
        "%(fields)s are required and have no column",
        len(names),
        fields=", ".join(names),
    )


def _tried(visit: Visit, spec: ObjectSpec, job: Job, view: MapView, shelf: Shelf, maker: OptionMaker) -> MapView:
    """With what a file of few rows would do now."""
    try:
        report = check_import(visit.work, shelf, job.id, maker=maker)
    except FormworkError:
        return view
    checked = check_view(visit, spec, job, report)
    total_bad = visit.formats.number(report.totals.failed)
    return replace(
        view, tally=checked.tally, bad=bad_rows(visit, spec, job.mapping, report.failures), bad_total=total_bad
    )


def _importable(visit: Visit, object: str) -> ObjectSpec:
    spec = visit.work.object(object)
    require_import(visit.work, object, Mode.CREATE if visit.may(object, Verb.CREATE) else Mode.UPDATE)
    return spec


def _step(visit: Visit, object: str, id: str) -> tuple[ObjectSpec, Job]:
    spec = visit.work.object(object)
    job = find_job(visit.work, wanted_id(id))
    if job.mapping.object != object:
        raise NotFound("There is no such import.", code="unknown_import")
    return spec, job


def _guess(visit: Visit, spec: ObjectSpec, job: Job, shelf: Shelf) -> Guess:
    return guess_mapping(visit.work, spec.name, table_of(job, shelf))


def _shelf(door: Door) -> Shelf:
    return import_shelf(door.runtime, door.tenant())


def _total(job: Job, shelf: Shelf) -> int:
    return job.totals.rows or table_of(job, shelf).count()


def _saved(visit: Visit, spec: ObjectSpec) -> tuple[Option, ...]:
    return tuple(
        Option(name, one.label if one.package else name) for name, one in mappings_for(visit.work, spec.name).items()
    )


def _is_about_match(problems: tuple[Problem, ...]) -> bool:
    return any(problem.pointer == "/match" for problem in problems)


def _to(object: str, id: UUID, step: str) -> Response:
    return make_response(redirect(f"{object_address(object)}/import/{id}/{step}", 303))
