"""A record as it would be if it were saved now: what forms ask while somebody types. Writes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from formwork.access import Verb, decide
from formwork.catalog import RollupSpec
from formwork.expressions import Environment, Expression, compile_python
from formwork.kernel import Invalid, NotFound
from formwork.records.coerce import stored_value
from formwork.records.defaults import fill_defaults
from formwork.records.draft import Draft
from formwork.records.drafting import Drafting, draft_changes, draft_new, load_current
from formwork.records.graph import Graph, GraphRow
from formwork.records.links import unseen
from formwork.records.loading import load_needs
from formwork.records.needs import needs_of
from formwork.records.references import visible_ids
from formwork.records.save import levels, new_graph
from formwork.records.update import require_reach
from formwork.records.values import Reader, from_json
from formwork.storage import Work, rows

_AGGREGATES = frozenset({"count", "sum", "min", "max", "avg"})


@dataclass(frozen=True, slots=True)
class Preview:
    """The record and its details as rows, with everything the asked expressions read loaded.

    A link to a record that is deleted, or that the actor may not see, reads as blank.
    """

    draft: Draft
    row: GraphRow
    environment: Environment
    details: Mapping[str, tuple[GraphRow, ...]]

    def value(self, field: str) -> Any:
        """The value the field would have, formulas included; None when it overflows."""
        try:
            return self.row.value(field)
        except Invalid:
            return None


def preview_new(
    work: Work, object: str, body: Mapping[str, Any], reads: Sequence[Expression] = (), reader: Reader = from_json
) -> Preview:
    """A new record with these values and its defaults."""
    [draft] = draft_new(work, work.object(object), [body], Drafting(reader, [""]))
    return _preview(work, draft, reads)


def preview_change(
    work: Work,
    object: str,
    id: UUID,
    body: Mapping[str, Any],
    reads: Sequence[Expression] = (),
    reader: Reader = from_json,
) -> Preview:
    """An existing record with these changes; raises NotFound or Denied like an update."""
    require_reach(work, object, [id], Verb.EDIT)
    spec = work.object(object)
    current = load_current(work, spec, [id])
    [draft] = draft_changes(work, spec, [(id, body)], Drafting(reader, [""]), current)
    return _preview(work, draft, reads)


def preview_record(work: Work, object: str, id: UUID, reads: Sequence[Expression] = ()) -> Preview:
    """A record as it stands, for asking conditions about it; raises NotFound when it is not to be seen."""
    if not visible_ids(work, object, [id]):
        raise NotFound("There is no such record, or you may not see it.")
    spec = work.object(object)
    stored = [name for name, field in spec.fields.items() if field.stored]
    values = rows.load(work, object, [id], stored)[id]
    return _preview(work, Draft(spec, id, "", dict(values), old=values, version=values["version"]), reads)


def _preview(work: Work, root: Draft, reads: Sequence[Expression]) -> Preview:
    graph = new_graph(work, [root])
    for level in levels([root]):
        fill_defaults(work, graph, level)
    for level in levels([root]):
        _load_formulas(work, graph, level, reads if level[0] is root else ())
    held = [(field, draft.values.get(name)) for draft in root.family() for name, field in draft.object.fields.items()]
    graph.gone |= unseen(work, held)
    details = {
        item.name: tuple(graph.draft_row(d) for d in root.details if d.object.name == item.object)
        for item in root.object.details
    }
    _roll_up(work, root, details, graph.environment)
    return Preview(root, graph.draft_row(root), graph.environment, details)


def _roll_up(work: Work, root: Draft, details: Mapping[str, tuple[GraphRow, ...]], environment: Environment) -> None:
    """Roll-ups over details that are being edited, as the write would leave them. Others keep what is stored."""
    by_object = {item.object: (item.via, details[item.name]) for item in root.object.details if details[item.name]}
    for field in root.object.fields.values():
        rollup = field.rollup
        if rollup is None or rollup.nightly or rollup.kind not in _AGGREGATES or rollup.detail not in by_object:
            continue
        via, rows = by_object[rollup.detail]
        if rollup.via != via:
            continue
        value = _aggregate(rollup, rows, environment)
        root.values[field.name] = stored_value(field, value, work.context.timezone)


def _aggregate(rollup: RollupSpec, rows: Sequence[GraphRow], environment: Environment) -> Any:
    try:
        counted = [row for row in rows if rollup.where is None or compile_python(rollup.where)(row, environment)]
        if rollup.value is None:
            return len(counted)
        asked = compile_python(rollup.value)
        found: list[Any] = [value for row in counted if (value := asked(row, environment)) is not None]
    except Invalid:
        return None
    if rollup.kind == "sum":
        return sum(found, Decimal(0))
    if not found:
        return None
    return max(found) if rollup.kind == "max" else min(found) if rollup.kind == "min" else sum(found) / len(found)


def _load_formulas(work: Work, graph: Graph, level: Sequence[Draft], reads: Sequence[Expression]) -> None:
    spec = level[0].object
    readable = decide(work.snapshot, work.context.actor, spec.name, Verb.READ).readable
    fields = [field for name, field in spec.fields.items() if name in readable]
    shown = [e for field in fields for e in (field.formula, field.reference) if e is not None]
    load_needs(work, graph, needs_of(work.snapshot, spec.name, [*shown, *reads]), level)
