"""Writes prepared rows through `records`: creates and updates in batches, with a result for every row."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from formwork.kernel import Problem, repeated
from formwork.records import Change, Outcome, create_each, from_python, update_each
from formwork.storage import Work, rows
from formwork.transfer.existing import Key, find_existing, key_of
from formwork.transfer.judge import REFUSALS, SEVERAL, blame_key, judge_bad
from formwork.transfer.matching import AMBIGUOUS
from formwork.transfer.plan import ImportPlan, Mode
from formwork.transfer.prepare import Prepared, Preparer
from formwork.transfer.report import Action, RowResult
from formwork.transfer.table import Line

Numbered = tuple[int, Prepared]


class Writer:
    """Writes the rows of one import, chunk after chunk."""

    def __init__(self, work: Work, plan: ImportPlan, preparer: Preparer, rings: frozenset[int]) -> None:
        self._work = work
        self._plan = plan
        self._object = plan.mapping.object
        self._match = plan.mapping.match
        self._preparer = preparer
        self._rings = rings
        self._own = {
            column.by
            for column in plan.mapping.columns.values()
            if column.by is not None and self._object in work.object(self._object).fields[column.field].targets
        }

    def within(self, work: Work) -> None:
        """Go on in another transaction."""
        self._work = work
        self._preparer.within(work)

    def write(self, numbers: Sequence[int], lines: Sequence[Line]) -> list[RowResult]:
        """The results of these rows, in the order given."""
        prepared = list(zip(numbers, self._preparer.prepare(lines), strict=True))
        results: dict[int, RowResult] = {}
        for number, row in prepared:
            if number in self._rings:
                row.later.clear()
        known: dict[Key, tuple[UUID, Prepared]] = {}
        left_out = [item for item in prepared if item[1].skipped]
        results |= {number: RowResult(number, row.line, Action.SKIPPED) for number, row in left_out}
        pending = [item for item in prepared if not item[1].skipped]
        bad: list[Numbered] = []
        while pending:
            bad += [item for item in pending if item[1].problems]
            wave, pending = self._wave([item for item in pending if not item[1].problems])
            if not wave:
                self._preparer.resolve([row for _, row in pending], last=True)
                continue
            results |= self._write_wave(wave, known)
            self._preparer.resolve([row for _, row in pending], last=False)
        judge_bad(self._work, self._plan, self._preparer, [row for _, row in bad])
        results |= {number: _failed(number, row, row.problems) for number, row in bad}
        return [results[number] for number in numbers]

    def fill_rings(self, written: Sequence[RowResult], lines: Sequence[Line]) -> list[RowResult]:
        """Give rows that point at each other their look-ups; their results as they are then.

        One that fails keeps the record it has written: the caller takes it back with `withdraw`.
        """
        prepared = self._preparer.prepare(lines)
        self._preparer.resolve(prepared, last=True)
        fields = self.links()
        pairs = list(zip(written, prepared, strict=True))
        results = [_failed_late(was, row.problems) for was, row in pairs if row.problems]
        good = [(was, row) for was, row in pairs if not row.problems]
        changes = [
            Change(was.record, {name: row.values[name] for name in fields if name in row.values})
            for was, row in good
            if was.record is not None
        ]
        old = rows.load(self._work, self._object, [change.id for change in changes], fields)
        outcomes = _bisected(self._work, changes, self._update)
        for (was, row), change, outcome in zip(good, changes, outcomes, strict=True):
            if outcome.saved is None:
                results.append(_failed_late(was, self._preparer.place(row, outcome.problems)))
            else:
                results.append(self._filled(was, old[change.id], change, outcome.saved.version))
        return results

    def points_at_bad(self, line: Line, field: str) -> Problem:
        """The problem of a row whose look-up points at a row that is taken back."""
        row = Prepared(line.number, line.cells)
        header = self._preparer.headers[field]
        message = "The row this value names is not imported, because it is bad itself. Mend that row first."
        row.blame(header, "bad_reference", message, self._preparer.cell(row, header))
        return row.problems[0]

    def _filled(self, was: RowResult, old: Mapping[str, Any], change: Change, version: int) -> RowResult:
        """The result of a row whose look-ups have been filled, with the values they had."""
        before = {**(was.before or {}), "version": version}
        if was.action is Action.CREATED:
            return replace(was, before=before)
        fields = self._work.object(self._object).fields
        values = {
            name: fields[name].field_type.dump(old[name]) for name in change.body if old[name] != change.body[name]
        }
        if not values:
            return was
        return replace(was, action=Action.UPDATED, before={**before, "values": {**values, **before.get("values", {})}})

    def links(self) -> list[str]:
        """The look-ups of the file that point at the imported object itself."""
        spec = self._work.object(self._object)
        return [
            column.field
            for column in self._plan.mapping.columns.values()
            if "." not in column.field and self._object in spec.fields[column.field].targets
        ]

    def _wave(self, items: Sequence[Numbered]) -> tuple[list[Numbered], list[Numbered]]:
        """Rows that can be written at once: nothing to wait for, no key twice."""
        wave: list[Numbered] = []
        rest: list[Numbered] = []
        taken: set[Key] = set()
        for item in items:
            key = item[1].key = key_of(item[1], self._match) if self._match else None
            if item[1].later or (key is not None and key in taken):
                rest.append(item)
                continue
            if key is not None:
                taken.add(key)
            wave.append(item)
        return wave, rest

    def _write_wave(self, wave: Sequence[Numbered], known: dict[Key, tuple[UUID, Prepared]]) -> dict[int, RowResult]:
        results: dict[int, RowResult] = {}
        fresh: list[Numbered] = []
        changed: list[tuple[int, Prepared, UUID]] = []
        found = find_existing(self._work, self._object, self._match, [row for _, row in wave]) if self._match else {}
        for number, row in wave:
            key = row.key
            hit = found.get(key) if key is not None else None
            if self._match and key is None and self._plan.mode is not Mode.CREATE:
                results[number] = self._without_key(number, row)
            elif key is not None and key in known and known[key][1].values == row.values:
                results[number] = RowResult(number, row.line, Action.SAME, known[key][0])
            elif hit == AMBIGUOUS:
                results[number] = _failed(number, row, [SEVERAL])
            elif isinstance(hit, UUID) and self._plan.mode is not Mode.CREATE:
                changed.append((number, row, hit))
            elif hit is not None or self._plan.mode is Mode.UPDATE:
                results[number] = RowResult(number, row.line, Action.SKIPPED, hit if isinstance(hit, UUID) else None)
            else:
                fresh.append((number, row))
        results |= self._create_rows(fresh)
        results |= self._update_rows(changed)
        for number, row in wave:
            self._note(row, results[number], known)
        return results

    def _note(self, row: Prepared, result: RowResult, known: dict[Key, tuple[UUID, Prepared]]) -> None:
        """Make the record known to the rows that come after it."""
        if result.record is None or result.action is Action.FAILED:
            return
        if row.key is not None:
            known[row.key] = (result.record, row)
        for by in self._own:
            text = row.values.get(by)
            if isinstance(text, str):
                self._preparer.matcher.add(self._object, by, text, result.record)

    def _create_rows(self, items: Sequence[Numbered]) -> dict[int, RowResult]:
        outcomes = _bisected(self._work, [row.values for _, row in items], self._create)
        results: dict[int, RowResult] = {}
        for (number, row), outcome in zip(items, outcomes, strict=True):
            if outcome.saved is None:
                results[number] = _failed(number, row, self._preparer.place(row, outcome.problems))
            else:
                before = {"version": outcome.saved.version}
                results[number] = RowResult(number, row.line, Action.CREATED, outcome.saved.id, before=before)
        return results

    def _update_rows(self, items: Sequence[tuple[int, Prepared, UUID]]) -> dict[int, RowResult]:
        spec = self._work.object(self._object)
        names = sorted({name for _, row, _ in items for name in row.values if spec.fields[name].stored})
        old = rows.load(self._work, self._object, [id for _, _, id in items], names)
        results: dict[int, RowResult] = {}
        differing: list[tuple[int, Prepared, UUID, dict[str, Any]]] = []
        for number, row, id in items:
            was = old.get(id, {})
            body = {name: value for name, value in row.values.items() if (was.get(name) or False) != (value or False)}
            if body:
                differing.append((number, row, id, body))
            else:
                results[number] = RowResult(number, row.line, Action.SAME, id)
        outcomes = _bisected(self._work, [Change(id, body) for _, _, id, body in differing], self._update)
        for (number, row, id, body), outcome in zip(differing, outcomes, strict=True):
            if outcome.saved is None:
                results[number] = _failed(number, row, self._preparer.place(row, outcome.problems))
                continue
            values = {name: spec.fields[name].field_type.dump(old[id].get(name)) for name in body}
            before = {"version": outcome.saved.version, "values": values}
            results[number] = RowResult(number, row.line, Action.UPDATED, id, before=before)
        return results

    def _create(self, work: Work, bodies: Sequence[Any]) -> list[Outcome]:
        return create_each(work, self._object, bodies, reader=from_python)

    def _update(self, work: Work, changes: Sequence[Any]) -> list[Outcome]:
        return update_each(work, self._object, changes, reader=from_python)

    def _without_key(self, number: int, row: Prepared) -> RowResult:
        blame_key(row, self._match, self._preparer)
        return _failed(number, row, row.problems)


def _failed(number: int, row: Prepared, problems: Sequence[Problem]) -> RowResult:
    return RowResult(number, row.line, Action.FAILED, problems=tuple(problems))


def _failed_late(was: RowResult, problems: Sequence[Problem]) -> RowResult:
    return replace(was, action=Action.FAILED, problems=tuple(problems))


def _bisected(work: Work, items: Sequence[Any], write: Callable[[Work, Sequence[Any]], list[Outcome]]) -> list[Outcome]:
    """Write them together; when something refuses the whole batch, find by halves whom it means."""
    if not items:
        return []

    def attempt(repeats: int) -> list[Outcome]:
        with work.savepoint():
            return write(replace(work, repeats=repeats), items)

    try:
        return repeated(attempt)
    except REFUSALS as error:
        if len(items) == 1:
            return [Outcome(0, None, error.problems or (Problem("", error.code, error.message),))]
    half = len(items) // 2
    return [*_bisected(work, items[:half], write), *_bisected(work, items[half:], write)]
