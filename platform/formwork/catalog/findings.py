"""Collects every problem of a link run, each with its place and a mend."""

import difflib
from collections.abc import Iterable

from formwork.definitions.model import Finding, Place


class Findings:
    """A growing list of Finding. Linking never stops at the first problem."""

    def __init__(self) -> None:
        self._items: list[Finding] = []

    def at(self, place: Place, code: str, path: str, message: str, mend: str = "", *, severity: str = "error") -> None:
        """Record one problem at a place of a file."""
        self._items.append(Finding(place.file, place.line, place.column, path, code, message, mend, severity))

    @staticmethod
    def nearest(name: str, known: Iterable[str]) -> str:
        """ "Did you mean `x`?" for the known name most like `name`, or nothing."""
        hits = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
        return f"Did you mean `{hits[0]}`?" if hits else ""

    @property
    def all(self) -> tuple[Finding, ...]:
        """Every problem so far, ordered by file and line."""
        return tuple(sorted(set(self._items)))

    @property
    def has_errors(self) -> bool:
        """True when something keeps the packages from being published."""
        return any(item.severity == "error" for item in self._items)
