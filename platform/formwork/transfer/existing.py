"""Which rows mean records that are there already, by any fields of them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from formwork.access import Verb, decide, visible
from formwork.catalog import Query, Selected
from formwork.catalog.reading import field_expression, many_filter
from formwork.expressions import fold
from formwork.fieldtypes import RecordRef
from formwork.records import find_matches, from_python
from formwork.storage import Work, read
from formwork.transfer.matching import AMBIGUOUS
from formwork.transfer.prepare import Prepared

Key = tuple[Any, ...]
_BATCH = 400


def key_of(row: Prepared, match: Sequence[str]) -> Key | None:
    """What a row is matched by: texts without regard to case; None when part of it is blank."""
    cells = [row.values.get(name) for name in match]
    return None if any(cell is None for cell in cells) else tuple(_plain(cell) for cell in cells)


def find_existing(work: Work, object: str, match: Sequence[str], rows: Sequence[Prepared]) -> dict[Key, UUID | str]:
    """Key of a row -> id of the record the actor may see, AMBIGUOUS when there are several."""
    keyed = [row for row in rows if row.key is not None]
    if any(rule.fields == tuple(match) for rule in work.object(object).uniques):
        ids = find_matches(work, work.object(object), [row.values for row in keyed], tuple(match), from_python)
        return {row.key or (): id for row, id in zip(keyed, ids, strict=True) if id is not None}
    return _search(work, object, match, keyed)


def _search(work: Work, object: str, match: Sequence[str], rows: Sequence[Prepared]) -> dict[Key, UUID | str]:
    wanted = {row.key for row in rows if row.key is not None}
    decision = decide(work.snapshot, work.context.actor, object, Verb.READ)
    if not wanted or not decision.allowed or not set(match) <= decision.open:
        return {}
    first = match[0]
    asked = list({row.values[first] for row in rows if row.values.get(first) is not None})
    select = tuple(Selected(name, field_expression(work.snapshot, object, name)) for name in ("id", *match))
    found: dict[Key, UUID | str] = {}
    for start in range(0, len(asked), _BATCH):
        where = (many_filter(work.snapshot, object, first, asked[start : start + _BATCH]),)
        query = Query(object, select, where=where, limit=None)
        for id, *cells in read.fetch(work, visible(work.snapshot, decision, work.context.actor, query)):
            if any(cell is None for cell in cells):
                continue
            key = tuple(_plain(cell) for cell in cells)
            if key in wanted:
                found[key] = id if found.get(key, id) == id else AMBIGUOUS
    return found


def _plain(cell: Any) -> Any:
    if isinstance(cell, RecordRef):
        return cell.id
    return fold(cell) if isinstance(cell, str) else cell
