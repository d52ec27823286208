"""The list as a file: the rows and columns of the view, or of a selection, by the reader's rights to export."""

from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, make_response, request

from formwork import records
from formwork.catalog import ObjectSpec
from formwork.forms.generated import generated_columns
from formwork.identity.audit import Event
from formwork.kernel import LimitExceeded
from formwork.records import ListRequest
from formwork.transfer.export import MOST_ROWS, Format, export_records, told_of_export
from formwork.web.columns import resolve_paths
from formwork.web.door import Door
from formwork.web.language import say as _
from formwork.web.pages.listing import Asked, asked_list
from formwork.web.pages.record_id import wanted_ids
from formwork.web.visit import Visit

_MEDIA = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def register(app: Flask, door: Door) -> None:
    """Add the addresses."""

    @app.get("/o/<object>/export")
    def export_list(object: str) -> Response:
        with door.reading() as visit:
            spec = visit.work.object(object)
            asked = asked_list(visit, spec)
            response, told = _file(visit, spec, asked, (asked.filter,), asked.find or None)
        door.note(Event.EXPORT, object, told)
        return response

    @app.post("/o/<object>/export")
    def export_chosen(object: str) -> Response:
        ids = wanted_ids(request.form.getlist("id"))
        with door.reading() as visit:
            spec = visit.work.object(object)
            condition = "id in (" + ", ".join(f"'{id}'" for id in ids) + ")" if ids else "id is blank"
            response, told = _file(visit, spec, asked_list(visit, spec), (condition,), None)
        door.note(Event.EXPORT, object, told)
        return response


def _file(
    visit: Visit, spec: ObjectSpec, asked: Asked, filters: tuple[str, ...], find: str | None
) -> tuple[Response, Mapping[str, Any]]:
    """The file, and what the audit trail tells of it."""
    format = Format.XLSX if request.values.get("format") == "xlsx" else Format.CSV
    question = ListRequest(spec.name, _columns(visit, spec, asked), filters, asked.sorts, search=find)
    pieces = export_records(visit.work, question, format)
    rows = records.count_records(visit.work, question, MOST_ROWS)
    if rows > MOST_ROWS:
        message = _(
            "At most %(count)s records are exported at once. Narrow the list.", count=visit.formats.number(MOST_ROWS)
        )
        raise LimitExceeded(message, code="too_many_rows")
    response = make_response(b"".join(pieces))
    response.headers["Content-Type"] = _MEDIA[format]
    response.headers["Content-Disposition"] = f'attachment; filename="{spec.name}.{format.value}"'
    return response, told_of_export(question, format, rows)


def _columns(visit: Visit, spec: ObjectSpec, asked: Asked) -> tuple[str, ...]:
    """The view's columns; look-ups by the title of what they name, which an import finds again."""
    written = asked.view.columns if asked.view and asked.view.columns else generated_columns(spec)
    found = []
    for path in resolve_paths(visit, spec, written):
        one = path.spec
        single = len(one.targets) == 1 and one.side_table is None and "." not in path.text
        title = visit.snapshot.objects[one.targets[0]].title if single else ""
        named = f"{path.text}.{title}"
        found.append(named if title and title != "id" and resolve_paths(visit, spec, [named]) else path.text)
    return tuple(found)
