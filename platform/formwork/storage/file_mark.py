"""Whether a SQLite database was written to, told without opening it."""

from pathlib import Path
from time import time_ns

_SETTLED_NS = 2_000_000_000
"""Two writes within a tick of the file system's clock have the same moment, so a file that was written to just now
tells nothing yet."""


def mark_of(file: Path) -> tuple[tuple[int, int, int], ...] | None:
    """Another value after each commit; None for two seconds after one, when nothing can be told.

    A commit goes to the write-ahead log beside the file, or into the file itself; an empty log, which comes and goes
    with the connections, counts as none.
    """
    found: list[tuple[int, int, int]] = []
    for one in (file, file.with_name(f"{file.name}-wal")):
        try:
            known = one.stat()
        except FileNotFoundError:
            continue
        if known.st_size == 0:
            continue
        if time_ns() - known.st_mtime_ns < _SETTLED_NS:
            return None
        found.append((known.st_ino, known.st_mtime_ns, known.st_size))
    return tuple(found)
