"""Records to CSV or XLSX, as a stream: rows and fields by the reader's rights to export."""

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import orjson

from formwork.access import Verb, decide, restrict
from formwork.catalog import Query, Selected
from formwork.expressions import Kind
from formwork.kernel import Invalid
from formwork.kernel.library import on_first_use
from formwork.records import ListRequest
from formwork.records.listing import build_query
from formwork.storage import Work, read
from formwork.transfer.formula import safe_text

if TYPE_CHECKING:
    import xlsxwriter
else:
    xlsxwriter = on_first_use("xlsxwriter")

_PAGE = 1_000
_PIECE = 64 * 1024
_EXACT = 15
"""Digits a spreadsheet's number keeps."""
MOST_SHEET_ROWS = 1_048_575
MOST_ROWS = 100_000
"""Records one request exports; the command line has no limit."""


class Format(StrEnum):
    """What an export is written as."""

    CSV = "csv"
    XLSX = "xlsx"


def told_of_export(request: ListRequest, format: Format, rows: int) -> dict[str, Any]:
    """What the audit trail tells of an export: how many records, as what, and which."""
    return {"rows": rows, "format": format.value, "filter": " and ".join(one for one in request.filters if one)}


def export_records(work: Work, request: ListRequest, format: Format) -> Iterator[bytes]:
    """The file in pieces. `request.limit` and `cursor` are of no concern: an export has every row.

    Rights are asked at once, before the first piece: raises Denied or Malformed `bad_query`. Look-ups are
    ids unless a path such as `owner.full_name` is asked for, so an export can be imported again.
    """
    decide(work.snapshot, work.context.actor, request.object, Verb.EXPORT).require()
    query = replace(build_query(work, replace(request, fields=_fields(work, request))), limit=_PAGE)
    restrict(work.snapshot, work.context.actor, query, Verb.EXPORT)
    shown = [item for item in query.select if item.name != "id" or not request.fields or "id" in request.fields]
    rows = _rows(work, query, shown)
    return _csv(shown, rows) if format is Format.CSV else _xlsx(request.object, shown, rows)


def _fields(work: Work, request: ListRequest) -> tuple[str, ...]:
    """The fields asked for, or everything that can be exported, addresses by their parts."""
    if request.fields:
        return request.fields
    names: list[str] = []
    for item in build_query(work, request).select:
        parts = work.object(request.object).fields[item.name].field_type.parts
        names += [f"{item.name}.{part}" for part in parts] if item.expression.type.kind is Kind.PARTS else [item.name]
    return tuple(names)


def _rows(work: Work, query: Query, shown: Sequence[Selected]) -> Iterator[list[str | None]]:
    """The texts of every row, a page at a time by keyset, so memory stays flat."""
    hidden = tuple(Selected(f"_sort{i}", sort.expression) for i, sort in enumerate(query.sort))
    place = [item.name for item in query.select].index("id")
    query = replace(query, select=(*query.select, *hidden))
    kinds = [(item.name, item.expression.type.kind) for item in shown]
    while True:
        page, values = read.fetch_page(work, restrict(work.snapshot, work.context.actor, query, Verb.EXPORT))
        for row in page:
            yield [cell_text(row[name], kind) for name, kind in kinds]
        if len(page) < _PAGE:
            return
        last = values(len(page) - 1)
        query = replace(query, after=(*last[len(query.select) - len(hidden) :], last[place]))


def _csv(shown: Sequence[Selected], rows: Iterable[list[str | None]]) -> Iterator[bytes]:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([safe_text(item.name) for item in shown])
    numeric = [item.expression.type.is_numeric for item in shown]
    yield b"\xef\xbb\xbf"
    for row in rows:
        cells = zip(row, numeric, strict=True)
        writer.writerow([text if number or text is None else safe_text(text) for text, number in cells])
        if out.tell() > _PIECE:
            yield out.getvalue().encode()
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode()


def _xlsx(name: str, shown: Sequence[Selected], rows: Iterable[list[str | None]]) -> Iterator[bytes]:
    """Text stays text: nothing is ever written as a formula or a link."""
    with tempfile.TemporaryFile() as file:
        book = xlsxwriter.Workbook(file, {"constant_memory": True})
        sheet = book.add_worksheet(name[:31])
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for place, item in enumerate(shown):
            sheet.write_string(0, place, item.name)
        kinds = [item.expression.type.kind for item in shown]
        for number, row in enumerate(rows, 1):
            if number > MOST_SHEET_ROWS:
                message = f"A sheet has at most {MOST_SHEET_ROWS:,} rows. Export as CSV or narrow the list."
                raise Invalid(message, code="too_many_rows")
            for place, (text, kind) in enumerate(zip(row, kinds, strict=True)):
                if text is None:
                    continue
                if kind in (Kind.NUMBER, Kind.MONEY) and len(Decimal(text).as_tuple().digits) <= _EXACT:
                    sheet.write_number(number, place, float(text))
                elif kind is Kind.DATE:
                    sheet.write_datetime(number, place, date.fromisoformat(text), day)
                else:
                    sheet.write_string(number, place, text)
        book.close()
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece


def cell_text(value: Any, kind: Kind) -> str | None:
    """A JSON-ready value as a cell that the importer reads back; None for blank."""
    match value:
        case None | [] | "":
            return None
        case bool():
            return "true" if value else "false"
        case list():
            return "; ".join(str(item) for item in value)
        case {"object": name, "id": id}:
            return f"{name}:{id}"
        case dict():
            return orjson.dumps(value).decode()
        case _ if kind is Kind.PERCENT:
            return f"{(Decimal(value) * 100).normalize():f}%"
        case _:
            return str(value)
