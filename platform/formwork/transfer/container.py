"""The parts of an XLSX container that make up its first sheet, found safe to unpack and packed anew.

The reader of spreadsheets sees only what was looked at here, under names given here: it cannot find another part by
another way through the container than the one that was checked.
"""

import io
import posixpath
import zipfile
from collections.abc import Iterator, Mapping

from formwork.kernel import Invalid
from formwork.transfer.extent import Extent, SharedTexts, damaged, read_part

MOST_UNPACKED = 100_000_000
MOST_MEMBERS = 1_000
HIGHEST_RATIO = 100
_MACROS = "vbaproject.bin"
_PIECE = 1 << 16
_SMALL = 4_000_000
"""Bytes of a part that says where the others are."""
_WORKBOOK = (
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<workbookPr date1904="{}"/><sheets><sheet name="Sheet" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
_TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_TYPE}worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_TYPE}sharedStrings" Target="sharedStrings.xml"/>'
    f'<Relationship Id="rId3" Type="{_TYPE}styles" Target="styles.xml"/></Relationships>'
)
_ROOT = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_TYPE}officeDocument" Target="xl/workbook.xml"/></Relationships>'
)


def first_sheet(data: bytes) -> bytes:
    """A workbook of the first sheet of this one, with its shared texts and styles and nothing else.

    Raises Invalid `unsafe_file` for what unpacks, or reaches, beyond the limits, `unreadable_file` for no workbook.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            _require_safe(members)
            return _Container(archive, members).repack()
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise damaged() from error


def _require_safe(members: list[zipfile.ZipInfo]) -> None:
    size = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members) or 1
    if len(members) > MOST_MEMBERS or size > MOST_UNPACKED or size / packed > HIGHEST_RATIO:
        raise Invalid(
            "The spreadsheet unpacks to more than is allowed. Split it or save it as CSV.",
            code="unsafe_file",
            extra={"why": "too_large"},
        )
    if any(member.filename.lower().endswith(_MACROS) for member in members):
        message = "Spreadsheets with macros are not taken. Save it as .xlsx without macros."
        raise Invalid(message, code="unsafe_file", extra={"why": "macros"})


class _Elements:
    """Hears the attributes of some elements."""

    def __init__(self, *names: str) -> None:
        self.found: dict[str, list[Mapping[str, str]]] = {name: [] for name in names}

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name in self.found:
            self.found[name].append({key.rpartition(":")[2]: value for key, value in attributes.items()})

    def end(self, name: str) -> None:
        """Nothing is kept of it."""

    def text(self, data: str) -> None:
        """Nothing is kept of it."""


class _Container:
    def __init__(self, archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
        self._archive = archive
        self._members = {member.filename.lower(): member for member in members}
        if len(self._members) < len(members):
            raise damaged()

    def repack(self) -> bytes:
        """The first sheet with what it needs, each part read once more than it is checked."""
        book = next(iter(self._relations("").get("officeDocument", {}).values()), "")
        parts = self._relations(book)
        said = self._elements(book, "sheet", "workbookPr")
        sheet = next(
            (parts["worksheet"][one["id"]] for one in said["sheet"] if one.get("id") in parts.get("worksheet", {})),
            None,
        )
        if sheet is None:
            raise damaged()
        shared = SharedTexts()
        texts, styles = self._beside(parts, "sharedStrings"), self._beside(parts, "styles")
        if texts is not None:
            read_part(self._pieces(texts), shared)
        read_part(self._pieces(sheet), Extent(shared))
        if styles is not None:
            self._elements(styles)
        old_epoch = any(one.get("date1904") in ("1", "true", "on") for one in said["workbookPr"])
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
            packed.writestr("_rels/.rels", _ROOT)
            packed.writestr("xl/workbook.xml", _WORKBOOK.format(int(old_epoch)))
            packed.writestr("xl/_rels/workbook.xml.rels", _RELATIONS)
            for name, path in (("worksheets/sheet1", sheet), ("sharedStrings", texts), ("styles", styles)):
                if path is not None:
                    with packed.open(f"xl/{name}.xml", "w") as part:
                        for piece in self._pieces(path):
                            part.write(piece)
        return out.getvalue()

    def _beside(self, parts: Mapping[str, Mapping[str, str]], kind: str) -> str | None:
        """The part of a kind a workbook may do without."""
        return next((path for path in parts.get(kind, {}).values() if path.lower() in self._members), None)

    def _relations(self, path: str) -> dict[str, dict[str, str]]:
        """What a part names, the container itself for a blank path: kind -> id -> path."""
        folder, name = posixpath.split(path)
        found: dict[str, dict[str, str]] = {}
        for one in self._elements(posixpath.join(folder, "_rels", f"{name}.rels"), "Relationship")["Relationship"]:
            kind, target = one.get("Type", "").rpartition("/")[2], one.get("Target", "")
            whole = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            found.setdefault(kind, {})[one.get("Id", "")] = whole
        return found

    def _elements(self, path: str, *names: str) -> dict[str, list[Mapping[str, str]]]:
        reader = _Elements(*names)
        if self._member(path).file_size > _SMALL:
            raise damaged()
        read_part(self._pieces(path), reader)
        return reader.found

    def _member(self, path: str) -> zipfile.ZipInfo:
        found = self._members.get(path.lower())
        if found is None:
            raise damaged()
        return found

    def _pieces(self, path: str) -> Iterator[bytes]:
        """A member in pieces; never more of it than the container says, which was found to be little enough."""
        with self._archive.open(self._member(path)) as member:
            while piece := member.read(_PIECE):
                yield piece
