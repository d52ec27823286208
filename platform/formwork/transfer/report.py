"""What an import has done so far: counts, and what became of each row."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any
from uuid import UUID

from formwork.kernel import Problem
from formwork.transfer.options import NewOption


class Action(StrEnum):
    """What became of a row."""

    CREATED = "created"
    UPDATED = "updated"
    SAME = "same"
    """The record is there and has these values, or an earlier row said the same."""
    FAILED = "failed"
    SKIPPED = "skipped"
    """The mode leaves it out: it is there already (create) or is not there (update)."""


@dataclass(frozen=True, slots=True)
class RowResult:
    """One row's end. `row` counts from 0 in file order; its `line` says where it stands in the file.

    `before` holds what undoing needs: the version this import left and the values it replaced.
    """

    row: int
    line: int
    action: Action
    record: UUID | None = None
    problems: tuple[Problem, ...] = ()
    before: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts of rows; `rows` is how many the file has."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    same: int = 0
    failed: int = 0
    skipped: int = 0

    def plus(self, results: list[RowResult]) -> "Totals":
        """The counts with these rows."""
        counts = {action.value: sum(one.action is action for one in results) for action in Action}
        return replace(self, **{name: getattr(self, name) + count for name, count in counts.items()})

    def minus(self, results: list[RowResult]) -> "Totals":
        """The counts without these rows."""
        counts = {action.value: sum(one.action is action for one in results) for action in Action}
        return replace(self, **{name: getattr(self, name) - count for name, count in counts.items()})

    def of(self, rows: int) -> "Totals":
        """The counts with the number of rows of the file."""
        return replace(self, rows=rows)

    @property
    def done(self) -> int:
        """Rows that have come to an end."""
        return self.created + self.updated + self.same + self.failed + self.skipped

    def as_json(self) -> dict[str, int]:
        """The counts by name."""
        return asdict(self)


NO_ROWS = Totals()


@dataclass(frozen=True, slots=True)
class Report:
    """The state of an import and the rows that failed (at most as many as an import bears).

    `options` are those a dry run would add to fields, or a run has added.
    """

    state: str
    totals: Totals
    failures: tuple[RowResult, ...] = ()
    options: tuple[NewOption, ...] = ()
