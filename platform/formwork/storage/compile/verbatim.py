"""SQL written by the compiler itself: constants of its own, never a value or a name from outside."""

from typing import Any

from sqlalchemy import ColumnElement, literal_column


def verbatim(text: str) -> ColumnElement[Any]:
    """A piece of SQL as it stands. Only texts written in this package may be passed."""
    return literal_column(text)
