"""One import over one table: chunks of rows in order, without saying who commits."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from formwork.storage import Work
from formwork.transfer.order import Order, order_rows
from formwork.transfer.plan import ImportPlan
from formwork.transfer.prepare import Preparer
from formwork.transfer.report import RowResult
from formwork.transfer.table import Line, Table
from formwork.transfer.write import Writer

CHUNK = 1_000
"""Rows written in one go; a kill loses at most so many, and they are written again."""
Progress = Callable[[int, int], None]
"""Told how many rows are done, of how many."""


class Engine:
    """Rows of a table through a Writer. `begin` says how many have been written already."""

    def __init__(self, work: Work, table: Table, plan: ImportPlan) -> None:
        spec = work.object(plan.mapping.object)
        itself = any(
            spec.name in spec.fields[one.field.partition(".")[0]].targets and one.by
            for one in plan.mapping.columns.values()
        )
        self._table = table
        self._lines: list[Line] | None = list(table.lines()) if itself else None
        order = order_rows(table, self._lines, spec, plan.mapping) if self._lines is not None else Order(())
        self._order = order.rows
        self.rings = order.rings
        self.total = len(self._lines) if self._lines is not None else table.count()
        self._writer = Writer(work, plan, Preparer(work, table, plan.mapping), order.rings)

    def chunks(self, begin: int = 0) -> Iterator[tuple[list[int], list[Line]]]:
        """Row numbers and lines, CHUNK at a time, after the first `begin`."""
        source = self._rows()
        next(islice(source, begin, begin), None)
        while chunk := list(islice(source, CHUNK)):
            yield [number for number, _ in chunk], [line for _, line in chunk]

    def write(self, work: Work, numbers: list[int], lines: list[Line]) -> list[RowResult]:
        """Write one chunk in this transaction."""
        self._writer.within(work)
        return self._writer.write(numbers, lines)

    def close_rings(self, work: Work, written: Sequence[RowResult]) -> list[RowResult]:
        """Fill the look-ups of rows that point at each other; gives their results as they are then."""
        rows = [one for one in written if one.row in self.rings and one.record is not None]
        if not rows or self._lines is None:
            return []
        self._writer.within(work)
        return self._writer.fill_rings(rows, [self._lines[one.row] for one in rows])

    def _rows(self) -> Iterator[tuple[int, Line]]:
        if self._lines is None:
            yield from enumerate(self._table.lines())
            return
        for number in self._order:
            yield number, self._lines[number]
