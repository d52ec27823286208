"""The uploaded files of imports, kept under random ids until their import is forgotten."""

import os
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from formwork.kernel import NotFound, new_id


@dataclass(frozen=True, slots=True)
class Shelf:
    """A folder of one tenant. No name a user chose ever becomes part of a path."""

    folder: Path

    def put(self, data: bytes) -> UUID:
        """Keep a file durably and give its id."""
        self.folder.mkdir(parents=True, exist_ok=True)
        id = new_id()
        path = self._path(id)
        with path.with_suffix(".part").open("wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        path.with_suffix(".part").rename(path)
        return id

    def get(self, id: UUID) -> bytes:
        """The bytes of a file; raises NotFound when it was removed."""
        try:
            return self._path(id).read_bytes()
        except FileNotFoundError as error:
            raise NotFound("The file of this import is no longer kept. Upload it again.", code="file_gone") from error

    def remove(self, id: UUID) -> None:
        """Forget a file; nothing when it is gone already."""
        self._path(id).unlink(missing_ok=True)

    def has(self, id: UUID) -> bool:
        """Whether a file is still kept."""
        return self._path(id).exists()

    def sweep(self, before: datetime, keep: Collection[UUID]) -> int:
        """Remove the files put here before a moment, halves of broken uploads too; gives how many there were."""
        kept = {id.hex for id in keep}
        old = [
            path for path in (self.folder.iterdir() if self.folder.exists() else ())
            if path.name not in kept and path.stat().st_mtime < before.timestamp()
        ]  # fmt: skip
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def trial(self, id: UUID) -> Path:
        """Where the database of an import's dry run may be copied to; `sweep` removes what a crash leaves of it."""
        return self.folder / f"{id.hex}.trial"

    def _path(self, id: UUID) -> Path:
        return self.folder / id.hex


def shelf_of(data: Path, tenant: str) -> Shelf:
    """The shelf of a tenant in the data folder."""
    return Shelf(data / "imports" / tenant)
