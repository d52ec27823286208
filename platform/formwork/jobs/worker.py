"""The worker: goes round the tenants, takes what is due, one message at a time.

It is the edge of a process: whatever a handler raises is logged once, kept with the message, and the
round goes on. A tenant that cannot be served is left in peace for a while, and the others are served.
"""

import logging
from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event
from time import monotonic, thread_time

from formwork.jobs import outbox
from formwork.jobs.calm import Calm
from formwork.jobs.chore import Chore, ensure
from formwork.jobs.errand import Errand
from formwork.jobs.message import Handler, Message
from formwork.kernel import FormworkError, Unavailable
from formwork.storage import Work

_LOG = logging.getLogger("formwork.jobs")
_PAUSE_SECONDS = 2.0
_SHARE = 9
"""A round that finds little is followed by a pause of so many times the processor time it took: asking a thousand
tenants whether there is work costs a tenth of a processor at most."""
_PAUSE_AFTER_ERROR_SECONDS = 15.0
_HOUR_SECONDS = 3_600.0


@dataclass(slots=True)
class Worker:
    """`tenants` names who is served; `read` and `write` open a unit of work of a tenant by name.

    A topic has handlers, which act in the unit of work that settles the message, or an errand, which does not.
    """

    tenants: Callable[[], Sequence[str]]
    read: Callable[[str], AbstractContextManager[Work]]
    write: Callable[[str], AbstractContextManager[Work]]
    handlers: Mapping[str, Sequence[Handler]] = field(default_factory=dict)
    errands: Mapping[str, Errand] = field(default_factory=dict)
    chores: Sequence[Chore] = ()
    between: Callable[[], object] = lambda: None
    """What is done once an hour for the installation, beside its tenants."""
    mark: Callable[[str], Hashable | None] = lambda _: None
    """What is another after each commit to a tenant's data, None where only asking tells: a tenant with nothing to do
    is not opened again before its mark changes or something falls due."""
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    _stop: Event = field(default_factory=Event)
    _ensured: set[str] = field(default_factory=set)
    _calm: Calm = field(default_factory=Calm)
    _resting: dict[str, float] = field(default_factory=dict)
    _next: float = 0.0

    def run(self) -> None:
        """Go round until `stop` is called."""
        while not self._stop.is_set():
            pause = _PAUSE_SECONDS
            began = thread_time()
            try:
                if self.go_round() >= outbox.BATCH:
                    pause = 0.0  # a batch was full, so more may wait; a few at a time would be a commit each
                else:
                    pause = max(pause, _SHARE * (thread_time() - began))
            except Exception:  # noqa: BLE001 - the edge of the process
                _LOG.exception("The worker could not go its round; it tries again.")
                pause = _PAUSE_AFTER_ERROR_SECONDS
            self._stop.wait(pause)

    def stop(self) -> None:
        """Let `run` end after the message at hand."""
        self._stop.set()

    def go_round(self) -> int:
        """Serve every tenant once; gives how many messages were settled.

        One whose database is busy or whose service fails is logged and left out for some seconds.
        """
        if self._next <= monotonic():
            self._next = monotonic() + _HOUR_SECONDS
            try:
                self.between()
            except FormworkError as error:
                _LOG.warning("What is due for the installation could not be done: %s", error.message)
        return sum(self._serve_or_rest(tenant) for tenant in self.tenants() if not self._stop.is_set())

    def resting(self) -> Sequence[str]:
        """The tenants that could not be served and are left out for now."""
        return sorted(name for name, until in self._resting.items() if until > monotonic())

    def _serve_or_rest(self, tenant: str) -> int:
        if self._resting.get(tenant, 0.0) > monotonic():
            return 0
        try:
            return self.serve(tenant)
        except Unavailable as error:
            _LOG.warning("Tenant %s could not be served; it is tried again: %s", tenant, error.message)
        except Exception:  # noqa: BLE001 - the edge of the process
            _LOG.exception("Tenant %s could not be served; it is tried again.", tenant)
        self._resting[tenant] = monotonic() + _PAUSE_AFTER_ERROR_SECONDS
        return 0

    def serve(self, tenant: str) -> int:
        """Settle what is due for one tenant; gives how many messages that were."""
        if tenant not in self._ensured:
            with self.write(tenant) as work:
                ensure(work, self.chores)
            self._ensured.add(tenant)
        mark = self.mark(tenant)
        if self._calm.holds(tenant, mark, self.now()):
            return 0
        chores = {chore.topic: chore for chore in self.chores}
        messages = self._look(tenant, mark, chores)
        if not messages:
            return 0
        heard = self.handlers.keys() | self.errands.keys() | chores.keys()
        settled = 0
        if any(one.topic not in heard for one in messages):
            with self.write(tenant) as work:
                settled += outbox.settle_unheard(work, messages, heard)
        for message in messages:
            if message.topic in heard and not self._stop.is_set():
                settled += self._settle(tenant, message, chores.get(message.topic))
        return settled

    def _look(self, tenant: str, mark: Hashable | None, chores: Mapping[str, Chore]) -> Sequence[Message]:
        """What is due; nothing is noted of a tenant that has work or bears no mark."""
        self._calm.forget(tenant)
        with self.read(tenant) as work:
            messages = outbox.due(work)
            if mark is None:
                return messages
            idle = {one.id for one in messages if one.topic in chores and not chores[one.topic].wanted(work)}
            if len(idle) == len(messages):
                self._calm.note(tenant, mark, outbox.next_due(work, idle))
        return [one for one in messages if one.id not in idle]

    def _settle(self, tenant: str, message: Message, chore: Chore | None) -> bool:
        if message.tenant != tenant:
            raise RuntimeError(f"A message of tenant {message.tenant!r} was about to be run in tenant {tenant!r}.")
        with self.write(tenant) as work:
            if not outbox.claim(work, message):
                return False
        try:
            if chore is not None:
                return self._run_chore(tenant, message, chore)
            if message.topic in self.errands:
                self.errands[message.topic](lambda: self.write(tenant), message)
            with self.write(tenant) as work:
                for handler in self.handlers.get(message.topic, ()):
                    handler(work.because(message.topic), message)
                return outbox.finish(work, message)
        except Exception as error:  # noqa: BLE001 - whatever a handler raises is kept with its message
            told = not isinstance(error, Unavailable)
            _LOG.error(
                "Message %s (%s) of tenant %s failed: %s", message.id, message.topic, tenant, error, exc_info=told
            )
            with self.write(tenant) as work:
                if chore is not None:
                    return outbox.postpone(work, message, chore.next(work.context))
                return outbox.fail(work, message, f"{type(error).__name__}: {error}")

    def _run_chore(self, tenant: str, message: Message, chore: Chore) -> bool:
        chore.run(lambda: self.write(tenant))
        with self.write(tenant) as work:
            return outbox.postpone(work, message, chore.next(work.context))
