"""Doing a write anew when somebody else wrote the same records at the same moment."""

from collections.abc import Callable
from typing import TypeVar

from formwork.kernel.errors import FormworkError

MOST_REPEATS = 3
"""How often a write is done anew before its caller is told of the conflict."""
T = TypeVar("T")


def repeated(act: Callable[[int], T]) -> T:
    """What `act` gives, done anew at most `MOST_REPEATS` times when it raises an error that is `repeatable`.

    It is called with the number of times it was done before, and leaves nothing behind when it raises. Raises
    what the last call raised.
    """
    for repeats in range(MOST_REPEATS):
        try:
            return act(repeats)
        except FormworkError as error:
            if not error.repeatable:
                raise
    return act(MOST_REPEATS)
