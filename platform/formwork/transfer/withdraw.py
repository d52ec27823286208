"""Rows that turn out bad after they were written: they are taken back, with the rows that point at them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from uuid import UUID

from formwork.kernel import Problem
from formwork.storage import Work, rows
from formwork.transfer.report import Action, RowResult
from formwork.transfer.takeback import by_record, take_back

Blame = Callable[[RowResult, str], Problem]
"""The problem of a row whose look-up (a field's name) points at a record that is taken back."""


def withdraw(
    work: Work, object: str, links: Sequence[str], results: Iterable[RowResult], blame: Blame
) -> list[RowResult]:
    """Take back every record of a failed row; gives the results of all rows this concerns as they are then.

    `results` are all rows so far, failed ones with the record they have written. A record that cannot be taken
    back stays with its result, which says why, so that undoing the import finds it.
    """
    of: dict[UUID, list[RowResult]] = {}
    for one in results:
        if one.record is not None:
            of.setdefault(one.record, []).append(one)
    bad = {one.record: one.problems for found in of.values() for one in found if one.action is Action.FAILED}
    because: dict[UUID, str] = {}
    waiting = [record for record in bad if record is not None]
    while waiting:
        gone = [one.record for one in by_record(_rows(of, waiting)) if one.action is Action.CREATED and one.record]
        waiting = []
        for link in links:
            for record in rows.load_below(work, object, link, gone, ["id"]):
                if record in of and record not in bad and record not in because:
                    because[record] = link
                    waiting.append(record)
    records = [record for record in (*bad, *because) if record is not None]
    kept = {one.record: one.reason for one in take_back(work, object, by_record(_rows(of, records))).kept}
    late: list[RowResult] = []
    for record in records:
        for one in of[record]:
            problems = bad[record] if record in bad else (blame(one, because[record]),)
            failed = replace(one, action=Action.FAILED, problems=one.problems or problems)
            late.append(_staying(failed, kept[record]) if record in kept else replace(failed, record=None, before=None))
    return late


def _rows(of: dict[UUID, list[RowResult]], records: Iterable[UUID]) -> list[RowResult]:
    return [one for record in records for one in of[record]]


def _staying(failed: RowResult, reason: str) -> RowResult:
    message = f"What was written of this row stays, because it cannot be taken back: {reason}"
    problem = Problem("", "row_kept", message, {"column": "", "value": ""})
    return replace(failed, problems=(*failed.problems, problem))
