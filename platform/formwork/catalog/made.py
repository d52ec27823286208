"""Mappings whose values are made when they are first asked for: what lets a Snapshot be there before its objects."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import TypeVar

V = TypeVar("V")


class Made(Mapping[str, V]):
    """Known names, each with a value that `make` gives once. `lock` (one that may be taken again by who
    holds it) is shared by mappings that ask each other.

    Reading is safe between threads; what is made never changes.
    """

    __slots__ = ("_lock", "_made", "_make", "_names")

    def __init__(self, names: Iterable[str], make: Callable[[str], V], lock: AbstractContextManager[object]) -> None:
        self._names = dict.fromkeys(names)
        self._make = make
        self._made: dict[str, V] = {}
        self._lock = lock

    def __getitem__(self, name: str) -> V:
        made = self._made
        if name in made:
            return made[name]
        if name not in self._names:
            raise KeyError(name)
        with self._lock:
            if name not in made:
                made[name] = self._make(name)
            return made[name]

    @property
    def made(self) -> Mapping[str, V]:
        """What has been made so far, at this moment."""
        return dict(self._made)

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
