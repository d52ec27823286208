"""A person's data out of imports: what rows said was wrong, what records held before, and the files themselves."""

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from formwork.storage import Work, erase, system
from formwork.transfer.job import running_files
from formwork.transfer.shelf import shelf_of

_MOST = 100_000
_JOBS, _ROWS, _MAPPINGS = "fw_import_job", "fw_import_row", "fw_saved_mapping"


def forget_imported(work: Work, ids: Collection[UUID], texts: Sequence[str], rewrite: Callable[[Any], Any]) -> None:
    """Rewrite what imports know of records and texts. What an import changed in these records cannot be undone then."""
    system.change(work, _ROWS, {"before": None}, in_={"record": ids})
    for row in erase.rows_mentioning(work, _ROWS, ("problems", "before"), texts, None, _MOST):
        values = {"problems": rewrite(row["problems"]), "before": rewrite(row["before"])}
        system.change(work, _ROWS, values, equals={"job": row["job"], "row": row["row"]})
    for table, columns in ((_JOBS, ("options", "totals")), (_MAPPINGS, ("mapping", "name"))):
        for row in erase.rows_mentioning(work, table, columns, texts, None, _MOST):
            values = {name: rewrite(row[name]) for name in columns}
            system.change(work, table, values, equals={"id": row["id"]})


def forget_uploads(work: Work, data: Path) -> int:
    """Remove the uploaded files of every import that does not run; gives how many there were.

    A sheet cannot have one person's cells taken out, and what it held is in the records.
    """
    return shelf_of(data, work.context.tenant).sweep(work.context.now, running_files(work))
