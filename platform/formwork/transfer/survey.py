"""The columns of a file as a mapping reads them, before any row is tried: bad values, and days in two orders."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from formwork.catalog import FieldSpec
from formwork.definitions.model import ColumnMapping, ImportDef
from formwork.expressions import fold
from formwork.fieldtypes import BadValue, LoadContext, RecordRef
from formwork.kernel import Problem
from formwork.storage import Work
from formwork.transfer.matching import AMBIGUOUS, Matcher
from formwork.transfer.options import may_add_options
from formwork.transfer.prepare import LONGEST_SHOWN
from formwork.transfer.table import Line, Table
from formwork.transfer.values import as_written, circumstances, clean_all, read_value

MOST_CELLS = 100_000
"""Mapped cells up to which every row is looked at."""
FIRST_ROWS = 1_000
"""Rows that are looked at in a larger file."""
_EXAMPLES = 3
_DAYS = frozenset({"date", "datetime"})
_DAY = re.compile(r"(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{2}|\d{4})(\s.*)?", re.ASCII)
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Example:
    """A value of the file, the line it stands on, and what is wrong with it."""

    line: int
    value: str
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class DayOrders:
    """Examples of days that can only be day first, that can only be month first, and that can be either."""

    day_first: Example | None = None
    month_first: Example | None = None
    either: Example | None = None

    @property
    def are_mixed(self) -> bool:
        """True when no one order reads them all."""
        return self.day_first is not None and self.month_first is not None

    @property
    def are_unclear(self) -> bool:
        """True when nothing in the column tells which order is meant."""
        return self.either is not None and self.day_first is None and self.month_first is None


NO_DAYS = DayOrders()


@dataclass(frozen=True, slots=True)
class ColumnSurvey:
    """How many values of a column there are, how many cannot be read, and the first of those."""

    values: int = 0
    bad: int = 0
    examples: tuple[Example, ...] = ()
    days: DayOrders = NO_DAYS


@dataclass(frozen=True, slots=True)
class Survey:
    """What was found, by header. `rows` were looked at, the whole file or its beginning.

    `unreadable` are the lines of rows that cannot be taken apart into cells at all.
    """

    rows: int
    whole: bool
    columns: Mapping[str, ColumnSurvey]
    unreadable: tuple[int, ...] = ()


def survey_table(work: Work, table: Table, mapping: ImportDef, total: int) -> Survey:
    """Look at the values of every column the mapping fills; `total` is how many rows there are.

    Columns the file does not have, and fields that are not there, are left out: the plan tells of them.
    """
    fields = work.object(mapping.object).fields
    columns = [
        column
        for header, column in mapping.columns.items()
        if header in table.headers and column.field.partition(".")[0] in fields
    ]
    whole = total * max(1, len(columns)) <= MOST_CELLS
    lines = list(islice(table.lines(), None if whole else FIRST_ROWS))
    width = len(table.headers)
    bad = {line.number for line in lines if _is_unreadable(line, width)}
    good = [line for line in lines if line.number not in bad]
    surveyor = _Surveyor(work, table, mapping, good, whole)
    found = {column.header: surveyor.survey(column) for column in columns}
    return Survey(len(lines), whole, found, tuple(sorted(bad)))


def day_orders(texts: Iterator[tuple[int, str]]) -> DayOrders:
    """Which orders the days of these lines can be in; those written with the year first say nothing."""
    found: dict[str, Example] = {}
    for line, text in texts:
        match = _DAY.fullmatch(text.strip())
        if match is None:
            continue
        first, second = int(match.group(1)), int(match.group(2))
        if first == second:
            continue
        kind = "day_first" if first > _MONTHS else "month_first" if second > _MONTHS else "either"
        found.setdefault(kind, Example(line, text.strip()[:LONGEST_SHOWN]))
    return DayOrders(**found)


class _Surveyor:
    """Looks at the columns of some lines."""

    def __init__(self, work: Work, table: Table, mapping: ImportDef, lines: Sequence[Line], whole: bool) -> None:
        context = work.context
        self._spec = work.object(mapping.object)
        self._table = table
        self._mapping = mapping
        self._lines = lines
        self._whole = whole
        self._matcher = Matcher(work)
        self._where = LoadContext(zone=context.timezone, locale=context.locale)
        self._may_add = may_add_options(work)

    def survey(self, column: ColumnMapping) -> ColumnSurvey:
        """What the lines hold in one column."""
        name, _, part = column.field.partition(".")
        field = self._spec.fields[name]
        texts = self._texts(column)
        filled = [(line.number, text) for line, text in zip(self._lines, texts, strict=True) if text is not None]
        if field.targets and not part:
            judge = self._references(column, field, {text for _, text in filled})
        else:
            judge = self._values(column, field, part)
        verdicts: dict[str, Problem | None] = {}
        bad = 0
        examples: list[Example] = []
        for line, text in filled:
            if text not in verdicts:
                verdicts[text] = judge(text)
            problem = verdicts[text]
            if problem is None:
                continue
            bad += 1
            if len(examples) < _EXAMPLES and all(one.value != text[:LONGEST_SHOWN] for one in examples):
                examples.append(Example(line, text[:LONGEST_SHOWN], problem))
        days = day_orders(iter(filled)) if field.field_type.name in _DAYS else NO_DAYS
        return ColumnSurvey(len(filled), bad, tuple(examples), days)

    def _texts(self, column: ColumnMapping) -> list[str | None]:
        place = self._table.headers.index(column.header)
        cells = [line.cells[place] if place < len(line.cells) else None for line in self._lines]
        texts = clean_all(column, cells)
        if not column.skip:
            return texts
        read, unwanted = as_written(column), frozenset(column.skip)
        return [None if read(cell) in unwanted else text for cell, text in zip(cells, texts, strict=True)]

    def _values(self, column: ColumnMapping, field: FieldSpec, part: str) -> Callable[[str], Problem | None]:
        where = circumstances(column, self._where)

        def judge(text: str) -> Problem | None:
            try:
                if part:
                    field.field_type.load({part: text}, field.definition.settings, LoadContext())
                else:
                    read_value(column, field, text, where)
            except BadValue as error:
                if error.code == "unknown_option" and column.create_options and self._may_add:
                    return None
                return Problem("", error.code, error.message, error.values)
            return None

        return judge

    def _references(self, column: ColumnMapping, field: FieldSpec, texts: set[str]) -> Callable[[str], Problem | None]:
        found = self._matcher.match(field, column.by, texts)
        own = self._own(column, field)

        def judge(text: str) -> Problem | None:
            hit = found.get(text)
            if isinstance(hit, UUID | RecordRef) or (hit is None and (own is None or fold(text) in own)):
                return None
            if hit == AMBIGUOUS:
                return Problem("", "ambiguous_reference", "Several records have this value.")
            return Problem("", "bad_reference", "No record has this value.")

        return judge

    def _own(self, column: ColumnMapping, field: FieldSpec) -> set[str] | None:
        """What rows of the file itself bring to be found by; None when not all of them are looked at."""
        if self._spec.name not in field.targets or column.by is None:
            return set()
        named = next((one for one in self._mapping.columns.values() if one.field == column.by), None)
        if named is None or named.header not in self._table.headers:
            return set()
        return {fold(text) for text in self._texts(named) if text is not None} if self._whole else None


def _is_unreadable(line: Line, width: int) -> bool:
    return line.problem is not None or any(cell is not None for cell in line.cells[width:])
