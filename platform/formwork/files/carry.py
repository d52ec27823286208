"""Contents in a backup: written beside the tables, put back and checked against their own names."""

import hashlib
import tempfile
import zipfile
import zlib
from typing import BinaryIO

from formwork.files.blobs import CHUNK, Blobs
from formwork.files.stored import HELD, LOOSE, every_row
from formwork.files.stored import TABLE as FILES
from formwork.kernel import Invalid, NotFound
from formwork.storage import Work, system
from formwork.storage.upkeep.part import EVERYTHING, Part

FOLDER = "files/"
"""Before the SHA-256 in the names of the archive's members."""


def pack_contents(work: Work, blobs: Blobs, file: BinaryIO, part: Part = EVERYTHING) -> int:
    """Add every content that a row (of the part) names to a backup that was written to `file`; gives how many.

    `work` sees the moment of the backup. An upload no record has taken may be swept meanwhile; any other content
    that is missing raises NotFound `file_missing`, which `doctor` tells more about.
    """
    count = 0
    with zipfile.ZipFile(file, "a", zipfile.ZIP_STORED) as archive:
        for sha256, held in sorted(_named(work, part).items()):
            try:
                pieces = blobs.read(sha256)
            except NotFound:
                if held:
                    raise
                continue
            with archive.open(FOLDER + sha256, "w", force_zip64=True) as target:
                for piece in pieces:
                    target.write(piece)
            count += 1
    return count


def unpack_contents(work: Work, blobs: Blobs, file: BinaryIO) -> int:
    """Put the contents of a backup into the store, once its rows are restored; gives how many.

    Raises Invalid `bad_backup` when one is missing or is not what its name says. Rows of uploads that were swept while
    the backup was taken go.
    """
    count = 0
    with zipfile.ZipFile(file) as archive:
        names = set(archive.namelist())
        for sha256, held in sorted(_named(work).items()):
            if FOLDER + sha256 in names:
                _unpack(blobs, archive, sha256)
                count += 1
            elif held:
                raise _damaged(sha256)
            else:
                system.remove(work, FILES, equals={"sha256": sha256, "state": LOOSE})
    return count


def _unpack(blobs: Blobs, archive: zipfile.ZipFile, sha256: str) -> None:
    digest = hashlib.sha256()
    with tempfile.TemporaryFile() as file:
        try:
            with archive.open(FOLDER + sha256) as member:
                while piece := member.read(CHUNK):
                    digest.update(piece)
                    file.write(piece)
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise _damaged(sha256) from error
        if digest.hexdigest() != sha256:
            raise _damaged(sha256)
        file.seek(0)
        blobs.put(sha256, file)


def _named(work: Work, part: Part = EVERYTHING) -> dict[str, bool]:
    """Every content rows of the part name, and whether some record holds it."""
    found: dict[str, bool] = {}
    for row in every_row(work, FILES, "sha256", "state"):
        if part.has_file(row["id"]):
            found[row["sha256"]] = found.get(row["sha256"], False) or row["state"] == HELD
    return found


def _damaged(sha256: str) -> Invalid:
    return Invalid(f"The backup is damaged: the file {sha256[:12]}… is not what was written.", code="bad_backup")
