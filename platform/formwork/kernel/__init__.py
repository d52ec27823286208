"""The ground floor: errors, context, actor, settings, ids and the clock. No I/O beyond the environment."""

from formwork.kernel.actor import ANONYMOUS, SYSTEM, Actor
from formwork.kernel.clock import Clock, SystemClock
from formwork.kernel.context import Context
from formwork.kernel.errors import (
    Conflict,
    Denied,
    FormworkError,
    Invalid,
    LimitExceeded,
    Malformed,
    NotFound,
    Raced,
    Refused,
    Unauthenticated,
    Unavailable,
)
from formwork.kernel.ids import new_id, parse_id, sort_ids
from formwork.kernel.problem import Problem
from formwork.kernel.repetition import repeated
from formwork.kernel.settings import SETTINGS, Setting, Settings

__all__ = [
    "ANONYMOUS",
    "SETTINGS",
    "SYSTEM",
    "Actor",
    "Clock",
    "Conflict",
    "Context",
    "Denied",
    "FormworkError",
    "Invalid",
    "LimitExceeded",
    "Malformed",
    "NotFound",
    "Problem",
    "Raced",
    "Refused",
    "Setting",
    "Settings",
    "SystemClock",
    "Unauthenticated",
    "Unavailable",
    "new_id",
    "parse_id",
    "repeated",
    "sort_ids",
]
