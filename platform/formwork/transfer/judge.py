"""Rows with bad cells, judged for everything else as well: a person hears of all of it at once."""

from collections.abc import Callable, Sequence
from uuid import UUID

from formwork.expressions import fold
from formwork.kernel import Conflict, Denied, Invalid, NotFound, Problem, Refused
from formwork.records import Change, from_python, judge_changes, judge_new
from formwork.storage import Work
from formwork.transfer.existing import Key, find_existing, key_of
from formwork.transfer.matching import AMBIGUOUS
from formwork.transfer.plan import ImportPlan, Mode
from formwork.transfer.prepare import Prepared, Preparer

SEVERAL = Problem(
    "",
    "ambiguous_match",
    "Several records match this row. Match by a field that is unique.",
    {"column": "", "value": ""},
)
REFUSALS = (Denied, Conflict, Refused, NotFound, Invalid)
"""What `records` raises because of the rows it was given."""
_WHOLE = frozenset({"unreadable_row", "ragged_row"})
"""Problems after which nobody knows which cell belongs to which column."""
Judge = Callable[[Work, Sequence[Prepared]], list[list[Problem]]]


def judge_bad(work: Work, plan: ImportPlan, preparer: Preparer, rows: Sequence[Prepared]) -> None:
    """Blame rows that are bad already for what else would be wrong with them; nothing is written.

    Rows of this chunk that are good must have been written before, so that look-ups and keys find them.
    """
    rows = [row for row in rows if not any(one.code in _WHOLE for one in row.problems)]
    if not rows:
        return
    waiting = _wait_no_more(plan, preparer, rows)
    object, match = plan.mapping.object, plan.mapping.match
    new: list[Prepared] = []
    changed: list[tuple[Prepared, UUID]] = []
    seen: set[Key] = set()
    for row in rows:
        row.key = key_of(row, match) if match else None
    found = find_existing(work, object, match, rows) if match else {}
    for row in rows:
        hit = found.get(row.key) if row.key is not None else None
        if row.key is None and match and plan.mode is not Mode.CREATE:
            blame_key(row, match, preparer)
        elif row.key is not None and row.key in seen:
            continue  # it changes the record of a row before it, which is not there yet
        elif hit == AMBIGUOUS:
            row.problems.append(SEVERAL)
        elif isinstance(hit, UUID) and plan.mode is not Mode.CREATE:
            changed.append((row, hit))
        elif hit is None and plan.mode is not Mode.UPDATE:
            new.append(row)
        if row.key is not None:
            seen.add(row.key)
    ids = {id(row): record for row, record in changed}

    def unknown_of(rows: Sequence[Prepared]) -> list[frozenset[str]]:
        return [preparer.unknown(row) | waiting.get(id(row), frozenset()) for row in rows]

    def as_new(work: Work, rows: Sequence[Prepared]) -> list[list[Problem]]:
        unknown = unknown_of(rows)
        return judge_new(work, object, _bodies(rows, unknown), unknown, reader=from_python)

    def as_changed(work: Work, rows: Sequence[Prepared]) -> list[list[Problem]]:
        unknown = unknown_of(rows)
        bodies = _bodies(rows, unknown)
        changes = [Change(ids[id(row)], body) for row, body in zip(rows, bodies, strict=True)]
        return judge_changes(work, object, changes, unknown, reader=from_python)

    _judge(work, preparer, new, as_new)
    _judge(work, preparer, [row for row, _ in changed], as_changed)


def blame_key(row: Prepared, match: Sequence[str], preparer: Preparer) -> None:
    """Blame a row without its key, unless the cell that holds it is blamed already."""
    unknown = preparer.unknown(row)
    for name in match:
        if row.values.get(name) is None and name not in unknown:
            header = preparer.headers.get(name, name)
            row.blame(header, "required", "This column says which record is meant; fill it in.", None)


def _wait_no_more(plan: ImportPlan, preparer: Preparer, rows: Sequence[Prepared]) -> dict[int, frozenset[str]]:
    """Blame look-ups that found nothing. Those that name another bad row, which comes when it is mended, are given
    back: fields by the row's `id()`.
    """
    kept: dict[int, frozenset[str]] = {}
    columns = {column.field: column for column in plan.mapping.columns.values()}
    names = {
        (by, fold(text))
        for by in {column.by for column in columns.values() if column.by is not None}
        for row in rows
        if isinstance(text := row.values.get(by), str)
    }
    for row in rows:
        for field, text in list(row.later.items()):
            if (columns[field].by, fold(text)) in names:
                del row.later[field]
                kept[id(row)] = kept.get(id(row), frozenset()) | {field}
    preparer.resolve([row for row in rows if row.later], last=True)
    return kept


def _bodies(rows: Sequence[Prepared], unknown: Sequence[frozenset[str]]) -> list[dict[str, object]]:
    return [
        {name: value for name, value in row.values.items() if name not in fields}
        for row, fields in zip(rows, unknown, strict=True)
    ]


def _judge(work: Work, preparer: Preparer, rows: Sequence[Prepared], judge: Judge) -> None:
    """Judge them together; when something refuses the whole batch, find by halves whom it means."""
    if not rows:
        return
    try:
        found = judge(work, rows)
    except REFUSALS as error:
        if len(rows) == 1:
            rows[0].problems += error.problems or (Problem("", error.code, error.message),)
            return
        half = len(rows) // 2
        _judge(work, preparer, rows[:half], judge)
        _judge(work, preparer, rows[half:], judge)
        return
    for row, problems in zip(rows, found, strict=True):
        row.problems += preparer.place(row, problems)
