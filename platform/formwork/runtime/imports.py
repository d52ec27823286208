"""Imports that run behind a request: one thread each, with the rights of whoever started it."""

import logging
from contextlib import AbstractContextManager
from threading import Thread
from uuid import UUID

from formwork.kernel import Conflict, Context
from formwork.runtime.runtime import Identified, Runtime
from formwork.runtime.tenant_options import TenantOptions
from formwork.storage import Tenant, Work
from formwork.transfer.job import State, find_job, move_job
from formwork.transfer.run import run_import
from formwork.transfer.shelf import Shelf, shelf_of

log = logging.getLogger(__name__)


def import_shelf(runtime: Runtime, tenant: Tenant) -> Shelf:
    """Where the files of a tenant's imports are kept."""
    return shelf_of(runtime.settings.data, tenant.name)


def start_import(runtime: Runtime, tenant: Tenant, context: Context, id: UUID) -> Thread:
    """Run an import, or go on with one that was killed, while the caller goes on too."""

    def open_work() -> AbstractContextManager[Work]:
        who = Identified(context.actor, context.locale, context.display_timezone)
        return runtime.write(tenant, lambda _: who, cause=("import",))

    def run() -> None:
        try:
            run_import(open_work, import_shelf(runtime, tenant), id, maker=TenantOptions(runtime))
        except Conflict as error:
            log.info("import %s: %s", id, error.message)
        except Exception:
            # The edge of the thread: nobody above could tell what happened.
            log.exception("import %s of tenant %s broke off", id, tenant.name)
            with open_work() as work:
                job = find_job(work, id)
                if job.state is State.RUNNING:
                    move_job(work, job, State.STOPPED)

    thread = Thread(target=run, name=f"import-{id}", daemon=True)
    thread.start()
    return thread
