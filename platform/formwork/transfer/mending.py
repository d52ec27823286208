"""Bad values of a dry run, each told once, and what a person decides about them, kept in the mapping."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from formwork.definitions.model import ColumnMapping, ImportDef
from formwork.kernel import Problem
from formwork.transfer.prepare import LONGEST_SHOWN
from formwork.transfer.report import RowResult
from formwork.transfer.values import as_written

_LINES = 5


@dataclass(frozen=True, slots=True)
class OpenValue:
    """One value of one column that is wrong for one reason: in how many rows, and on which lines first.

    Without a column the whole row is meant, or a rule over several fields.
    """

    column: str
    value: str
    problem: Problem
    rows: int
    lines: tuple[int, ...]

    def is_mendable(self, mapping: ImportDef) -> bool:
        """Whether another value can be put in its place; one that was cut for the report cannot be named."""
        return self.column in mapping.columns and len(self.value) < LONGEST_SHOWN


def open_values(failures: Sequence[RowResult]) -> tuple[OpenValue, ...]:
    """The distinct bad values of these rows, those of most rows first."""
    found: dict[tuple[str, str, str], OpenValue] = {}
    for row in failures:
        for problem in row.problems:
            column, value = str(problem.args.get("column", "")), str(problem.args.get("value", ""))
            key = (column, value, problem.code if column else problem.message)
            one = found.get(key)
            if one is None:
                found[key] = OpenValue(column, value, problem, 1, (row.line,))
            else:
                found[key] = replace(one, rows=one.rows + 1, lines=(*one.lines, row.line)[:_LINES])
    return tuple(sorted(found.values(), key=lambda one: -one.rows))


def put_value(mapping: ImportDef, column: str, value: str, wanted: str) -> ImportDef:
    """Let `wanted` stand for a value of a column; "" leaves the field blank."""
    found = reopen_value(mapping, column, value)
    one = found.columns[column]
    return _changed(
        found, replace(one, values={**one.values, **dict.fromkeys(_sources(mapping, column, value), wanted)})
    )


def skip_value(mapping: ImportDef, column: str, value: str) -> ImportDef:
    """Leave the rows with this value out."""
    found = reopen_value(mapping, column, value)
    one = found.columns[column]
    return _changed(found, replace(one, skip=(*one.skip, *_sources(mapping, column, value))))


def reopen_value(mapping: ImportDef, column: str, value: str) -> ImportDef:
    """Take back what was decided about a value."""
    one = mapping.columns[column]
    sources = _sources(mapping, column, value)
    values = {text: wanted for text, wanted in one.values.items() if text not in sources}
    return _changed(mapping, replace(one, values=values, skip=tuple(text for text in one.skip if text not in sources)))


def _sources(mapping: ImportDef, column: str, value: str) -> list[str]:
    """The texts of the file that a reported value comes from: itself, or those it was put in place of."""
    one = mapping.columns[column]
    text = as_written(one)(value)
    before = [known for known, wanted in one.values.items() if wanted == text]
    return before if before and text not in one.values else [text]


def _changed(mapping: ImportDef, column: ColumnMapping) -> ImportDef:
    return replace(mapping, columns={**mapping.columns, column.header: column})
