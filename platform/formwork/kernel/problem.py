"""One thing that is wrong with what somebody sent, and where."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Problem:
    """One entry of the `errors` list of a problem document (RFC 9457).

    `pointer` is a JSON Pointer (RFC 6901) into the request body, or "" for the whole of it.
    `code` is stable and listed in docs/api/errors.md; `message` is a full English sentence that
    says what to do. `args` holds the values of the message for translation: the doors look up
    `code` in the reader's language and fill in `args`; they hold nothing the reader may not see.
    """

    pointer: str
    code: str
    message: str
    args: Mapping[str, object] = field(default_factory=dict)

    def under(self, prefix: str) -> "Problem":
        """The same problem seen from an enclosing document, e.g. under `/lines/2`."""
        return Problem(prefix + self.pointer, self.code, self.message, self.args)
