"""What loading a value answers when the value cannot be taken."""

from formwork.kernel import Invalid, Problem


class BadValue(Invalid):
    """One value that cannot be stored as it was sent.

    `code` is stable (listed in docs/api/errors.md), `message` is a full sentence that says what to
    send instead, `values` are the figures of the message for translation. The offending value is
    never part of the message.
    """

    default_code = "bad_value"

    def __init__(self, code: str, message: str, **values: object) -> None:
        super().__init__(message, code=code)
        self.values = values

    def problem(self, pointer: str) -> Problem:
        """The same refusal as a Problem at `pointer` (a JSON Pointer into the request)."""
        return Problem(pointer, self.code, self.message, self.values)
