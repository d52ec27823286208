"""Reads described as values: what to select, which rows, in which order. No SQL here.

A `Query` says what somebody wants; `access.restrict` turns it into a `RestrictedQuery`, the only
thing `storage` runs. Everything in it is a checked `Expression` of the object it reads, so names
come from metadata and values travel as bound parameters.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from formwork.expressions import Expression


class Lifecycle(StrEnum):
    """Which rows of an object a query reads: live ones, soft-deleted ones, or both."""

    LIVE = "live"
    DELETED = "deleted"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Selected:
    """One value of the answer: its key in the result and the expression that gives it."""

    name: str
    expression: Expression


@dataclass(frozen=True, slots=True)
class Sort:
    """One sort key. Blanks come last in either direction; `id` is always the last key."""

    expression: Expression
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """Rows of one object.

    `where` terms are joined by `and`. `after` holds the values of every sort key and the id of the
    row the page starts behind (keyset paging), `backward` pages towards the start. `ids` narrows to
    these records. `this` gives the values of the asking record for `this.` paths in a look-up
    filter. `lock` takes row locks for the rest of the transaction (ignored on SQLite, where the
    write transaction is exclusive anyway). `limit` None reads all rows: only the platform may.
    """

    object: str
    select: tuple[Selected, ...]
    where: tuple[Expression, ...] = ()
    sort: tuple[Sort, ...] = ()
    limit: int | None = 50
    after: tuple[Any, ...] | None = None
    backward: bool = False
    offset: int = 0
    lifecycle: Lifecycle = Lifecycle.LIVE
    ids: tuple[UUID, ...] | None = None
    this: Mapping[str, Any] = field(default_factory=dict)
    lock: bool = False


class MeasureKind(StrEnum):
    """The aggregate functions a reader may ask for."""

    COUNT = "count"
    SUM = "sum"
    MIN = "min"
    MAX = "max"
    AVG = "avg"
    COUNT_DISTINCT = "count_distinct"


@dataclass(frozen=True, slots=True)
class Measure:
    """One aggregated value: its key, the function and what it runs over (None for `count`)."""

    name: str
    kind: MeasureKind
    expression: Expression | None = None


@dataclass(frozen=True, slots=True)
class AggregateQuery:
    """Groups of rows of one object with measures. Sort keys name groups or measures."""

    object: str
    groups: tuple[Selected, ...]
    measures: tuple[Measure, ...]
    where: tuple[Expression, ...] = ()
    sort: tuple[tuple[str, bool], ...] = ()
    """(name of a group or measure, descending)"""
    limit: int = 1000
    lifecycle: Lifecycle = Lifecycle.LIVE
