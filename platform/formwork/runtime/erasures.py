"""Anonymising people behind a request: asked for here, done by the worker of whichever process comes first."""

from collections.abc import Sequence
from uuid import UUID

from formwork.jobs import OpenWork
from formwork.jobs.chore import hurry
from formwork.privacy import Subject, request_erasure
from formwork.privacy.run import run_erasures
from formwork.runtime.runtime import Runtime
from formwork.storage import Work
from formwork.transfer.erase import forget_imported, forget_uploads

ERASURES = "erasures"
"""The chore that does it."""


def ask_for_erasure(work: Work, subjects: Sequence[Subject], confirmation: str) -> UUID:
    """Ask for a person to be anonymised as soon as this is committed; raises what `request_erasure` raises."""
    id = request_erasure(work, subjects, confirmation)
    hurry(work, ERASURES)
    return id


def finish_erasures(runtime: Runtime, open_work: OpenWork) -> int:
    """Finish whatever was asked for, and what a process that was killed left; gives how many were finished."""
    with open_work() as work:
        tenant = work.context.tenant
    data = runtime.settings.data
    return run_erasures(open_work, runtime.blobs(tenant), forget_imported, lambda work: forget_uploads(work, data))
