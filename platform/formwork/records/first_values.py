"""The derived values a new record begins with: part of its first row, so that no second write brings them up to date.

Nothing points at a record that is new, so its roll-ups are those of no rows; formulas over its own row are
evaluated in Python. What else a formula reads, and details written along, is left to the closure (`derived.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from formwork.catalog import Derivation, FieldSpec, Snapshot
from formwork.expressions import compile_python
from formwork.fieldtypes import ColumnKind
from formwork.records.coerce import stored_value
from formwork.records.compiled import Closure
from formwork.records.draft import Draft
from formwork.records.graph import ZERO_ROLLUPS, Graph, GraphRow
from formwork.storage import Work


def fill_derived(work: Work, graph: Graph, drafts: Sequence[Draft]) -> None:
    """Give new drafts of one object their first derived values; raises Invalid `overflow`."""
    fresh = [draft for draft in drafts if draft.is_new]
    if not fresh:
        return
    first = _first_values(work.snapshot, fresh[0].object.name)
    if not (first.of_nothing or first.formulas):
        return
    zone, environment = work.context.timezone, graph.environment
    for draft in fresh:
        values = draft.values
        values.update(first.of_nothing)
        row = _FirstRow(graph, draft.object, draft.id, values, computes=True)
        for field, closure in first.formulas:
            values[field.name] = stored_value(field, closure(row, environment), zone)


def is_known_at_first(snapshot: Snapshot, derivation: Derivation) -> bool:
    """True when the first row of a record holds the value already, as long as nothing else was written."""
    field = snapshot.object(derivation.object).fields[derivation.field]
    return field.rollup is not None or not any(item.route for item in derivation.inputs)


class _FirstRow(GraphRow):
    """Reads stored formulas as they are stored; those that others are made of come before them."""

    __slots__ = ()

    def _computed(self, spec: FieldSpec) -> Any:
        return self._values.get(spec.name) if spec.derived else super()._computed(spec)


@dataclass(frozen=True, slots=True)
class _FirstValues:
    """Roll-ups over no rows, and the formulas over a record's own row in the order they follow from each other."""

    of_nothing: Mapping[str, Any]
    formulas: tuple[tuple[FieldSpec, Closure], ...]


@lru_cache(maxsize=4_096)
def _first_values(snapshot: Snapshot, object: str) -> _FirstValues:
    fields = snapshot.object(object).fields
    known = [
        fields[one.field] for one in snapshot.derivations if one.object == object and is_known_at_first(snapshot, one)
    ]
    return _FirstValues(
        of_nothing={field.name: _of_nothing(field) for field in known if field.rollup is not None},
        formulas=tuple((field, compile_python(field.formula)) for field in known if field.formula is not None),
    )


def _of_nothing(field: FieldSpec) -> Any:
    if field.rollup is None or field.rollup.kind not in ZERO_ROLLUPS:
        return None
    column = field.columns[0].logical
    match column.kind:
        case ColumnKind.DURATION:
            return timedelta()
        case ColumnKind.INTEGER:
            return 0
        case _:
            return Decimal(0).scaleb(-column.scale)
