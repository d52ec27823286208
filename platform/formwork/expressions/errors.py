"""What is wrong with an expression, where, and what was expected."""

from collections.abc import Mapping
from dataclasses import dataclass

from formwork.kernel import Invalid


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the text; both count from 1."""

    line: int
    column: int


START = Position(1, 1)


class ExpressionError(Invalid):
    """The text is not an expression that can be used here.

    `code` is `bad_expression` (cannot be read), `unknown_name`, `bad_type` or `expression_limit`.
    `sentence` is the message without its place; `suggestion` is the nearest known name, if any.
    """

    default_code = "bad_expression"

    def __init__(
        self,
        sentence: str,
        *,
        at: Position = START,
        code: str | None = None,
        suggestion: str | None = None,
        extra: Mapping[str, object] | None = None,
    ) -> None:
        place = {"line": at.line, "column": at.column}
        super().__init__(
            f"Line {at.line}, column {at.column}: {sentence}",
            code=code,
            extra={**place, **({"suggestion": suggestion} if suggestion else {}), **(extra or {})},
        )
        self.sentence = sentence
        self.at = at
        self.suggestion = suggestion

    @property
    def line(self) -> int:
        """Line of the place, from 1."""
        return self.at.line

    @property
    def column(self) -> int:
        """Column of the place, from 1."""
        return self.at.column

    @property
    def mend(self) -> str:
        """What to write instead, as a sentence; '' where the message says it all."""
        return f"Write `{self.suggestion}`." if self.suggestion else ""


def overflow() -> Invalid:
    """The error of a number that has more than 18 digits before the point."""
    return Invalid("A calculated number has more than 18 digits before the decimal point.", code="overflow")
