"""The rows that failed as a file one can mend and send again: the original columns and what is wrong."""

import csv
import io
from collections.abc import Sequence

from formwork.storage import Work
from formwork.transfer.formula import safe_text
from formwork.transfer.job import Job, find_results
from formwork.transfer.report import Action, RowResult
from formwork.transfer.run import table_of
from formwork.transfer.shelf import Shelf

PROBLEM_COLUMN = "problem"
"""Header of the column that says what is wrong; a mapping that does not name it passes over it."""


def errors_file(work: Work, shelf: Shelf, job: Job) -> bytes:
    """CSV in UTF-8 (with a byte order mark, for spreadsheets) of the failed rows.

    A file that was mended and failed again loses its old `problem` column, unless the import fills a field from it.
    Cells beyond the header stand behind the problem: nothing of the file is lost, and the row stays one to mend.
    """
    failed = {one.row: one for one in find_results(work, job, actions=(Action.FAILED,))}
    table = table_of(job, shelf)
    kept = [place for place, header in enumerate(table.headers) if not _is_told_before(header, job)]
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    headers = [table.headers[place] for place in kept]
    writer.writerow([*map(safe_text, headers), _free(PROBLEM_COLUMN, headers)])
    width = len(table.headers)
    for number, line in enumerate(table.lines()):
        result = failed.get(number)
        if result is not None:
            cells = [safe_text(cell or "") for cell in (*line.cells, *[None] * (width - len(line.cells)))]
            writer.writerow([*(cells[place] for place in kept), _told(result), *cells[width:]])
    return out.getvalue().encode("utf-8-sig")


def _is_told_before(header: str, job: Job) -> bool:
    return header == PROBLEM_COLUMN and header not in job.mapping.columns


def _free(name: str, headers: Sequence[str]) -> str:
    """The name, numbered when the file has a column of that name itself."""
    numbered = (f"{name} {n}" for n in range(2, len(headers) + 3))
    return name if name not in headers else next(one for one in numbered if one not in headers)


def _told(result: RowResult) -> str:
    parts = []
    for problem in result.problems:
        column = problem.args.get("column")
        parts.append(f"{column}: {problem.message}" if column else problem.message)
    return f"Line {result.line}: " + " ".join(parts)
