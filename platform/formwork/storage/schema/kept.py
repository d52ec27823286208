"""What was retired and can be used again: the columns and tables there still are, by the names they had.

A name that is taken anew moves what was kept under it aside, so what is found may be called otherwise now.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from formwork.storage.schema.physical import ColumnShape, TableShape


@dataclass(frozen=True, slots=True)
class KeptColumn:
    """A retired column: what it is called now, and its shape when it was retired."""

    found: str
    shape: ColumnShape


@dataclass(frozen=True, slots=True)
class KeptTable:
    """A retired table: what it is called now, and its shape when it was retired."""

    found: str
    shape: TableShape


@dataclass(frozen=True, slots=True)
class Kept:
    """What a plan uses again: `tables` by their names, `columns` by (table, name)."""

    tables: Mapping[str, KeptTable] = field(default_factory=dict)
    columns: Mapping[tuple[str, str], KeptColumn] = field(default_factory=dict)


NOTHING_KEPT = Kept()


@dataclass(frozen=True, slots=True)
class Moved:
    """What a change of the schema calls otherwise now: a table, or with `column` a column of it."""

    table: str
    column: str | None
    now: str
