"""Groups and measures over the records a reader may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from formwork.access import Verb, decide, require_readable, restrict
from formwork.catalog import AggregateQuery, Measure, MeasureKind, Selected
from formwork.expressions.types import ORDERED, Kind
from formwork.kernel import LimitExceeded, Malformed
from formwork.records.linked import title_expression
from formwork.records.one_currency import require_one_currency
from formwork.records.question import ask_expression, ask_filter, refusal, require_comparable, require_modest
from formwork.storage import Work, read

_RANKED = ORDERED | {Kind.SELECT}
"""What has a least and a greatest value on every database; options have those of their codes."""
MOST_GROUPS = 10_000
MOST_MEASURES = 20


@dataclass(frozen=True, slots=True)
class MeasureRequest:
    """One measure: its key in the answer, the function, and the expression it runs over (`*` for count)."""

    name: str
    kind: str
    expression: str = "*"


@dataclass(frozen=True, slots=True)
class AggregateRequest:
    """What to group by (expressions such as `stage` or `month(order_date)`) and what to measure."""

    object: str
    groups: tuple[str, ...] = ()
    measures: tuple[MeasureRequest, ...] = (MeasureRequest("count", "count"),)
    filters: tuple[str, ...] = ()
    sort: tuple[str, ...] = ()
    limit: int = 1000


def aggregate(work: Work, request: AggregateRequest) -> list[dict[str, Any]]:
    """One JSON-ready row per group, keyed by the group's expression and the measure's name.

    A group that is a link comes with what it points at as `title(<group>)`, and is sorted by it.
    """
    if not 1 <= request.limit <= MOST_GROUPS or len(request.measures) > MOST_MEASURES:
        raise LimitExceeded(
            f"At most {MOST_GROUPS:,} groups and {MOST_MEASURES} measures. Narrow the question.", code="query_limit"
        )
    decide(work.snapshot, work.context.actor, request.object, Verb.READ).require()
    require_modest((*request.filters, *request.groups, *(measure.expression for measure in request.measures)))
    known = {*request.groups, *(measure.name for measure in request.measures)}
    for key in request.sort:
        if key.removeprefix("-") not in known:
            raise Malformed("A sort key names a group or a measure of the same question.", code="bad_query")
    groups = tuple(Selected(text, ask_expression(work, request.object, text, part="groups")) for text in request.groups)
    for group in groups:
        require_comparable(work, group.expression, "grouped by")
    measures = _measures(work, request)
    where = tuple(ask_filter(work, request.object, text) for text in request.filters if text.strip())
    measured = [one.expression for one in measures if one.expression is not None]
    require_readable(work.snapshot, work.context.actor, [*measured, *(one.expression for one in groups), *where])
    require_one_currency(measures, [group.expression for group in groups], where)
    titles = {
        group.name: Selected(f"title({group.name})", found)
        for group in groups
        if (found := title_expression(work, request.object, group.expression)) is not None
    }
    query = AggregateQuery(
        request.object,
        groups=(*groups, *titles.values()),
        measures=measures,
        where=where,
        sort=tuple(
            (titles[name].name if name in titles else name, key.startswith("-"))
            for key in request.sort
            for name in (key.removeprefix("-"),)
        ),
        limit=request.limit,
    )
    return read.aggregate_json(work, restrict(work.snapshot, work.context.actor, query))


def _measures(work: Work, request: AggregateRequest) -> tuple[Measure, ...]:
    kinds: Sequence[str] = [kind.value for kind in MeasureKind]
    found: list[Measure] = []
    for one in request.measures:
        if one.kind not in kinds:
            raise Malformed(f"A measure is one of {', '.join(kinds)}.", code="bad_query")
        plain = one.kind == "count" and one.expression == "*"
        expression = None if plain else ask_expression(work, request.object, one.expression, part="measures")
        if expression is not None and one.kind in ("sum", "avg") and not expression.type.is_numeric:
            raise refusal(work, expression, f"`{one.kind}` needs a number, money or percent.")
        if expression is not None and one.kind in ("min", "max") and expression.type.kind not in _RANKED:
            raise refusal(
                work, expression, f"`{one.kind}` needs values that have an order; links and yes/no have none."
            )
        found.append(Measure(one.name, MeasureKind(one.kind), expression))
    return tuple(found)
