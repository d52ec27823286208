"""Texts taken out of values: in strings, and wherever strings stand in lists, mappings and addresses."""

import re
from collections.abc import Iterable
from dataclasses import fields, is_dataclass, replace
from typing import Any

MARK = "[anonymised]"
"""Stands where a text was."""


class Rewrite:
    """Takes texts out of values, whatever the case of their letters, never out of the middle of a word."""

    def __init__(self, texts: Iterable[str]) -> None:
        longest_first = sorted(set(texts), key=len, reverse=True)
        joined = "|".join(re.escape(text) for text in longest_first)
        self._found = re.compile(rf"(?<![\w]){'(?:' + joined + ')'}(?!\w)", re.IGNORECASE) if joined else None

    def __call__(self, value: Any) -> Any:
        """The value without the texts."""
        if self._found is None or value is None:
            return value
        if isinstance(value, str):
            return self._found.sub(MARK, value)
        if isinstance(value, dict):
            return {self(key): self(item) for key, item in value.items()}
        if is_dataclass(value) and not isinstance(value, type):
            return replace(value, **{one.name: self(getattr(value, one.name)) for one in fields(value)})
        if isinstance(value, list | tuple):
            return type(value)(self(item) for item in value)
        return value
