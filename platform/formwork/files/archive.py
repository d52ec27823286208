"""Zip archives: refused when they would unpack to too much, told apart by what Office puts into them."""

import zipfile
from typing import IO

from formwork.kernel import Invalid

MOST_UNPACKED = 100_000_000
MOST_MEMBERS = 1_000
HIGHEST_RATIO = 100
"""Limits of SECURITY figures: bytes unpacked, members, unpacked to packed."""
_MACROS = "vbaproject.bin"
_MARKS = (("word/document.xml", "docx"), ("xl/workbook.xml", "xlsx"), ("ppt/presentation.xml", "pptx"))
_OPEN_DOCUMENT = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.presentation": "odp",
}
_LONGEST_TYPE = 200


def require_safe_archive(file: IO[bytes]) -> None:
    """Refuse an archive that is damaged, unpacks to too much or holds macros (Invalid `unsafe_file`).

    Only the directory at its end is read; nothing is unpacked.
    """
    members = _members(file)
    size = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members) or 1
    if len(members) > MOST_MEMBERS or size > MOST_UNPACKED or size / packed > HIGHEST_RATIO:
        raise Invalid("The archive unpacks to more than is allowed. Send its parts on their own.", code="unsafe_file")
    if any(member.filename.lower().endswith(_MACROS) for member in members):
        raise Invalid("Files with macros are not taken. Save it without macros.", code="unsafe_file")


def kind_in_archive(file: IO[bytes]) -> str:
    """The word of the kind of an archive found safe: a document of an office suite, or `zip`."""
    names = {member.filename for member in _members(file)}
    found = next((word for mark, word in _MARKS if mark in names), None)
    if found is None and "mimetype" in names:
        file.seek(0)
        with zipfile.ZipFile(file) as archive, archive.open("mimetype") as member:
            found = _OPEN_DOCUMENT.get(member.read(_LONGEST_TYPE).strip())
    return found or "zip"


def _members(file: IO[bytes]) -> list[zipfile.ZipInfo]:
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            return archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise Invalid("The archive is damaged. Make it anew and send it again.", code="bad_file_type") from error
