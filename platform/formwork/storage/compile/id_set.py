"""Sets of ids as one parameter. A reader's set is the same at every request, so it is written out once."""

from collections.abc import Collection, Iterable
from functools import lru_cache
from uuid import UUID

_KEPT = 256


def as_array(ids: Iterable[UUID] | None) -> str:
    """The text PostgreSQL reads as an array of uuids."""
    return _array(ids) if isinstance(ids, frozenset) else _array.__wrapped__(ids or ())


def as_bytes(ids: Iterable[UUID] | None) -> bytes:
    """The ids one behind the other, 16 bytes each."""
    return _bytes(ids) if isinstance(ids, frozenset) else _bytes.__wrapped__(ids or ())


@lru_cache(maxsize=_KEPT)
def as_places(count: int) -> str:
    """A JSON list with one element for each of `count` ids, for SQLite to walk."""
    return f"[{','.join('0' * count)}]"


def size(ids: Iterable[UUID] | None) -> int:
    """How many ids there are."""
    return len(ids) if isinstance(ids, Collection) else len(list(ids or ()))


@lru_cache(maxsize=_KEPT)
def _array(ids: Iterable[UUID]) -> str:
    return f"{{{','.join([one.hex for one in ids])}}}"


@lru_cache(maxsize=_KEPT)
def _bytes(ids: Iterable[UUID]) -> bytes:
    return b"".join([one.bytes for one in ids])
