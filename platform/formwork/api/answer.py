"""What a route answers, before it is bytes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from formwork.identity.audit import Event


@dataclass(frozen=True, slots=True)
class Audited:
    """What the audit trail tells of an answer to a request that only reads."""

    event: Event
    object: str
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, a JSON-ready body (None for none) and further headers.

    `media` other than JSON takes bytes, or a `Download` that is sent in pieces. `audited` is told in the audit
    trail before the answer leaves.
    """

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    media: str = "application/json"
    audited: "Audited | None" = None


NO_CONTENT = Answer(None, 204)
