"""The counters behind the rate limit of one process.

The memory storage of `limits` starts a timer thread at every request; here an expired counter is
noticed when it is next asked for, and the rest are swept now and then.
"""

import time
from threading import Lock

from limits.storage import Storage

_SWEEP_EVERY = 1_000
"""Increments after which counters that nobody asks for any more are dropped."""


class CounterStorage(Storage):
    """Fixed-window counters in memory, found by the address `counter://`."""

    STORAGE_SCHEME = ["counter"]

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, **options: str) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions, **options)
        self._counts: dict[str, tuple[float, int]] = {}
        self._lock = Lock()
        self._increments = 0

    @property
    def base_exceptions(self) -> type[Exception]:
        """What a failing storage raises; a dictionary fails in no way of its own."""
        return KeyError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count `amount` more in the window of `key`, which ends `expiry` seconds after its first count."""
        now = time.time()
        with self._lock:
            ends, count = self._counts.get(key, (0.0, 0))
            if ends <= now:
                ends, count = now + expiry, 0
            self._counts[key] = (ends, count + amount)
            self._sweep(now)
            return count + amount

    def get(self, key: str) -> int:
        """The count in the running window."""
        ends, count = self._counts.get(key, (0.0, 0))
        return count if ends > time.time() else 0

    def get_expiry(self, key: str) -> float:
        """When the running window ends, in seconds since 1970."""
        return self._counts.get(key, (time.time(), 0))[0]

    def check(self) -> bool:
        """Always healthy."""
        return True

    def reset(self) -> int:
        """Forget everything; gives how many counters there were."""
        with self._lock:
            count = len(self._counts)
            self._counts.clear()
            return count

    def clear(self, key: str) -> None:
        """Forget one counter."""
        with self._lock:
            self._counts.pop(key, None)

    def _sweep(self, now: float) -> None:
        self._increments += 1
        if self._increments >= _SWEEP_EVERY:
            self._increments = 0
            self._counts = {key: pair for key, pair in self._counts.items() if pair[0] > now}
