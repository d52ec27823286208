"""Rows held before they are written: masters before their details, whoever writes and whichever is written first.

A write of a detail ends at its master's roll-ups, a write of a master begins there. Taken in one order, two such
writes wait for each other in line; in two orders they could wait for each other for ever. Concerns PostgreSQL;
on SQLite whoever writes holds the whole file.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from uuid import UUID

from formwork.catalog import Snapshot
from formwork.records.draft import Draft
from formwork.storage import Work, rows, writes


def hold(work: Work, object: str, ids: Iterable[UUID]) -> None:
    """Hold these records until the transaction ends, their masters before them."""
    known = list(ids)
    hold_masters_of(work, object, known)
    writes.lock(work, object, known)


def hold_masters(work: Work, drafts: Sequence[Draft]) -> None:
    """Hold the masters of drafts of one object that are written without them, those left among them."""
    if not drafts or not work.place.is_postgres:
        return
    master = drafts[0].object.master
    if master is None or not _is_derived_from(work.snapshot, master.object, drafts[0].object.name):
        return
    named = [values.get(master.field) for draft in drafts for values in (draft.values, draft.old or {})]
    hold(work, master.object, {id for id in named if id is not None})


def hold_masters_of(work: Work, object: str, ids: Sequence[UUID]) -> None:
    """Hold the masters of these records."""
    if not work.place.is_postgres:
        return
    master = work.object(object).master
    if master is not None and _is_derived_from(work.snapshot, master.object, object):
        above = rows.load(work, object, ids, [master.field])
        hold(work, master.object, {row[master.field] for row in above.values()})


@lru_cache(maxsize=4_096)
def _is_derived_from(snapshot: Snapshot, master: str, detail: str) -> bool:
    """True when stored values of the master are made of its details."""
    return any(
        one.object == master and any(item.object == detail for item in one.inputs) for one in snapshot.derivations
    )
