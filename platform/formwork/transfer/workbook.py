"""The first sheet of an XLSX workbook as text, after it was found safe to unpack and to lay out as a table."""

import io
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from formwork.kernel.library import on_first_use
from formwork.transfer.container import first_sheet
from formwork.transfer.extent import damaged

if TYPE_CHECKING:
    import python_calamine as calamine
else:
    calamine = on_first_use("python_calamine")


def read_workbook(data: bytes) -> tuple[tuple[str | None, ...], ...]:
    """Every row of the first sheet; raises Invalid `unsafe_file` or `unreadable_file`."""
    checked = first_sheet(data)
    try:
        sheet = calamine.CalamineWorkbook.from_filelike(io.BytesIO(checked)).get_sheet_by_index(0)
        # Rows begin at the first filled column; one by one, since a list of all would be held twice.
        margin = (None,) * (sheet.start[1] if sheet.start else 0)
        return tuple(margin + tuple([_text(cell) for cell in row]) for row in sheet.iter_rows())
    except (calamine.CalamineError, IndexError, ValueError) as error:
        raise damaged() from error


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
