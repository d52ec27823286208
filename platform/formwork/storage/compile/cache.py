"""Compiled statements by shape, so that a request builds nothing the second time."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

from formwork.storage.compile.statement import Statement

KEPT = 4_000


class Statements:
    """The statements of this process, the oldest forgotten first."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._known: OrderedDict[Hashable, Statement] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._known)

    def get(self, key: Hashable, compile_: Callable[[], Statement]) -> Statement:
        """The statement of a key, compiled when it is new."""
        found = self._known.get(key)
        if found is not None:
            return found
        statement = compile_()
        with self._lock:
            self._known[key] = statement
            if len(self._known) > self._kept:
                self._known.popitem(last=False)
        return statement


STATEMENTS = Statements()
