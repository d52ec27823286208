"""Tidying: uploads no record took, uses of records that were purged, contents nobody names."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from formwork.files.blobs import Blobs
from formwork.files.stored import LOCK, LOOSE, every_row
from formwork.files.stored import TABLE as FILES
from formwork.files.uses import TABLE as USES
from formwork.files.uses import release
from formwork.storage import Work, rows, system
from formwork.storage.locks import lock_name

GRACE = timedelta(days=1)
"""How long an upload waits for its record, and a content for a row that names it."""
_BATCH = 500
OpenWork = Callable[[], AbstractContextManager[Work]]


def sweep_uploads(open_work: OpenWork, blobs: Blobs) -> int:
    """Forget uploads that no record has taken within a day, with their contents; gives how many."""
    with open_work() as work:
        loose = system.find_many(
            work, FILES, equals={"state": LOOSE}, before={"since": work.context.now - GRACE},
            columns=("id", "sha256"), limit=_BATCH,
        )  # fmt: skip
        ids = {row["id"] for row in loose}
        count = system.remove(work, FILES, equals={"state": LOOSE}, in_={"id": ids})
    sweep_contents(open_work, blobs, {row["sha256"] for row in loose})
    return count


def sweep_all(open_work: OpenWork, blobs: Blobs) -> int:
    """Take away every old content that no row names: what refused or killed uploads left; gives how many.

    Uses of records that were purged go first, so that their files are swept a day later.
    """
    with open_work() as work:
        now = work.context.now
        release_purged(work)
    old = (one.sha256 for one in blobs.list() if one.at < now - GRACE)
    return sum(sweep_contents(open_work, blobs, batch) for batch in iter(lambda: list(islice(old, _BATCH)), []))


def sweep_contents(open_work: OpenWork, blobs: Blobs, contents: Iterable[str]) -> int:
    """Take away those of the contents that no row names; gives how many.

    An upload that names one meanwhile waits for the lock and then finds that it has gone.
    """
    wanted = set(contents)
    if not wanted:
        return 0
    with open_work() as work:
        lock_name(work, LOCK)
        named = {row["sha256"] for row in system.find_many(work, FILES, in_={"sha256": wanted}, columns=("sha256",))}
        for sha256 in wanted - named:
            blobs.remove(sha256)
    return len(wanted - named)


def release_purged(work: Work) -> int:
    """Forget the uses of records that are no longer there at all; gives how many."""
    by_table = {spec.table: name for name, spec in work.snapshot.objects.items()}
    uses = every_row(work, USES, "object", "record")
    gone: set[UUID] = set()
    for page in iter(lambda: list(islice(uses, _BATCH)), []):
        gone |= _without_record(work, page, by_table)
    release(work, gone)
    return len(gone)


def _without_record(work: Work, uses: Iterable[dict[str, Any]], by_table: dict[str, str]) -> set[UUID]:
    found: set[UUID] = set()
    groups: dict[str, list[dict[str, Any]]] = {}
    for use in uses:
        groups.setdefault(use["object"], []).append(use)
    for table, group in groups.items():
        if table not in by_table:
            continue
        ids = {use["record"] for use in group}
        there = set(rows.load(work, by_table[table], ids, ())) | set(rows.load_deleted(work, by_table[table], ids, ()))
        found |= {use["id"] for use in group if use["record"] not in there}
    return found
