"""One value of a result row: which raw columns it takes and how they become Python or JSON values."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from formwork.catalog import FieldSpec

Decode: TypeAlias = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Cell:
    """`count` raw columns from `first` on. A decoder None passes the raw value through.

    With one column a decoder gets the raw value and is not asked for None unless `total`; with several
    it gets the tuple of them. `many` marks a field whose values lie in a side table; the raw column
    is then the record's id. `sealed` marks a field kept under the tenant's key; the raw column is opened.
    """

    name: str
    first: int
    count: int
    python: Decode | None
    json: Decode | None
    total: bool = False
    many: FieldSpec | None = None
    sealed: FieldSpec | None = None

    def values(self, columns: Sequence[Sequence[Any]], decode: Decode | None) -> Sequence[Any]:
        """The values of this cell for every row. `columns` are the raw columns, not the rows."""
        if self.count > 1:
            rows = zip(*columns[self.first : self.first + self.count], strict=True)
            return [row if decode is None else decode(row) for row in rows]
        column = columns[self.first]
        if decode is None:
            return column
        if self.total:
            return [decode(value) for value in column]
        return [None if value is None else decode(value) for value in column]
