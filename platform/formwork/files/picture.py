"""How large a picture is, read from its header: nothing is decoded, a bomb never goes off here or in a browser."""

import struct
from typing import IO

from formwork.kernel import Invalid

MOST_PIXELS = 100_000_000
LONGEST_SIDE = 30_000
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
"""JPEG markers that start a frame and tell its size (ITU-T T.81 table B.1)."""


def require_safe_picture(file: IO[bytes], word: str) -> None:
    """Refuse a picture of too many pixels (`unsafe_file`) or whose size cannot be read (`bad_file_type`)."""
    try:
        width, height = _SIZES[word](file)
    except (struct.error, IndexError) as error:
        raise Invalid("The picture is damaged. Save it anew and send it again.", code="bad_file_type") from error
    if width < 1 or height < 1:
        raise Invalid("The picture is damaged. Save it anew and send it again.", code="bad_file_type")
    if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
        raise Invalid(
            f"The picture has {width:,} × {height:,} pixels, more than is taken. Make it smaller.", code="unsafe_file"
        )


def _png(file: IO[bytes]) -> tuple[int, int]:
    file.seek(16)
    width, height = struct.unpack(">II", file.read(8))
    return width, height


def _gif(file: IO[bytes]) -> tuple[int, int]:
    file.seek(6)
    width, height = struct.unpack("<HH", file.read(4))
    return width, height


def _webp(file: IO[bytes]) -> tuple[int, int]:
    file.seek(0)
    head = file.read(30)
    form = head[12:16]
    if form == b"VP8X":
        return 1 + int.from_bytes(head[24:27], "little"), 1 + int.from_bytes(head[27:30], "little")
    if form == b"VP8L":
        bits = struct.unpack("<I", head[21:25])[0]
        return 1 + (bits & 0x3FFF), 1 + ((bits >> 14) & 0x3FFF)
    width, height = struct.unpack("<HH", head[26:30])
    return width & 0x3FFF, height & 0x3FFF


def _jpeg(file: IO[bytes]) -> tuple[int, int]:
    file.seek(2)
    while True:
        mark, marker = struct.unpack(">BB", file.read(2))
        while marker == 0xFF:
            marker = file.read(1)[0]
        if mark != 0xFF:
            raise IndexError("no marker where one must be")
        (length,) = struct.unpack(">H", file.read(2))
        if marker in _FRAMES:
            _depth, height, width = struct.unpack(">BHH", file.read(5))
            return width, height
        file.seek(length - 2, 1)


_SIZES = {"png": _png, "gif": _gif, "webp": _webp, "jpg": _jpeg}
