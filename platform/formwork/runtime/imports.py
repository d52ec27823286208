"""Imports and their dry runs behind a request: one thread each, with the rights of whoever started it.

While a thread lives it puts off a message to the worker. When its process dies the message falls due, and
whichever process takes it goes on with the import where its last chunk was committed; a dry run begins anew.
"""

import logging
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from threading import Event, Thread
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from formwork.identity import actor_of
from formwork.jobs import Handler, Message, OpenWork, outbox
from formwork.kernel import Conflict, Context, NotFound, Unavailable
from formwork.runtime.runtime import Identified, Runtime
from formwork.runtime.tenant_options import TenantOptions
from formwork.storage import Tenant, Work
from formwork.transfer.check import BROKEN_OFF, ready_check, run_check
from formwork.transfer.job import (
    Check,
    Ending,
    Job,
    State,
    begin_check,
    end_check,
    find_job,
    move_job,
    running_files,
)
from formwork.transfer.run import run_import
from formwork.transfer.shelf import Shelf, shelf_of

TOPIC = "import.silent"
"""The message that falls due when nobody has told for a while that an import goes on."""
SILENCE = timedelta(seconds=10)
"""How long an import may be silent before another process goes on with it."""
_BEAT_SECONDS = 3.0
_MOST_TRIES = 5
"""Times an import is taken up again without getting any further; then it is stopped."""
_REASON = "import"
log = logging.getLogger(__name__)


def import_shelf(runtime: Runtime, tenant: Tenant) -> Shelf:
    """Where the files of a tenant's imports are kept."""
    return shelf_of(runtime.settings.data, tenant.name)


def start_import(runtime: Runtime, tenant: Tenant, context: Context, id: UUID) -> Thread:
    """Run an import, or go on with one that was broken off, while the caller goes on too."""
    run = _Run.of(context, id)
    with runtime.system_write(tenant.name, _REASON) as work:
        watch = outbox.put(work, TOPIC, run.as_json(), work.context.now + SILENCE)
    return _begin(runtime, tenant, run, watch)


def start_check(runtime: Runtime, tenant: Tenant, context: Context, id: UUID) -> Thread:
    """Try an import while the caller goes on; raises what would stop it before its first row."""
    run = replace(_Run.of(context, id), check=True)
    with runtime.write(tenant, run.identify, cause=(_REASON,)) as work:
        ready_check(work, import_shelf(runtime, tenant), id)
        watch = outbox.put(work, TOPIC, run.as_json(), work.context.now + SILENCE)
    return _begin(runtime, tenant, run, watch)


def import_handler(runtime: Runtime) -> Handler:
    """Takes up imports whose process is gone."""
    return partial(_take_up, runtime)


def sweep_shelf(runtime: Runtime, open_work: OpenWork) -> None:
    """Remove uploaded files that have been kept long enough, but for those of imports that run."""
    with open_work() as work:
        kept, before = running_files(work), work.context.now - timedelta(days=runtime.settings.import_days)
        tenant = work.context.tenant
    shelf_of(runtime.settings.data, tenant).sweep(before, kept)


@dataclass(frozen=True, slots=True)
class _Run:
    """Who runs which import, and in which circumstances; `position` is how far the last try had come.

    With `check` it is the dry run.
    """

    job: UUID
    user: UUID
    scopes: frozenset[str] | None
    locale: str
    timezone: str
    tries: int = 1
    position: int = 0
    check: bool = False

    @classmethod
    def of(cls, context: Context, id: UUID) -> "_Run":
        """The first try of whoever asks."""
        assert context.actor.user is not None
        return cls(id, context.actor.user, context.actor.scopes, context.locale, context.display_timezone.key)

    def as_json(self) -> dict[str, Any]:
        """The payload of the message."""
        return {
            "job": str(self.job), "user": str(self.user), "locale": self.locale, "timezone": self.timezone,
            "scopes": None if self.scopes is None else sorted(self.scopes), "tries": self.tries,
            "position": self.position, "check": self.check,
        }  # fmt: skip

    @classmethod
    def from_json(cls, payload: Mapping[str, Any]) -> "_Run":
        """The same from a payload."""
        scopes = payload["scopes"]
        return cls(
            UUID(payload["job"]), UUID(payload["user"]), None if scopes is None else frozenset(scopes),
            payload["locale"], payload["timezone"], payload["tries"], payload["position"],
            payload.get("check", False),
        )  # fmt: skip

    def again(self, job: Job) -> "_Run":
        """The next try, the first one when the last has come further. A dry run comes nowhere: it begins anew."""
        further = job.position > self.position and not self.check
        return replace(self, tries=1 if further else self.tries + 1, position=job.position)

    def identify(self, work: Work) -> Identified:
        """Who acts, with the rights they have now; raises Unauthenticated for who may not sign in any more."""
        actor = replace(actor_of(work, self.user), scopes=self.scopes)
        return Identified(actor, self.locale, ZoneInfo(self.timezone))


def _take_up(runtime: Runtime, work: Work, message: Message) -> None:
    run = _Run.from_json(message.payload)
    try:
        job = find_job(work, run.job)
    except NotFound:
        return
    if job.state not in _takes(run):
        return
    run = run.again(job)
    if run.tries > _MOST_TRIES:
        log.error("import %s of tenant %s does not get on; it is stopped", run.job, work.context.tenant)
        _end(work, run, job)
        return
    if run.check:
        begin_check(work, job)
    log.warning(
        "import %s of tenant %s was broken off; going on after row %s", run.job, work.context.tenant, job.totals.done
    )
    watch = outbox.put(work, TOPIC, run.as_json(), work.context.now + SILENCE)
    tenant = runtime.directory.get(work.context.tenant)
    work.afterwards.append(lambda: _start(runtime, tenant, run, watch))  # it reads what is noted here


def _start(runtime: Runtime, tenant: Tenant, run: _Run, watch: UUID) -> None:
    _begin(runtime, tenant, run, watch)


def _begin(runtime: Runtime, tenant: Tenant, run: _Run, watch: UUID) -> Thread:
    over = Event()
    thread = Thread(target=_go, args=(runtime, tenant, run, watch, over), name=f"import-{run.job}", daemon=True)
    Thread(target=_tell, args=(runtime, tenant, watch, over), name=f"import-beat-{run.job}", daemon=True).start()
    thread.start()
    return thread


def _go(runtime: Runtime, tenant: Tenant, run: _Run, watch: UUID, over: Event) -> None:
    def open_work() -> AbstractContextManager[Work]:
        return runtime.write(tenant, run.identify, cause=("import",))

    shelf, maker = import_shelf(runtime, tenant), TenantOptions(runtime)

    def beside() -> AbstractContextManager[Work]:
        return runtime.write_beside(tenant, run.identify, shelf.trial(run.job), cause=(_REASON,))

    try:
        if run.check:
            run_check(open_work, beside, shelf, run.job, maker)
        else:
            run_import(open_work, shelf, run.job, maker=maker)
    except Conflict as error:
        log.info("import %s: %s", run.job, error.message)
    except Unavailable as error:
        log.warning("import %s of tenant %s waits: %s", run.job, tenant.name, error.message)
        return  # the message falls due and another try begins
    except Exception:
        # The edge of the thread: nobody above could tell what happened.
        log.exception("import %s of tenant %s broke off", run.job, tenant.name)
        _stop(runtime, tenant, run)
    finally:
        over.set()
    with runtime.system_write(tenant.name, _REASON) as work:
        outbox.withdraw(work, watch)


def _stop(runtime: Runtime, tenant: Tenant, run: _Run) -> None:
    with runtime.system_write(tenant.name, _REASON) as work:
        job = find_job(work, run.job)
        if job.state in _takes(run):
            _end(work, run, job)


def _takes(run: _Run) -> tuple[State, ...]:
    """The states in which the thread has something to do."""
    return (State.CHECKING,) if run.check else (State.UPLOADED, State.RUNNING)


def _end(work: Work, run: _Run, job: Job) -> None:
    """Note that it does not go on: an import is stopped, a dry run could not be made."""
    if run.check:
        end_check(work, job, Check(Ending.FAILED, job.totals, reason=BROKEN_OFF))
    else:
        move_job(work, job, State.STOPPED)


def _tell(runtime: Runtime, tenant: Tenant, watch: UUID, over: Event) -> None:
    """Say again and again that the import goes on."""
    while not over.wait(_BEAT_SECONDS):
        try:
            with runtime.system_write(tenant.name, _REASON) as work:
                outbox.put_off(work, watch, work.context.now + SILENCE)
        except Unavailable:
            continue  # somebody writes just now; while nobody else can, nobody can take the import either
