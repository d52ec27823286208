"""Many rows into one table, as fast as each database takes them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table, insert

from formwork.storage.work import Work


def insert_rows(work: Work, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows of physical cells; every row has the same columns."""
    if rows:
        work.connection.execute(insert(table), rows)
