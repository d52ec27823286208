"""Small real files for tests: pictures of any size, documents, archives that unpack to too much."""

import io
import struct
import zipfile
import zlib


def png(width: int = 2, height: int = 2, shade: int = 120) -> bytes:
    """A grey picture that every browser shows."""
    rows = b"".join(b"\x00" + bytes([shade]) * width for _ in range(height))
    return _png(width, height, zlib.compress(rows))


def png_that_says(width: int, height: int) -> bytes:
    """A picture whose header promises any size, with hardly anything behind it."""
    return _png(width, height, zlib.compress(b"\x00"))


def jpeg(width: int = 2, height: int = 2) -> bytes:
    """The start of a JPEG up to its frame, which is what tells its size."""
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    return b"\xff\xd8\xff\xe0" + struct.pack(">H", 16) + b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + frame


def pdf(text: str = "") -> bytes:
    """Enough of a PDF to be known for one."""
    return f"%PDF-1.7\n% {text}\n%%EOF\n".encode()


def archive(**members: bytes) -> bytes:
    """A zip; `__` in a name stands for a slash, `_dot_` for a dot."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in members.items():
            out.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return file.getvalue()


def _png(width: int, height: int, data: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )
