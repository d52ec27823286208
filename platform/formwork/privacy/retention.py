"""Records that were kept long enough: found by the `retention` of their object, deleted or anonymised."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeAlias
from uuid import UUID

from formwork.catalog import ObjectSpec
from formwork.definitions.model import Retention
from formwork.identity.audit import Event, note
from formwork.kernel import Conflict, Context
from formwork.kernel.actor import system_actor
from formwork.privacy.erasure import CONFIRMATION, request_erasure
from formwork.privacy.personal import Subject, personal_fields
from formwork.records import ListRequest, count_records, delete, list_records
from formwork.storage import Work

OpenWork: TypeAlias = Callable[[], AbstractContextManager[Work]]
"""Opens a unit of work without limits that commits at its end."""
_BATCH = 50
_MOST_COUNTED = 10_000
_ASKABLE = frozenset({"text", "long_text", "email", "phone", "date"})
"""Types a condition can ask whether they are blank."""
_KEY = b"retention"
"""Signs cursors that never leave this process."""


@dataclass(frozen=True, slots=True)
class Due:
    """How many records of an object would go today, at most ten thousand counted; `before` is the day."""

    object: str
    act: str
    before: date
    count: int


def due_records(work: Work) -> list[Due]:
    """What the next night will let go, object by object, counted without limits of who asks."""
    work = work.acting_as(system_actor("retention"))
    return [
        Due(spec.name, kept.act, _before(work.context, kept), count_records(work, _request(work, spec), _MOST_COUNTED))
        for spec, kept in _kept(work)
    ]


def let_go(open_work: OpenWork) -> dict[str, int]:
    """Let go what was kept long enough, a batch in each unit of work; gives how many records by object.

    Records that others still need (`on_delete: restrict`) stay until these have gone.
    """
    with open_work() as work:
        objects = [spec.name for spec, _ in _kept(work)]
    return {object: count for object in objects if (count := _let_go(open_work, object))}


def _let_go(open_work: OpenWork, object: str) -> int:
    gone, cursor = 0, None
    while True:
        with open_work() as work:
            spec = work.object(object)
            kept = spec.definition.retention
            if kept is None:
                return gone
            page = list_records(work, replace(_request(work, spec), cursor=cursor), _KEY)
            ids = [UUID(row["id"]) for row in page.records]
            done = _anonymise(work, object, ids) if kept.act == "anonymise" else _delete(work, object, ids)
            if done:
                note(work, Event.RETENTION, object=object, detail={"do": kept.act, "records": done})
        gone, cursor = gone + done, page.next
        if cursor is None:
            return gone


def _delete(work: Work, object: str, ids: list[UUID]) -> int:
    gone = 0
    for id in ids:
        try:
            with work.savepoint():
                gone += min(1, delete(work, object, [id]))
        except Conflict:
            continue  # somebody still needs it; it is looked at again tomorrow
    return gone


def _anonymise(work: Work, object: str, ids: list[UUID]) -> int:
    if ids:
        request_erasure(work, [Subject(object, id) for id in ids], CONFIRMATION)
    return len(ids)


def _kept(work: Work) -> Iterator[tuple[ObjectSpec, Retention]]:
    for _, spec in sorted(work.snapshot.objects.items()):
        if spec.definition.retention is not None:
            yield spec, spec.definition.retention


def _request(work: Work, spec: ObjectSpec) -> ListRequest:
    """The list of what may go; what was anonymised before is not on it."""
    kept = spec.definition.retention
    assert kept is not None
    before = _before(work.context, kept)
    filters = [f"{kept.since} < '{_moment(work.context, spec, kept, before)}'"]
    filters += [kept.when] if kept.when else []
    filters += [_still_somebody(spec)] if kept.act == "anonymise" else []
    return ListRequest(spec.name, ("id",), tuple(filters), ("created_at",), _BATCH)


def _still_somebody(spec: ObjectSpec) -> str:
    asked = [one for one in personal_fields(spec) if one.definition.type in _ASKABLE and not one.sealed]
    terms = [
        f"not ({one.name} starts with 'anonymised-')" if one.definition.required else f"{one.name} is not blank"
        for one in asked
    ]
    return " or ".join(terms) or "false"


def _moment(context: Context, spec: ObjectSpec, kept: Retention, before: date) -> str:
    if spec.fields[kept.since].value_type.name == "date":
        return before.isoformat()
    return datetime.combine(before, time(), context.timezone).astimezone(UTC).isoformat()


def _before(context: Context, kept: Retention) -> date:
    """The first day that is still kept, in the tenant's calendar; a month's last day stands for days it lacks."""
    today = context.today
    if kept.unit == "days":
        return today - timedelta(days=kept.count)
    months = kept.count * (12 if kept.unit == "years" else 1)
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    first = date(max(year, 1), month + 1, 1)
    following = (first + timedelta(days=31)).replace(day=1)
    return first + timedelta(days=min(today.day, (following - first).days) - 1)
