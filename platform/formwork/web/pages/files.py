"""Files in the browser: one sent while a form is open, one read."""

from flask import Flask, Response, make_response, render_template, request

from formwork.access import Verb, decide
from formwork.catalog import FieldSpec
from formwork.files import keep_file, receive
from formwork.files.serve import Download
from formwork.kernel import FormworkError, Invalid, LimitExceeded, NotFound, Problem
from formwork.records.attachments import file_fields, readable_file, require_fitting
from formwork.web.door import Door
from formwork.web.messages import plain_text
from formwork.web.pages.record_id import wanted_id
from formwork.web.present import file_line
from formwork.web.visit import Visit


def register(app: Flask, door: Door) -> None:
    """Add the addresses."""

    @app.get("/files/<id>")
    def read_file(id: str) -> Response:
        with door.reading() as visit:
            found = Download(readable_file(visit.work, wanted_id(id)), door.runtime.blobs(visit.work.context.tenant))
        if found.is_known(request.headers.get("If-None-Match")):
            return Response(None, 304, found.headers())
        out = found.outgoing(request.headers.get("Range"), request.headers.get("If-Range"))
        return Response(out.pieces, out.status, out.headers)

    @app.post("/o/<object>/files")
    def send_file(object: str) -> Response:
        name = request.args.get("field", "")
        with door.reading() as visit:
            field = file_field(visit, object, name)
        sent = request.files.get("file")
        try:
            if sent is None:
                raise Invalid("Choose a file first.", code="empty_file")
            blobs = door.runtime.blobs(door.tenant().name)
            received = receive(blobs, sent.stream, sent.filename or "", door.runtime.settings.max_upload)
            with door.writing() as visit:
                kept = keep_file(visit.work, blobs, received)
                require_fitting(field, kept)
                line = file_line(kept.shown(), visit.formats)
        except (Invalid, LimitExceeded) as error:
            return _refused(error)
        control = request.args.get("as", name)[:200]
        return make_response(render_template("fragments/file.html", item=line, name=control), 201)


def file_field(visit: Visit, object: str, name: str) -> FieldSpec:
    """A field that holds files and that the person may fill in on some record; raises NotFound, Denied."""
    spec = visit.work.object(object)
    field = spec.fields.get(name)
    writable = {
        one for verb in (Verb.CREATE, Verb.EDIT)
        for decision in [decide(visit.snapshot, visit.actor, object, verb)] if decision.allowed
        for one in decision.writable
    }  # fmt: skip
    if field is None or field not in file_fields(visit.snapshot, object) or name not in writable:
        raise NotFound("There is no such field.")
    return field


def _refused(error: FormworkError) -> Response:
    """The reason as plain text: the script puts it beside the input."""
    text = plain_text(next(iter(error.problems), Problem("", error.code, error.message)))
    status = 413 if isinstance(error, LimitExceeded) else 422
    return make_response(text, status, {"Content-Type": "text/plain; charset=utf-8"})
