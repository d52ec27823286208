"""Chains of people and departments: who stands above whom, to any depth."""

from collections.abc import Mapping
from uuid import UUID

from formwork.storage import Work, rows

DEEPEST = 100
"""Levels that are followed; nothing real is deeper."""


def comes_back(work: Work, object: str, field: str, id: UUID, above: UUID, coming: Mapping[UUID, UUID | None]) -> bool:
    """True when a record would stand above itself, were `above` its next one up.

    `coming` holds what other records of the same write will have in the field. A chain that is deeper than
    `DEEPEST` counts as one that comes back.
    """
    at: UUID | None = above
    for _ in range(DEEPEST):
        if at is None:
            return False
        if at == id:
            return True
        at = coming[at] if at in coming else rows.load(work, object, [at], [field]).get(at, {}).get(field)
    return True
