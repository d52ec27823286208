"""The kinds of files that are taken at all: an allow-list, by extension."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileKind:
    """One kind: the word packages write in `accept`, and the media type it is served as (RFC 6838).

    `picture` marks what a page may show, `text` what is told from its name, as any text could be of it.
    """

    word: str
    media: str
    aliases: tuple[str, ...] = ()
    picture: bool = False
    text: bool = False


_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."

FILE_KINDS: Mapping[str, FileKind] = {
    kind.word: kind
    for kind in (
        FileKind("png", "image/png", picture=True),
        FileKind("jpg", "image/jpeg", ("jpeg", "jfif"), picture=True),
        FileKind("gif", "image/gif", picture=True),
        FileKind("webp", "image/webp", picture=True),
        FileKind("heic", "image/heic", ("heif",)),
        FileKind("tiff", "image/tiff", ("tif",)),
        FileKind("pdf", "application/pdf"),
        FileKind("docx", f"{_OFFICE}wordprocessingml.document"),
        FileKind("xlsx", f"{_OFFICE}spreadsheetml.sheet"),
        FileKind("pptx", f"{_OFFICE}presentationml.presentation"),
        FileKind("odt", f"{_OPEN}text"),
        FileKind("ods", f"{_OPEN}spreadsheet"),
        FileKind("odp", f"{_OPEN}presentation"),
        FileKind("doc", "application/msword"),
        FileKind("xls", "application/vnd.ms-excel"),
        FileKind("ppt", "application/vnd.ms-powerpoint"),
        FileKind("msg", "application/vnd.ms-outlook"),
        FileKind("rtf", "application/rtf"),
        FileKind("zip", "application/zip"),
        FileKind("mp3", "audio/mpeg"),
        FileKind("wav", "audio/wav"),
        FileKind("ogg", "audio/ogg", ("oga", "opus")),
        FileKind("m4a", "audio/mp4"),
        FileKind("mp4", "video/mp4", ("m4v",)),
        FileKind("mov", "video/quicktime"),
        FileKind("webm", "video/webm"),
        FileKind("txt", "text/plain", ("text", "log"), text=True),
        FileKind("csv", "text/csv", text=True),
        FileKind("md", "text/markdown", text=True),
        FileKind("json", "application/json", text=True),
        FileKind("ics", "text/calendar", text=True),
        FileKind("vcf", "text/vcard", text=True),
        FileKind("eml", "message/rfc822", text=True),
    )
}
"""Word -> kind. What is not here is refused; SVG, HTML, scripts and programs are left out on purpose."""

PICTURES = tuple(kind.word for kind in FILE_KINDS.values() if kind.picture)
SIGNATURES = ("png", "jpg")

_BY_EXTENSION = {name: kind for kind in FILE_KINDS.values() for name in (kind.word, *kind.aliases)}
_BY_MEDIA = {kind.media: kind for kind in FILE_KINDS.values()}


def kind_of_extension(extension: str) -> FileKind | None:
    """The kind a file's extension (without its dot) promises."""
    return _BY_EXTENSION.get(extension.lower())


def kind_of_media(media: str) -> FileKind | None:
    """The kind a stored file's media type stands for."""
    return _BY_MEDIA.get(media)
