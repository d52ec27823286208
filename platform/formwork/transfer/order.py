"""The order in which rows are written: what a row points at in the same file comes before it."""

from dataclasses import dataclass

from formwork.catalog import ObjectSpec
from formwork.definitions.model import ColumnMapping, ImportDef
from formwork.expressions import fold
from formwork.transfer.table import Line, Table
from formwork.transfer.values import clean_all


@dataclass(frozen=True, slots=True)
class Order:
    """Row numbers (from 0, in file order) in the order of writing; `rings` point at each other in a circle.

    A row of a ring is written without its look-ups into the file; they are filled at the end.
    """

    rows: tuple[int, ...]
    rings: frozenset[int] = frozenset()


def order_rows(table: Table, lines: list[Line], spec: ObjectSpec, mapping: ImportDef) -> Order:
    """Parents first where rows of the file point at rows of the same file, file order otherwise."""
    parents: list[list[int]] = [[] for _ in lines]
    for column in mapping.columns.values():
        if column.by is None or spec.name not in spec.fields[column.field].targets:
            continue
        named = next((other for other in mapping.columns.values() if other.field == column.by), None)
        if named is None:
            continue
        first: dict[str, int] = {}
        for row, text in enumerate(_texts(table, lines, named)):
            if text is not None:
                first.setdefault(fold(text), row)
        for row, text in enumerate(_texts(table, lines, column)):
            parent = first.get(fold(text)) if text is not None else None
            if parent is not None:
                parents[row].append(parent)
    return _sorted(parents)


def _texts(table: Table, lines: list[Line], column: ColumnMapping) -> list[str | None]:
    place = table.headers.index(column.header)
    return clean_all(column, (line.cells[place] if place < len(line.cells) else None for line in lines))


def _sorted(parents: list[list[int]]) -> Order:
    """Depth-first from each row, without recursion: chains may be as long as the file."""
    done: dict[int, bool] = {}
    rows: list[int] = []
    rings: set[int] = set()
    for start in range(len(parents)):
        stack = [start]
        while stack:
            row = stack[-1]
            if row in done:
                stack.pop()
                if not done[row]:
                    done[row] = True
                    rows.append(row)
                continue
            done[row] = False
            for parent in parents[row]:
                if parent == row or done.get(parent) is False:
                    rings.add(row)
                elif parent not in done:
                    stack.append(parent)
    return Order(tuple(rows), frozenset(rings))
