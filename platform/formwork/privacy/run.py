"""Doing what was asked for: every anonymisation that is not done, step by step, batch by batch."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import TypeAlias

from formwork.files import Blobs
from formwork.files.sweep import sweep_contents
from formwork.identity.audit import Event, note
from formwork.privacy.erasure import Erasure, State, keep, unfinished
from formwork.privacy.steps import STEPS, Batch, Forget
from formwork.storage import Work, locks

_LOCK = "erasure"
OpenWork: TypeAlias = Callable[[], AbstractContextManager[Work]]
"""Opens a unit of work without limits that commits at its end."""


def run_erasures(open_work: OpenWork, blobs: Blobs, forget: Forget, forget_uploads: Callable[[Work], int]) -> int:
    """Finish every anonymisation that was asked for; may be called again after a kill. Gives how many were finished.

    `forget` takes a person out of the imports, `forget_uploads` removes the files people imported.
    """
    finished = 0
    while True:
        with open_work() as work:
            locks.lock_name(work, _LOCK)
            erasure = unfinished(work)
            if erasure is not None and erasure.step < len(STEPS):
                _go_on(work, erasure, forget)
        if erasure is None:
            return finished
        if erasure.step >= len(STEPS):
            _end(open_work, blobs, erasure, forget_uploads)
            finished += 1


def _go_on(work: Work, erasure: Erasure, forget: Forget) -> None:
    """One batch of the step at hand."""
    batch = Batch(erasure, erasure.position, erasure.needles, forget, set(erasure.contents), dict(erasure.totals))
    list(STEPS.values())[erasure.step](work, batch)
    step = erasure.step + 1 if batch.position is None else erasure.step
    keep(work, replace(
        erasure, state=State.RUNNING, step=step, position=batch.position, needles=batch.needles,
        totals=batch.changed, contents=tuple(sorted(batch.contents)),
    ))  # fmt: skip


def _end(open_work: OpenWork, blobs: Blobs, erasure: Erasure, forget_uploads: Callable[[Work], int]) -> None:
    """The contents of files go, then the words that were looked for."""
    sweep_contents(open_work, blobs, erasure.contents)
    with open_work() as work:
        forget_uploads(work)
        keep(work, replace(erasure, state=State.DONE, finished_at=work.context.now))
        told = {"job": str(erasure.id), "records": len(erasure.subjects), "changed": sum(erasure.totals.values())}
        note(work, Event.ANONYMISE, detail=told)
