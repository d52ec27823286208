"""What the platform and its plugins offer, frozen at start."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from formwork.fieldtypes.base import FieldType
from formwork.fieldtypes.registry import FIELD_TYPES


@dataclass(frozen=True, slots=True)
class Registry:
    """Field types by word, and who listens to which announcement of `records`."""

    field_types: Mapping[str, FieldType] = field(default_factory=lambda: FIELD_TYPES)
    subscribers: Mapping[str, tuple[Callable[..., Any], ...]] = field(default_factory=dict)
