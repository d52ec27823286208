"""Metadata through the API: describe it to programs, plan a change, publish it."""

import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from formwork.api.answer import Answer
from formwork.api.call import Call
from formwork.api.describe import Describer
from formwork.api.parameters import body_members
from formwork.api.route import Kind, Param, Right, Route, Shape
from formwork.catalog.origin import origins_of
from formwork.definitions import package_files
from formwork.definitions.load import load_files, load_workspace
from formwork.definitions.model import PackageContent
from formwork.definitions.reading.shelves import SHELVES, ZipFiles
from formwork.kernel import Malformed, NotFound
from formwork.publishing import Plan, describe_plan, invalid_metadata, load_seeds, require_agreed
from formwork.storage import metadata

_MOST_FILES = 5_000
_MOST_BYTES = 100_000_000
_MOST_RATIO = 100


def describe(call: Call) -> Answer:
    """The objects the caller may use, in the caller's language."""
    return Answer({"version": call.snapshot.version, "data": _describer(call).objects()})


def describe_object(call: Call, name: str) -> Answer:
    """One object: fields, types, choices, rights, views and forms."""
    return Answer(_describer(call).whole(name))


def package(call: Call, name: str) -> Answer:
    """One package as the files of a workspace, which `plan` and `apply` take."""
    content = call.runtime.snapshots.packages(call.work).get(name)
    if content is None:
        raise NotFound("There is no such package. Look at the list of packages.", code="unknown_package")
    return Answer({"package": name, "version": content.manifest.version, "files": package_files(content)})


def origin(call: Call, name: str) -> Answer:
    """Which package says each property of an object, its layout and the grants on it, or the tenant's own layer."""
    call.snapshot.object(name)
    present = call.runtime.snapshots.packages(call.work)
    found = origins_of([present[package] for package in call.snapshot.index.order], name)
    return Answer({"object": name, "data": [
        {"area": one.area, "path": one.path, "packages": list(one.packages), "own": one.is_own} for one in found
    ]})  # fmt: skip


def versions(call: Call) -> Answer:
    """The versions of the metadata, newest first."""
    return Answer({"data": [
        {"version": one.version, "hash": one.hash, "at": one.at, "by": one.by, "note": one.note}
        for one in metadata.list_versions(call.work)
    ]})  # fmt: skip


def plan(call: Call) -> Answer:
    """What publishing a workspace would do."""
    return Answer(describe_plan(_plan(call, _read(call.body))))


def apply(call: Call) -> Answer:
    """Publish a workspace with its reference data, in one transaction."""
    content = _read(call.body)
    planned = _plan(call, content)
    require_agreed(planned, call.values.get("base"), call.values.get("consent"))
    if planned.is_empty:
        return Answer({**describe_plan(planned), "published": False})
    call.work.unhurried()
    work = call.runtime.publish(call.work, planned, call.values.get("note", ""))
    load_seeds(work, [seed for one in content.values() for seed in one.seeds], demo=False)
    number = metadata.current_version(work).version
    return Answer({**describe_plan(planned), "published": True, "number": number})


def _describer(call: Call) -> Describer:
    return Describer(call.snapshot, call.actor, call.work.context.locale)


def _plan(call: Call, content: Mapping[str, PackageContent]) -> Plan:
    return call.runtime.plan(call.work, content)


def _read(body: Any) -> Mapping[str, PackageContent]:
    """The packages of a zip, or of `files` (path in the workspace -> text); raises Invalid with every problem."""
    workspace = _from_zip(body) if isinstance(body, bytes) else load_files(_from_json(body))
    errors = [finding for finding in workspace.findings if finding.severity == "error"]
    if errors:
        raise invalid_metadata(errors)
    if not workspace.packages:
        raise Malformed("The workspace holds no package.", code="no_workspace")
    return workspace.packages


def _from_json(body: Any) -> ZipFiles:
    files = body_members(body, {"files": dict}).get("files", {})
    if len(files) > _MOST_FILES or any(not isinstance(text, str) for text in files.values()):
        raise Malformed(f"`files` maps at most {_MOST_FILES:,} paths to texts.", code="bad_body")
    for name in files:
        parts = name.split("/")
        if parts[0] not in SHELVES or ".." in parts or "\\" in name or "\0" in name:
            raise Malformed("A path begins with one of the shelves and stays on it.", code="unsafe_file")
    try:
        return ZipFiles({name: text.encode() for name, text in files.items()})
    except UnicodeEncodeError as error:
        raise Malformed("A file holds half a surrogate pair.", code="bad_body") from error


def _from_zip(data: bytes) -> Any:
    """A zip is looked at before anything is unpacked: members, sizes, ratio."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            members = archive.infolist()
            size = sum(one.file_size for one in members)
            if len(members) > _MOST_FILES or size > max(_MOST_BYTES // 100, min(_MOST_BYTES, len(data) * _MOST_RATIO)):
                raise Malformed("The zip unpacks to more than is taken. Split the package.", code="unsafe_file")
        with TemporaryDirectory() as folder:
            path = Path(folder) / "workspace.zip"
            path.write_bytes(data)
            return load_workspace(path)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, ValueError) as error:
        raise Malformed("The body is no zip that can be read.", code="no_workspace") from error


AGREED = (
    Param("base", Kind.WHOLE, "The `base` of the plan that was looked at; another one is refused."),
    Param("consent", Kind.TEXT, "The `consent` of the plan that was looked at, where it puts values away."),
    Param("note", Kind.TEXT, "What the version is for."),
)
ROUTES = (
    Route("GET", "/describe", describe, "describe", "The objects you may use.", right=Right.SIGNED_IN, gives=Shape.ANY),
    Route(
        "GET", "/describe/<name>", describe_object, "describe_object", "One object in detail.",
        right=Right.SIGNED_IN, gives=Shape.ANY,
    ),
    Route(
        "GET", "/metadata/packages/<name>", package, "package", "One package as files.", right=Right.MANAGE,
        gives=Shape.ANY,
    ),
    Route(
        "GET", "/metadata/origin/<name>", origin, "origin", "Where each property of an object comes from.",
        right=Right.MANAGE, gives=Shape.PLAIN_LIST,
    ),
    Route(
        "GET", "/metadata/versions", versions, "versions", "The versions of the metadata.", right=Right.MANAGE,
        gives=Shape.PLAIN_LIST,
    ),
    Route(
        "POST", "/metadata/plan", plan, "plan", "What publishing a workspace would do.", right=Right.MANAGE,
        takes=Shape.FILES, reads=True, upload=True,
    ),
    Route(
        "POST", "/metadata/apply", apply, "apply", "Publish a workspace.", right=Right.MANAGE, params=AGREED,
        takes=Shape.FILES, upload=True,
    ),
)  # fmt: skip
