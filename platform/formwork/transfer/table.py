"""A file as a table: headers and rows of text with their line numbers, read twice at will."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from formwork.kernel import Invalid
from formwork.transfer.extent import MOST_COLUMNS, too_many_columns
from formwork.transfer.formula import MARK, plain_text
from formwork.transfer.workbook import read_workbook

SAMPLE = 200
"""Rows looked at to guess delimiters and mappings."""
_ENCODINGS = ("utf-8-sig", "cp1252")
_DELIMITERS = ",;\t|"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a file: the line it starts on (counted from 1) and its cells, None when blank.

    `problem` says why the row could not be read.
    """

    number: int
    cells: tuple[str | None, ...]
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A file that can be read as a table. `text` is the decoded CSV, or `sheet` the rows of a workbook."""

    headers: tuple[str, ...]
    format: str
    encoding: str
    delimiter: str
    text: str = ""
    sheet: tuple[tuple[str | None, ...], ...] = ()

    def lines(self) -> Iterator[Line]:
        """The rows below the header; wholly blank ones are passed over."""
        source = self._csv() if self.format == "csv" else self._sheet()
        for line in source:
            if line.problem is not None or any(cell is not None for cell in line.cells):
                yield line

    def sample(self) -> list[Line]:
        """The first rows."""
        return list(islice(self.lines(), SAMPLE))

    def count(self) -> int:
        """How many rows there are."""
        if self.format != "csv":
            return sum(1 for _ in self.lines())
        return sum(1 for _, row, problem in self._read() if problem or any(row))

    def _csv(self) -> Iterator[Line]:
        for start, row, problem in self._read():
            yield Line(
                start,
                tuple([(cell if cell[0] != MARK else plain_text(cell)) if cell else None for cell in row]),
                problem,
            )

    def _read(self) -> Iterator[tuple[int, list[str], str | None]]:
        """Rows of a CSV: the line they start on, their cells, and why they cannot be read."""
        reader = csv.reader(io.StringIO(self.text, newline=""), delimiter=self.delimiter)
        next(reader, None)
        while True:
            start = reader.line_num + 1
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield start, [], f"This row cannot be read as CSV: {error}. Check its quotes."
                continue
            yield start, row, None

    def _sheet(self) -> Iterator[Line]:
        for number, row in enumerate(self.sheet[1:], 2):
            yield Line(number, row)


def read_table(data: bytes) -> Table:
    """The table of a CSV or XLSX file, told apart by content.

    Raises Invalid `unreadable_file` when it is neither, `unsafe_file` for what unpacks without bounds.
    """
    if data[:4] == b"PK\x03\x04":
        rows = read_workbook(data)
        return Table(_headers(rows[0] if rows else ()), "xlsx", "", "", sheet=rows)
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise _unreadable("old_workbook", "Old Excel files (.xls) cannot be read. Save the sheet as .xlsx or CSV.")
    text, encoding = _decode(data)
    delimiter = _delimiter(text)
    try:
        first = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
    except csv.Error as error:
        raise _unreadable("bad_header", f"The first line cannot be read as CSV: {error}.") from error
    return Table(_headers(first), "csv", encoding, delimiter, text=text)


def _decode(data: bytes) -> tuple[str, str]:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = _ENCODINGS
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text, encoding.removesuffix("-sig")
    raise _unreadable("no_text", "The file is neither a spreadsheet nor text in UTF-8, UTF-16 or Windows-1252.")


def _delimiter(text: str) -> str:
    """The delimiter that cuts the first lines into the most columns of equal number."""
    lines = list(islice(io.StringIO(text), 20))
    best, most = ",", 0
    for candidate in _DELIMITERS:
        counts = [line.count(candidate) for line in lines if line]
        if counts and counts[0] > 0:
            score = counts[0] * sum(count == counts[0] for count in counts)
            if score > most:
                best, most = candidate, score
    return best


def _headers(cells: "tuple[str | None, ...] | list[str]") -> tuple[str, ...]:
    headers = tuple(plain_text((cell or "").strip()) for cell in cells)
    if not any(headers):
        raise _unreadable("no_header", "The file has no header line.")
    if len(headers) > MOST_COLUMNS:
        raise too_many_columns(len(headers))
    named = [header for header in headers if header]
    double = next((header for header in named if named.count(header) > 1), None)
    if double is not None:
        message = f"Two columns are called `{double}`. Give each column a name of its own."
        raise _unreadable("double_header", message, column=double)
    return headers


def _unreadable(why: str, message: str, **figures: object) -> Invalid:
    return Invalid(message, code="unreadable_file", extra={"why": why, **figures})
