"""Seed records written as CSV (RFC 4180), the header first, `external_id` in the first column."""

import csv
import io
from typing import Any

from formwork.definitions.finding import Finding
from formwork.definitions.reading.document import Document, unreadable
from formwork.definitions.source import Path, Source

MOST_CSV_BYTES = 32 * 1024 * 1024


def read_csv(raw: bytes, file: str, object_name: str) -> Document:
    """A seed document. Blank cells are left out; a header `address.city` fills a part of `address`."""
    if len(raw) > MOST_CSV_BYTES:
        return unreadable(file, "too_large", "A CSV file has at most 32 MiB.", "Split it.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        return unreadable(file, "bad_encoding", "The file is not UTF-8.", "Save it as UTF-8.", line)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    positions: dict[Path, tuple[int, int]] = {(): (1, 1)}
    records: list[dict[str, Any]] = []
    findings: list[Finding] = []
    try:
        header = [name.strip() for name in next(reader, [])]
        if header[:1] != ["external_id"] or len(set(header)) != len(header):
            message = "The first line does not name `external_id` first and each column once."
            return unreadable(file, "bad_header", message, "Write `external_id,` and then the fields, once each.")
        for row in reader:
            if not any(row):
                continue
            if len(row) != len(header):
                message = f"This row has {len(row)} cells, the header {len(header)}."
                findings.append(Finding(file, reader.line_num, 1, "", "bad_row", message, "Quote cells with commas."))
                continue
            positions["records", len(records)] = (reader.line_num, 1)
            records.append(_record(header, row))
    except csv.Error as error:
        return unreadable(file, "bad_csv", f"This is not CSV: {error}.", "Check the quotes.", reader.line_num)
    return Document({"object": object_name, "records": records}, Source(file, positions), tuple(findings))


def _record(header: list[str], row: list[str]) -> dict[str, Any]:
    record: dict[str, Any] = {}
    for name, cell in zip(header, row, strict=True):
        if not cell.strip():
            continue
        field, _, part = name.partition(".")
        if part:
            record.setdefault(field, {})[part] = cell
        else:
            record[field] = cell
    return record
