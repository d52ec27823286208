"""A package as one file: a zip of its shelves with checksums, byte for byte the same whenever it is built."""

import hashlib
import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from formwork.definitions import load_files
from formwork.definitions.layer import TENANT
from formwork.definitions.model import PackageContent
from formwork.definitions.reading.shelves import SHELVES, WorkspaceFiles, ZipFiles
from formwork.kernel import Invalid, Malformed, Problem
from formwork.publishing.refusal import invalid_metadata

CHECKSUMS = "checksums.json"
"""The member that names the package, its version, the SHA-256 of each file and of them all."""
MOST_FILES = 5_000
MOST_BYTES = 100_000_000
_MOST_RATIO = 100
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest moment a zip can say (APPNOTE 4.4.6); what a file was built at is no part of it."""


@dataclass(frozen=True, slots=True)
class PackageFile:
    """A package that was read from a file and found whole. `sha256` is over all its files."""

    name: str
    version: str
    sha256: str
    files: Mapping[str, bytes]

    def content(self) -> PackageContent:
        """Its definitions; raises Invalid `metadata_invalid` with every problem."""
        workspace = load_files(ZipFiles(self.files))
        errors = [finding for finding in workspace.findings if finding.severity == "error"]
        if errors:
            raise invalid_metadata(errors)
        return workspace.packages[self.name]


def build_package(files: WorkspaceFiles, name: str) -> bytes:
    """The file of one package of a workspace.

    Raises Invalid `metadata_invalid` with every problem of its files, `unknown_package`, and `reserved_name` for the
    tenant's own layer, which is exported under another name.
    """
    if name == TENANT:
        raise _reserved()
    mine = {path: files.read(path) for path in files.names() if path.split("/")[1:2] == [name]}
    if f"metadata/{name}/package.yaml" not in mine:
        raise Invalid(
            f"There is no package `{name}` here. Write metadata/{name}/package.yaml, or name another one.",
            code="unknown_package",
        )
    workspace = load_files(ZipFiles(mine))
    errors = [finding for finding in workspace.findings if finding.severity == "error"]
    if errors:
        raise invalid_metadata(errors)
    return pack(name, workspace.packages[name].manifest.version, mine)


def pack(name: str, version: str, files: Mapping[str, bytes]) -> bytes:
    """The zip of these files by their paths, with their checksums."""
    sums = {path: hashlib.sha256(content).hexdigest() for path, content in sorted(files.items())}
    head = {"package": name, "version": version, "sha256": _whole(sums), "files": sums}
    members = {CHECKSUMS: (json.dumps(head, indent=1) + "\n").encode(), **dict(sorted(files.items()))}
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path, content in members.items():
            entry = zipfile.ZipInfo(path, _EPOCH)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def open_package(data: bytes) -> PackageFile:
    """The package of a file that `build_package` made.

    Raises Malformed `no_package` for what is none, `unsafe_file` for one that unpacks to more than is taken or holds a
    path outside its shelves, Invalid `bad_checksum` naming each file that is not what was built, and `reserved_name`.
    """
    members = _members(data)
    try:
        head: dict[str, Any] = json.loads(members.pop(CHECKSUMS))
        name, version, sums = str(head["package"]), str(head["version"]), dict(head["files"])
        whole = head["sha256"]
    except (KeyError, ValueError, TypeError) as error:
        raise Malformed(
            f"The file has no {CHECKSUMS} that can be read. Build it with `package build`.", code="no_package"
        ) from error
    if name == TENANT:
        raise _reserved()
    found = {path: hashlib.sha256(content).hexdigest() for path, content in members.items()}
    bad = sorted(path for path in found.keys() | sums.keys() if found.get(path) != sums.get(path))
    if bad or whole != _whole(sums):
        problems = [Problem(f"/{path}", "bad_checksum", f"{path} is not what was built.") for path in bad]
        raise Invalid("The file was changed after it was built. Get it again.", code="bad_checksum", problems=problems)
    stray = sorted(path for path in found if path.split("/")[1:2] != [name])
    if stray:
        raise Malformed(f"{stray[0]} does not belong to package `{name}`. Build it again.", code="unsafe_file")
    return PackageFile(name, version, whole, members)


def _members(data: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            size = sum(entry.file_size for entry in entries)
            most = max(MOST_BYTES // 100, min(MOST_BYTES, len(data) * _MOST_RATIO))
            if len(entries) > MOST_FILES or size > most:
                raise Malformed("The file unpacks to more than is taken. Split the package.", code="unsafe_file")
            for entry in entries:
                parts = entry.filename.split("/")
                is_safe = ".." not in parts and "\\" not in entry.filename and "\0" not in entry.filename
                if entry.filename != CHECKSUMS and (parts[0] not in SHELVES or not is_safe):
                    raise Malformed("The file holds a path outside the shelves. Build it again.", code="unsafe_file")
            return {entry.filename: archive.read(entry) for entry in entries}
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, ValueError) as error:
        raise Malformed("The file is no package that can be read.", code="no_package") from error


def _whole(sums: Mapping[str, str]) -> str:
    lines = "".join(f"{sums[path]}  {path}\n" for path in sorted(sums))
    return hashlib.sha256(lines.encode()).hexdigest()


def _reserved() -> Invalid:
    return Invalid(
        f"`{TENANT}` is the name of each tenant's own layer. Export it under a name of its own.", code="reserved_name"
    )
