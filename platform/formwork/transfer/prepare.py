"""Rows of a file to values of fields: transforms, value maps, options, look-ups by any field, set expressions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from formwork.catalog import FieldSpec, ObjectSpec
from formwork.definitions.model import ColumnMapping, ImportDef
from formwork.expressions import Environment, compile_python
from formwork.expressions import check as check_expression
from formwork.fieldtypes import BadValue, LoadContext, RecordRef
from formwork.kernel import Problem, parse_id
from formwork.records import stored_value
from formwork.storage import Work
from formwork.transfer.matching import AMBIGUOUS, Matcher
from formwork.transfer.table import Line, Table
from formwork.transfer.values import as_written, circumstances, clean_all, read_value

LONGEST_SHOWN = 100
"""Characters of a value that a report repeats."""
NOT_ADDED = (
    "This is no choice of the field, and you may not add one. Ask who manages this tenant to add it, or say which "
    "choice is meant."
)


@dataclass(slots=True)
class Prepared:
    """One row ready to be written. `later` are look-ups (field -> text) of rows this import may yet write.

    `key` is what it is matched by, `skipped` says that a cell asks to leave it out.
    """

    line: int
    cells: tuple[str | None, ...] = ()
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    later: dict[str, str] = field(default_factory=dict)
    parts: dict[str, dict[str, str]] = field(default_factory=dict)
    key: tuple[Any, ...] | None = None
    skipped: bool = False

    def blame(self, header: str, code: str, message: str, value: str | None, **args: object) -> None:
        """Add a problem at a column; the value is cut so that a report stays readable."""
        shown = (value or "")[:LONGEST_SHOWN]
        self.problems.append(
            Problem(f"/{self.line}/{header}", code, message, {"column": header, "value": shown, **args})
        )


class Preparer:
    """Prepares rows of one file for one object under one mapping."""

    def __init__(self, work: Work, table: Table, mapping: ImportDef) -> None:
        self.matcher = Matcher(work)
        self.headers = {column.field: header for header, column in mapping.columns.items()}
        self._work = work
        self._table = table
        self._mapping = mapping
        self._spec: ObjectSpec = work.object(mapping.object)
        self._places = {header: place for place, header in enumerate(table.headers)}
        self._columns = [
            (place, mapping.columns[header]) for place, header in enumerate(table.headers) if header in mapping.columns
        ]
        asked = {
            name: check_expression(text, work.snapshot.scope(mapping.object)) for name, text in mapping.set.items()
        }
        self._set = [(name, compile_python(one)) for name, one in asked.items()]
        self._set_reads = {name: {field for _object, field in one.reads} for name, one in asked.items()}

    def within(self, work: Work) -> None:
        """Go on in another transaction; what was found so far stays known."""
        self._work = work
        self.matcher.within(work)

    def prepare(self, lines: Sequence[Line]) -> list[Prepared]:
        """The rows with everything resolved that can be; look-ups are matched in one query per column."""
        width = len(self._table.headers)
        rows = [Prepared(line.number, line.cells) for line in lines]
        for line, row in zip(lines, rows, strict=True):
            if line.problem is not None:
                row.blame("", "unreadable_row", line.problem, None)
            elif len(line.cells) > width and any(cell is not None for cell in line.cells[width:]):
                row.blame("", "ragged_row", "This row has more cells than the header. Check its quotes.", None)
        for place, column in self._columns:
            cells = [line.cells[place] if place < len(line.cells) else None for line in lines]
            if column.skip:
                _leave_out(column, rows, cells)
            texts = clean_all(column, cells)
            if "." in column.field:
                _gather(column, rows, texts)
            else:
                self._fill(column, rows, texts)
        for row in rows:
            self._join_parts(row)
            self._compute(row)
        return rows

    def resolve(self, rows: Sequence[Prepared], *, last: bool) -> None:
        """Try the look-ups again that waited for rows of this import; what is `last` unresolved is a problem."""
        for name in {name for row in rows for name in row.later}:
            column = self._mapping.columns[self.headers[name]]
            waiting = [row for row in rows if name in row.later]
            found = self.matcher.match(self._spec.fields[name], column.by, {row.later[name] for row in waiting})
            for row in waiting:
                hit = found.get(row.later[name])
                if isinstance(hit, UUID | RecordRef):
                    row.values[name] = hit
                    del row.later[name]
                elif hit is not None or last:
                    self._blame_reference(column, self._spec.fields[name], row, row.later.pop(name), hit)

    def unknown(self, row: Prepared) -> frozenset[str]:
        """The fields of a row whose cells could not be read, and those its `set` computes from them."""
        columns = [self._mapping.columns.get(str(problem.args.get("column"))) for problem in row.problems]
        bad = {column.field.partition(".")[0] for column in columns if column is not None}
        for name, reads in self._set_reads.items():
            if reads & bad:
                bad.add(name)
        return frozenset(bad)

    def place(self, row: Prepared, problems: Iterable[Problem]) -> list[Problem]:
        """Problems of fields as problems of columns."""
        placed = []
        for problem in problems:
            name = problem.pointer.strip("/").split("/")[0]
            header = self.headers.get(name, name)
            value = self.cell(row, header)[:LONGEST_SHOWN]
            placed.append(replace(problem, args={**problem.args, "column": header, "value": value}))
        return placed

    def cell(self, row: Prepared, header: str) -> str:
        """What the file has in a row below a header, "" when that is blank or no column."""
        place = self._places.get(header)
        return (row.cells[place] or "") if place is not None and place < len(row.cells) else ""

    def _fill(self, column: ColumnMapping, rows: Sequence[Prepared], texts: Sequence[str | None]) -> None:
        spec = self._spec.fields[column.field]
        if spec.targets:
            self._match(column, spec, rows, texts)
            return
        context = self._work.context
        where = circumstances(column, LoadContext(zone=context.timezone, locale=context.locale))
        known: dict[str, Any] = {}
        for row, text in zip(rows, texts, strict=True):
            if text is None:
                continue
            try:
                if text not in known:
                    known[text] = read_value(column, spec, text, where)
                row.values[column.field] = known[text]
            except BadValue as error:
                if column.create_options and error.code == "unknown_option":
                    row.blame(column.header, "options_not_created", NOT_ADDED, text)
                else:
                    row.blame(column.header, error.code, error.message, text, **error.values)

    def _match(
        self, column: ColumnMapping, spec: FieldSpec, rows: Sequence[Prepared], texts: Sequence[str | None]
    ) -> None:
        """Fill a look-up; what points at the imported object itself may still come further down."""
        found = self.matcher.match(spec, column.by, {text for text in texts if text is not None})
        itself = self._spec.name in spec.targets and column.by is not None and not spec.field_type.side_table
        for row, text in zip(rows, texts, strict=True):
            if text is None:
                continue
            hit = found.get(text)
            if isinstance(hit, UUID | RecordRef):
                row.values[column.field] = (hit,) if spec.field_type.side_table else hit
            elif itself and hit is None:
                row.later[column.field] = text
            else:
                self._blame_reference(column, spec, row, text, hit)

    def _blame_reference(self, column: ColumnMapping, spec: FieldSpec, row: Prepared, text: str, hit: object) -> None:
        if hit == AMBIGUOUS:
            row.blame(
                column.header,
                "ambiguous_reference",
                "Several records have this value. Name one by another field.",
                text,
            )
            return
        like = self.matcher.suggestion(spec, column.by, text)
        hint = f" Did you mean `{like.text}` ({like.percent} % alike)?" if like else ""
        args = {"suggestion": like.text, "percent": like.percent} if like else {}
        row.blame(column.header, "bad_reference", f"No record has this value.{hint}", text, **args)

    def _join_parts(self, row: Prepared) -> None:
        """Addresses and places, whose parts stand in columns of their own."""
        for name, parts in row.parts.items():
            spec = self._spec.fields[name]
            try:
                row.values[name] = spec.field_type.load(parts, spec.definition.settings, LoadContext())
            except BadValue as error:
                header = next(header for field, header in self.headers.items() if field.startswith(f"{name}."))
                row.blame(header, error.code, error.message, self.cell(row, header), **error.values)

    def _compute(self, row: Prepared) -> None:
        """Fields that are computed from the others; a blank result leaves the field to its default."""
        context = self._work.context
        environment = Environment(context.now, context.today, context.timezone, context.actor, context.currency)
        reader = _ValueRow(row.values)
        for name, closure in self._set:
            value = closure(reader, environment)
            if value is None or value == "":
                continue
            spec = self._spec.fields[name]
            if spec.targets and not isinstance(value, UUID):
                value = parse_id(str(value))
            row.values[name] = stored_value(spec, value, context.timezone)


def _leave_out(column: ColumnMapping, rows: Sequence[Prepared], cells: Sequence[str | None]) -> None:
    read, unwanted = as_written(column), frozenset(column.skip)
    for row, cell in zip(rows, cells, strict=True):
        row.skipped = row.skipped or read(cell) in unwanted


def _gather(column: ColumnMapping, rows: Sequence[Prepared], texts: Sequence[str | None]) -> None:
    name, _, part = column.field.partition(".")
    for row, text in zip(rows, texts, strict=True):
        if text is not None:
            row.parts.setdefault(name, {})[part] = text


class _ValueRow:
    """The values of a row as expressions read them; look-ups cannot be followed."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def value(self, field: str, part: str | None = None) -> Any:
        """The value the columns gave, None otherwise."""
        found = self._values.get(field)
        return found if part is None or found is None else getattr(found, part, None)

    def follow(self, field: str) -> None:
        """Nothing: the row is not stored yet."""
        return

    def rows(self, name: str) -> tuple[()]:
        """Nothing: the row is not stored yet."""
        return ()
