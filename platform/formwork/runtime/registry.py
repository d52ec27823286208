"""What the platform and its plugins offer, frozen at start."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from formwork.fieldtypes.base import FieldType
from formwork.fieldtypes.registry import FIELD_TYPES
from formwork.jobs import Handler
from formwork.records import GUARD_LIFE, GUARD_LINKS, GUARD_WRITE, WRITTEN
from formwork.runtime.people import after_people, guard_going, guard_people, guard_repointing

SUBSCRIBERS: Mapping[str, tuple[Callable[..., Any], ...]] = {
    GUARD_WRITE: (guard_people,),
    GUARD_LIFE: (guard_going,),
    GUARD_LINKS: (guard_repointing,),
    WRITTEN: (after_people,),
}
"""Who listens in every installation."""


@dataclass(frozen=True, slots=True)
class Registry:
    """Field types by word, who listens to which announcement of `records`, who to which topic of the outbox."""

    field_types: Mapping[str, FieldType] = field(default_factory=lambda: FIELD_TYPES)
    subscribers: Mapping[str, tuple[Callable[..., Any], ...]] = field(default_factory=lambda: SUBSCRIBERS)
    handlers: Mapping[str, tuple[Handler, ...]] = field(default_factory=dict)
