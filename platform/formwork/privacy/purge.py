"""Records that were deleted long ago go for good, with their history and everything that hangs on them."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import TypeAlias

from formwork.catalog import ObjectSpec
from formwork.identity.audit import Event, note
from formwork.records.erase import forget_records
from formwork.storage import Work, scan
from formwork.storage.upkeep.purge import purge

OpenWork: TypeAlias = Callable[[], AbstractContextManager[Work]]
"""Opens a unit of work without limits that commits at its end."""
KEPT = timedelta(days=30)
"""How long a deleted record can be restored."""
_BATCH = 500


def purge_deleted(open_work: OpenWork) -> dict[str, int]:
    """Remove what was deleted more than thirty days ago, details before their masters; gives how many by object.

    People, groups and queues stay: what they did still names them.
    """
    with open_work() as work:
        objects = [one.name for one in sorted(work.snapshot.objects.values(), key=lambda one: -_depth(work, one))]
        wanted = [name for name in objects if not work.object(name).definition.system]
    gone: dict[str, int] = {}
    for object in wanted:
        while count := _purge(open_work, object):
            gone[object] = gone.get(object, 0) + count
    return gone


def _purge(open_work: OpenWork, object: str) -> int:
    with open_work() as work:
        ids = scan.deleted_before(work, object, work.context.now - KEPT, _BATCH)
        if ids:
            forget_records(work, object, ids)
            purge(work, object, ids)
            note(work, Event.PURGE, object=object, detail={"records": len(ids)})
    return len(ids)


def _depth(work: Work, spec: ObjectSpec) -> int:
    """How many masters stand above the records of an object."""
    return 0 if spec.master is None else 1 + _depth(work, work.object(spec.master.object))
