"""What comes round for every tenant, and the worker that does it."""

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from formwork.assignment import HANDOVER, run_handover
from formwork.files import Blobs
from formwork.files.sweep import sweep_all, sweep_uploads
from formwork.identity.attempt import remove_old_failures
from formwork.identity.audit_seal import has_unsealed, prune_trail, seal_entries, verify_trail
from formwork.identity.link import remove_old_links
from formwork.identity.session_end import remove_ended_sessions
from formwork.identity.ticket import remove_ended_tickets
from formwork.jobs import Chore, Errand, Worker, hourly, nightly, soon
from formwork.jobs.chore import OpenWork
from formwork.jobs.outbox import prune
from formwork.notify import ADDRESS_CHANGED, INVITATION, RESET, address_errand, password_errand
from formwork.privacy.erasure import unfinished
from formwork.privacy.purge import purge_deleted
from formwork.privacy.retention import let_go
from formwork.publishing import indexes
from formwork.publishing.purge import due_to_purge, purge_retired
from formwork.publishing.retired import object_renames
from formwork.records.answers import forget_answers
from formwork.records.refresh import refresh_nightly
from formwork.records.renames import follow_renames
from formwork.records.row_counts import count_rows
from formwork.records.shares import forget_ended_shares
from formwork.runtime.erasures import ERASURES, finish_erasures
from formwork.runtime.imports import TOPIC, import_handler, sweep_shelf
from formwork.runtime.runtime import Runtime
from formwork.runtime.served import Served
from formwork.runtime.tenants import Operator, purge_due
from formwork.storage import locks, metadata
from formwork.storage.row_counts import keep_row_counts

_DAYS_OF_A_MONTH = 31
_LOG = logging.getLogger("formwork.audit")


def make_worker(runtime: Runtime) -> Worker:
    """The worker of this process, with the handlers of the registry."""
    served = Served(runtime)
    return Worker(
        tenants=served.names,
        mark=served.mark,
        now=served.now,
        read=runtime.job_read,
        write=runtime.job_write,
        between=partial(purge_due, runtime, Operator("worker")),
        handlers={**runtime.registry.handlers, TOPIC: (import_handler(runtime),)},
        errands=_errands(runtime),
        chores=(
            Chore("tidy", _tidy, hourly),
            Chore("nightly", _refresh, nightly),
            Chore("import-files", partial(sweep_shelf, runtime), nightly),
            Chore("uploads", partial(_sweep, runtime, sweep_uploads), hourly),
            Chore("files", partial(_sweep, runtime, sweep_all), nightly),
            Chore("indexes", _finish_indexes, hourly),
            Chore("row-counts", partial(_count_rows, runtime), hourly),
            Chore("audit-seal", _seal_audit, soon, wanted=has_unsealed),
            Chore("retention", _let_go, nightly),
            Chore("retired", partial(_purge_retired, runtime.settings.retired_days), nightly),
            Chore("renames", _repeat_renames, hourly),
            Chore(ERASURES, partial(_erase, runtime), soon, wanted=lambda work: unfinished(work) is not None),
            Chore("audit", partial(_look_after_audit, runtime.settings.audit_months), nightly),
        ),
    )


def _errands(runtime: Runtime) -> dict[str, Errand]:
    """What takes long, or waits for somebody outside. Without a mail server nobody listens to mails."""
    errands: dict[str, Errand] = {HANDOVER: run_handover}
    if runtime.post is not None:
        errands |= dict.fromkeys((INVITATION, RESET), password_errand(runtime.post))
        errands[ADDRESS_CHANGED] = address_errand(runtime.post)
    return errands


def _tidy(open_work: OpenWork) -> None:
    for forget in (
        remove_ended_sessions,
        remove_ended_tickets,
        remove_old_failures,
        remove_old_links,
        forget_ended_shares,
        forget_answers,
        prune,
    ):
        with open_work() as work:
            forget(work)


def _seal_audit(open_work: OpenWork) -> None:
    more = True
    while more:
        with open_work() as work:
            more = seal_entries(work) > 0


def _look_after_audit(months: int, open_work: OpenWork) -> None:
    """Look for tampering first, then let go what is old enough."""
    with open_work() as work:
        for problem in verify_trail(work).problems:
            _LOG.error("audit of %s: %s", work.context.tenant, problem)
    with open_work() as work:
        prune_trail(work, work.context.now - timedelta(days=months * _DAYS_OF_A_MONTH))


def _sweep(runtime: Runtime, sweep: Callable[[OpenWork, Blobs], int], open_work: OpenWork) -> None:
    with open_work() as work:
        tenant = work.context.tenant
    sweep(open_work, runtime.blobs(tenant))


def _let_go(open_work: OpenWork) -> None:
    """What was kept long enough goes first, then what was deleted long enough ago."""
    let_go(open_work)
    purge_deleted(open_work)


def _purge_retired(days: int, open_work: OpenWork) -> None:
    with open_work() as work:
        due = due_to_purge(work, days)
    if due:
        with open_work() as work:
            purge_retired(work, days)


def _repeat_renames(open_work: OpenWork) -> None:
    """Move what was written under the former name of an object by requests that began before it was renamed."""
    with open_work() as work:
        follow_renames(work, object_renames(work))


def _erase(runtime: Runtime, open_work: OpenWork) -> None:
    finish_erasures(runtime, open_work)


def _finish_indexes(open_work: OpenWork) -> None:
    with open_work() as work:
        locks.lock_publishing(work)
        indexes.settle(work, metadata.current_version(work).version)
    indexes.finish(work, work.snapshot)


def _count_rows(runtime: Runtime, open_work: OpenWork) -> None:
    """Count while others write; only the figures are written."""
    with open_work() as work:
        tenant = work.context.tenant
    with runtime.job_read(tenant) as work:
        work.unhurried()
        counts = count_rows(work)
    with open_work() as work:
        keep_row_counts(work, counts)


def _refresh(open_work: OpenWork) -> None:
    refresh_nightly(open_work)
