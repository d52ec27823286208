"""The rows that failed as a file one can mend and send again: the original columns and what is wrong."""

import csv
import io

from formwork.storage import Work
from formwork.transfer.formula import safe_text
from formwork.transfer.job import Job, find_results
from formwork.transfer.report import Action, RowResult
from formwork.transfer.run import table_of
from formwork.transfer.shelf import Shelf

PROBLEM_COLUMN = "problem"
"""Header of the column that says what is wrong; a mapping that does not name it passes over it."""


def errors_file(work: Work, shelf: Shelf, job: Job) -> bytes:
    """CSV in UTF-8 (with a byte order mark, for spreadsheets) of the failed rows."""
    failed = {one.row: one for one in find_results(work, job, actions=(Action.FAILED,))}
    table = table_of(job, shelf)
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*(safe_text(header) for header in table.headers), PROBLEM_COLUMN])
    width = len(table.headers)
    for number, line in enumerate(table.lines()):
        result = failed.get(number)
        if result is not None:
            cells = [safe_text(cell or "") for cell in line.cells[:width]]
            writer.writerow([*cells, *[""] * (width - len(cells)), _told(result)])
    return out.getvalue().encode("utf-8-sig")


def _told(result: RowResult) -> str:
    parts = []
    for problem in result.problems:
        column = problem.args.get("column")
        parts.append(f"{column}: {problem.message}" if column else problem.message)
    return f"Line {result.line}: " + " ".join(parts)
