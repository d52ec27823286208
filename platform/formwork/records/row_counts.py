"""Counting what lists choose their shape by: rows of large objects by owner, by sharing rule, by who was given them."""

from uuid import UUID

from formwork.access import restrict_for_platform
from formwork.catalog import AggregateQuery, Measure, MeasureKind, ObjectSpec, Query, Selected
from formwork.catalog.reading import field_expression
from formwork.expressions import Expression
from formwork.storage import Work, read
from formwork.storage.row_counts import FEWEST, RowCounts, count_given

_MOST_OWNERS = 20_000
_NO_END = 10**9


def count_rows(work: Work) -> dict[str, RowCounts]:
    """The figures of every object with more than 5,000 rows. Takes a pass over each for every rule that has no index.

    A rule that asks who reads has no figure of its own; lists then look at some rows before they decide.
    """
    found: dict[str, RowCounts] = {}
    for name, spec in work.snapshot.objects.items():
        if _count(work, name, (), FEWEST) <= FEWEST:
            continue
        rules = [rule.when for rule in work.snapshot.rights.rules.values() if rule.object == name]
        found[name] = RowCounts(
            rows=_count(work, name, ()),
            owners=_by_owner(work, spec),
            rules={when.text: _count(work, name, (when,)) for when in rules if not when.uses_actor},
            given=count_given(work, name),
        )
    return found


def _count(work: Work, object: str, where: tuple[Expression, ...], most: int = _NO_END) -> int:
    selected = (Selected("id", field_expression(work.snapshot, object, "id")),)
    query = Query(object, selected, where=where, limit=None)
    return read.count_capped(work, restrict_for_platform(work.snapshot, query), most)


def _by_owner(work: Work, spec: ObjectSpec) -> dict[UUID, int]:
    if "owner" not in spec.fields:
        return {}
    query = AggregateQuery(
        spec.name,
        (Selected("owner", field_expression(work.snapshot, spec.name, "owner")),),
        (Measure("rows", MeasureKind.COUNT),),
        sort=(("rows", True),),
        limit=_MOST_OWNERS,
    )
    groups = read.aggregate(work, restrict_for_platform(work.snapshot, query))
    return {group["owner"]: group["rows"] for group in groups if group["owner"] is not None}
