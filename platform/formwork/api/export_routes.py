"""Exports: the records of a question as CSV or XLSX."""

from formwork import records
from formwork.access import Verb
from formwork.api.answer import Answer, Audited
from formwork.api.call import Call
from formwork.api.import_routes import TABLES
from formwork.api.questions import list_request
from formwork.api.record_routes import DELETED, FILTER, SEARCH
from formwork.api.route import Kind, Param, Route
from formwork.identity.audit import Event
from formwork.kernel import LimitExceeded, Malformed
from formwork.transfer.export import MOST_ROWS, Format, export_records, told_of_export


def export(call: Call, object: str) -> Answer:
    """The records you may export, as far as you may read their fields."""
    text = call.values.get("format", "csv")
    if text not in list(Format):
        raise Malformed("`format` is `csv` or `xlsx`.", code="bad_parameter")
    request = list_request(object, {name: value for name, value in call.values.items() if name != "format"})
    pieces = export_records(call.work, request, Format(text))
    rows = records.count_records(call.work, request, MOST_ROWS)
    if rows > MOST_ROWS:
        message = f"At most {MOST_ROWS:,} records are exported at once. Narrow the question."
        raise LimitExceeded(message, code="too_many_rows")
    body = b"".join(pieces)
    name = f'attachment; filename="{object}.{text}"'
    told = Audited(Event.EXPORT, object, told_of_export(request, Format(text), rows))
    media = TABLES[0] if text == "csv" else TABLES[1]
    return Answer(body, 200, {"Content-Disposition": name}, media=media, audited=told)


ROUTES = (
    Route(
        "GET", "/<object>/export", export, "export", "Records as CSV or XLSX.", verb=Verb.EXPORT,
        params=(
            Param("format", Kind.TEXT, "`csv` (when absent) or `xlsx`."),
            Param("fields", Kind.LIST, "Fields and paths to write, comma-separated; all you may read when absent."),
            Param("sort", Kind.LIST, "Sort keys, `-` before one for descending."),
            FILTER, SEARCH, DELETED,
        ),
        media=TABLES,
    ),
)  # fmt: skip
