"""Record and principal ids: UUID version 7 (RFC 9562), so ids sort by creation time."""

from uuid import UUID

import uuid_utils


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
