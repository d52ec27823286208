"""Collects every problem of a link run, each with its place and a mend."""

from collections.abc import Iterable

from formwork.definitions.explain import nearest, nearest_or_list
from formwork.definitions.lost import Lost
from formwork.definitions.model import Finding, Place


class Findings:
    """A growing list of Finding. Linking never stops at the first problem.

    With `trusts` the documents were checked before they were stored, and their shapes are not checked again.
    """

    def __init__(self, lost: Iterable[Lost] = (), *, trusts: bool = False) -> None:
        self.trusts = trusts
        self._items: list[Finding] = []
        self._given = frozenset(lost)
        self._lost: set[Lost] = set()

    def lose(self, name: str, owner: str = "") -> None:
        """A name of an object whose definition was complained of: that it is missing is not told again."""
        self._lost.add(Lost(name, owner))

    def at(self, place: Place, code: str, path: str, message: str, mend: str = "", *, severity: str = "error") -> None:
        """Record one problem at a place of a file."""
        self._items.append(Finding(place.file, place.line, place.column, path, code, message, mend, severity))

    @staticmethod
    def nearest(name: str, known: Iterable[str]) -> str:
        """ "Did you mean `x`?" for the known name most like `name`, or nothing."""
        return nearest(name, known)

    @staticmethod
    def choice(name: str, known: Iterable[str], no_such: str) -> str:
        """As `nearest`; where nothing is like it, the few names there are, or else `no_such`: what to do."""
        return nearest_or_list(name, known, no_such)

    @property
    def all(self) -> tuple[Finding, ...]:
        """Every problem so far, ordered by file and line, without those that only echo a lost name."""
        items = sorted(set(self._items))
        lost = self._given | self._lost
        told = [item for item in items if not any(name.explains(item) for name in lost)]
        return tuple(told if told or self._given else items)

    @property
    def has_errors(self) -> bool:
        """True when something keeps the packages from being published."""
        return any(item.severity == "error" for item in self._items)
