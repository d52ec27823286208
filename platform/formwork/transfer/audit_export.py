"""The audit trail as CSV, in pieces, newest entry first."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace

import orjson

from formwork.identity.audit import Entry, Question, entries, names_of
from formwork.storage import Work
from formwork.transfer.formula import safe_text

_PAGE = 1_000
_HEAD = ("id", "at", "event", "by", "by_name", "object", "record", "detail", "address", "reason", "request", "seal")


def export_audit(work: Work, question: Question, most: int | None = None) -> Iterator[bytes]:
    """The entries of a question, `most` of them at most. Whoever calls has asked for the right to manage the tenant."""
    yield _lines([_HEAD])
    left = most
    while left is None or left > 0:
        page = entries(work, question, _PAGE if left is None else min(_PAGE, left))
        if not page:
            return
        names = names_of(work, page)
        yield _lines([_row(one, names.get(one.by, "") if one.by else "") for one in page])
        question = replace(question, before=page[-1].id)
        left = None if left is None else left - len(page)


def _row(entry: Entry, name: str) -> tuple[str, ...]:
    cells = (
        entry.id, entry.at.isoformat(), entry.event, entry.by, name, entry.object, entry.record,
        orjson.dumps(dict(entry.detail)).decode(), entry.address, entry.reason, entry.request, entry.seal,
    )  # fmt: skip
    return tuple("" if cell is None else safe_text(str(cell)) for cell in cells)


def _lines(table: list[tuple[str, ...]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(table)
    return out.getvalue().encode()
