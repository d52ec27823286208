"""One problem of a workspace, and how to mend it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """A problem at a place. `path` is dotted (`fields.status.type`), `mend` may be empty.

    `severity` is `error` (nothing can be published) or `warning`.
    """

    file: str
    line: int
    column: int
    path: str
    code: str
    message: str
    mend: str = ""
    severity: str = "error"

    def __str__(self) -> str:
        text = f"{self.file}:{self.line}:{self.column}: {self.message}"
        return f"{text} {self.mend}" if self.mend else text
