"""The audit trail as CSV or JSON, in pieces, newest entry first."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum
from typing import Any

import orjson

from formwork.identity.audit import Entry, Question, entries, names_of
from formwork.storage import Work
from formwork.transfer.formula import safe_text

_PAGE = 1_000
_HEAD = ("id", "at", "event", "by", "by_name", "object", "record", "detail", "address", "reason", "request", "seal")


class Written(StrEnum):
    """What the trail is written as: lines of CSV, or one JSON object a line."""

    CSV = "csv"
    JSON = "json"


def export_audit(
    work: Work, question: Question, most: int | None = None, written: Written = Written.CSV
) -> Iterator[bytes]:
    """The entries of a question, `most` of them at most. Whoever calls has asked for the right to manage the tenant."""
    if written is Written.CSV:
        yield _lines([_HEAD])
    left = most
    while left is None or left > 0:
        page = entries(work, question, _PAGE if left is None else min(_PAGE, left))
        if not page:
            return
        names = names_of(work, page)
        found = [_cells(one, names.get(one.by, "") if one.by else "") for one in page]
        yield _lines([_row(cells) for cells in found]) if written is Written.CSV else _objects(found)
        question = replace(question, before=page[-1].id)
        left = None if left is None else left - len(page)


def _cells(entry: Entry, name: str) -> tuple[Any, ...]:
    return (
        entry.id, entry.at.isoformat(), entry.event, entry.by, name, entry.object, entry.record, dict(entry.detail),
        entry.address, entry.reason, entry.request, entry.seal,
    )  # fmt: skip


def _row(cells: tuple[Any, ...]) -> tuple[str, ...]:
    texts = (orjson.dumps(cell).decode() if isinstance(cell, dict) else cell for cell in cells)
    return tuple("" if text is None else safe_text(str(text)) for text in texts)


def _objects(found: list[tuple[Any, ...]]) -> bytes:
    lines = (dict(zip(_HEAD, cells, strict=True)) for cells in found)
    return b"".join(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE) for line in lines)


def _lines(table: list[tuple[str, ...]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(table)
    return out.getvalue().encode()
