"""The nearest known name to a mistyped one."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like `name`, None when nothing comes near."""
    found = get_close_matches(name.lower(), sorted(known), n=1, cutoff=0.6)
    return found[0] if found else None


def did_you_mean(suggestion: str | None) -> str:
    """The end of a sentence: a question with the suggestion, or a full stop."""
    return f"; did you mean `{suggestion}`?" if suggestion else "."
