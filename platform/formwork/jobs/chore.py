"""Work that comes round again: each tenant has one outbox row per chore, claimed like every other."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TypeAlias
from uuid import UUID, uuid5

from formwork.jobs.outbox import CHORE, TABLE
from formwork.kernel import Context
from formwork.storage import Work, system

OpenWork: TypeAlias = Callable[[], AbstractContextManager[Work]]
"""Opens a unit of work that commits at the end of its block."""
_NAMES = UUID("7b1d1c0e-6f6e-4a55-9a56-8d0d5d2c9a11")
_HOUR = 2
_SOON = 5


@dataclass(frozen=True, slots=True)
class Chore:
    """`run` opens as many units of work as it likes; `next` says when it is due again.

    `wanted` is asked where nothing was written lately: while it says no, a chore that is due is left alone, and a
    tenant where nothing happens is not written to. It may hang on the tenant's data only, not on the time.
    """

    name: str
    run: Callable[[OpenWork], None]
    next: Callable[[Context], datetime]
    wanted: Callable[[Work], bool] = lambda _: True

    @property
    def topic(self) -> str:
        """The topic of its outbox row."""
        return f"{CHORE}{self.name}"

    @property
    def id(self) -> UUID:
        """The id of its outbox row, the same in every tenant."""
        return uuid5(_NAMES, self.name)


def soon(context: Context) -> datetime:
    """Five minutes from now."""
    return context.now + timedelta(minutes=_SOON)


def hourly(context: Context) -> datetime:
    """An hour from now."""
    return context.now + timedelta(hours=1)


def nightly(context: Context) -> datetime:
    """Two o'clock at night in the tenant's zone, the next time it comes."""
    local = datetime.combine(context.today, time(_HOUR), context.timezone)
    return (local if local > context.now else local + timedelta(days=1)).astimezone(UTC)


def ensure(work: Work, chores: Sequence[Chore]) -> None:
    """Give the tenant a row for every chore that has none yet."""
    now = work.context.now
    for chore in chores:
        row = {
            "id": chore.id, "at": now, "due": chore.next(work.context), "topic": chore.topic, "payload": {},
            "state": "waiting", "attempts": 0,
        }  # fmt: skip
        system.put_new(work, TABLE, row)


def hurry(work: Work, name: str) -> None:
    """Let a chore come round now; one that is under way, or that no worker has met yet, comes by itself."""
    waiting = {"topic": f"chore.{name}", "state": "waiting"}
    system.change(work, TABLE, {"due": work.context.now}, equals=waiting)
