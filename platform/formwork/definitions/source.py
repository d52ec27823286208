"""Where a definition was written, down to the line of each of its keys."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

Path: TypeAlias = tuple[str | int, ...]
"""Keys and list positions from the root of a document down to a value."""


@dataclass(frozen=True, slots=True)
class Place:
    """A file, line and column, both counted from 1; 0 where there is no file (a posted document)."""

    file: str
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """One document: its file and where each of its paths stands. `base` is the part a definition covers."""

    file: str
    positions: Mapping[Path, tuple[int, int]] = field(default_factory=dict, repr=False)
    base: Path = ()

    def at(self, *path: str | int) -> Place:
        """The place of `path` below this definition, or of its nearest written ancestor."""
        whole = self.base + path
        for length in range(len(whole), -1, -1):
            found = self.positions.get(whole[:length])
            if found:
                return Place(self.file, *found)
        return Place(self.file)

    def below(self, *path: str | int) -> "Source":
        """The source of a part of this definition."""
        return Source(self.file, self.positions, self.base + path)


NOWHERE = Source("")
"""The source of definitions that no file holds (system fields, defaults)."""
