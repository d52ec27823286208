"""An upload on its way in: read once, measured, hashed and looked at before anything is kept."""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from formwork.fieldtypes.file_kind import FileKind
from formwork.files.blobs import CHUNK, Blobs
from formwork.files.name import clean_name
from formwork.files.sniff import kind_of
from formwork.kernel import Invalid, LimitExceeded

_IN_MEMORY = 1_000_000
"""Bytes of an upload held in memory; the rest goes through a temporary file."""


@dataclass(frozen=True, slots=True)
class Received:
    """A content that is durable in the store, and what is known of it. `size` is in bytes."""

    sha256: str
    size: int
    name: str
    kind: FileKind


def receive(blobs: Blobs, source: IO[bytes], name: str, most: int) -> Received:
    """Take a stream into the store; `most` is the largest size in bytes.

    Runs outside any transaction: a slow sender keeps nobody waiting. Raises LimitExceeded `file_too_large`
    as soon as it is too much, Invalid `bad_file_type`, `unsafe_file` or `empty_file`.
    """
    safe = clean_name(name)
    with _spooled(source, most) as (file, sha256, size):
        if size == 0:
            raise Invalid("The file is empty. Choose another one.", code="empty_file")
        kind = kind_of(file, safe)
        if "." not in safe:
            safe = f"{safe}.{kind.word}"
        file.seek(0)
        blobs.put(sha256, file)
    return Received(sha256, size, safe, kind)


@contextmanager
def _spooled(source: IO[bytes], most: int) -> Iterator[tuple[IO[bytes], str, int]]:
    digest, size = hashlib.sha256(), 0
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
        while piece := source.read(CHUNK):
            size += len(piece)
            if size > most:
                raise LimitExceeded(
                    f"The file is larger than {most / 1_000_000:g} MB. Make it smaller or send it in parts.",
                    code="file_too_large",
                )
            digest.update(piece)
            file.write(piece)
        yield file, digest.hexdigest(), size
