"""The files of a workspace: a folder, or a zip of one."""

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from formwork.kernel import Malformed

SHELVES: tuple[str, ...] = ("metadata", "objects", "layouts", "workflows", "plugins", "seed")
"""The six folders of a workspace, in reading order."""
MOST_FILES = 20_000
MOST_BYTES_UNPACKED = 256 * 1024 * 1024


class WorkspaceFiles(Protocol):
    """The files on the shelves of a workspace."""

    def names(self) -> tuple[str, ...]:
        """Paths such as `objects/library/book.yaml`, sorted."""

    def read(self, name: str) -> bytes:
        """The content of one of `names`."""


@dataclass(frozen=True, slots=True)
class FolderFiles:
    """The files of a folder. Hidden files, caches and links out of the folder are left aside."""

    root: Path

    def names(self) -> tuple[str, ...]:
        """See `WorkspaceFiles.names`."""
        found: list[str] = []
        for shelf in SHELVES:
            base = self.root / shelf
            for path in base.rglob("*") if base.is_dir() else ():
                parts = path.relative_to(self.root).parts
                if path.is_file() and not path.is_symlink() and _is_content(parts):
                    found.append("/".join(parts))
        return tuple(sorted(found))

    def read(self, name: str) -> bytes:
        """See `WorkspaceFiles.read`."""
        return (self.root / name).read_bytes()


@dataclass(frozen=True, slots=True)
class ZipFiles:
    """The files of a zip, unpacked in memory."""

    content: Mapping[str, bytes]

    def names(self) -> tuple[str, ...]:
        """See `WorkspaceFiles.names`."""
        return tuple(sorted(self.content))

    def read(self, name: str) -> bytes:
        """See `WorkspaceFiles.read`."""
        return self.content[name]


def open_files(path: Path) -> WorkspaceFiles:
    """The files of a folder or zip; raises Malformed when it is neither, or too large to be one."""
    if path.is_dir():
        return FolderFiles(path)
    if not path.is_file() or not zipfile.is_zipfile(path):
        raise Malformed(f"{path} is neither a folder nor a zip file. Name a workspace.", code="no_workspace")
    with zipfile.ZipFile(path) as archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > MOST_BYTES_UNPACKED:
            raise Malformed(
                f"{path.name} unpacks to more than {MOST_FILES:,} files or 256 MiB. Split the package.",
                code="unsafe_file",
            )
        content: dict[str, bytes] = {}
        for entry in entries:
            parts = PurePosixPath(entry.filename).parts
            if ".." in parts or entry.filename.startswith("/") or "\\" in entry.filename:
                raise Malformed(f"{path.name} holds a path outside itself. Build it again.", code="unsafe_file")
            if parts[0] in SHELVES and _is_content(parts):
                content[entry.filename] = archive.read(entry)
        return ZipFiles(content)


def _is_content(parts: tuple[str, ...]) -> bool:
    return not any(part.startswith((".", "__")) for part in parts) and parts[-1].upper() != "README.MD"
