"""Files as tables: encodings, delimiters, quotes, spreadsheets, and what is refused."""

import io
import random
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


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def handmade(rows: str, *texts: str, before: str = "") -> bytes:
    """A workbook of this XML."""
    out = io.BytesIO()
    shared = "".join(f"<si><t>{text}</t></si>" for text in texts)
    sheet_xml = f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData></worksheet>'
    with (
        zipfile.ZipFile(io.BytesIO(sheet(["a"], ["x"]))) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for item in old.infolist():
            if "sheet1" in item.filename:
                new.writestr(item, sheet_xml)
            elif "sharedStrings" not in item.filename:
                new.writestr(item, old.read(item))
        new.writestr("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}">{shared}</sst>')
        new.writestr("docProps/noise.bin", random.Random(1).randbytes(300_000))
    # openpyxl names no shared texts when it has none, so the relation is said here.
    return with_relation(out.getvalue())


def with_relation(data: bytes) -> bytes:
    out = io.BytesIO()
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            content = old.read(item)
            if item.filename == "xl/_rels/workbook.xml.rels" and b"sharedStrings" not in content:
                added = f'<Relationship Id="rId99" Type="{kind}" Target="sharedStrings.xml"/></Relationships>'
                content = content.replace(b"</Relationships>", added.encode())
            new.writestr(item, content)
    return out.getvalue()


def named(rows: str) -> str:
    return f'<row r="1"><c r="A1" t="s"><v>0</v></c></row>{rows}'


def test_a_handmade_sheet_reads_whatever_its_cells_leave_out() -> None:
    rows = named(
        '<row><c t="s"><v>1</v></c><c r="AMJ2" s="0"/></row>'
        '<row r="5"><c r="A5" t="inlineStr"><is><t>z</t></is></c></row>'
    )
    table = read_table(handmade(rows, "Name", "y", before='<dimension ref="A1:A5"/>'))
    assert table.headers == ("Name",)
    assert [(line.number, line.cells) for line in table.lines()] == [(2, ("y",)), (5, ("z",))]


@pytest.mark.parametrize(
    ("rows", "before", "code"),
    [
        ('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', "", "unreadable_file"),
        ('<row r="1048576"><c r="J1048576"><v>1</v></c></row>', "", "unsafe_file"),
        ('<row r="1048576"><c><v>1</v></c><c r="J2"><v>1</v></c></row>', "", "unsafe_file"),
        ("", '<dimension ref="A1:J9999999"/>', "unsafe_file"),
        ("", '<dimension ref="A1:A99999999999"/>', "unreadable_file"),
        ('<row r="2"><c r="A99999999999"><v>1</v></c></row>', "", "unreadable_file"),
        ('<row r="2"><c r="A2" t="s"><v>7</v></c></row>', "", "unreadable_file"),
        ('<row r="2"><c r="A2" t="s"><v>1<![CDATA[0]]></v></c></row>', "", "unreadable_file"),
        ("".join(f'<row r="{n}"><c r="A{n}" t="s"><v>1</v></c></row>' for n in range(2, 2_000)), "", "unsafe_file"),
        (f'<row r="2" note="{"x" * 3_000_000}"/>', "", "unreadable_file"),
    ],
    ids=["corner", "area", "area of two", "dimension", "dimension of none", "far row", "no text", "cdata",
         "shared", "tag"],
)  # fmt: skip
def test_a_sheet_that_would_not_fit_is_refused_before_it_is_laid_out(rows: str, before: str, code: str) -> None:
    data = handmade(named(rows), "Name", "x" * 32_000, before=before)
    tracemalloc.start()
    with pytest.raises(Invalid) as raised:
        read_table(data)
    assert raised.value.code == code
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


def test_the_sheet_is_checked_that_is_read() -> None:
    """Another sheet may be as large as it likes; the first may stand anywhere in the container."""
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    data = handmade(named(far), "Name")
    moved = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(moved, "w") as new:
        for item in old.infolist():
            content = old.read(item).replace(b"worksheets/sheet1.xml", b"media/picture.png")
            new.writestr(item.filename.replace("worksheets/sheet1.xml", "media/picture.png"), content)
    with pytest.raises(Invalid) as raised:
        read_table(moved.getvalue())
    assert raised.value.extra["why"] == "too_many_columns"


def test_a_large_honest_sheet_is_read() -> None:
    rows = "".join(
        f'<row r="{n}"><c r="A{n}" t="s"><v>1</v></c><c r="T{n}"><v>{n}</v></c></row>' for n in range(2, 20_001)
    )
    table = read_table(handmade(named(rows), "Name", "word"))
    last = table.sheet[-1]
    assert (len(table.sheet), len(last), last[0], last[19]) == (20_000, 20, "word", "20000")
