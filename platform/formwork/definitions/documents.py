"""Definitions that wait in their stored form until somebody asks for one."""

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")


class Documents(Sequence[T], Generic[T]):
    """Stored definitions of one kind, in order. `about` says of each which object it is about; no other is made.

    Compares, prints and hashes as the tuple of all of them, which makes them all.
    """

    __slots__ = ("_made", "_make", "about")

    def __init__(self, about: Sequence[str], make: Callable[[int], T]) -> None:
        self.about = tuple(about)
        self._make = make
        self._made: list[T | None] = [None] * len(self.about)

    @overload
    def __getitem__(self, at: int) -> T: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[T, ...]: ...
    def __getitem__(self, at: int | slice) -> T | tuple[T, ...]:
        """The definition at a place; of two threads that ask at once one makes what both get."""
        if isinstance(at, slice):
            return tuple(self)[at]
        made = self._made[at]
        if made is None:
            made = self._made[at] = self._make(at)
        return made

    def __len__(self) -> int:
        return len(self.about)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and not isinstance(other, str) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))

    def __add__(self, other: Sequence[T]) -> tuple[T, ...]:
        return (*self, *other)

    def __radd__(self, other: Sequence[T]) -> tuple[T, ...]:
        return (*other, *self)


def about(documents: Sequence[Any]) -> tuple[str, ...]:
    """The object each definition of an object, an extension or a layout is about; none that waits is made."""
    return documents.about if isinstance(documents, Documents) else tuple(_about(one) for one in documents)


def _about(definition: Any) -> str:
    words = (getattr(definition, word, None) for word in ("extends", "object", "name"))
    return next(word for word in words if isinstance(word, str))
