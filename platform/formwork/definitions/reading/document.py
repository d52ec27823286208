"""A document that was read, before anything is known about its kind."""

from dataclasses import dataclass
from typing import Any

from formwork.definitions.finding import Finding
from formwork.definitions.source import Source

MOST_BYTES = 1024 * 1024
"""Size of a file that is still read."""


@dataclass(frozen=True, slots=True)
class Document:
    """The plain value of a file and where its parts stand. `data` is None when `findings` say why."""

    data: Any
    source: Source
    findings: tuple[Finding, ...] = ()


def unreadable(file: str, code: str, message: str, mend: str = "", line: int = 1, column: int = 1) -> Document:
    """The answer for a file that cannot be read at all."""
    return Document(None, Source(file), (Finding(file, line, column, "", code, message, mend),))
