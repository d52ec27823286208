"""Auto-numbers: the next number in the format of the field."""

import re
from collections.abc import Sequence
from functools import lru_cache

from formwork.catalog import FieldSpec, Snapshot
from formwork.expressions import check, compile_python
from formwork.expressions.types import BOOLEAN
from formwork.records.compiled import Closure
from formwork.records.draft import Draft
from formwork.records.graph import Graph
from formwork.storage import Work, counters

_PART = re.compile(r"\{(YYYY|YY|MM|DD|0+)\}")


def assign_numbers(work: Work, graph: Graph, drafts: Sequence[Draft]) -> None:
    """Give every draft of one object the auto-numbers it still lacks, a block of numbers at once."""
    if not drafts:
        return
    spec = drafts[0].object
    for field in spec.fields.values():
        if field.definition.type != "auto_number":
            continue
        waiting = [draft for draft in drafts if draft.values.get(field.name) is None]
        if field.definition.settings.get("assign_when"):
            due = _assign_when(work.snapshot, field.object, field.name)
            waiting = [draft for draft in waiting if due(graph.draft_row(draft), graph.environment)]
        else:
            waiting = [draft for draft in waiting if draft.is_new]
        if waiting:
            _number(work, field, waiting)


def _number(work: Work, field: FieldSpec, drafts: Sequence[Draft]) -> None:
    today = work.context.today
    pattern = str(field.definition.settings["format"])
    period = "".join(f"{today.year:04}" if "{Y" in pattern else "")
    period += f"{today.month:02}" if "{MM}" in pattern else ""
    period += f"{today.day:02}" if "{DD}" in pattern else ""
    key = f"{field.table}.{field.physical}.{period}"
    if field.definition.settings.get("gapless"):
        numbers = [counters.take_gapless(work, key) for _ in drafts]
    else:
        first = counters.take(work, key, len(drafts))
        numbers = list(range(first, first + len(drafts)))
    for draft, number in zip(drafts, numbers, strict=True):

        def part(match: re.Match[str], number: int = number) -> str:
            word = match.group(1)
            dates = {
                "YYYY": f"{today.year:04}",
                "YY": f"{today.year % 100:02}",
                "MM": f"{today.month:02}",
                "DD": f"{today.day:02}",
            }
            return dates.get(word) or f"{number:0{len(word)}}"

        draft.values[field.name] = _PART.sub(part, pattern)


@lru_cache(maxsize=1024)
def _assign_when(snapshot: Snapshot, object: str, field: str) -> Closure:
    text = str(snapshot.object(object).fields[field].definition.settings["assign_when"])
    return compile_python(check(text, snapshot.scope(object), BOOLEAN))
