"""Who acts: ids only, never a database row."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Actor:
    """The person, integration or system part a request acts for.

    `user` is None only for `SYSTEM` and `ANONYMOUS`. `roles` are role names with their includes
    resolved. `owners` maps a row scope (`own`, `team`, `department`, `subordinates`) to the
    principal ids it stands for; a scope without an entry grants no row. `attributes` are the
    values expressions read as `me.<name>` (name, email, department, account …).
    """

    user: UUID | None
    name: str = ""
    roles: frozenset[str] = frozenset()
    groups: frozenset[UUID] = frozenset()
    queues: frozenset[UUID] = frozenset()
    department: UUID | None = None
    account: UUID | None = None
    owners: Mapping[str, frozenset[UUID]] = field(default_factory=dict)
    attributes: Mapping[str, object] = field(default_factory=dict)
    system: bool = False
    reason: str = ""
    scopes: frozenset[str] | None = None
    """Scopes of the API key used, None when the sign-in carries the person's full rights."""
    known: dict[Any, Any] = field(default_factory=dict, init=False, compare=False, repr=False)
    """Answers about this actor that were worked out already, under whatever they hold for."""


SYSTEM = Actor(user=None, name="system", system=True, reason="platform")
"""Acts without limits; every use states its reason with `system_actor`."""

ANONYMOUS = Actor(user=None, name="anonymous")
"""Nobody. Every question about records is refused before any query."""


def system_actor(reason: str) -> Actor:
    """The system actor with the reason the audit log will show."""
    return Actor(user=None, name="system", system=True, reason=reason)
