"""What a route answers, before it is bytes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, a JSON-ready body (None for none) and further headers.

    `media` other than JSON takes bytes, or a `Download` that is sent in pieces.
    """

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    media: str = "application/json"


NO_CONTENT = Answer(None, 204)
