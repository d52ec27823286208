"""The rows that name stored contents: one per upload, whoever else sent the same bytes."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from formwork.files.blobs import Blobs
from formwork.files.receive import Received
from formwork.kernel import LimitExceeded, Unavailable, new_id
from formwork.storage import Work, system
from formwork.storage.locks import lock_name

TABLE = "fw_file"
LOOSE = "loose"
"""Uploaded, and no record holds it yet."""
HELD = "held"
"""Some field of some record holds it, or held it before."""
LOCK = "files"
"""Held while a row begins to name a content, and while contents nobody names are taken away."""
MOST_LOOSE = 500
"""Files one person may have uploaded without any record holding them."""

_PAGE = 1_000


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One upload. `size` is in bytes, `media` what it was found to be, `by` who sent it."""

    id: UUID
    sha256: str
    name: str
    media: str
    size: int
    at: datetime
    by: UUID | None
    held: bool

    def shown(self) -> dict[str, Any]:
        """What a read of a record says of it."""
        return {"id": str(self.id), "name": self.name, "size": self.size, "type": self.media}


def keep_file(work: Work, blobs: Blobs, received: Received) -> StoredFile:
    """Name a received content; until a record holds it, it is its uploader's alone.

    Raises LimitExceeded `too_many_uploads`.
    """
    context = work.context
    if system.count(work, TABLE, by=context.actor.user, state=LOOSE) >= MOST_LOOSE:
        raise LimitExceeded(
            f"{MOST_LOOSE} files you uploaded belong to no record yet. Save those records first, or wait a day.",
            code="too_many_uploads",
        )
    lock_name(work, LOCK)
    if not blobs.has(received.sha256):
        raise Unavailable(
            "The file was tidied away while it arrived. Nothing was saved; send it again.",
            code="files_unavailable", extra={"retry_after": 1},
        )  # fmt: skip
    row = {
        "id": new_id(), "sha256": received.sha256, "name": received.name, "mime": received.kind.media,
        "size": received.size, "at": context.now, "by": context.actor.user, "state": LOOSE, "since": context.now,
    }  # fmt: skip
    system.append(work, TABLE, [row])
    return _file(row)


def every_row(work: Work, table: str, *columns: str) -> Iterator[dict[str, Any]]:
    """All rows of a table of this room by id, in pages, with these columns."""
    last: UUID | None = None
    while True:
        after = None if last is None else {"id": last}
        page = system.find_many(work, table, after=after, order=("id",), columns=("id", *columns), limit=_PAGE)
        yield from page
        if len(page) < _PAGE:
            return
        last = page[-1]["id"]


def forget_upload(work: Work, id: UUID) -> None:
    """Forget an upload no record holds; its content goes with the next sweep."""
    system.remove(work, TABLE, equals={"id": id, "state": LOOSE})


def find_files(work: Work, ids: Iterable[UUID]) -> dict[UUID, StoredFile]:
    """The files of these ids that are there, whoever may read them."""
    wanted = set(ids)
    if not wanted:
        return {}
    return {row["id"]: _file(row) for row in system.find_many(work, TABLE, in_={"id": wanted})}


def _file(row: Mapping[str, Any]) -> StoredFile:
    return StoredFile(
        row["id"], row["sha256"], row["name"], row["mime"], row["size"], row["at"], row["by"], row["state"] == HELD
    )
