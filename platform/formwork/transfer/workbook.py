"""The first sheet of an XLSX workbook as text, after its zip was found safe to unpack."""

import io
import zipfile
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from formwork.kernel import Invalid
from formwork.kernel.library import on_first_use

if TYPE_CHECKING:
    import python_calamine as calamine
else:
    calamine = on_first_use("python_calamine")

MOST_UNPACKED = 100_000_000
MOST_MEMBERS = 1_000
HIGHEST_RATIO = 100
_MACROS = "vbaproject.bin"


def read_workbook(data: bytes) -> tuple[tuple[str | None, ...], ...]:
    """Every row of the first sheet; raises Invalid `unsafe_file` or `unreadable_file`."""
    _require_safe(data)
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (calamine.CalamineError, IndexError, ValueError) as error:
        raise Invalid(
            "The spreadsheet cannot be read. Save it anew as .xlsx or as CSV.",
            code="unreadable_file",
            extra={"why": "damaged"},
        ) from error
    return tuple(tuple(_text(cell) for cell in row) for row in rows)


def _require_safe(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    except zipfile.BadZipFile as error:
        message = "The spreadsheet is damaged. Save it anew."
        raise Invalid(message, code="unreadable_file", extra={"why": "damaged"}) from error
    size = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members) or 1
    if len(members) > MOST_MEMBERS or size > MOST_UNPACKED or size / packed > HIGHEST_RATIO:
        raise Invalid(
            "The spreadsheet unpacks to more than is allowed. Split it or save it as CSV.",
            code="unsafe_file",
            extra={"why": "too_large"},
        )
    if any(member.filename.lower().endswith(_MACROS) for member in members):
        message = "Spreadsheets with macros are not taken. Save it as .xlsx without macros."
        raise Invalid(message, code="unsafe_file", extra={"why": "macros"})


def _text(cell: Any) -> str | None:
    """A cell as a person would write it in a CSV: whole numbers whole, dates ISO."""
    match cell:
        case None | "":
            return None
        case bool():
            return "true" if cell else "false"
        case int():
            return str(cell)
        case float():
            return str(int(cell)) if cell.is_integer() else format(Decimal(repr(cell)), "f")
        case datetime():
            return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
        case date() | time():
            return cell.isoformat()
        case timedelta():
            return str(int(cell.total_seconds()))
        case _:
            return str(cell)
