"""Roll-ups that say `refresh: nightly`, computed anew for every record, with what follows from them."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from formwork.records.derived import Touched, recompute_closure
from formwork.storage import Work, derive, scan

_BATCH = 2_000


def refresh_nightly(open_work: Callable[[], AbstractContextManager[Work]]) -> int:
    """Bring nightly roll-ups up to date, one unit of work per batch so that others can write between.

    `open_work` opens a unit of work without limits that commits at its end. Gives how many values changed.
    """
    changed = 0
    with open_work() as work:
        wanted = [
            (one.object, one.field)
            for one in work.snapshot.derivations
            if (rollup := work.object(one.object).fields[one.field].rollup) is not None and rollup.nightly
        ]
        batches = {object: list(scan.every_id(work, object, _BATCH)) for object in {object for object, _ in wanted}}
    for object, field in wanted:
        for ids in batches[object]:
            with open_work() as work:
                found = derive.recompute(work, object, [field], ids)[field]
                touched = Touched()
                touched.add(object, [field], found)
                recompute_closure(work, touched)
            changed += len(found)
    return changed
