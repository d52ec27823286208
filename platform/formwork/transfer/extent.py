"""How far a sheet reaches and how much text it holds, read from its XML as a stream before any of it is unpacked whole.

A dense table is as large as its farthest cell says, whatever the file weighs; a shared text is as long as it is, once
for every cell that names it.
"""

import re
from array import array
from collections.abc import Iterable, Mapping
from typing import Protocol
from xml.parsers import expat

from formwork.kernel import Invalid

MOST_COLUMNS = 500
MOST_CELLS = 5_000_000
"""Rows times columns of a sheet up to its farthest filled cell."""
MOST_TEXT = 50_000_000
"""Characters of all cells of a sheet together."""
_LONGEST_TAG = 1_000_000
_PLACE = re.compile(r"([A-Za-z]{1,3})([1-9][0-9]{0,6})", re.ASCII)
_AREA = re.compile(r"([A-Za-z]{1,3}[1-9][0-9]{0,6})(?::([A-Za-z]{1,3}[1-9][0-9]{0,6}))?", re.ASCII)
_INDEX = re.compile(r"[0-9]{1,9}", re.ASCII)


class Reader(Protocol):
    """What hears of a document's elements, in order, with their names without prefix."""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, data: str) -> None:
        """Characters, in pieces."""


def read_part(pieces: Iterable[bytes], reader: Reader) -> None:
    """Stream a document in UTF-8 through a reader; raises Invalid `unreadable_file` for what is no plain XML.

    Documents with a type declaration are refused, so there is no entity to expand; CDATA, which readers of
    spreadsheets understand differently, too.
    """
    # The encoding is said here, since a document may not choose one that another reader does not follow.
    parser = expat.ParserCreate("utf-8")
    names: dict[str, str] = {}

    def plain(name: str) -> str:
        return names.setdefault(name, name.rpartition(":")[2])

    def refuse(*_: object) -> None:
        raise damaged()

    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attributes: reader.start(names.get(name) or plain(name), attributes)
    parser.EndElementHandler = lambda name: reader.end(names[name])
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = refuse
    parser.StartCdataSectionHandler = refuse
    try:
        sent = 0
        for piece in pieces:
            parser.Parse(piece, False)
            sent += len(piece)
            # An unfinished tag or comment is scanned again with every piece, so that it must stay short.
            if sent - parser.CurrentByteIndex > _LONGEST_TAG:
                raise damaged()
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise damaged() from error


class SharedTexts:
    """Hears a table of shared texts and keeps how long each is; raises Invalid when there are too many."""

    def __init__(self) -> None:
        self.lengths = array("I")
        self._length = self._whole = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """A text begins."""
        if name == "si":
            self._length = 0

    def end(self, name: str) -> None:
        """A text ends."""
        if name == "si":
            self.lengths.append(self._length)
            self._whole += self._length
            if len(self.lengths) > MOST_CELLS or self._whole > MOST_TEXT:
                raise _too_large()

    def text(self, data: str) -> None:
        """Some of it."""
        self._length += len(data)


class Extent:
    """Hears a sheet; raises Invalid as soon as it reaches too far or holds too much."""

    def __init__(self, shared: SharedTexts) -> None:
        self._shared = shared.lengths
        self._rows = self._columns = self._filled = self._length = 0
        self._row, self._column = 1, 0
        self._in_cell = self._is_index = False
        self._cell: list[str] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """A row or a cell begins, or something in a cell, by which it is not blank."""
        if name == "c":
            self._in_cell = True
            self._is_index = attributes.get("t") == "s"
            place = attributes.get("r")
            if place is None:
                self._column += 1
            else:
                self._row, self._column = _place(place)
        elif self._in_cell:
            if name in ("v", "is", "f"):
                self._cell.clear()
                self._reach(self._row, self._column)
        elif name == "row":
            self._column = 0
            if "r" in attributes:
                self._row = _number(attributes["r"])
        elif name == "dimension":
            area = _AREA.fullmatch(attributes.get("ref", ""))
            if area is None:
                raise damaged()
            _require_small(*_place(area[2] or area[1]))

    def end(self, name: str) -> None:
        """What began ends; the text of a value is counted."""
        if name == "c":
            self._in_cell = False
        elif name == "row":
            self._row += 1
            self._column = 0
        elif self._in_cell and name in ("v", "is", "f"):
            self._count("".join(self._cell), is_index=self._is_index and name == "v")

    def text(self, data: str) -> None:
        """Some text of a cell."""
        if self._in_cell:
            self._cell.append(data)

    def _reach(self, row: int, column: int) -> None:
        self._filled += 1
        if row > self._rows or column > self._columns:
            self._rows, self._columns = max(row, self._rows), max(column, self._columns)
            _require_small(self._rows, self._columns)
        if self._filled > 2 * MOST_CELLS:
            raise _too_large()

    def _count(self, text: str, *, is_index: bool) -> None:
        if is_index:
            at = _number(text.strip() or "0")
            if at >= len(self._shared):
                raise damaged()
            self._length += self._shared[at]
        else:
            self._length += len(text)
        if self._length > MOST_TEXT:
            raise _too_large()


def too_many_columns(columns: int) -> Invalid:
    """The error of a file that is too wide."""
    return Invalid(
        f"The file has {columns:,} columns; at most {MOST_COLUMNS} can be imported.",
        code="unreadable_file",
        extra={"why": "too_many_columns", "columns": columns, "most": MOST_COLUMNS},
    )


def damaged() -> Invalid:
    """The error of a workbook that is not one."""
    message = "The spreadsheet cannot be read. Save it anew as .xlsx or as CSV."
    return Invalid(message, code="unreadable_file", extra={"why": "damaged"})


def _require_small(rows: int, columns: int) -> None:
    if columns > MOST_COLUMNS:
        raise too_many_columns(columns)
    if rows * columns > MOST_CELLS:
        raise _too_large()


def _too_large() -> Invalid:
    return Invalid(
        f"The sheet is too large: at most {MOST_CELLS:,} cells up to the farthest one and {MOST_TEXT:,} characters "
        "can be imported. Split it, remove cells far from the others, or save it as CSV.",
        code="unsafe_file",
        extra={"why": "too_large"},
    )


def _place(text: str) -> tuple[int, int]:
    """The row and column of `AB12`, both counted from 1."""
    found = _PLACE.fullmatch(text)
    if found is None:
        raise damaged()
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - 64
    return int(found[2]), column


def _number(text: str) -> int:
    if not _INDEX.fullmatch(text):
        raise damaged()
    return int(text)
