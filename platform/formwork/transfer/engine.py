"""One import over one table: chunks of rows in order, without saying who commits."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from formwork.kernel import Problem
from formwork.storage import Work
from formwork.transfer.order import Order, order_rows
from formwork.transfer.plan import ImportPlan
from formwork.transfer.prepare import Preparer
from formwork.transfer.report import Action, RowResult
from formwork.transfer.table import Line, Table
from formwork.transfer.withdraw import withdraw
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
        self._object = spec.name
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

    def close_rings(
        self, work: Work, written: Sequence[RowResult], everything: Callable[[], Sequence[RowResult]]
    ) -> list[RowResult]:
        """Fill the look-ups of rows that point at each other; gives the results that are others then.

        `written` holds those rows, `everything` gives the results of all. A row that is refused now leaves nothing
        behind, nor do rows that point at it.
        """
        rows = [one for one in written if one.row in self.rings and one.record is not None]
        lines = self._lines
        if not rows or lines is None:
            return []
        self._writer.within(work)
        late = {one.row: one for one in self._writer.fill_rings(rows, [lines[one.row] for one in rows])}
        if any(one.action is Action.FAILED for one in late.values()):
            now = [late.get(one.row, one) for one in everything()]
            links = self._writer.links()

            def blame(one: RowResult, link: str) -> Problem:
                return self._writer.points_at_bad(lines[one.row], link)

            late |= {one.row: one for one in withdraw(work, self._object, links, now, blame)}
        return list(late.values())

    def _rows(self) -> Iterator[tuple[int, Line]]:
        if self._lines is None:
            yield from enumerate(self._table.lines())
            return
        for number in self._order:
            yield number, self._lines[number]
