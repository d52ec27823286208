"""A stored file on its way out: headers under which no browser runs, guesses or shows it, and parts of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from formwork.files.blobs import Blobs
from formwork.files.stored import StoredFile
from formwork.kernel import Malformed

_RANGE = re.compile(r"bytes=(\d*)-(\d*)", re.ASCII)
_DIGITS = 18
"""Of a number in a Range header; a longer one is beyond every file."""
_PLAIN = re.compile(r"[^A-Za-z0-9._ -]")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What a door sends: a status, headers, and the bytes in pieces."""

    status: int
    headers: dict[str, str]
    pieces: Iterator[bytes]


@dataclass(frozen=True, slots=True)
class Download:
    """One file somebody may read."""

    file: StoredFile
    blobs: Blobs

    @property
    def tag(self) -> str:
        """The entity tag: the hash of the content."""
        return f'"{self.file.sha256}"'

    def is_known(self, header: str | None) -> bool:
        """True when an If-None-Match header names this content."""
        sent = [] if header is None else [one.strip().removeprefix("W/") for one in header.split(",")]
        return self.tag in sent or sent == ["*"]

    def headers(self) -> dict[str, str]:
        """Always an attachment (RFC 6266), never guessed, never run; kept by the reader's own browser and asked again.

        Pictures still show in an `<img>`, which heeds no disposition.
        """
        return {
            "Content-Type": self.file.media,
            "Content-Disposition": disposition(self.file.name),
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "private, no-cache",
            "Accept-Ranges": "bytes",
            "ETag": self.tag,
        }

    def outgoing(self, wanted: str | None = None, if_range: str | None = None) -> Outgoing:
        """The whole file, or the one part a Range header names (RFC 9110 section 14).

        Raises Malformed `range_not_satisfiable` for a part the file does not have.
        """
        size = self.file.size
        part = read_range(wanted, size) if wanted is not None and if_range in (None, self.tag) else None
        start, end = part or (0, size)
        headers = {**self.headers(), "Content-Length": str(end - start)}
        if part is not None:
            headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
        return Outgoing(200 if part is None else 206, headers, self.blobs.read(self.file.sha256, start, end))


def read_range(header: str, size: int) -> tuple[int, int] | None:
    """The first byte and the one after the last of a Range header; None for one that is not understood.

    Several ranges, and other units than bytes, are answered with the whole file.
    """
    found = _RANGE.fullmatch(header.replace(" ", ""))
    if found is None or found[1] == found[2] == "":
        return None
    # Python reads no number of thousands of digits, and beyond the last byte all are the same one.
    first, last = (int(text or "0") if len(text) <= _DIGITS else size for text in found.groups())
    if found[1] == "":
        start, end = max(0, size - last), size
    else:
        start, end = first, min(last + 1, size) if found[2] else size
    if start >= end:
        raise Malformed(f"The file has {size} bytes. Ask for a part within them.", code="range_not_satisfiable")
    return start, end


def disposition(name: str) -> str:
    """An attachment with its name, in plain letters for old programs and in full (RFC 5987)."""
    return f"attachment; filename=\"{_PLAIN.sub('_', name)}\"; filename*=UTF-8''{quote(name, safe='')}"
