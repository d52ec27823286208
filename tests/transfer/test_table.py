"""Files as tables: encodings, delimiters, quotes, spreadsheets, and what is refused."""

import io
import tracemalloc
import zipfile
from contextlib import suppress
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest

from formwork.kernel import Invalid
from formwork.transfer.table import read_table


def sheet(*rows: list[Any], epoch_1904: bool = False) -> bytes:
    """A workbook with these rows."""
    book = openpyxl.Workbook()
    if epoch_1904:
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def cells(data: bytes) -> list[tuple[str | None, ...]]:
    """The rows below the header."""
    return [line.cells for line in read_table(data).lines()]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings_are_told_apart(encoding: str) -> None:
    table = read_table("Name;Straße\nZoë;Köln\n".encode(encoding))
    assert table.headers == ("Name", "Straße")
    assert [line.cells for line in table.lines()] == [("Zoë", "Köln")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_told_apart(delimiter: str) -> None:
    assert read_table(f"a{delimiter}b\n1{delimiter}2\n".encode()).delimiter == delimiter


def test_quotes_may_span_lines_and_lines_keep_their_numbers() -> None:
    lines = list(read_table(b'a,b\n"x\ny",1\n\nz,2\n').lines())
    assert [(line.number, line.cells) for line in lines] == [(2, ("x\ny", "1")), (5, ("z", "2"))]


def test_a_quote_that_never_ends_is_one_bad_row() -> None:
    lines = list(read_table(b'a,b\n1,2\n"' + b"x\n" * 100_000).lines())
    assert lines[0].problem is None
    assert lines[1].problem is not None
    assert "quotes" in lines[1].problem


def test_a_sheet_reads_as_its_csv_would() -> None:
    data = sheet(
        ["n", "day", "at", "yes", "text"],
        [1, date(2026, 3, 5), datetime(2026, 3, 5, 9, 30), True, "=x"],
        [1.25, None, None, False, "007"],
    )
    assert cells(data)[1] == ("1.25", None, None, "false", "007")
    assert cells(data)[0][:4] == ("1", "2026-03-05", "2026-03-05 09:30:00", "true")


def test_both_epochs_give_the_same_day() -> None:
    rows = ["day"], [date(2026, 3, 5)]
    assert cells(sheet(*rows)) == cells(sheet(*rows, epoch_1904=True)) == [("2026-03-05",)]


@pytest.mark.parametrize(
    "data",
    [b"", b"\n\n", b"\x00\x01\x02", b"\xff\xd8\xff\xe0JFIF\x81\x8d", b"PK\x03\x04junk",
     b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 99,
     b"a,a\n1,2\n", b"a," * 600 + b"b\n"],
    ids=["empty", "blank", "nul", "jpeg", "zip", "xls", "double", "wide"],
)  # fmt: skip
def test_what_is_no_table_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid) as raised:
        read_table(data)
    assert raised.value.code == "unreadable_file"


def with_member(name: str, content: bytes) -> bytes:
    """A workbook with one more member."""
    out = io.BytesIO(sheet(["a"], [1]))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [with_member("xl/bomb.xml", b"0" * 120_000_000), with_member("xl/vbaProject.bin", b"x")],
    ids=["bomb", "macro"],
)
def test_what_is_unsafe_is_refused_before_it_is_unpacked(data: bytes) -> None:
    tracemalloc.start()
    with pytest.raises(Invalid) as raised:
        read_table(data)
    assert raised.value.code == "unsafe_file"
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


def test_entities_are_never_expanded() -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(9)
    )
    shared = bomb + "]><sst xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><si><t>&j;</t></si></sst>"
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sheet(["a"], ["x"]))) as old, zipfile.ZipFile(out, "w") as new:
        for item in old.infolist():
            new.writestr(item, shared if item.filename.endswith("sharedStrings.xml") else old.read(item))
    tracemalloc.start()
    with suppress(Invalid):
        assert all("haha" not in cell for cell in read_table(out.getvalue()).headers)
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()
