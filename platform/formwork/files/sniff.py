"""What a file is, told from its bytes: never from the type a browser names."""

from typing import IO

from formwork.fieldtypes.file_kind import FILE_KINDS, FileKind, kind_of_extension
from formwork.files.archive import kind_in_archive, require_safe_archive
from formwork.files.name import extension_of
from formwork.files.picture import require_safe_picture
from formwork.kernel import Invalid

_HEAD = 4096
_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"%PDF-", "pdf"),
    (b"{\\rtf", "rtf"),
    (b"OggS", "ogg"),
    (b"\x1a\x45\xdf\xa3", "webm"),
    (b"ID3", "mp3"),
    (b"\xff\xfb", "mp3"),
    (b"\xff\xf3", "mp3"),
    (b"\xff\xf2", "mp3"),
)
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""The start of an OLE compound file: Office before 2007, Outlook messages."""
_STREAMS = {
    "WordDocument": "doc", "Workbook": "xls", "Book": "xls", "PowerPoint Document": "ppt",
    "__properties_version1.0": "msg",
}  # fmt: skip
_MACROS = "_VBA_PROJECT"
_BRANDS = {
    b"M4A ": "m4a", b"M4B ": "m4a", b"qt  ": "mov", b"heic": "heic", b"heix": "heic", b"mif1": "heic", b"msf1": "heic",
}  # fmt: skip
_PLAIN_CONTROLS = frozenset(b"\t\n\r\f\x1b")


def kind_of(file: IO[bytes], name: str) -> FileKind:
    """The kind of a seekable file; raises Invalid `bad_file_type` or `unsafe_file`.

    The bytes decide. A name that promises another kind is refused, so that nobody opens what they do not expect.
    """
    file.seek(0)
    head = file.read(_HEAD)
    promised = kind_of_extension(extension_of(name))
    if extension_of(name) and promised is None:
        raise Invalid(f"Files of the kind `.{extension_of(name)}` are not taken.", code="bad_file_type")
    found = _by_content(file, head)
    if found is None:
        found = promised if promised is not None and promised.text and _is_text(head) else None
    if found is None:
        raise Invalid("This kind of file is not taken, or the file is damaged.", code="bad_file_type")
    if promised is not None and promised.word != found.word:
        raise Invalid(
            f"The file is named `.{extension_of(name)}` and is a {found.word.upper()} file. Give it its right name.",
            code="bad_file_type",
        )
    if found.picture:
        require_safe_picture(file, found.word)
    return found


def _by_content(file: IO[bytes], head: bytes) -> FileKind | None:
    word = next((word for start, word in _STARTS if head.startswith(start)), None)
    if word is None and head[:4] == b"RIFF":
        word = {b"WAVE": "wav", b"WEBP": "webp"}.get(head[8:12])
    elif word is None and head[4:8] == b"ftyp":
        word = _BRANDS.get(head[8:12], "mp4")
    elif word is None and head.startswith(_ZIP):
        require_safe_archive(file)
        word = kind_in_archive(file)
    elif word is None and head.startswith(_COMPOUND):
        word = _in_compound(file)
    return FILE_KINDS[word] if word is not None else None


def _in_compound(file: IO[bytes]) -> str | None:
    """Which Office wrote an OLE file, by the names of its streams; one with macros is refused."""
    file.seek(0)
    content = file.read()
    if _MACROS.encode("utf-16-le") in content:
        raise Invalid("Files with macros are not taken. Save it without macros.", code="unsafe_file")
    return next((word for stream, word in _STREAMS.items() if stream.encode("utf-16-le") in content), None)


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return all(byte >= 32 or byte in _PLAIN_CONTROLS for byte in head)
