"""Record and principal ids: UUID version 7 (RFC 9562), so ids sort by creation time."""

from collections.abc import Iterable
from operator import attrgetter
from uuid import UUID

import uuid_utils

_NUMBER = attrgetter("int")


def new_id() -> UUID:
    """A fresh UUIDv7. Monotonic within the process."""
    return UUID(int=uuid_utils.uuid7().int)


def parse_id(text: str) -> UUID | None:
    """The id a text spells in canonical or bare hexadecimal form, or None when it spells none."""
    if len(text) not in (32, 36):
        return None
    try:
        return UUID(text)
    except ValueError:
        return None


def sort_ids(ids: Iterable[UUID]) -> list[UUID]:
    """The ids in their order, found without asking each of them in Python."""
    return sorted(ids, key=_NUMBER)
