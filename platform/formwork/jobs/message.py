"""A row of the outbox, and who wants it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from formwork.storage import Work


@dataclass(frozen=True, slots=True)
class Message:
    """Something that was announced at `at`. `attempts` counts the times it was begun before."""

    id: UUID
    topic: str
    payload: Mapping[str, Any]
    at: datetime
    attempts: int
    tenant: str = ""
    """Whose it is: the worker runs it in no other tenant."""


Handler: TypeAlias = Callable[[Work, Message], None]
"""Acts on a message in an open unit of work. May be called again with the same message; raises to be tried later."""
