"""Imports: upload, map, check, run, look, mend, undo. Each is seen only by whoever started it."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

from formwork.access import Verb
from formwork.api.answer import Answer
from formwork.api.call import Call
from formwork.api.parameters import body_members
from formwork.api.route import Kind, Param, Right, Route, Shape
from formwork.definitions.dump.work import dump_import
from formwork.kernel import Malformed
from formwork.runtime import Identified, Identify
from formwork.runtime.imports import import_shelf, start_check, start_import
from formwork.storage import Work
from formwork.transfer.check import report_check
from formwork.transfer.errors_file import errors_file
from formwork.transfer.guess import guess_mapping
from formwork.transfer.job import Job, State, find_job, list_jobs
from formwork.transfer.mapping import find_mapping, mappings_for, read_mapping, save_mapping
from formwork.transfer.mending import open_values
from formwork.transfer.plan import Mode, OnError
from formwork.transfer.report import RowResult
from formwork.transfer.run import (
    configure_import,
    ready_import,
    report_import,
    stop_import,
    table_of,
    upload_import,
)
from formwork.transfer.table import read_table
from formwork.transfer.undo import undo_import

TABLES = ("text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
_MOST_SHOWN = 100
_LONGEST_NAME = 200


def upload(call: Call, object: str) -> Answer:
    """Keep a file to be imported; the answer holds the mapping guessed for it, or the one that was named."""
    data = _file(call.body)
    table = read_table(data)
    guess = guess_mapping(call.work, object, table)
    name = call.values.get("mapping")
    mapping = find_mapping(call.work, name, object) if name else guess.mapping
    mode = Mode.UPSERT if mapping.match else Mode.CREATE
    file_name = call.values.get("name", "")[:_LONGEST_NAME]
    job = upload_import(call.work, import_shelf(call.runtime, call.tenant), file_name, data, mapping, mode)
    columns = [
        {
            "header": one.header, "field": one.column.field if one.column else None, "percent": one.percent,
            "samples": list(one.samples),
            "suggestions": {text: {"value": like.text, "percent": like.percent} for text, like in one.suggestions},
        }
        for one in guess.columns
    ]  # fmt: skip
    return Answer({**_shown(job), "columns": columns}, 201, {"Location": f"/api/v1/imports/{job.id}"})


def mappings(call: Call, object: str) -> Answer:
    """The mappings shipped or saved for an object."""
    found = mappings_for(call.work, object)
    return Answer({"data": [{"name": name, "mapping": dump_import(one)} for name, one in found.items()]})


def keep_mapping(call: Call, object: str) -> Answer:
    """Save a mapping under a name."""
    body = body_members(call.body, {"name": str, "mapping": dict})
    name = body.get("name", "").strip()
    if not 0 < len(name) <= _LONGEST_NAME:
        raise Malformed("A mapping needs a name of at most 200 characters.", code="bad_body")
    mapping = read_mapping({**body.get("mapping", {}), "object": object})
    return Answer({"id": str(save_mapping(call.work, name, mapping)), "name": name}, 201)


def listing(call: Call) -> Answer:
    """Your imports, newest first."""
    return Answer({"data": [_shown(job) for job in list_jobs(call.work)]})


def look(call: Call, id: UUID) -> Answer:
    """How far an import or its dry run has come, and what was wrong with the first rows that failed."""
    job = find_job(call.work, id)
    failures = () if job.state is State.UPLOADED else report_import(call.work, id).failures
    return Answer({**_shown(job), "failures": _failures(failures), "check": _check(call.work, job)})


def configure(call: Call, id: UUID) -> Answer:
    """Give an import another mapping, mode or answer to bad rows, before it runs."""
    job = find_job(call.work, id)
    body = body_members(call.body, {"mapping": dict, "mode": str, "on_error": str})
    mapping = read_mapping(body["mapping"]) if "mapping" in body else job.mapping
    mode = _one_of(Mode, body.get("mode", job.mode.value), "mode")
    on_error = _one_of(OnError, body.get("on_error", job.on_error.value), "on_error")
    return Answer(_shown(configure_import(call.work, id, mapping, mode, on_error)))


def check(call: Call, id: UUID) -> Answer:
    """Try the whole import and take it back; look at it for progress, and for counts and problems in the end."""
    start_check(call.runtime, call.tenant, call.work.context, id)
    with call.runtime.read(call.tenant, _who(call)) as work:
        return Answer(_shown(find_job(work, id)), 202)


def run(call: Call, id: UUID) -> Answer:
    """Start an import, or go on with one that was broken off; look at it for progress."""
    job = ready_import(call.work, import_shelf(call.runtime, call.tenant), id)
    start_import(call.runtime, call.tenant, call.work.context, id)
    return Answer(_shown(job), 202)


def stop(call: Call, id: UUID) -> Answer:
    """Stop a running import, where what it has written stays, or its dry run."""
    return Answer(_shown(stop_import(call.work, id)))


def undo(call: Call, id: UUID) -> Answer:
    """Take back what an import has written, but for records changed since."""

    def open_work() -> AbstractContextManager[Work]:
        return call.runtime.write(call.tenant, _who(call), cause=("undo import",))

    undone = undo_import(open_work, id)
    kept = [{"line": one.line, "record": str(one.record), "reason": one.reason} for one in undone.kept]
    return Answer({"deleted": undone.deleted, "restored": undone.restored, "kept": kept})


def errors(call: Call, id: UUID) -> Answer:
    """The rows that failed, as a file to mend and send again."""
    job = find_job(call.work, id)
    data = errors_file(call.work, import_shelf(call.runtime, call.tenant), job)
    return Answer(data, 200, {"Content-Disposition": 'attachment; filename="errors.csv"'}, media="text/csv")


def table(call: Call, id: UUID) -> Answer:
    """The headers and first rows of the file."""
    found = table_of(find_job(call.work, id), import_shelf(call.runtime, call.tenant))
    rows = [{"line": line.number, "cells": list(line.cells)} for line in found.sample()[:20]]
    return Answer({"headers": list(found.headers), "rows": rows, "format": found.format, "encoding": found.encoding})


def _file(body: Any) -> bytes:
    """The bytes of a file sent as it is, or in a JSON body as `text` or (base64) `data`."""
    if isinstance(body, bytes):
        return body
    sent = body_members(body, {"text": str, "data": str})
    if "data" in sent:
        try:
            return base64.b64decode(sent["data"], validate=True)
        except (binascii.Error, ValueError) as error:
            raise Malformed("`data` is the file in base64.", code="bad_body") from error
    return str(sent.get("text", "")).encode()


def _one_of(kind: type[Any], text: str, name: str) -> Any:
    known = [one.value for one in kind]
    if text not in known:
        raise Malformed(f"`{name}` is one of {', '.join(known)}.", code="bad_body")
    return kind(text)


def _shown(job: Job) -> dict[str, Any]:
    return {
        "id": str(job.id), "name": job.name, "object": job.mapping.object, "state": job.state.value,
        "at": job.at.isoformat().replace("+00:00", "Z"), "mode": job.mode.value, "on_error": job.on_error.value,
        "totals": job.totals.as_json(), "done": job.totals.done, "mapping": dump_import(job.mapping),
    }  # fmt: skip


def _check(work: Work, job: Job) -> dict[str, Any] | None:
    """What the last dry run found, None when there is none."""
    if job.check is None:
        return None
    found = report_check(work, job)
    failures = found.failures if found is not None else ()
    new = [{"field": one.field, "code": one.code, "label": one.label, "rows": one.rows} for one in job.check.options]
    bad = [
        {"column": one.column, "value": one.value, "code": one.problem.code, "message": one.problem.message,
         "rows": one.rows, "lines": list(one.lines)}
        for one in open_values(failures)[:_MOST_SHOWN]
    ]  # fmt: skip
    return {
        "state": job.check.ending.value, "reason": job.check.reason, "totals": job.check.totals.as_json(),
        "failures": _failures(failures), "open_values": bad, "new_options": new,
    }  # fmt: skip


def _who(call: Call) -> Identify:
    who = Identified(call.actor, call.work.context.locale, call.work.context.display_timezone)
    return lambda _: who


def _failures(failures: Sequence[RowResult]) -> list[Mapping[str, Any]]:
    return [_failure(one) for one in failures[:_MOST_SHOWN]]


def _failure(result: RowResult) -> dict[str, Any]:
    problems = [
        {"column": one.args.get("column", ""), "value": one.args.get("value", ""), "code": one.code,
         "message": one.message}
        for one in result.problems
    ]  # fmt: skip
    return {"line": result.line, "problems": problems}


ROUTES = (
    Route(
        "POST", "/<object>/imports", upload, "upload_import", "Upload a file to import.", verb=Verb.IMPORT,
        params=(
            Param("name", Kind.TEXT, "The file's name, to know it again."),
            Param("mapping", Kind.TEXT, "A shipped or saved mapping instead of a guessed one."),
        ),
        takes=Shape.TABLE, upload=True, files=TABLES, status=201,
    ),
    Route(
        "GET", "/<object>/import-mappings", mappings, "import_mappings", "Mappings for imports.", verb=Verb.IMPORT,
        gives=Shape.PLAIN_LIST,
    ),
    Route(
        "POST", "/<object>/import-mappings", keep_mapping, "save_import_mapping", "Save a mapping for imports.",
        verb=Verb.IMPORT, takes=Shape.ANY, status=201,
    ),
    Route("GET", "/imports", listing, "imports", "Your imports.", right=Right.SIGNED_IN, gives=Shape.PLAIN_LIST),
    Route("GET", "/imports/<id>", look, "import", "One import: how far it has come.", right=Right.SIGNED_IN),
    Route(
        "GET", "/imports/<id>/table", table, "import_table", "The first rows of an import's file.",
        right=Right.SIGNED_IN,
    ),
    Route(
        "PATCH", "/imports/<id>", configure, "configure_import", "Change what an import will do.",
        right=Right.SIGNED_IN, takes=Shape.ANY,
    ),
    Route(
        "POST", "/imports/<id>/check", check, "check_import", "Try an import and take it back.",
        right=Right.SIGNED_IN, status=202, reads=True
    ),
    Route(
        "POST", "/imports/<id>/run", run, "run_import", "Run an import.",
        right=Right.SIGNED_IN, status=202, reads=True,
    ),
    Route("POST", "/imports/<id>/stop", stop, "stop_import", "Stop an import or its dry run.", right=Right.SIGNED_IN),
    Route("POST", "/imports/<id>/undo", undo, "undo_import", "Undo an import.", right=Right.SIGNED_IN, reads=True),
    Route(
        "GET", "/imports/<id>/errors", errors, "import_errors", "The failed rows as a file.",
        right=Right.SIGNED_IN, media=("text/csv",),
    ),
)  # fmt: skip
