"""Rules an object keeps over its records."""

from dataclasses import dataclass, field

from formwork.definitions.source import NOWHERE, Source


@dataclass(frozen=True, slots=True)
class ValidationRule:
    """Refuses a record while `error_when` is true. `at` names the field the message stands at.

    With `when_changed` the rule is asked only if one of these fields changes (or on create).
    """

    name: str
    error_when: str
    message: str
    at: str | None = None
    when_changed: tuple[str, ...] = ()
    source: Source = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class UniqueRule:
    """No two live records (for which `when` holds) may agree in all `fields`."""

    fields: tuple[str, ...]
    when: str | None = None
    message: str = ""
    source: Source = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class IndexRule:
    """An index over `fields`, in this order."""

    fields: tuple[str, ...]
    source: Source = field(default=NOWHERE, compare=False, repr=False)
